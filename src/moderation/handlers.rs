//! `/reports`, `/decisions`, `/moderation`, and the admins' pages of cases and appeals.

pub mod appeals;
pub mod cases;
pub mod complaints;
pub mod credentials;
pub mod decisions;
pub mod log;
pub mod messages;
pub mod reports;
