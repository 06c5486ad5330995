//! The square that is kept of a picture, made smaller while its pixels come, so that the picture
//! need never be in memory as a whole.

use image::RgbImage;
use image::metadata::Orientation;

use super::Photo;

/// What a decoder hands over: pixels on white, coloured and turned as the file says.
pub struct Square {
    pub pixels: RgbImage,
    pub profile: Option<Vec<u8>>,
    pub turned: Orientation,
}

/// Adds up the pixels that fall into each of the smaller square's.
pub struct Shrinking {
    left: u32,
    top: u32,
    /// Side of the smaller square.
    side: u32,
    /// How many of the picture's pixels stand side by side in one of the square's.
    factor: u32,
    sums: Vec<[u32; 3]>,
}

impl Shrinking {
    /// Most bytes of the sums: a side is below twice the largest square's.
    pub const MOST_BYTES: u64 = 4 * 384 * 384 * 12;

    /// Of what stands upright the middle is kept, and more of the top than of the bottom: heads.
    pub fn new(width: u32, height: u32, turned: Orientation) -> Self {
        use Orientation::{FlipVertical, Rotate90, Rotate90FlipH, Rotate180};
        use Orientation::{Rotate270, Rotate270FlipH};
        let whole = width.min(height);
        let (wide, tall) = (width - whole, height - whole);
        let (left, top) = match turned {
            Orientation::NoTransforms | Orientation::FlipHorizontal => (wide / 2, tall / 3),
            Rotate180 | FlipVertical => (wide / 2, tall - tall / 3),
            Rotate90 | Rotate90FlipH => (wide / 3, tall / 2),
            Rotate270 | Rotate270FlipH => (wide - wide / 3, tall / 2),
        };
        let factor = (whole / Photo::LARGEST).max(1);
        let side = whole / factor;
        Self { left, top, side, factor, sums: vec![[0; 3]; place(side * side)] }
    }

    /// Adds pixels of one row: the first stands at `x`, each other so many further on.
    pub fn add(&mut self, y: u32, x: u32, step: u32, pixels: impl Iterator<Item = [u8; 3]>) {
        let Some(y) = y.checked_sub(self.top) else { return };
        let mut rows = self.sums.chunks_exact_mut(place(self.side));
        let Some(sums) = rows.nth(place(y / self.factor)) else { return };
        for (nth, [red, green, blue]) in (0..).zip(pixels) {
            let Some(x) = (x + nth * step).checked_sub(self.left) else { continue };
            let Some([reds, greens, blues]) = sums.get_mut(place(x / self.factor)) else { return };
            *reds += u32::from(red);
            *greens += u32::from(green);
            *blues += u32::from(blue);
        }
    }

    pub fn finish(self) -> RgbImage {
        let count = self.factor * self.factor;
        let mean = |sum: u32| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX);
        let bytes = self.sums.iter().flatten().map(|sum| mean(*sum)).collect();
        RgbImage::from_raw(self.side, self.side, bytes).unwrap_or_default()
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A JPEG knows no transparency.
pub fn on_white([red, green, blue]: [u8; 3], alpha: u8) -> [u8; 3] {
    [red, green, blue].map(|part| {
        let over = u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        u8::try_from(over / 255).unwrap_or(u8::MAX)
    })
}
