//! Public addresses.

pub mod accountants;
pub mod home;
pub mod like;
pub mod machines;
pub mod texts;
mod visitor;
