//! `footing config`: each setting and where it came from, secrets masked.

use clap::parser::ValueSource;

use super::{Failure, Outcome, say};
use crate::config::{Config, Folder, Settings, not_ours};

pub fn run(settings: &Settings, matches: &clap::ArgMatches) -> Outcome {
    let config = Config::new(settings, Folder::Untouched).map_err(Failure::usage)?;
    let origins: Vec<&str> = config.origins.iter().map(|origin| origin.url.as_str()).collect();
    let rows = [
        ("listen", "FOOTING_LISTEN", config.listen.to_string()),
        ("public_url", "FOOTING_PUBLIC_URL", origins.join(",")),
        ("data", "FOOTING_DATA", config.data.display().to_string()),
        ("database_url", "DATABASE_URL", without_password(&config.database_url)),
        ("redis_url", "REDIS_URL", without_password(config.redis_url.as_deref().unwrap_or(""))),
        ("blobs_url", "BLOBS_URL", format!("file:{}", config.blobs.display())),
        ("mail_url", "MAIL_URL", without_password(&config.mail_url)),
        ("mail_from", "MAIL_FROM", config.mail_from.clone()),
        ("secret", "FOOTING_SECRET", "(hidden)".to_owned()),
        ("vapid_subject", "VAPID_SUBJECT", config.vapid_subject.clone().unwrap_or_default()),
        ("trusted_proxies", "FOOTING_TRUSTED_PROXIES", config.trusted_proxies.to_string()),
        ("workers", "FOOTING_WORKERS", config.workers.to_string()),
        ("log", "FOOTING_LOG", config.log.clone()),
    ];
    for (id, variable, value) in rows {
        let file = match id {
            "database_url" => matches.value_source("database_url_file"),
            "mail_url" => matches.value_source("mail_url_file"),
            "secret" => matches.value_source("secret_file"),
            _ => None,
        };
        let from = match (matches.value_source(id), file) {
            (Some(ValueSource::CommandLine), _) => "flag",
            (Some(ValueSource::EnvVariable), _) => "variable",
            (_, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) => "file",
            _ => "default",
        };
        say(&format!("{variable:24} {value:45} {from}"));
    }
    match settings.data.is_dir() {
        true => Ok(()),
        false => Err(Failure::usage(not_ours(settings))),
    }
}

/// `postgres://user:…@host` with the password left out.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((before, host))) if before.contains(':') => {
            let user = before.trim_start_matches(scheme).trim_start_matches("://");
            let user = user.split(':').next().unwrap_or("");
            format!("{scheme}://{user}:(hidden)@{host}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_printed() {
        let shown = without_password("postgres://footing:s3cret@db/footing");
        assert_eq!(shown, "postgres://footing:(hidden)@db/footing");
        assert_eq!(without_password("sqlite:data/footing.db"), "sqlite:data/footing.db");
    }
}
