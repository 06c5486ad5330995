//! What the browser sent about a service.

use serde::Deserialize;
use validator::Validate;

use super::question_form::QuestionRows;
use super::{
    Accept, Mode, Modes, NewQuestion, Policy, PriceKind, Question, Service, ServiceDraft,
    ServiceState,
};
use crate::accountants::Meeting;
use crate::money::Money;
use crate::web::keys::SentForm;
use crate::web::{FieldErrors, checks, text};

/// The form of one service, exactly as the browser sent it.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ServiceForm {
    #[validate(custom(function = checks::line::<5, 80>, message = "Title"))]
    pub title: String,
    pub category: String,
    #[validate(custom(function = checks::lines::<20, 3_000>, message = "Description"))]
    pub description: String,
    #[validate(custom(function = checks::minutes::<5, 480>))]
    pub duration: String,
    pub step: String,
    #[validate(custom(function = checks::minutes_if_any::<0, 120>))]
    pub buffer_before: String,
    #[validate(custom(function = checks::minutes_if_any::<0, 120>))]
    pub buffer_after: String,
    pub price_kind: String,
    pub price: String,
    pub currency: String,
    pub modes: Vec<String>,
    /// A choice, and the link or number of one's own.
    pub meet_video: Vec<String>,
    pub meet_phone: Vec<String>,
    pub meet_place: String,
    pub accept: String,
    pub policy: String,
    pub question_text: Vec<String>,
    pub question_kind: Vec<String>,
    /// What can be chosen, one a line.
    pub question_choices: Vec<String>,
    pub state: String,
    pub key: String,
}

/// A checked service.
#[derive(Debug, Clone, PartialEq)]
pub struct NewService {
    pub title: String,
    pub category: &'static str,
    pub description: String,
    pub duration: i32,
    pub step: Option<i32>,
    pub buffer_before: i32,
    pub buffer_after: i32,
    pub price_kind: PriceKind,
    pub price: Money,
    pub modes: Modes,
    pub accept: Accept,
    pub policy: Policy,
    pub questions: Vec<NewQuestion>,
    /// Kept by a verb of its own, which seals it.
    pub meeting: Meeting,
}

/// The steps that slots can begin at, in minutes; none means the duration.
pub const STEPS: [i32; 7] = [5, 10, 15, 20, 30, 45, 60];

const FROM_LIST: &str = "Choose one of the list.";

impl ServiceForm {
    /// What a new form begins with.
    pub fn blank(currency: &str) -> Self {
        Self {
            duration: "30".to_owned(),
            price_kind: "fixed".to_owned(),
            currency: currency.to_owned(),
            modes: vec!["video".to_owned()],
            accept: "request".to_owned(),
            policy: "standard".to_owned(),
            ..Self::default()
        }
    }

    pub fn of(service: &Service, questions: &[Question], meeting: Meeting) -> Self {
        let column = |read: fn(&Question) -> &str| {
            questions.iter().map(|question| read(question).to_owned()).collect()
        };
        let figure = |minutes: i32| if minutes == 0 { String::new() } else { minutes.to_string() };
        Self {
            title: service.title.clone(),
            category: service.category.clone(),
            description: service.description.clone(),
            duration: service.duration.to_string(),
            step: service.step.map_or(String::new(), |step| step.to_string()),
            buffer_before: figure(service.buffer_before),
            buffer_after: figure(service.buffer_after),
            price_kind: service.price_kind.as_str().to_owned(),
            price: match service.price_kind {
                PriceKind::Fixed => service.price().map_or(String::new(), |price| price.plain()),
                _ => String::new(),
            },
            currency: service.currency.clone(),
            modes: Modes(service.modes)
                .list()
                .iter()
                .map(|mode| mode.as_str().to_owned())
                .collect(),
            meet_video: vec![meeting.video],
            meet_phone: vec![meeting.phone],
            meet_place: meeting.place,
            accept: service.accept.as_str().to_owned(),
            policy: service.policy.as_str().to_owned(),
            question_text: column(|question| &question.text),
            question_kind: column(|question| question.kind.as_str()),
            question_choices: column(|question| &question.choices),
            state: service.state.as_str().to_owned(),
            key: String::new(),
        }
    }

