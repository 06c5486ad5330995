//! Who the two hundred are: kin by where names come from, each with looks of its own.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::bust::{Beard, Bust, Clothes, Glasses, Mouth};
use super::shapes::{FACES, Hair};

/// People whose names come from the same languages.
struct NameFamily {
    languages: &'static [&'static str],
    women: usize,
    men: usize,
    skins: &'static [u32],
    inks: &'static [u32],
    /// What only some wear on their heads.
    of_women: &'static [Hair],
    of_men: &'static [Hair],
}

// skin
const S1: u32 = 0xF7_DAC6;
const S2: u32 = 0xF0_C8A8;
const S3: u32 = 0xE4_B08A;
const S4: u32 = 0xD2_976C;
const S5: u32 = 0xB8_7A4E;
const S6: u32 = 0x95_5F3D;
const S7: u32 = 0x72_462C;
const S8: u32 = 0x55_3322;

// hair
const BLACK: u32 = 0x25_2221;
const DARK: u32 = 0x3A_2A23;
const BROWN: u32 = 0x5E_4031;
const CHESTNUT: u32 = 0x7D_4C2C;
const GINGER: u32 = 0xBF_6630;
const BLOND: u32 = 0xD8_B26B;
const STRAW: u32 = 0xE6_CB90;
const GREY: u32 = 0xA9_A8A4;
const WHITE: u32 = 0xDD_DBD5;

#[rustfmt::skip] // a table
const ALL: [NameFamily; 7] = [
    NameFamily { languages: &["en", "ga", "cy", "gd", "de", "nl", "pl", "fr"], women: 32, men: 32, skins: &[S1, S2, S2, S3],
        inks: &[BROWN, BLOND, CHESTNUT, DARK, GINGER, STRAW, GREY, BROWN, WHITE], of_women: &[Hair::Fringe], of_men: &[Hair::Quiff] },
    NameFamily { languages: &["es", "ca", "it", "pt"], women: 14, men: 14, skins: &[S2, S3, S3, S4],
        inks: &[BLACK, DARK, BROWN, DARK, GREY, CHESTNUT], of_women: &[Hair::Wavy], of_men: &[Hair::Curls] },
    NameFamily { languages: &["hi", "ta", "ur"], women: 16, men: 12, skins: &[S4, S5, S5, S6],
        inks: &[BLACK, BLACK, DARK, BLACK, GREY], of_women: &[Hair::Scarf, Hair::Braids], of_men: &[Hair::Parted] },
    NameFamily { languages: &["pa"], women: 4, men: 6, skins: &[S4, S5],
        inks: &[BLACK, DARK, BLACK, GREY], of_women: &[Hair::Long], of_men: &[Hair::Turban, Hair::Turban, Hair::Turban] },
    NameFamily { languages: &["zh"], women: 10, men: 10, skins: &[S1, S2, S3],
        inks: &[BLACK, BLACK, DARK, BLACK, GREY], of_women: &[Hair::Fringe], of_men: &[Hair::Combed] },
    NameFamily { languages: &["ar", "tr"], women: 12, men: 10, skins: &[S3, S4, S5],
        inks: &[BLACK, DARK, BROWN, BLACK, GREY], of_women: &[Hair::Scarf, Hair::Scarf], of_men: &[Hair::Curls] },
    NameFamily { languages: &["en", "fr", "pt", "mi"], women: 14, men: 14, skins: &[S6, S7, S8, S7],
        inks: &[BLACK, BLACK, DARK, BLACK, GREY], of_women: &[Hair::Cloud, Hair::Cloud, Hair::Braids], of_men: &[Hair::Round, Hair::Round, Hair::Cropped] },
];

const OF_WOMEN: [Hair; 7] =
    [Hair::Bob, Hair::Long, Hair::Wavy, Hair::Bun, Hair::Tail, Hair::Pixie, Hair::Shoulder];
const OF_MEN: [Hair; 7] = [
    Hair::Parted,
    Hair::Quiff,
    Hair::Cropped,
    Hair::Combed,
    Hair::Bald,
    Hair::Curls,
    Hair::Shoulder,
];

