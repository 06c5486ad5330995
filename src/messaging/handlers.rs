//! Addresses of the conversations. What scripts call answers 401, 404 and 422 in JSON.

pub mod acts;
pub mod blobs;
pub mod epochs;
pub mod exports;
pub mod inbox;
pub mod keys;
pub mod messages;
pub mod push;
pub mod reshares;
pub mod settings;
pub mod socket;
pub mod unsubscribe;
