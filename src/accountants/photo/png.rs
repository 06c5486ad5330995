//! PNG: its rows are made smaller as they come.

use std::io::Cursor;

use image::metadata::Orientation;
use png::{ColorType, Decoder, Limits, Transformations};

use super::square::{Shrinking, Square, on_white};
use super::{DAMAGED, NOT_A_PHOTO, Photo};

/// For a profile and other words beside the pixels, unpacked.
const BESIDE: usize = 4 * 1024 * 1024;

/// Where the rows of a pass stand: first column, step, first row, step (PNG, 8.2).
type Pass = (u32, u32, u32, u32);
const ONE: [Pass; 1] = [(0, 1, 0, 1)];
const INTERLACED: [Pass; 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

pub fn square(file: &[u8]) -> Result<Square, &'static str> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: BESIDE });
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let head = decoder.read_header_info().map_err(|_| NOT_A_PHOTO)?;
    let (width, height) = (head.width, head.height);
    Photo::check_size(width, height, Photo::MOST_PIXELS, super::TOO_MANY_PIXELS)?;
    let mut reader = decoder.read_info().map_err(|_| DAMAGED)?;
    let info = reader.info();
    let turned = info.exif_metadata.as_deref().and_then(Orientation::from_exif_chunk);
    let turned = turned.unwrap_or(Orientation::NoTransforms);
    let profile = info.icc_profile.as_deref().map(<[u8]>::to_vec);
    let passes: &[Pass] = if info.interlaced { &INTERLACED } else { &ONE };
    let (kind, _) = reader.output_color_type();
    let mut shrinking = Shrinking::new(width, height, turned);
    for (left, step, top, down) in passes.iter().filter(|pass| pass.0 < width && pass.2 < height) {
        for y in (*top..height).step_by(usize::try_from(*down).unwrap_or(1)) {
            let row = reader.next_row().map_err(|_| DAMAGED)?.ok_or(DAMAGED)?;
            let pixels = row.data().chunks_exact(kind.samples());
            shrinking.add(y, *left, *step, pixels.map(|pixel| colours(kind, pixel)));
        }
    }
    Ok(Square { pixels: shrinking.finish(), profile, turned })
}

fn colours(kind: ColorType, pixel: &[u8]) -> [u8; 3] {
    match (kind, pixel) {
        (ColorType::GrayscaleAlpha, [grey, alpha]) => on_white([*grey; 3], *alpha),
        (_, [red, green, blue]) => [*red, *green, *blue],
        (_, [red, green, blue, alpha]) => on_white([*red, *green, *blue], *alpha),
        (_, [grey, ..]) => [*grey; 3],
        (_, []) => [0; 3],
    }
}
