//! `/admin`, `/dev` and the probes.

pub mod dev;
pub mod overview;
pub mod payments;
pub mod people;
pub mod probes;
pub mod work;
