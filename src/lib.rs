//! Footing: the marketplace where people find an accountant they can trust.
//!
//! The platform stands below, the domains above it, the top on both: each module has a rank, names
//! itself and those below it, never those above (`tests/architecture/ranks.rs` keeps it so).
//! `routes` and `work` are the two maps: everything Footing does starts at a line in one of them.

pub mod accountants;
pub mod admin;
pub mod audit;
pub mod availability;
pub mod blobs;
pub mod bookings;
pub mod calendar_file;
pub mod clock;
pub mod commands;
pub mod config;
pub mod db;
pub mod decisions;
pub mod directory;
pub mod error;
pub mod jobs;
pub mod listings;
pub mod live;
pub mod locale;
pub mod mail;
pub mod messaging;
pub mod moderation;
pub mod money;
pub mod notifications;
pub mod payments;
pub mod reviews;
pub mod routes;
pub mod seal;
pub mod site;
pub mod users;
pub mod web;
pub mod work;
