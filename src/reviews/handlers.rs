//! What the addresses of the reviews do.

pub mod replies;
pub mod reviews;
