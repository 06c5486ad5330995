//! The product as a visitor and a colleague meet it: HTTP in process, on SQLite, and on PostgreSQL
//! when `TEST_DATABASE_URL` names a server. One binary, one file for each part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods // stand-ins have threads and tasks of their own
)]

mod accounts;
mod app;
mod appeals;
mod audit;
mod authorisation;
mod bad_input;
mod billing;
mod blind;
mod blobs;
mod bookings;
mod books;
mod calendar_files;
mod calendar_series;
mod chains;
mod chat_keys;
mod chatters;
mod checks;
mod commands;
mod complaints;
mod credentials;
mod crowd;
mod database;
mod deadlines;
mod directory;
mod disputes;
mod double;
mod earnings;
mod exports;
mod fetching;
mod free_times;
mod freezer;
mod full_disk;
mod fuzz;
mod gateway;
mod histories;
mod hours;
mod insert_only;
mod jobs;
mod kill;
mod labels;
mod late_and_twice;
mod ledger;
mod limits;
mod locales;
mod mail_server;
mod mails;
mod meeting;
mod messages;
mod moderated_reviews;
mod money;
mod moving;
mod nodes;
mod notices;
mod operators;
mod outside;
mod outside_notes;
mod pace;
mod paging;
mod papers;
mod payments;
mod payouts;
mod places;
mod plans;
mod power_cuts;
mod preferences;
mod profiles;
mod proofs;
mod push;
mod quotes;
mod races;
mod ranks;
mod ratings;
mod redis_server;
mod repeats;
mod replies;
mod report_records;
mod reports;
mod requests;
mod reshares;
mod reviews;
mod routes;
mod search;
mod second_step;
mod secrets;
mod sentences;
mod services;
mod serving;
mod sessions;
mod settings;
mod signs;
mod silence;
mod sockets;
mod strangers;
mod stripe;
mod support;
mod suspension;
mod suspension_burst;
mod talkers;
mod till;
mod timelines;
mod under_load;
mod unlisted;
mod way_back;
mod wire;
mod words;
