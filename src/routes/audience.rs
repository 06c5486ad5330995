//! Whom a route answers.

/// Whom a route answers with something else than a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    SignedIn,
    /// Clients and accountants: whoever books, is booked, and has an inbox.
    Members,
    Clients,
    Accountants,
    Admins,
    /// Servers that sign what they send, and no person.
    Machines,
}

impl Audience {
    pub fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Everybody => &["anonymous", "client", "accountant", "admin"],
            Self::SignedIn => &["client", "accountant", "admin"],
            Self::Members => &["client", "accountant"],
            Self::Clients => &["client"],
            Self::Accountants => &["accountant"],
            Self::Admins => &["admin"],
            Self::Machines => &[],
        }
    }
}
