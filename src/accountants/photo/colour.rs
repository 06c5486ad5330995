//! What the numbers of a picture mean: a profile in the file says it, and what is kept says it in sRGB.

use std::sync::Arc;

use image::RgbImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};

type Transform = Arc<Transform8BitExecutor>;

fn to_srgb(profile: &[u8], of: DataColorSpace, layout: Layout) -> Option<Transform> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != of {
        return None;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    profile.create_transform_8bit(layout, &srgb, Layout::Rgb, options).ok()
}

/// The colours as the picture's profile means them. `None` for a profile that nobody can read, or
/// that speaks of other colours: a browser shows such a picture as if it had none.
pub fn in_srgb(pixels: &RgbImage, profile: &[u8]) -> Option<RgbImage> {
    let mut converted = RgbImage::new(pixels.width(), pixels.height());
    if let Some(transform) = to_srgb(profile, DataColorSpace::Rgb, Layout::Rgb) {
        transform.transform(pixels, &mut converted).ok()?;
        return Some(converted);
    }
    let transform = to_srgb(profile, DataColorSpace::Gray, Layout::Gray)?;
    let greys: Option<Vec<u8>> = pixels
        .pixels()
        .map(|pixel| pixel.0.iter().all(|part| *part == pixel.0[0]).then_some(pixel.0[0]))
        .collect();
    transform.transform(&greys?, &mut converted).ok()?;
    Some(converted)
}

/// Four inks, as the profile of a printed picture means them. They are converted row by row, before
/// the picture is made smaller.
pub struct Inks(Transform);

impl Inks {
    /// Bytes that a profile may take in memory, for each that it has in the file.
    const TIMES: u64 = 8;

    /// `None` also where there is no room for it: then the inks are mixed as if they were pure.
    pub fn within(profile: &[u8], room: u64) -> Option<Self> {
        let size = u64::try_from(profile.len()).ok()?;
        if size * Self::TIMES > room {
            return None;
        }
        to_srgb(profile, DataColorSpace::Cmyk, Layout::Rgba).map(Self)
    }

    /// A row in red, green and blue.
    pub fn row(&self, inks: &[u8]) -> Option<Vec<u8>> {
        let mut row = vec![0; inks.len() / 4 * 3];
        self.0.transform(inks, &mut row).ok()?;
        Some(row)
    }
}
