//! What services are about: a fixed list.

/// What a service is about.
pub const CATEGORIES: [(&str, &str); 10] = [
    ("consultation", "Consultation"),
    ("tax-return", "Tax return"),
    ("bookkeeping", "Bookkeeping"),
    ("payroll", "Payroll"),
    ("vat", "VAT and sales tax"),
    ("year-end", "Year-end accounts"),
    ("registration", "Registration"),
    ("review", "Review of what you have"),
    ("planning", "Planning"),
    ("other", "Something else"),
];

pub fn category_name(key: &str) -> Option<&'static str> {
    CATEGORIES.iter().find(|(known, _)| *known == key).map(|(_, words)| *words)
}
