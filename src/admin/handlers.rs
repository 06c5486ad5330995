//! `/admin`, `/dev` and the probes.

pub mod dev;
pub mod overview;
pub mod probes;
