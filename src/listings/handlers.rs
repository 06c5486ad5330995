//! Addresses of the practice.

pub mod services;
pub mod state;
