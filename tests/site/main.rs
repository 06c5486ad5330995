//! The product as a visitor and a colleague meet it: HTTP in process, on SQLite, and on PostgreSQL
//! when `TEST_DATABASE_URL` names a server. One binary, one file for each part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions
)]

mod accounts;
mod app;
mod authorisation;
mod bad_input;
mod blobs;
mod bookings;
mod calendar_files;
mod chat_keys;
mod chatters;
mod commands;
mod database;
mod deadlines;
mod directory;
mod free_times;
mod freezer;
mod full_disk;
mod fuzz;
mod hours;
mod insert_only;
mod jobs;
mod kill;
mod limits;
mod mail_server;
mod mails;
mod messages;
mod nodes;
mod notices;
mod operators;
mod outside;
mod pace;
mod profiles;
mod push;
mod quotes;
mod races;
mod redis_server;
mod requests;
mod routes;
mod second_step;
mod secrets;
mod services;
mod serving;
mod sessions;
mod silence;
mod sockets;
mod strangers;
mod support;
mod talkers;
mod timelines;
mod under_load;
mod unlisted;
mod wire;