/// Grounds, each with the disc that stands on it, in the colours of the site.
#[rustfmt::skip] // a table
const GROUNDS: [(u32, u32); 12] = [
    (0xE3_ECD9, 0xC6_D8B4), (0xDC_E8F2, 0xB5_D0E4), (0xF3_E0E4, 0xF2_B6C4), (0xE9_E3F2, 0xCE_C2E4),
    (0xF2_E8D5, 0xE8_CFA0), (0xD9_EEE6, 0xA9_D6C4), (0xF4_E1D6, 0xE9_BFA6), (0xE1_E8EA, 0xB8_C8CD),
    (0xFF_F8DC, 0xFF_E680), (0xE1_EFEF, 0x8F_C4C8), (0x9C_C6C6, 0x7F_D0D6), (0xFF_E680, 0xF2_D35B),
];
const CLOTHS: [u32; 13] = [
    0x0A_5560, 0x24_3B53, 0xF2_D35B, 0xB6_5A3C, 0x1C_6A41, 0x6A_4464, 0xF6_EBD6, 0x3E_6A8E,
    0x77_794A, 0xA8_281E, 0x10_242B, 0x5E_8C8C, 0xD9_8C9C,
];
const SUITS: [u32; 6] = [0x24_3B53, 0x10_242B, 0x4A_5558, 0x0A_5560, 0x6B_5A4A, 0x5A_4464];
const SCARVES: [u32; 8] =
    [0x0A_5560, 0xF2_D35B, 0xB6_5A3C, 0x3E_6A8E, 0x6A_4464, 0x1C_6A41, 0xD9_8C9C, 0xF6_EBD6];

/// The portraits that suit a name of this language, as ranges of their numbers.
pub fn suiting(language: &str, is_woman: bool) -> Vec<std::ops::Range<usize>> {
    let mut from = 0;
    let mut ranges = vec![];
    for kin in &ALL {
        let men = from + kin.women;
        let end = men + kin.men;
        if kin.languages.contains(&language) {
            ranges.push(if is_woman { from..men } else { men..end });
        }
        from = end;
    }
    ranges
}

/// One of the two hundred; `None` for a number above.
pub fn bust(number: usize) -> Option<Bust> {
    let mut at = number;
    for kin in &ALL {
        for (count, is_woman) in [(kin.women, true), (kin.men, false)] {
            if at < count {
                return drawn(kin, is_woman, at, number);
            }
            at -= count;
        }
    }
    None
}

/// What repeats next to each other would be seen (hair, ground) goes round; the rest is drawn.
fn drawn(kin: &NameFamily, is_woman: bool, at: usize, number: usize) -> Option<Bust> {
    let rng = &mut StdRng::seed_from_u64(u64::try_from(number).ok()? * 7919 + 17);
    let (usual, own) = if is_woman { (OF_WOMEN, kin.of_women) } else { (OF_MEN, kin.of_men) };
    let mut styles = [&usual[..], own].concat();
    styles.shuffle(&mut StdRng::seed_from_u64(1));
    let hair = *styles.get(at % styles.len())?;
    let turn = at * 2 + at / styles.len();
    let (ground, disc) = *GROUNDS.get((number * 5) % GROUNDS.len())?;
    let (clothes, cloth) = dressed(hair, is_woman, rng)?;
    Some(Bust {
        ground,
        disc,
        hair,
        hair_ink: *kin.inks.get(turn % kin.inks.len())?,
        clothes,
        cloth,
        beard: if is_woman { Beard::None } else { beard(hair, at)? },
        skin: *kin.skins.choose(rng)?,
        face: FACES.choose(rng)?,
        glasses: *[Glasses::None, Glasses::None, Glasses::None, Glasses::Round, Glasses::Square]
            .choose(rng)?,
        mouth: *[Mouth::Smile, Mouth::Smile, Mouth::Calm, Mouth::Laugh].choose(rng)?,
        scarf: *SCARVES.choose(rng)?,
        has_earrings: is_woman && rng.random_bool(0.5),
        has_lips: is_woman,
    })
}

fn dressed(hair: Hair, is_woman: bool, rng: &mut StdRng) -> Option<(Clothes, u32)> {
    use Clothes::{Blazer, Crew, Open, Roll, Shirt, Tie};
    let choices =
        if is_woman { [Crew, Open, Blazer, Roll, Shirt] } else { [Crew, Shirt, Blazer, Tie, Roll] };
    let clothes = if hair == Hair::Scarf { Crew } else { *choices.choose(rng)? };
    let cloth = match clothes {
        Blazer | Tie => SUITS.choose(rng)?,
        _ => CLOTHS.choose(rng)?,
    };
    Some((clothes, *cloth))
}

fn beard(hair: Hair, at: usize) -> Option<Beard> {
    use Beard::{Full, Goatee, Moustache, None, Stubble};
    const TURN: [Beard; 8] = [None, Full, None, Stubble, None, Goatee, Full, Moustache];
    if hair == Hair::Turban { Some(Full) } else { TURN.get((at * 3 + at / 8) % 8).copied() }
}
