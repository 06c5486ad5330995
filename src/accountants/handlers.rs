//! Addresses of the sign-up, the profile and its photograph.

pub mod photo;
pub mod profile;
pub mod sign_up;
