//! Addresses of the accounts, and the extractors that say who is asking.

pub mod code;
pub mod devices;
pub mod extract;
pub mod forgot;
pub mod kept_forms;
pub mod login;
pub mod password;
pub mod reauthentication;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod sign_in;
