//! Who runs the site: shown on papers, on the legal pages and in security.txt.

use super::Settings;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operator {
    pub name: Option<String>,
    /// Where they are, in one line.
    pub address: Option<String>,
    pub vat_id: Option<String>,
    /// An address of mail or a page.
    pub contact: Option<String>,
}

impl Operator {
    pub(super) fn read(settings: &Settings) -> Result<Self, String> {
        let own = |name: &str, value: &Option<String>, most: usize| {
            let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty());
            let is_fine = |value: &&str| {
                value.chars().count() <= most && !value.chars().any(char::is_control)
            };
            match value {
                Some(value) if !is_fine(&value) => {
                    Err(format!("{name} must be one line of at most {most} characters"))
                }
                value => Ok(value.map(str::to_owned)),
            }
        };
        let contact = own("FOOTING_OPERATOR_CONTACT", &settings.operator_contact, 200)?;
        let is_reachable = |word: &String| word.contains('@') || word.starts_with("https://");
        if contact.as_ref().is_some_and(|word| !is_reachable(word)) {
            return Err(
                "FOOTING_OPERATOR_CONTACT must be an address of mail or of an https page".into()
            );
        }
        Ok(Self {
            name: own("FOOTING_OPERATOR_NAME", &settings.operator_name, 120)?,
            address: own("FOOTING_OPERATOR_ADDRESS", &settings.operator_address, 300)?,
            vat_id: own("FOOTING_OPERATOR_VAT_ID", &settings.operator_vat_id, 20)?,
            contact,
        })
    }
}
