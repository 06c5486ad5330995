//! What search engines read of a page (schema.org), as a data block.

use askama::filters::HtmlSafe;
use serde_json::{Value, json};

use crate::accountants::{Accountant, choices};
use crate::reviews::Totals;

/// JSON that can stand inside `<script type="application/ld+json">`: no tag can end it.
pub struct JsonLd(String);

impl JsonLd {
    fn new(value: &Value) -> Self {
        Self(
            value
                .to_string()
                .replace('<', "\\u003c")
                .replace('>', "\\u003e")
                .replace('&', "\\u0026"),
        )
    }

    /// An accountant's page. A rating joins when there is one.
    pub fn accountant(
        accountant: &Accountant,
        languages: &[&str],
        totals: &Totals,
        base_url: &str,
    ) -> Self {
        let url = format!("{base_url}/accountants/{}", accountant.slug);
        let mut value = json!({
            "@context": "https://schema.org",
            "@type": "AccountingService",
            "@id": url,
            "url": url,
            "name": accountant.display_name,
            "description": accountant.headline,
            "address": {
                "@type": "PostalAddress",
                "addressLocality": accountant.place,
                "addressCountry": accountant.country,
            },
            "areaServed": choices::country_name(&accountant.country),
            "knowsLanguage": languages,
        });
        if let (Some(photo), Some(object)) = (&accountant.photo, value.as_object_mut()) {
            object.insert("image".to_owned(), json!(format!("{base_url}/photos/{photo}-384")));
        }
        if let (true, Some(object)) = (totals.has_any(), value.as_object_mut()) {
            let rating = json!({
                "@type": "AggregateRating",
                "ratingValue": totals.score_figure(),
                "reviewCount": totals.counted,
                "bestRating": 5,
                "worstRating": 1,
            });
            object.insert("aggregateRating".to_owned(), rating);
        }
        Self::new(&value)
    }
}

impl std::fmt::Display for JsonLd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for JsonLd {}
