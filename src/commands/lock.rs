//! One server for each SQLite file: a second would end the sockets of the first and do its work twice.
//! Commands run beside it.

use std::fs::{File, TryLockError};

use super::Failure;
use crate::config::Config;
use crate::db::DatabaseUrl;

/// Held as long as the server runs; the system lets go of it however the process ends.
pub struct ServerLock {
    _file: Option<File>,
}

impl ServerLock {
    /// Takes the lock of this site's database. Servers on PostgreSQL are many and need none.
    pub fn take(config: &Config) -> Result<Self, Failure> {
        let DatabaseUrl::Sqlite(path) = DatabaseUrl::parse(&config.database_url)? else {
            return Ok(Self { _file: None });
        };
        let file = File::create(format!("{path}.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(Failure::not_ready(format!("another server has {path} open")))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
