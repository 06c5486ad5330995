//! A picture of a few words that a phone reads.

use crate::error::{Error, Result};

/// A picture that an authenticator app reads, as the path of an SVG of `size` modules.
pub struct QrCode {
    pub size: usize,
    pub path: String,
}

impl QrCode {
    pub fn of(text: &str) -> Result<Self> {
        use std::fmt::Write;
        let code = qrcode::QrCode::new(text.as_bytes()).map_err(Error::internal)?;
        let (size, mut path) = (code.width(), String::new());
        for (at, module) in code.to_colors().into_iter().enumerate() {
            if module == qrcode::Color::Dark {
                let _ = write!(path, "M{} {}h1v1h-1z", at % size, at / size);
            }
        }
        Ok(Self { size, path })
    }
}
