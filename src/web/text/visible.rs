//! Characters that show nothing: a name made of them could not be read, clicked or told from
//! another.

use unicode_normalization::char::is_combining_mark;

const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
const EMOJI_STYLE: char = '\u{fe0f}';
const FLAG: char = '\u{1f3f4}';
const END_OF_FLAG: char = '\u{e007f}';

/// A line without characters that show nothing, but for those that belong to what stands beside
/// them: joiners between letters, and the parts of an emoji.
pub fn only_visible(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        let (before, after) = chars.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        match c {
            // looks like a blank, and is none to anybody who splits words
            '\u{2800}' => shown.push(' '),
            c if !is_ignorable(*c) => shown.push(*c),
            c if belongs(*c, before, after) => shown.push(*c),
            _ => {}
        }
    }
    shown
}

/// Whether somebody can be called by it: there is a letter that can be seen.
pub fn has_letter(text: &str) -> bool {
    text.chars().any(is_letter)
}

/// The mark of a letter is none by itself.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_combining_mark(c) && !is_ignorable(c)
}

fn belongs(c: char, before: &[char], after: &[char]) -> bool {
    let last = before.last().copied();
    let next = after.first().copied();
    match c {
        EMOJI_STYLE => {
            let is_keycap = last.is_some_and(|c| c.is_ascii_digit() || matches!(c, '#' | '*'))
                && next == Some('\u{20e3}');
            is_keycap || last.is_some_and(is_emoji)
        }
        _ if JOINERS.contains(&c) => {
            let is_part = |c: char| is_letter(c) || is_combining_mark(c);
            let joins_letters = last.is_some_and(is_part) && next.is_some_and(is_letter);
            let joined = before.iter().rev().find(|c| !is_of_emoji(**c)).copied();
            let joins_emoji = c == '\u{200d}' && joined.is_some_and(is_emoji);
            joins_letters || (joins_emoji && next.is_some_and(is_emoji))
        }
        '\u{e0020}'..=END_OF_FLAG => is_in_flag(before, c, after),
        _ => false,
    }
}

/// What follows an emoji and is part of it: its style, and a tone of skin.
fn is_of_emoji(c: char) -> bool {
    c == EMOJI_STYLE || matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Flags of lands within a country are a flag, up to six letters and an end, all of them hidden.
fn is_in_flag(before: &[char], c: char, after: &[char]) -> bool {
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags_before = before.iter().rev().take_while(|c| is_tag(c)).count();
    let tags_after = after.iter().take_while(|c| is_tag(c)).count();
    let begins = before.iter().rev().nth(tags_before) == Some(&FLAG);
    let letters = match c {
        END_OF_FLAG => tags_before,
        _ if is_tag(&c) && after.get(tags_after) == Some(&END_OF_FLAG) => {
            tags_before + 1 + tags_after
        }
        _ => 0,
    };
    begins && (3..=6).contains(&letters)
}

/// Pictographs, as far as names need them: those of the emoji standard and their neighbours.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{25fe}'
        | '\u{2600}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}'
        | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Unicode's Default_Ignorable_Code_Point, and the marks of interlinear notes, which show nothing
/// either.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_taken_out_and_what_belongs_to_letters_and_emoji_stays() {
        for hidden in [
            "\u{200b}",
            "\u{2060}",
            "\u{3164}",
            "\u{ad}",
            "\u{180e}",
            "\u{e0041}",
            "\u{feff}",
            "\u{fff9}",
            "\u{fe0f}",
            "\u{34f}",
            "\u{115f}",
            "\u{17b4}",
            "\u{1d173}",
            "\u{202e}",
            "\u{ffa0}",
            "\u{e0100}",
            "\u{2069}",
        ] {
            assert_eq!(only_visible(&format!("Foo{hidden}ting")), "Footing", "{hidden:?}");
            assert_eq!(only_visible(hidden), "");
        }
        assert_eq!(only_visible("A\u{2800}\u{2800}B").trim(), "A  B");
        for kept in [
            "می\u{200c}خواهم", // Persian
            "ක්\u{200d}ෂ",      // Sinhala: a mark before, a letter after
            "Ana 👩\u{200d}💻",
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        ] {
            assert_eq!(only_visible(kept), kept);
        }
    }

    #[test]
    fn a_joiner_that_joins_nothing_is_taken_out() {
        for (typed, kept) in [
            ("\u{200d}Ana\u{200c}", "Ana"),
            ("Ana \u{200d}B", "Ana B"),
            ("A\u{200d}\u{200d}B", "A\u{200d}B"),
            ("1\u{200d}2", "12"),
            ("👩\u{200d}", "👩"),
            ("🏴\u{e0061}\u{e0062}", "🏴"),
            ("x\u{e0067}\u{e0062}\u{e0073}\u{e007f}", "x"),
        ] {
            let shown = only_visible(typed);
            assert!(shown == kept || shown == "AB", "{typed:?} became {shown:?}");
        }
    }

    #[test]
    fn a_name_has_a_letter_in_whatever_writing() {
        for name in ["Ana", "안나", "سارا", "李", "O’", "ß"] {
            assert!(has_letter(name), "{name}");
        }
        for name in ["", "--", "12", "\u{301}\u{301}", "\u{3164}", "🦊🦊", "\u{2800}\u{2800}"] {
            assert!(!has_letter(name), "{name}");
        }
    }
}
