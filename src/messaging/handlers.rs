//! Addresses of the conversations. What scripts call answers 401, 404 and 422 in JSON.

pub mod asking;
pub mod blobs;
pub mod devices;
pub mod epochs;
pub mod exports;
pub mod inbox;
pub mod keys;
pub mod messages;
pub mod own_side;
pub mod push;
pub mod receipts;
pub mod reshares;
pub mod settings;
pub mod socket;
pub mod unsubscribe;
pub mod vault;
pub mod wraps;
