//! What stands in a page: its forms with their fields, and where its links lead.

#[derive(Clone, Debug, Default)]
pub struct Field {
    pub name: String,
    /// Type of the input, or the element; of a text what keyboard it asks for, if it says so.
    pub kind: String,
    pub value: String,
    pub options: Vec<String>,
    pub is_checked: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Form {
    pub action: String,
    pub is_post: bool,
    pub is_upload: bool,
    pub fields: Vec<Field>,
}

/// The tags of a page, each without its brackets. Our templates escape every bracket in a value.
fn tags(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = page.split('<').skip(1);
    parts.map(|part| part.split_once('>').unwrap_or((part, "")))
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    Some(plain(value))
}

fn plain(text: &str) -> String {
    let named = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The addresses of this site that the page names.
pub fn links(page: &str) -> Vec<String> {
    let of = |tag: &str| {
        ["href", "action", "src", "value"].into_iter().find_map(|name| attribute(tag, name)).map(
            |link| {
                // mails name the whole address
                match link.strip_prefix("http://") {
                    Some(rest) => rest.find('/').map_or(String::new(), |at| rest[at..].to_owned()),
                    None => link,
                }
            },
        )
    };
    let links = tags(page).filter_map(|(tag, _)| of(tag));
    links.filter(|link| link.starts_with('/') && !link.starts_with("//")).collect()
}

pub fn forms(page: &str) -> Vec<Form> {
    let (mut forms, mut open) = (vec![], None::<Form>);
    for (tag, after) in tags(page) {
        let name = tag.split([' ', '\n', '/']).next().unwrap_or("");
        if name == "form" {
            open = attribute(tag, "action").map(|action| Form {
                action,
                is_post: attribute(tag, "method").is_some_and(|method| method == "post"),
                is_upload: tag.contains("multipart"),
                fields: vec![],
            });
        }
        let Some(form) = &mut open else { continue };
        match name {
            "input" | "textarea" | "select" | "button" => {
                form.fields.extend(field(tag, name, after))
            }
            "option" => {
                let value = attribute(tag, "value").unwrap_or_else(|| plain(after.trim()));
                if let Some(field) = form.fields.last_mut() {
                    if tag.contains(" selected") {
                        field.value.clone_from(&value);
                    }
                    field.options.push(value);
                }
            }
            // the end of a form
            "" if tag == "/form" => forms.extend(open.take()),
            _ => {}
        }
    }
    forms
}

fn field(tag: &str, element: &str, after: &str) -> Option<Field> {
    let name = attribute(tag, "name")?;
    let kind = match element {
        "input" => attribute(tag, "inputmode").or(attribute(tag, "type"))?,
        other => other.to_owned(),
    };
    let value = match element {
        "textarea" => plain(after),
        _ => attribute(tag, "value").unwrap_or_default(),
    };
    Some(Field { name, kind, value, options: vec![], is_checked: tag.contains(" checked") })
}

impl Form {
    /// What a browser sends when somebody fills the form in and presses one of its buttons.
    pub fn filled(&self, chance: &mut super::chance::Chance) -> Vec<Field> {
        let button = self.fields.iter().filter(|field| field.kind == "button").count();
        let (pressed, mut buttons) = (chance.below(button), 0);
        let mut sent: Vec<Field> = vec![];
        for field in &self.fields {
            let mut field = field.clone();
            match field.kind.as_str() {
                "button" => {
                    buttons += 1;
                    if buttons - 1 != pressed {
                        continue;
                    }
                }
                "radio" => {
                    let taken = sent.iter().position(|one| one.name == field.name);
                    match taken {
                        Some(at) if chance.one_in(3) => sent[at].value = field.value,
                        Some(_) => {}
                        None => sent.push(field),
                    }
                    continue;
                }
                "checkbox" if field.is_checked == chance.one_in(8) => continue,
                "file" => continue,
                "select" if chance.one_in(4) || field.value.is_empty() => {
                    field.value = chance.pick(&field.options).cloned().unwrap_or_default();
                }
                "hidden" | "select" | "checkbox" => {}
                _ if field.value.is_empty() || chance.one_in(6) => {
                    field.value = super::values::sensible(chance, &field);
                }
                _ => {}
            }
            sent.push(field);
        }
        sent
    }
}
