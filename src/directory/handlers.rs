//! Public addresses.

pub mod accountants;
pub mod home;
pub mod machines;
pub mod texts;
