//! A photograph: checked before it is decoded, drawn anew as three squares without metadata.
//!
//! Whatever the file says, decoding takes at most [`BUDGET`] bytes: a PNG is made smaller row by
//! row, a JPEG while it is decoded, and of a WebP only a smaller one is taken. What would take more
//! is refused by its header.

mod colour;
mod drawing;
mod jpeg;
mod png;
mod square;
mod webp;

pub use drawing::DrawnPhoto;
use fast_image_resize::{ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use square::Square;

use crate::blobs::Blobs;
use crate::error::{Error, Result};
use crate::seal;

/// The squares under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub key: String,
}

/// The three squares, encoded.
pub struct Squares(Vec<(u32, Vec<u8>)>);

/// Most bytes that a picture may take while it is decoded.
const BUDGET: u64 = 48 * 1024 * 1024;

const NOT_A_PHOTO: &str = "Choose a JPEG, PNG or WebP picture.";
const DAMAGED: &str = "That picture is damaged.";
const TOO_MANY_PIXELS: &str = "Choose a picture of at most 25 megapixels.";

impl Photo {
    /// Sides of the squares in pixels.
    pub const SIDES: [u32; 3] = [96, 192, Self::LARGEST];
    const LARGEST: u32 = 384;
    /// Largest file, in bytes.
    pub const MOST_BYTES: usize = 8 * 1024 * 1024;
    /// Largest picture, in pixels, told by its header before a pixel is decoded.
    pub const MOST_PIXELS: u64 = 25_000_000;
    /// A JPEG is decoded scaled down.
    pub const MOST_PIXELS_OF_JPEG: u64 = 64_000_000;

    /// Draws the squares of an uploaded file; `Err` holds words for the person. Slow.
    fn draw(file: &[u8]) -> Result<Squares, &'static str> {
        let square = match image::guess_format(file) {
            Ok(ImageFormat::Jpeg) => jpeg::square(file),
            Ok(ImageFormat::Png) => png::square(file),
            Ok(ImageFormat::WebP) => webp::square(file),
            _ => Err(NOT_A_PHOTO),
        };
        let Square { mut pixels, profile, turned } = square?;
        if let Some(converted) = profile.and_then(|profile| colour::in_srgb(&pixels, &profile)) {
            pixels = converted;
        }
        let mut square = DynamicImage::from(pixels);
        square.apply_orientation(turned);
        let sides = Self::SIDES.iter().map(|side| Ok((*side, encoded(&square, *side)?)));
        Ok(Squares(sides.collect::<Result<_, &'static str>>()?))
    }

    fn check_size(
        width: u32,
        height: u32,
        most: u64,
        words: &'static str,
    ) -> Result<(), &'static str> {
        if u64::from(width) * u64::from(height) > most {
            return Err(words);
        }
        if width.min(height) < 96 {
            return Err("Choose a picture of at least 96 by 96 pixels.");
        }
        Ok(())
    }

    /// Stores the squares under a new key.
    pub async fn store(blobs: &Blobs, squares: &Squares) -> Result<Self> {
        let photo = Self { key: seal::hex(&seal::random::<10>()) };
        for (side, content) in &squares.0 {
            blobs.put(&photo.blob(*side), content).await?;
        }
        Ok(photo)
    }

    pub async fn remove(&self, blobs: &Blobs) -> Result<()> {
        for side in Self::SIDES {
            blobs.remove(&self.blob(side)).await?;
        }
        Ok(())
    }

    /// The JPEG of one size, if there is such a photograph.
    pub async fn read(&self, blobs: &Blobs, side: u32) -> Result<Vec<u8>> {
        let is_key = self.key.len() == 20 && self.key.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_key || !Self::SIDES.contains(&side) {
            return Err(Error::NotFound);
        }
        blobs.get(&self.blob(side)).await
    }

    fn blob(&self, side: u32) -> String {
        format!("photos/{}/{side}.jpg", self.key)
    }
}

fn encoded(square: &DynamicImage, side: u32) -> Result<Vec<u8>, &'static str> {
    const DAMAGED: &str = "That picture cannot be drawn. Choose another.";
    let mut small = DynamicImage::from(RgbImage::new(side, side));
    Resizer::new().resize(square, &mut small, &ResizeOptions::new()).map_err(|_| DAMAGED)?;
    let mut out = vec![];
    small.write_with_encoder(JpegEncoder::new_with_quality(&mut out, 85)).map_err(|_| DAMAGED)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
