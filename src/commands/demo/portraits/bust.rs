//! One drawn person: what is chosen about them, and the order in which it is drawn.

use super::ink::{Drawing, shade};
use super::shapes::{self as s, Hair};

/// What one portrait shows. Colours are 0xRRGGBB.
#[derive(Debug, Clone)]
pub struct Bust {
    pub ground: u32,
    pub disc: u32,
    pub skin: u32,
    pub hair: Hair,
    pub hair_ink: u32,
    pub face: &'static str,
    pub beard: Beard,
    pub glasses: Glasses,
    pub mouth: Mouth,
    pub clothes: Clothes,
    pub cloth: u32,
    pub scarf: u32,
    pub has_earrings: bool,
    pub has_lips: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beard {
    None,
    Stubble,
    Moustache,
    Goatee,
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glasses {
    None,
    Round,
    Square,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouth {
    Smile,
    Calm,
    Laugh,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clothes {
    Crew,
    Shirt,
    Blazer,
    Tie,
    Roll,
    Open,
}

const DARK: u32 = 0x2A_2320;
const WHITE: u32 = 0xFF_FDF8;

impl Bust {
    /// The picture as a PNG of so many pixels a side.
    pub fn png(&self, side: u16) -> Option<Vec<u8>> {
        let mut on = Drawing::new(side, self.ground)?;
        on.oval([100.0, 104.0, 84.0, 84.0], self.disc);
        on.fill(self.hair.behind(), self.hair_ink);
        self.bust(&mut on);
        self.head(&mut on);
        self.features(&mut on);
        self.crown(&mut on);
        on.into_png()
    }

    fn bust(&self, on: &mut Drawing) {
        let (dark, under) = (shade(self.cloth, 16), shade(self.skin, 16));
        on.fill(s::SHOULDERS, self.cloth);
        on.fill(s::NECK, self.skin);
        on.fill(s::NECK_SHADE, under);
        match self.clothes {
            Clothes::Crew => on.line(s::CREW, dark, 5.0),
            Clothes::Open => {
                on.fill(s::OPENING, self.skin);
                on.line_both(s::OPENING_EDGE, dark, 4.0);
            }
            Clothes::Shirt => on.fill_both(s::COLLAR, shade(self.cloth, 10)),
            Clothes::Roll => {
                on.fill(s::ROLL, self.cloth);
                on.line(s::ROLL_EDGE, dark, 3.0);
            }
            Clothes::Blazer | Clothes::Tie => {
                on.fill(s::FRONT, WHITE);
                if self.clothes == Clothes::Tie {
                    on.fill(s::TIE, self.scarf);
                }
                on.fill_both(s::LAPEL, dark);
                on.fill_both(s::COLLAR, WHITE);
                on.line_both(s::COLLAR_EDGE, 0xD9_DAD3, 1.6);
            }
        }
    }

    fn head(&self, on: &mut Drawing) {
        if self.hair == Hair::Scarf {
            on.fill(s::SCARF, self.scarf);
            on.fill(s::SCARF_FOLD, shade(self.scarf, 12));
        } else {
            on.ovals_both([66.0, 93.0, 6.5, 9.5], self.skin, 1.0);
            on.ovals_both([66.0, 93.5, 3.0, 5.0], shade(self.skin, 14), 1.0);
        }
        on.fill(self.face, self.skin);
        if self.has_earrings && self.hair != Hair::Scarf {
            on.ovals_both([65.0, 106.0, 3.0, 3.0], 0xF2_D35B, 1.0);
        }
    }

    fn features(&self, on: &mut Drawing) {
        let ink = self.hair_ink;
        on.ovals_both([79.0, 105.0, 7.5, 5.5], 0xE0_6A5A, 0.22);
        match self.beard {
            Beard::None => {}
            Beard::Stubble => on.glaze(s::BEARD, ink, 0.22),
            Beard::Moustache => on.fill(s::MOUSTACHE, ink),
            Beard::Goatee => {
                on.fill(s::GOATEE, ink);
                on.fill(s::MOUSTACHE, ink);
            }
            Beard::Full => {
                on.fill(s::BEARD, ink);
                on.fill(s::MOUSTACHE, shade(ink, 12));
            }
        }
        self.mouth(on);
        self.eyes(on);
    }

    fn mouth(&self, on: &mut Drawing) {
        let lips = if self.has_lips { 0xB4_4A50 } else { shade(self.skin, 45) };
        let lips = if self.beard == Beard::Full { 0xD9_8C7E } else { lips };
        match self.mouth {
            Mouth::Smile => on.line(s::SMILE, lips, 3.4),
            Mouth::Calm => on.line(s::CALM, lips, 3.4),
            Mouth::Laugh => {
                on.fill(s::LAUGH, 0x7A_2E32);
                on.fill(s::TEETH, WHITE);
            }
        }
    }

    fn eyes(&self, on: &mut Drawing) {
        on.line(s::NOSE, shade(self.skin, 22), 3.0);
        on.ovals_both([86.0, 91.0, 3.4, 4.0], DARK, 1.0);
        // fair brows would not be seen
        let is_fair = self.hair_ink > 0xC0_0000;
        let brow = shade(self.hair_ink, if is_fair { 35 } else { 10 });
        on.line_both(s::BROW, brow, 3.2);
        if self.has_lips {
            on.line_both(s::LASH, DARK, 2.2);
        }
        match self.glasses {
            Glasses::None => {}
            Glasses::Round => {
                on.line_both(s::ROUND, DARK, 2.6);
                on.line(s::BRIDGE, DARK, 2.6);
            }
            Glasses::Square => {
                on.line_both(s::SQUARE, DARK, 3.0);
                on.line(s::BRIDGE, DARK, 3.0);
            }
        }
    }

    /// What lies on the head.
    fn crown(&self, on: &mut Drawing) {
        match self.hair {
            Hair::Scarf => on.line(s::SCARF_BAND, shade(self.scarf, 25), 4.0),
            Hair::Turban => {
                on.fill(s::TURBAN, self.scarf);
                on.fill(s::TURBAN_PEAK, shade(self.scarf, 14));
                on.line_both(s::TURBAN_FOLD, shade(self.scarf, 22), 2.4);
            }
            hair => {
                on.fill(hair.before(), self.hair_ink);
                on.fill_both(hair.sides(), self.hair_ink);
                for curl in hair.curls() {
                    on.oval(*curl, self.hair_ink);
                }
                on.line(hair.strand(), shade(self.hair_ink, 20), 2.4);
            }
        }
    }
}
