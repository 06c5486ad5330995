//! The questions of a service as the browser sends them: three fields a line, in order.

use super::{NewQuestion, Question, QuestionKind};
use crate::web::text;

const LEAST_CHOICES: usize = 2;
const MOST_CHOICES: usize = 12;

/// Lines of the form; one without a text is no question, one without choices has none.
#[derive(Debug, Clone, Copy)]
pub struct QuestionRows<'a> {
    pub texts: &'a [String],
    pub kinds: &'a [String],
    pub choices: &'a [String],
}

impl<'a> QuestionRows<'a> {
    /// Text, kind and choices of one line.
    pub fn row(self, at: usize) -> [&'a str; 3] {
        [self.texts, self.kinds, self.choices]
            .map(|column| column.get(at).map_or("", String::as_str))
    }

    pub fn parse(self) -> Result<Vec<NewQuestion>, String> {
        let rows = (0..self.texts.len()).map(|at| self.row(at));
        let asked: Vec<_> = rows.filter(|[text, ..]| !text.trim().is_empty()).collect();
        if asked.len() > Question::MOST {
            return Err("Ask at most 10 questions.".to_owned());
        }
        asked.into_iter().map(|[text, kind, choices]| read(text, kind, choices)).collect()
    }
}

fn read(question: &str, kind: &str, choices: &str) -> Result<NewQuestion, String> {
    let question = text::line("A question", question, 3, 200)?;
    let kind = match kind {
        "" => QuestionKind::Short,
        kind => QuestionKind::parse(kind)
            .ok_or(format!("Choose from the list how “{question}” is answered."))?,
    };
    let choices = match kind {
        QuestionKind::Choice => read_choices(&question, choices)?,
        _ => vec![],
    };
    Ok(NewQuestion { kind, text: question, choices })
}

fn read_choices(question: &str, typed: &str) -> Result<Vec<String>, String> {
    let typed = text::lines(&format!("The list of “{question}”"), typed, 0, 500)?;
    let mut choices: Vec<String> = vec![];
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !choices.iter().any(|choice| choice == line) {
            choices.push(line.to_owned());
        }
    }
    match choices.len() {
        LEAST_CHOICES..=MOST_CHOICES => Ok(choices),
        _ => Err(format!(
            "Write {LEAST_CHOICES} to {MOST_CHOICES} answers for “{question}”, one a line."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rows: &[[&str; 3]]) -> Result<Vec<NewQuestion>, String> {
        let [texts, kinds, choices] =
            [0, 1, 2].map(|at| rows.iter().map(|row| row[at].to_owned()).collect::<Vec<_>>());
        QuestionRows { texts: &texts, kinds: &kinds, choices: &choices }.parse()
    }

    #[test]
    fn empty_lines_are_no_questions_and_the_rest_keeps_its_order() {
        let read = parse(&[
            ["First let?", "yes_no", "left over"],
            [" ", "short", ""],
            ["Which year?", "choice", "2025\n\n2026\n2025"],
            ["Anything else?", "long", ""],
        ])
        .unwrap();
        let texts: Vec<&str> = read.iter().map(|question| &*question.text).collect();
        assert_eq!(texts, ["First let?", "Which year?", "Anything else?"]);
        assert_eq!(read[0].choices, Vec::<String>::new());
        assert_eq!(read[1].choices, ["2025", "2026"]);
    }

    #[test]
    fn a_pair_without_its_list_is_read_unless_it_needs_one() {
        let pair = |kind: &str| {
            let (texts, kinds) = (["Which year?".to_owned()], [kind.to_owned()]);
            QuestionRows { texts: &texts, kinds: &kinds, choices: &[] }.parse()
        };
        assert_eq!(pair("short").unwrap().len(), 1);
        assert!(pair("choice").unwrap_err().contains("one a line"));
    }

    #[test]
    fn too_many_questions_unknown_kinds_and_long_texts_are_refused() {
        assert!(parse(&[["Why?", "short", ""]; 11]).is_err());
        assert!(parse(&[["Why?", "essay", ""]]).is_err());
        assert!(parse(&[[&*"x".repeat(201), "short", ""]]).is_err());
        assert!(parse(&[["Why?", "choice", &*"x".repeat(501)]]).is_err());
    }
}
