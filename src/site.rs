//! The opened parts of one running site. Only `main`, `routes`, `work` and the commands name it.

use crate::blobs::Blobs;
use crate::calendar_file::Internet;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::live::Live;
use crate::mail::Mail;
use crate::notifications::Push;
use crate::payments::Gateway;
use crate::seal::Seal;
use crate::users::{Hasher, RateLimits, Secrets};

#[derive(Clone)]
pub struct Site {
    pub config: Config,
    pub db: Db,
    pub seal: Seal,
    pub mail: Mail,
    pub blobs: Blobs,
    pub internet: Internet,
    pub live: Live,
    pub push: Push,
    pub payments: Gateway,
    pub secrets: Secrets,
}

impl Site {
    /// Opens database, mail and blobs. Migrations have run before.
    pub async fn open(config: Config) -> Result<Self> {
        let clock = config.clock.clone();
        let db = Db::open(&config.database_url, config.workers.clamp(2, 8), clock.clone())?;
        let seal = Seal::new(&config.secret);
        let mail = Mail::open(&config, seal.clone())?;
        let blobs = Blobs::disk(config.blobs.clone())?;
        let secrets = Secrets {
            hasher: Hasher::new()?,
            limits: RateLimits::new(clock),
            seal: seal.clone(),
            db: db.clone(),
            mail: mail.clone(),
        };
        let live = match &config.redis_url {
            Some(url) => Live::redis(url)?,
            None => Live::local(),
        };
        let push = Push::open(&config, &db, &seal).await?;
        let internet = Internet::Real;
        let payments = Gateway::open(config.stripe.as_ref(), &config.operator)?;
        Ok(Self { config, db, seal, mail, blobs, internet, live, push, payments, secrets })
    }
}
