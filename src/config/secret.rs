//! The site's secret and the other settings that may stand in a file of their own.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{Folder, Settings};
use crate::error::{Error, Result};
use crate::seal;

/// A setting given as it is, or as a file that holds it. No error repeats a value.
pub(super) fn given(
    name: &str,
    value: Option<&str>,
    file: Option<&Path>,
) -> Result<Option<String>, String> {
    match (value, file) {
        (Some(_), Some(_)) => Err(format!("set {name} or {name}_FILE, not both")),
        (Some(value), None) => Ok(Some(value.to_owned())),
        (None, Some(file)) => {
            let text = fs::read_to_string(file);
            let text = text.map_err(|error| format!("{name}_FILE cannot be read: {error}"))?;
            Ok(Some(text.trim().to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// One node makes its own secret; several on PostgreSQL must be given the same.
pub(super) fn secret(
    settings: &Settings,
    database_url: &str,
    folder: Folder,
) -> Result<String, String> {
    let given =
        given("FOOTING_SECRET", settings.secret.as_deref(), settings.secret_file.as_deref())?;
    match given {
        Some(given) if given.split(',').any(|secret| secret.trim().len() < 16) => {
            Err("FOOTING_SECRET needs at least 16 characters".into())
        }
        Some(given) => Ok(given),
        None if !database_url.starts_with("sqlite:") => {
            Err("FOOTING_SECRET is needed with a database server, equal on every node".into())
        }
        None => {
            let file = settings.data.join("secret");
            match folder {
                Folder::Make => kept_secret(&file).map_err(|error| format!("{error:?}")),
                Folder::MustExist => match fs::read_to_string(&file) {
                    Ok(kept) => Ok(kept.trim().to_owned()),
                    Err(_) => Err(super::not_ours(settings)),
                },
                Folder::Untouched => Ok(String::new()),
            }
        }
    }
}

fn kept_secret(file: &Path) -> Result<String> {
    use std::io::Write;
    if let Ok(kept) = fs::read_to_string(file) {
        return Ok(kept.trim().to_owned());
    }
    let made = seal::token();
    let mut options = fs::OpenOptions::new();
    let mut handle = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| Error::internal(format!("{}: {error}", file.display())))?;
    handle.write_all(made.as_bytes())?;
    handle.sync_all()?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_stands_in_a_variable_or_in_a_file_and_not_in_both() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("word");
        fs::write(&file, "hush hush\n").unwrap();
        assert_eq!(given("X", None, Some(&file)).unwrap().as_deref(), Some("hush hush"));
        let both = given("X", Some("loud"), Some(&file)).unwrap_err();
        assert!(both.contains("not both") && !both.contains("loud") && !both.contains("hush"));
        assert!(given("X", None, Some(&folder.path().join("none"))).is_err());
    }
}
