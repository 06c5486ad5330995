//! Paths and fills on a square of 200 units.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

/// Units of a side.
const UNITS: f32 = 200.0;

/// A picture being drawn: shapes are words of an SVG path in absolute units.
pub struct Drawing {
    pixels: Pixmap,
    scale: f32,
}

impl Drawing {
    pub fn new(side: u16, ground: u32) -> Option<Self> {
        let mut pixels = Pixmap::new(side.into(), side.into())?;
        pixels.fill(colour(ground, 1.0));
        Some(Self { pixels, scale: f32::from(side) / UNITS })
    }

    pub fn into_png(self) -> Option<Vec<u8>> {
        self.pixels.encode_png().ok()
    }

    pub fn fill(&mut self, shape: &str, ink: u32) {
        self.glaze(shape, ink, 1.0);
    }

    /// Fills so that what is below shows through.
    pub fn glaze(&mut self, shape: &str, ink: u32, strength: f32) {
        self.paint(path(shape), ink, strength, self.here());
    }

    /// Fills a shape of the left half and its mirror image.
    pub fn fill_both(&mut self, shape: &str, ink: u32) {
        self.fill(shape, ink);
        self.paint(path(shape), ink, 1.0, self.mirrored());
    }

    pub fn oval(&mut self, [x, y, across, down]: [f32; 4], ink: u32) {
        self.paint(oval([x, y, across, down]), ink, 1.0, self.here());
    }

    pub fn ovals_both(&mut self, [x, y, across, down]: [f32; 4], ink: u32, strength: f32) {
        for x in [x, UNITS - x] {
            self.paint(oval([x, y, across, down]), ink, strength, self.here());
        }
    }

    pub fn line(&mut self, shape: &str, ink: u32, width: f32) {
        self.stroke(path(shape), ink, width, self.here());
    }

    pub fn line_both(&mut self, shape: &str, ink: u32, width: f32) {
        self.line(shape, ink, width);
        self.stroke(path(shape), ink, width, self.mirrored());
    }

    fn here(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn mirrored(&self) -> Transform {
        Transform::from_row(-self.scale, 0.0, 0.0, self.scale, UNITS * self.scale, 0.0)
    }

    fn paint(&mut self, path: Option<Path>, ink: u32, strength: f32, place: Transform) {
        if let Some(path) = path {
            self.pixels.fill_path(&path, &paint(ink, strength), FillRule::Winding, place, None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, ink: u32, width: f32, place: Transform) {
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        if let Some(path) = path {
            self.pixels.stroke_path(&path, &paint(ink, 1.0), &stroke, place, None);
        }
    }
}

fn paint(ink: u32, strength: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour(ink, strength));
    paint
}

fn colour(ink: u32, strength: f32) -> Color {
    let [_, red, green, blue] = ink.to_be_bytes();
    let part = |byte: u8| f32::from(byte) / 255.0;
    Color::from_rgba(part(red), part(green), part(blue), strength).unwrap_or(Color::BLACK)
}

/// Darker, by so many hundredths of its light.
pub fn shade(ink: u32, hundredths: u32) -> u32 {
    let keep = 100 - hundredths.min(100);
    let [_, red, green, blue] = ink.to_be_bytes();
    [red, green, blue].iter().fold(0, |sum, part| (sum << 8) | (u32::from(*part) * keep / 100))
}

fn oval([x, y, across, down]: [f32; 4]) -> Option<Path> {
    let area = Rect::from_xywh(x - across, y - down, across * 2.0, down * 2.0)?;
    PathBuilder::from_oval(area)
}

/// Reads `M x y`, `L x y`, `Q x y x y`, `C x y x y x y` and `Z`.
fn path(words: &str) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        let mut next = || words.next().and_then(|word| word.parse::<f32>().ok());
        match word {
            "M" => builder.move_to(next()?, next()?),
            "L" => builder.line_to(next()?, next()?),
            "Q" => builder.quad_to(next()?, next()?, next()?, next()?),
            "C" => builder.cubic_to(next()?, next()?, next()?, next()?, next()?, next()?),
            "Z" => builder.close(),
            _ => return None,
        }
    }
    builder.finish()
}
