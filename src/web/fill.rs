//! Puts typed values back into a page's form, whichever page and form it is.
//!
//! Works on the finished page, so that no handler has to know about it. Fields are found by name, in
//! the order in which they were typed; hidden ones, files and passwords stay as the page made them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use lol_html::html_content::{ContentType, Element};
use lol_html::{HtmlRewriter, Settings, element};

use crate::error::{Error, Result};

/// The values still to be put back, by name.
struct TypedValues {
    values: HashMap<String, Vec<String>>,
    /// How many text fields of a name were filled.
    filled: HashMap<String, usize>,
    /// The name of the selection that is being read.
    select: String,
    has_form: bool,
}

impl TypedValues {
    fn next(&mut self, name: &str) -> Option<String> {
        let filled = self.filled.entry(name.to_owned()).or_default();
        let value = self.values.get(name)?.get(*filled)?.clone();
        *filled += 1;
        Some(value)
    }

    fn holds(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|typed| typed == value))
    }
}

/// The page with `fields` in the form that posts to `action`, and `note` at its beginning.
pub fn fill_form(
    page: &[u8],
    action: &str,
    fields: &[(String, String)],
    note: &str,
) -> Result<Vec<u8>> {
    let mut values: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in fields {
        values.entry(name.clone()).or_default().push(value.clone());
    }
    let typed =
        TypedValues { values, filled: HashMap::new(), select: String::new(), has_form: false };
    let typed = Rc::new(RefCell::new(typed));
    let form = format!("form[action=\"{}\"]", action.replace(['"', '\\'], ""));
    let mut filled = vec![];
    let settings = Settings::new()
        .with_strict(false)
        .append_element_content_handler(element!(form.clone(), |form| {
            if !std::mem::replace(&mut typed.borrow_mut().has_form, true) {
                form.prepend(note, ContentType::Html);
            }
            Ok(())
        }))
        .append_element_content_handler(element!(format!("{form} input"), |input| {
            fill_input(input, &mut typed.borrow_mut())
        }))
        .append_element_content_handler(element!(format!("{form} textarea"), |area| {
            let name = area.get_attribute("name").unwrap_or_default();
            if let Some(value) = typed.borrow_mut().next(&name) {
                area.set_inner_content(&format!("\n{value}"), ContentType::Text);
            }
            Ok(())
        }))
        .append_element_content_handler(element!(format!("{form} select"), |select| {
            typed.borrow_mut().select = select.get_attribute("name").unwrap_or_default();
            Ok(())
        }))
        .append_element_content_handler(element!(format!("{form} select option"), |option| {
            let typed = typed.borrow();
            if typed.values.contains_key(&typed.select) {
                let value = option.get_attribute("value").unwrap_or_default();
                mark(option, "selected", typed.holds(&typed.select, &value))?;
            }
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| filled.extend_from_slice(piece));
    rewriter.write(page).map_err(Error::internal)?;
    rewriter.end().map_err(Error::internal)?;
    Ok(filled)
}

fn fill_input(
    input: &mut Element<'_, '_>,
    typed: &mut TypedValues,
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let name = input.get_attribute("name").unwrap_or_default();
    let kind = input.get_attribute("type").unwrap_or_default();
    match kind.as_str() {
        "hidden" | "file" | "password" | "submit" => {}
        "radio" | "checkbox" => {
            let value = input.get_attribute("value").unwrap_or_else(|| "on".to_owned());
            mark(input, "checked", typed.holds(&name, &value))?;
        }
        _ => {
            if let Some(value) = typed.next(&name) {
                input.set_attribute("value", &value)?;
            }
        }
    }
    Ok(())
}

fn mark(
    element: &mut Element<'_, '_>,
    name: &str,
    is_set: bool,
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match is_set {
        true => element.set_attribute(name, "")?,
        false => element.remove_attribute(name),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<h1>Add</h1><form action="/other"><input name="note" value="theirs"></form>
<form method="post" action="/add"><input type="hidden" name="csrf" value="fresh">
<input name="from" value=""><input name="from" value=""><input type="radio" name="mode" value="video" checked>
<input type="radio" name="mode" value="phone"><textarea name="note">
old</textarea><select name="zone"><option value="UTC" selected>UTC</option><option value="Asia/Tokyo">Tokyo</option></select>
<input type="checkbox" name="paused"><input type="password" name="password"></form>"#;

    fn filled(fields: &[(&str, &str)]) -> String {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        String::from_utf8(fill_form(PAGE.as_bytes(), "/add", &fields, "<p>Kept</p>").unwrap())
            .unwrap()
    }

    #[test]
    fn each_kind_of_field_holds_again_what_was_typed() {
        let page = filled(&[
            ("csrf", "stale"),
            ("from", "09:00"),
            ("from", "13:30"),
            ("mode", "phone"),
            ("note", "Two <flats> & \"more\""),
            ("zone", "Asia/Tokyo"),
            ("paused", "on"),
            ("password", "secret words"),
        ]);
        for part in [
            r#"<form method="post" action="/add"><p>Kept</p>"#,
            r#"name="csrf" value="fresh""#,
            r#"<input name="from" value="09:00"><input name="from" value="13:30">"#,
            r#"value="video">"#,
            r#"value="phone" checked="">"#,
            "Two &lt;flats&gt; &amp;",
            r#"<option value="UTC">"#,
            r#"<option value="Asia/Tokyo" selected="">"#,
            r#"name="paused" checked="">"#,
            r#"<input name="note" value="theirs">"#,
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("secret words"));
    }

    #[test]
    fn what_was_typed_cannot_become_markup() {
        let page = filled(&[("from", "\"><script>1</script>"), ("note", "</textarea><script>2")]);
        let page = scraper::Html::parse_document(&page);
        let script = scraper::Selector::parse("script").unwrap();
        assert_eq!(page.select(&script).count(), 0, "{}", page.html());
    }

    #[test]
    fn a_page_without_the_form_stays_as_it_is() {
        let fields = [("note".to_owned(), "x".to_owned())];
        let page = fill_form(b"<p>nothing</p>", "/add", &fields, "<p>Kept</p>").unwrap();
        assert_eq!(page, b"<p>nothing</p>");
    }
}
