//! What an entry must hold, and how each index of words is asked for it.

/// Tokens joined by and, or, not. Tokens are letters, digits and underscores: nothing to escape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A whole token.
    Whole(String),
    /// A token that begins so.
    Begun(String),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// The first, but not the second.
    But(Box<Self>, Box<Self>),
}

impl Expression {
    /// Asks for nothing: every entry has it.
    pub fn is_bare(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// Both; what is bare adds nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if other.is_bare() => one,
            (one, other) if one.is_bare() => other,
            (Self::All(mut parts), Self::All(more)) => {
                parts.extend(more);
                Self::All(parts)
            }
            (Self::All(mut parts), other) => {
                parts.push(other);
                Self::All(parts)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// The first but not the second. The first must ask for something: neither index can begin
    /// with what is not there.
    #[must_use]
    pub fn but(self, not: Self) -> Self {
        Self::But(Box::new(self), Box::new(not))
    }

    /// At least so many of them.
    pub fn at_least(count: usize, parts: &[Self]) -> Self {
        match (count, parts) {
            (0, _) | (_, []) => Self::All(vec![]),
            (1, _) => Self::Any(parts.to_vec()),
            (_, _) if count >= parts.len() => Self::All(parts.to_vec()),
            (_, [first, rest @ ..]) => {
                let with = first.clone().and(Self::at_least(count - 1, rest));
                Self::Any(vec![with, Self::at_least(count, rest)])
            }
        }
    }

    /// As FTS5 reads it.
    pub fn fts5(&self) -> String {
        let whole = |token: &str| format!("\"{token}\"");
        self.text(&whole, &|token| format!("\"{token}\" *"), [" AND ", " OR ", " NOT "])
    }

    /// As `tsquery` reads it.
    pub fn tsquery(&self) -> String {
        let whole = |token: &str| format!("'{token}'");
        self.text(&whole, &|token| format!("'{token}':*"), [" & ", " | ", " & !"])
    }

    /// As plain text search in the column of tokens.
    pub fn scan(&self) -> String {
        let whole = |token: &str| format!("instr(' ' || e.tokens || ' ', ' {token} ') > 0");
        let begun = |token: &str| format!("instr(' ' || e.tokens, ' {token}') > 0");
        self.text(&whole, &begun, [" AND ", " OR ", " AND NOT "])
    }

    fn text(
        &self,
        whole: &dyn Fn(&str) -> String,
        begun: &dyn Fn(&str) -> String,
        signs: [&str; 3],
    ) -> String {
        let [and, or, not] = signs;
        let join = |parts: &[Self], sign: &str| {
            let parts: Vec<String> =
                parts.iter().map(|part| part.text(whole, begun, signs)).collect();
            match parts.as_slice() {
                [one] => one.clone(),
                _ => format!("({})", parts.join(sign)),
            }
        };
        match self {
            Self::Whole(token) => whole(token),
            Self::Begun(token) => begun(token),
            Self::All(parts) if parts.is_empty() => String::new(),
            Self::All(parts) => join(parts, and),
            Self::Any(parts) => join(parts, or),
            Self::But(one, other) => {
                let [one, other] = [one, other].map(|part| part.text(whole, begun, signs));
                format!("({one}{not}({other}))")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(token: &str) -> Expression {
        Expression::Whole(token.to_owned())
    }

    #[test]
    fn each_index_is_asked_in_its_own_language() {
        let tax = Expression::Any(vec![Expression::Begun("tax".to_owned()), whole("s_tax")]);
        let asked = tax.and(whole("f_co_gb")).but(whole("n_ben"));
        assert_eq!(asked.fts5(), r#"((("tax" * OR "s_tax") AND "f_co_gb") NOT ("n_ben"))"#);
        assert_eq!(asked.tsquery(), "((('tax':* | 's_tax') & 'f_co_gb') & !('n_ben'))");
    }

    #[test]
    fn most_of_several_is_every_choice_of_so_many() {
        let parts = ["a", "b", "c"].map(whole);
        assert_eq!(
            Expression::at_least(2, &parts).fts5(),
            r#"(("a" AND ("b" OR "c")) OR ("b" AND "c"))"#
        );
    }
}
