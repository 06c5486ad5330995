//! WebP: it can only be decoded as a whole, so it must have fewer pixels.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;

use super::square::{Shrinking, Square, on_white};
use super::{BUDGET, DAMAGED, NOT_A_PHOTO, Photo};

/// Bytes that each pixel takes while it is decoded: with transparency, planes of 1.5, what was
/// decoded of 4 and twice its transparency; of a moving picture also what it is drawn upon.
const STILL: u64 = 11;
const MOVING: u64 = 16;

pub fn square(file: &[u8]) -> Result<Square, &'static str> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(|_| NOT_A_PHOTO)?;
    let (width, height) = decoder.dimensions();
    let (each, words) = match decoder.has_animation() {
        false => (STILL, "Choose a WebP of at most 3 megapixels, or save it as a JPEG."),
        true => (MOVING, "Choose a picture that does not move, or one of at most 2 megapixels."),
    };
    let most = (BUDGET - Shrinking::MOST_BYTES) / each / 1_000_000 * 1_000_000;
    Photo::check_size(width, height, most, words)?;
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let has_alpha = decoder.color_type().has_alpha();
    let mut bytes = vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| DAMAGED)?];
    decoder.read_image(&mut bytes).map_err(|_| DAMAGED)?;
    let size = if has_alpha { 4 } else { 3 };
    let mut shrinking = Shrinking::new(width, height, turned);
    let length = usize::try_from(width).map_err(|_| DAMAGED)? * size;
    for (y, row) in (0..).zip(bytes.chunks_exact(length)) {
        shrinking.add(y, 0, 1, row.chunks_exact(size).map(colours));
    }
    Ok(Square { pixels: shrinking.finish(), profile, turned })
}

fn colours(pixel: &[u8]) -> [u8; 3] {
    match pixel {
        [red, green, blue, alpha] => on_white([*red, *green, *blue], *alpha),
        [red, green, blue] => [*red, *green, *blue],
        _ => [0; 3],
    }
}