    pub fn questions(&self) -> QuestionRows<'_> {
        QuestionRows {
            texts: &self.question_text,
            kinds: &self.question_kind,
            choices: &self.question_choices,
        }
    }

    /// A new service, shown at once or kept as a draft.
    pub fn draft(&self) -> Result<ServiceDraft, FieldErrors> {
        let new = self.parse()?;
        let is_shown = self.state == "active";
        let state = if is_shown { ServiceState::Active } else { ServiceState::Draft };
        let form = SentForm { key: self.key.clone(), body: format!("{new:?}{state:?}") };
        Ok(ServiceDraft { new, state, form })
    }

    /// The only way to a [`NewService`], so nothing unchecked reaches the database.
    pub fn parse(&self) -> Result<NewService, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let mut known = super::CATEGORIES.iter().map(|(key, _)| *key);
        let category = known.find(|key| *key == self.category).ok_or("Choose what it is about.");
        let category = errors.take("category", category);
        let step = errors.take("step", parse_step(&self.step));
        let price = self.parse_price(&mut errors);
        let modes = errors.take("modes", parse_modes(&self.modes));
        let accept = errors.take("accept", or_usual(&self.accept, Accept::Request, Accept::parse));
        let policy = errors.take("policy", or_usual(&self.policy, Policy::Standard, Policy::parse));
        let questions = errors.take("question_text", self.questions().parse());
        let Self { meet_video, meet_phone, meet_place, .. } = self;
        let meeting = Meeting::parse(meet_video, meet_phone, meet_place, &mut errors);
        let is_fine = errors.is_empty();
        let service = || {
            let (price_kind, price) = price?;
            Some(NewService {
                title: text::as_line(&self.title),
                category: category?,
                description: text::as_lines(&self.description),
                duration: text::whole(&self.duration)?,
                step: step?,
                buffer_before: text::whole(&self.buffer_before).unwrap_or(0),
                buffer_after: text::whole(&self.buffer_after).unwrap_or(0),
                price_kind,
                price,
                modes: modes?,
                accept: accept?,
                policy: policy?,
                questions: questions?,
                meeting,
            })
        };
        service().filter(|_| is_fine).ok_or(errors)
    }

    /// Only a fixed price has an amount; what stands in the field otherwise is passed over.
    fn parse_price(&self, errors: &mut FieldErrors) -> Option<(PriceKind, Money)> {
        let kind = PriceKind::parse(&self.price_kind).ok_or(FROM_LIST);
        let kind = errors.take("price_kind", kind)?;
        let amount = if kind == PriceKind::Fixed { self.price.as_str() } else { "0" };
        let currency = if self.currency.is_empty() { "GBP" } else { &self.currency };
        if crate::money::currency(currency).is_none() {
            errors.add("currency", "Choose a currency from the list.");
            return None;
        }
        let price = errors.take("price", Money::parse(amount, currency))?;
        if kind == PriceKind::Fixed && price.minor == 0 {
            errors.add("price", "A price is above 0; choose “free” for what costs nothing.");
            return None;
        }
        Some((kind, price))
    }
}

/// An answer left out is the usual one.
fn or_usual<T>(word: &str, usual: T, parse: fn(&str) -> Option<T>) -> Result<T, &'static str> {
    if word.is_empty() { Ok(usual) } else { parse(word).ok_or(FROM_LIST) }
}

fn parse_step(text: &str) -> Result<Option<i32>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => STEPS
            .iter()
            .find(|step| step.to_string() == text)
            .map(|step| Some(*step))
            .ok_or(FROM_LIST),
    }
}

fn parse_modes(given: &[String]) -> Result<Modes, &'static str> {
    let modes: Option<Vec<Mode>> =
        given.iter().filter(|word| !word.is_empty()).map(|word| Mode::read(word)).collect();
    match modes {
        None => Err(FROM_LIST),
        Some(modes) if modes.is_empty() => Err("Choose at least one."),
        Some(modes) => Ok(Modes::of(&modes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ServiceForm {
        ServiceForm {
            title: "Tax return".to_owned(),
            category: "tax-return".to_owned(),
            description: "Everything about your first return.".to_owned(),
            price: "85".to_owned(),
            ..ServiceForm::blank("GBP")
        }
    }

    #[test]
    fn a_service_is_read_as_it_was_meant() {
        let new = form().parse().unwrap();
        assert_eq!(
            (new.duration, new.price.minor, new.modes.list()),
            (30, 8500, vec![Mode::Video])
        );
        let free = ServiceForm { price_kind: "free".into(), price: "-3".into(), ..form() };
        assert_eq!(free.parse().unwrap().price.minor, 0);
    }

    #[test]
    fn every_wrong_answer_is_named_beside_its_field() {
        let wrong = |change: fn(&mut ServiceForm)| {
            let mut form = form();
            change(&mut form);
            let errors = form.parse().unwrap_err();
            errors.iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(|f| f.title = "Tax".into()), ["title"]);
        assert_eq!(wrong(|f| f.duration = "7".into()), ["duration"]);
        assert_eq!(wrong(|f| f.duration = "-30".into()), ["duration"]);
        assert_eq!(wrong(|f| f.step = "25".into()), ["step"]);
        assert_eq!(wrong(|f| f.buffer_after = "999999999999".into()), ["buffer_after"]);
        assert_eq!(wrong(|f| f.price = "0".into()), ["price"]);
        assert_eq!(wrong(|f| f.price = "1e9".into()), ["price"]);
        assert_eq!(wrong(|f| f.currency = "ZZZ".into()), ["currency"]);
        assert_eq!(wrong(|f| f.modes = vec!["pigeon".into()]), ["modes"]);
        assert_eq!(wrong(|f| f.policy = "none".into()), ["policy"]);
        assert_eq!(wrong(|f| *f = ServiceForm::default()).len(), 6);
    }
}
