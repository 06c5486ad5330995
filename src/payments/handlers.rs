//! What answers the addresses of the payments.

pub mod billing;
pub mod earnings;
pub mod papers;
pub mod pay;
pub mod payouts;
pub mod practice;
pub mod refunds;
pub mod webhook;
