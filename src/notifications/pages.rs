//! The page of notices, and the page that says how they come.

use askama::Template;

use super::forms::{PreferencesForm, box_name};
use super::{Notice, NoticeId, Topic};
use crate::locale::LocalZone;
use crate::web::FieldErrors;

#[derive(Template)]
#[template(path = "notifications/notifications.html")]
pub struct NotificationsPage {
    pub notices: Vec<Notice>,
    /// Whether older or newer ones are on other pages.
    pub goes_on: bool,
    pub is_first: bool,
    pub zone: LocalZone,
    /// What its reader gets no mail about.
    pub unmailed: Vec<Topic>,
}

#[derive(Template)]
#[template(path = "notifications/settings.html")]
pub struct PreferencesPage {
    pub form: PreferencesForm,
    pub zone: LocalZone,
    pub has_push: bool,
    pub errors: FieldErrors,
}

impl PreferencesPage {
    fn topics() -> Vec<Topic> {
        Topic::optional().collect()
    }

    fn always() -> Vec<Topic> {
        Topic::ALL.iter().copied().filter(|topic| !topic.is_optional()).collect()
    }

    /// The boxes of a topic: name, what it says to whoever cannot see the table, whether it is ticked.
    fn boxes(&self, topic: Topic) -> Vec<(String, &'static str, bool)> {
        let ways = [("page", "On this site"), ("push", "Push"), ("mail", "Mail")];
        // how messages are mailed is chosen beside what is shown of oneself; they have their own page
        let shown = ways.into_iter().filter(|(way, _)| topic != Topic::Messages || *way == "push");
        shown
            .map(|(way, label)| (box_name(topic, way), label, self.form.is_ticked(topic, way)))
            .collect()
    }
}

impl NotificationsPage {
    /// "reminders and reviews".
    fn unmailed_words(&self) -> String {
        let words: Vec<String> = self.unmailed.iter().map(|topic| topic.lower()).collect();
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }

    fn newest(&self) -> Option<NoticeId> {
        self.notices.first().map(|notice| notice.id)
    }

    /// Address of the page with older ones.
    fn next_page(&self) -> Option<String> {
        let last = self.notices.last().filter(|_| self.goes_on)?;
        Some(format!("{}?after={}", crate::web::paths::NOTIFICATIONS, last.id))
    }
}
