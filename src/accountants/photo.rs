//! A photograph: checked before it is decoded, drawn anew as three squares without metadata.

use std::io::Cursor;

use fast_image_resize::{ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

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

impl Photo {
    /// Sides of the squares in pixels.
    pub const SIDES: [u32; 3] = [96, 192, 384];
    /// Largest file, in bytes.
    pub const MOST_BYTES: usize = 8 * 1024 * 1024;
    /// Largest picture, in pixels, told by its header before a pixel is decoded.
    pub const MOST_PIXELS: u64 = 25_000_000;

    /// Draws the squares of an uploaded file; `Err` holds words for the person. Slow: call it off
    /// the async threads.
    pub fn draw(file: &[u8]) -> Result<Squares, &'static str> {
        const NOT_A_PHOTO: &str = "Choose a JPEG, PNG or WebP picture.";
        let format = match infer::get(file).map(|kind| kind.mime_type()) {
            Some("image/jpeg") => ImageFormat::Jpeg,
            Some("image/png") => ImageFormat::Png,
            Some("image/webp") => ImageFormat::WebP,
            _ => return Err(NOT_A_PHOTO),
        };
        let reader = ImageReader::with_format(Cursor::new(file), format);
        let (width, height) = reader.into_dimensions().map_err(|_| NOT_A_PHOTO)?;
        if u64::from(width) * u64::from(height) > Self::MOST_PIXELS {
            return Err("Choose a picture of at most 25 megapixels.");
        }
        if width.min(height) < 96 {
            return Err("Choose a picture of at least 96 by 96 pixels.");
        }
        let mut decoder = ImageReader::with_format(Cursor::new(file), format)
            .into_decoder()
            .map_err(|_| NOT_A_PHOTO)?;
        let turned = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
        let mut picture =
            DynamicImage::from_decoder(decoder).map_err(|_| "That picture is damaged.")?;
        picture.apply_orientation(turned);
        let square = DynamicImage::from(on_white(&cropped(&picture)));
        let sides = Self::SIDES.iter().map(|side| Ok((*side, encoded(&square, *side)?)));
        Ok(Squares(sides.collect::<Result<_, &'static str>>()?))
    }

    /// Stores the squares under a new key.
    pub async fn store(blobs: &Blobs, squares: &Squares) -> Result<Self> {
        let noise: String = seal::random::<10>().iter().map(|b| format!("{b:02x}")).collect();
        let photo = Self { key: noise };
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

fn cropped(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    picture.crop_imm((width - side) / 2, (height - side) / 3, side, side)
}

/// JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    let mut flat = RgbImage::new(rgba.width(), rgba.height());
    for (target, source) in flat.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = source.0;
        let mix = |part: u8| {
            let over = u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(over / 255).unwrap_or(255)
        };
        target.0 = [mix(red), mix(green), mix(blue)];
    }
    flat
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
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(vec![]);
        DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb([200, 40, 40])))
            .write_to(&mut out, ImageFormat::Png)
            .unwrap();
        out.into_inner()
    }

    #[test]
    fn a_photograph_becomes_three_squares() {
        let squares = Photo::draw(&png(300, 200)).unwrap();
        let sizes: Vec<_> = squares
            .0
            .iter()
            .map(|(side, jpeg)| {
                let drawn = image::load_from_memory(jpeg).unwrap();
                (*side, drawn.width(), drawn.height())
            })
            .collect();
        assert_eq!(sizes, [(96, 96, 96), (192, 192, 192), (384, 384, 384)]);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused_before_it_is_decoded() {
        assert!(Photo::draw(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
        assert!(Photo::draw(b"").is_err());
        assert!(Photo::draw(&png(300, 200)[..60]).is_err());
        // 60 megapixels, told by the header alone: the rest of the file is not there
        let mut huge = png(100, 100);
        huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x17, 0x70]);
        let crc = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(Photo::draw(&huge).err(), Some("Choose a picture of at most 25 megapixels."));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 }
            })
        })
    }
}
