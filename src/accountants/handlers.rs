//! Addresses of the sign-up, the profile and its photograph.

pub mod credentials;
pub mod photo;
pub mod places;
pub mod profile;
pub mod reset;
pub mod sign_up;
pub mod verification;
