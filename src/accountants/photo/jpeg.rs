//! JPEG: decoded at a half, a quarter or an eighth of its size, whatever is still large enough.

use image::metadata::Orientation;
use jpeg_decoder::{Decoder, PixelFormat};

use super::colour::Inks;
use super::square::{Shrinking, Square};
use super::{BUDGET, DAMAGED, NOT_A_PHOTO, Photo};

const TOO_MANY_PIXELS: &str = "Choose a picture of at most 64 megapixels.";
const TOO_LARGE: &str =
    "This JPEG needs too much memory. Make it smaller, or save it without “progressive”.";
/// Each scan visits every block, however few bytes it has.
const MOST_SCANS: usize = 500;

/// What the head of the frame says.
struct FrameHead {
    width: u32,
    height: u32,
    is_progressive: bool,
    components: u64,
    /// Coefficients of all components.
    samples: u64,
}

pub fn square(file: &[u8]) -> Result<Square, &'static str> {
    let frame = FrameHead::read(file).ok_or(NOT_A_PHOTO)?;
    Photo::check_size(frame.width, frame.height, Photo::MOST_PIXELS_OF_JPEG, TOO_MANY_PIXELS)?;
    if file.windows(2).filter(|pair| *pair == [0xFF, 0xDA]).count() > MOST_SCANS {
        return Err(DAMAGED);
    }
    let mut decoder = Decoder::new(file);
    let (width, height) = decoder
        .scale(frame.wanted(frame.width), frame.wanted(frame.height))
        .map_err(|_| NOT_A_PHOTO)?;
    if frame.bytes(u64::from(width) * u64::from(height)) > BUDGET - Shrinking::MOST_BYTES {
        return Err(TOO_LARGE);
    }
    let format = decoder.info().ok_or(DAMAGED)?.pixel_format;
    let taken = frame.bytes(u64::from(width) * u64::from(height)) + Shrinking::MOST_BYTES;
    let profile = decoder.icc_profile();
    let inks = match (format, &profile) {
        (PixelFormat::CMYK32, Some(profile)) => Inks::within(profile, BUDGET.saturating_sub(taken)),
        _ => None,
    };
    let bytes = decoder.decode().map_err(|_| DAMAGED)?;
    let turned = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    let turned = turned.unwrap_or(Orientation::NoTransforms);
    let size = match format {
        PixelFormat::L8 => 1,
        PixelFormat::RGB24 => 3,
        PixelFormat::CMYK32 => 4,
        PixelFormat::L16 => return Err(NOT_A_PHOTO),
    };
    let mut shrinking = Shrinking::new(width.into(), height.into(), turned);
    for (y, row) in (0..).zip(bytes.chunks_exact(usize::from(width) * size)) {
        match inks.as_ref().and_then(|inks| inks.row(row)) {
            Some(row) => shrinking.add(y, 0, 1, row.chunks_exact(3).map(colours)),
            None => shrinking.add(y, 0, 1, row.chunks_exact(size).map(colours)),
        }
    }
    Ok(Square { pixels: shrinking.finish(), profile, turned })
}

fn colours(pixel: &[u8]) -> [u8; 3] {
    match pixel {
        [red, green, blue] => [*red, *green, *blue],
        [cyan, magenta, yellow, black] => [cyan, magenta, yellow].map(|ink| {
            let light = (255 - u32::from(*ink)) * (255 - u32::from(*black)) / 255;
            u8::try_from(light).unwrap_or(u8::MAX)
        }),
        [grey, ..] => [*grey; 3],
        [] => [0; 3],
    }
}

impl FrameHead {
    /// Finds the head of the frame among the segments. `None` for what nobody's camera makes:
    /// lossless, arithmetic and hierarchical pictures.
    fn read(file: &[u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(&[0xFF, 0xD8])?;
        loop {
            let at = rest.iter().position(|byte| *byte == 0xFF)?;
            let fill = rest.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
            let [marker, after @ ..] = rest.get(at + fill..)? else { return None };
            rest = after;
            match marker {
                0x00 | 0x01 | 0xD0..=0xD8 => continue,
                0xDA | 0xD9 | 0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return None,
                _ => {}
            }
            let [high, low, ..] = rest else { return None };
            let segment = rest.get(..usize::from(u16::from_be_bytes([*high, *low])))?;
            if let 0xC0..=0xC2 = marker {
                return Self::of(segment, *marker == 0xC2);
            }
            rest = rest.get(segment.len()..)?;
        }
    }

    fn of(segment: &[u8], is_progressive: bool) -> Option<Self> {
        let [_, _, _, y, y2, x, x2, _, components @ ..] = segment else { return None };
        let height = u32::from(u16::from_be_bytes([*y, *y2]));
        let width = u32::from(u16::from_be_bytes([*x, *x2]));
        let factors = components.chunks_exact(3).filter_map(|component| component.get(1));
        let factors: Vec<(u32, u32)> =
            factors.map(|both| (u32::from(both >> 4), u32::from(both & 15))).collect();
        let (wide, high) = (factors.iter().map(|f| f.0).max()?, factors.iter().map(|f| f.1).max()?);
        let across = u64::from(width.div_ceil(8 * wide.max(1)));
        let down = u64::from(height.div_ceil(8 * high.max(1)));
        let blocks: u64 = factors.iter().map(|f| u64::from(f.0 * f.1)).sum();
        Some(Self {
            width,
            height,
            is_progressive,
            components: u64::try_from(factors.len()).ok()?,
            samples: across * down * blocks * 64,
        })
    }

    /// A side such that the shorter one is as long as the largest square's.
    fn wanted(&self, side: u32) -> u16 {
        let shorter = self.width.min(self.height).max(1);
        u16::try_from((side * Photo::LARGEST).div_ceil(shorter)).unwrap_or(u16::MAX)
    }

    /// What decoding it to so many pixels takes: planes and pixels; of a progressive picture all
    /// coefficients, and again those that wait for the threads that draw them.
    fn bytes(&self, pixels: u64) -> u64 {
        let coefficients = if self.is_progressive { self.samples * 4 } else { 0 };
        coefficients + pixels * self.components * 2
    }
}
