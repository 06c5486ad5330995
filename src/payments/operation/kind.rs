//! What can be asked of Stripe.

crate::word_enum! {
    OperationKind {
        CreateAccount => "create_account",
        CreateSession => "create_session",
        ExpireSession => "expire_session",
        Capture => "capture",
        Cancel => "cancel",
        Refund => "refund",
        Transfer => "transfer",
        Reversal => "reversal",
    }
}

impl OperationKind {
    pub fn words(self) -> &'static str {
        match self {
            Self::CreateAccount => "Making an account",
            Self::CreateSession => "Making the page to pay on",
            Self::ExpireSession => "Closing the page to pay on",
            Self::Capture => "Charging the card",
            Self::Cancel => "Letting the card go",
            Self::Refund => "Returning money",
            Self::Transfer => "Sending the accountant's part",
            Self::Reversal => "Taking the accountant's part back",
        }
    }
}
