//! Addresses of the accounts, and the extractors that say who is asking.

pub mod code;
pub mod devices;
pub mod extract;
pub mod login;
pub mod password;
pub mod reauthentication;
pub mod reset;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod verification;
