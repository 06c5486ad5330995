//! The qualifications that can be checked. A registration that everybody gets who asks, such as a
//! PTIN, is none and is not among them.

crate::word_enum! {
    CredentialKind {
        Chartered => "chartered",
        Cpa => "cpa",
        Certified => "certified",
        Management => "management",
        Tax => "tax",
        Auditor => "auditor",
        Technician => "technician",
        Bookkeeper => "bookkeeper",
        EnrolledAgent => "enrolled-agent",
        Lawyer => "lawyer",
    }
}

impl CredentialKind {
    /// Key and words, as forms and filters offer them.
    pub const CHOICES: [(&'static str, &'static str); 10] = [
        ("chartered", "Chartered accountant"),
        ("cpa", "Certified public accountant (CPA)"),
        ("certified", "Certified accountant"),
        ("management", "Management accountant"),
        ("tax", "Tax adviser"),
        ("auditor", "Auditor"),
        ("technician", "Accounting technician"),
        ("bookkeeper", "Bookkeeper"),
        ("enrolled-agent", "Enrolled agent"),
        ("lawyer", "Lawyer"),
    ];

    pub fn words(self) -> &'static str {
        crate::accountants::choices::label(&Self::CHOICES, self.as_str()).unwrap_or("Credential")
    }
}

/// Numbers and names of registrations that show no qualification, as single words.
const REGISTRATIONS: [&str; 10] =
    ["ptin", "efin", "ein", "itin", "utr", "vat", "gst", "abn", "siren", "caf"];

/// Whether a register is one of those.
pub fn is_mere_registration(register: &str, number: &str) -> bool {
    let text = format!("{register} {number}").to_lowercase();
    let is_ptin = {
        let digits = number.trim().strip_prefix(['P', 'p']).unwrap_or_default();
        digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let words = || text.split(|c: char| !c.is_alphanumeric());
    is_ptin
        || words().any(|word| REGISTRATIONS.contains(&word))
        || text.contains("preparer tax identification")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_words_and_a_ptin_is_none_of_them() {
        for kind in CredentialKind::ALL {
            assert_ne!(kind.words(), "Credential", "{kind:?}");
        }
        assert_eq!(CredentialKind::ALL.len(), CredentialKind::CHOICES.len());
        for (register, number) in
            [("IRS PTIN", "P01234567"), ("IRS", "p01234567"), ("HMRC VAT", "GB 1")]
        {
            assert!(is_mere_registration(register, number), "{register} {number}");
        }
        for (register, number) in
            [("ICAEW", "P0123"), ("IRS Office of Enrollment", "00123456-EA"), ("Private", "1")]
        {
            assert!(!is_mere_registration(register, number), "{register} {number}");
        }
    }
}
