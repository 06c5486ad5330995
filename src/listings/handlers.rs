//! Addresses of the practice.

pub mod practice;
pub mod services;
pub mod state;
