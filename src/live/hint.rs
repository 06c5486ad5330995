//! What a push says: a kind and two numbers.

crate::word_enum! {
    /// What has changed: row `number` was written into a conversation; the marks of person `number`
    /// in one moved; person `number` writes in one; a person came or went; a booking changed.
    HintKind {
        Row => "row",
        Marks => "marks",
        Typing => "typing",
        Presence => "presence",
        Booking => "booking",
    }
}

/// Under 200 bytes as text, and without content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    pub kind: HintKind,
    pub object: i64,
    pub number: i64,
}

impl Hint {
    pub fn new(kind: HintKind, object: i64, number: i64) -> Self {
        Self { kind, object, number }
    }

    pub fn write(self) -> String {
        format!("{}.{}.{}", self.kind.as_str(), self.object, self.number)
    }

    pub fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('.')?;
        let (object, number) = rest.split_once('.')?;
        Some(Self {
            kind: HintKind::parse(kind)?,
            object: object.parse().ok()?,
            number: number.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_comes_back_as_it_was_written_and_nothing_else_is_one() {
        let hint = Hint::new(HintKind::Row, i64::MAX, i64::MIN);
        assert!(hint.write().len() < 200);
        assert_eq!(Hint::read(&hint.write()), Some(hint));
        for other in ["", "row", "row.1", "row.x.1", "nothing.1.2", "row.1.2.3"] {
            assert_eq!(Hint::read(other), None, "{other}");
        }
    }
}
