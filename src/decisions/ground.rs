//! The sections of the terms that a decision may rest on.

crate::word_enum! {
    /// A numbered section of `/terms`; the page, the forms and every statement name it alike.
    Ground {
        Insults => "2.1",
        PersonalData => "2.2",
        Fraud => "2.3",
        Spam => "2.4",
        Illegal => "2.5",
        Entitled => "3.1",
        Titles => "3.2",
        Appointments => "3.4",
        Secrecy => "3.6",
        FromBookings => "4.1",
        Close => "4.2",
        Rewards => "4.3",
        AboutService => "4.4",
        UnfoundedNotices => "5.5",
    }
}

impl Ground {
    /// What the section is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Insults => "Threats and insults",
            Self::PersonalData => "Personal data of others",
            Self::Fraud => "Fraud and pretending",
            Self::Spam => "Advertising and writing unasked",
            Self::Illegal => "Illegal content",
            Self::Entitled => "Being entitled to the work",
            Self::Titles => "Titles and memberships",
            Self::Appointments => "Keeping appointments",
            Self::Secrecy => "Professional secrecy",
            Self::FromBookings => "Reviews come from bookings",
            Self::Close => "People close to the accountant",
            Self::Rewards => "Rewards for reviews",
            Self::AboutService => "About the service",
            Self::UnfoundedNotices => "Unfounded notices",
        }
    }

    /// As a statement and a form name it: "Terms 2.2, personal data of others".
    pub fn words(self) -> String {
        let title = self.title();
        let mut letters = title.chars();
        let first = letters.next().map(|letter| letter.to_lowercase().to_string());
        format!("Terms {}, {}{}", self.as_str(), first.unwrap_or_default(), letters.as_str())
    }

    /// All of them, as a form offers them.
    pub fn choices() -> Vec<(&'static str, String)> {
        Self::ALL.iter().map(|ground| (ground.as_str(), ground.words())).collect()
    }

    /// The section itself, on the page of the terms.
    pub fn path(self) -> String {
        format!("/terms#{}", self.anchor())
    }

    pub fn anchor(self) -> String {
        format!("s{}", self.as_str().replace('.', "-"))
    }
}
