//! What people write about themselves, as HTML that can do nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags: HashSet<&str> =
        ["p", "br", "em", "strong", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "code", "hr"]
            .into();
    let mut builder = Builder::default();
    builder
        .tags(tags)
        .generic_attributes(HashSet::new())
        .tag_attributes([("a", HashSet::from(["href"]))].into())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    builder
});

/// Cleaned HTML: the one type a template may show without escaping.
pub struct Markdown(String);

impl Markdown {
    pub fn render(text: &str) -> Self {
        // a page has one h1 and its own h2, so people's headings begin below
        let events = Parser::new(text).map(|event| match event {
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                Event::Start(Tag::Heading { level: lowered(level), id, classes, attrs })
            }
            Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
            other => other,
        });
        let mut out = String::new();
        html::push_html(&mut out, events);
        Self(CLEANER.clean(&out).to_string())
    }
}

impl std::fmt::Display for Markdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markdown {}

fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_people_can_do_nothing() {
        let hostile = "# Hi\n<script>alert(1)</script><img src=x onerror=alert(1)>\n\n\
                       [x](javascript:alert(1)) <b style=\"x\">b</b> [ok](https://example.com)";
        let html = Markdown::render(hostile).0;
        for forbidden in ["script", "img", "onerror", "javascript", "style", "<h1"] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
        assert!(html.contains("<h3>Hi</h3>"));
        assert!(html.contains("rel=\"noopener noreferrer nofollow ugc\""));
    }
}
