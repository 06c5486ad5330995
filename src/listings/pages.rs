//! Pages of the practice.

use askama::Template;

use super::forms::STEPS;
use super::{CATEGORIES, Question, QuestionKind, Service, ServiceForm};
use crate::money::CURRENCIES;
use crate::web::FieldErrors;

/// What is left of a page that was taken down for good.
#[derive(Template)]
#[template(path = "listings/closed.html")]
pub struct ClosedPage;

#[derive(Template)]
#[template(path = "listings/services.html")]
pub struct ServicesPage {
    pub services: Vec<Service>,
}

/// The form of a new service, or of one that is there.
#[derive(Template)]
#[template(path = "listings/service_form.html")]
pub struct ServiceFormPage {
    pub service: Option<Service>,
    pub form: ServiceForm,
    pub errors: FieldErrors,
    /// Why the state could not change, if that was tried.
    pub refusal: Option<String>,
}

impl ServiceFormPage {
    fn action(&self) -> String {
        let id = self.service.as_ref().map(|service| service.id);
        id.map_or("/practice/services".to_owned(), crate::web::paths::service)
    }

    fn categories(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Choose one")].into_iter().chain(CATEGORIES).collect()
    }

    fn steps(&self) -> Vec<(String, String)> {
        let every = STEPS.iter().map(|step| (step.to_string(), format!("Every {step} minutes")));
        [(String::new(), "Right after each other".to_owned())].into_iter().chain(every).collect()
    }

    fn currencies(&self) -> Vec<(&'static str, &'static str)> {
        CURRENCIES.iter().map(|(code, _, _)| (*code, *code)).collect()
    }

    fn price_kinds(&self) -> [(&'static str, &'static str); 3] {
        [
            ("fixed", "A fixed price"),
            ("free", "Free"),
            ("quote", "By quote: you make each client an offer"),
        ]
    }

    fn mode_list(&self) -> [(&'static str, &'static str); 3] {
        [("video", "Video call"), ("phone", "Phone call"), ("in_person", "In person")]
    }

    /// Whether something is said of meeting for this service alone, or was just typed.
    fn says_meeting(&self) -> bool {
        let given = self.form.meet_video.iter().chain(&self.form.meet_phone);
        let fields = ["meet_video", "meet_phone", "meet_place"];
        given.into_iter().any(|value| !value.is_empty())
            || !self.form.meet_place.is_empty()
            || fields.iter().any(|field| self.errors.get(field).is_some())
    }

    /// What stands in each line for a question, typed or blank.
    fn question_rows(&self) -> Vec<(usize, [&str; 3])> {
        (1..=Question::MOST).map(|n| (n, self.form.questions().row(n - 1))).collect()
    }

    fn question_kinds(&self) -> Vec<(&'static str, &'static str)> {
        QuestionKind::ALL.iter().map(|kind| (kind.as_str(), kind.words())).collect()
    }

    fn accepts(&self) -> [(&'static str, &'static str); 2] {
        [("request", "You accept each request"), ("instant", "A free time is booked at once")]
    }

    fn policies(&self) -> [(&'static str, &'static str); 3] {
        use super::Policy::{Flexible, Standard, Strict};
        [("standard", Standard.words()), ("flexible", Flexible.words()), ("strict", Strict.words())]
    }
}
