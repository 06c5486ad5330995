//! The page of notices.

use askama::Template;

use super::{Notice, NoticeId};

#[derive(Template)]
#[template(path = "notifications/notifications.html")]
pub struct NotificationsPage {
    pub notices: Vec<Notice>,
    /// Whether older or newer ones are on other pages.
    pub goes_on: bool,
    pub is_first: bool,
    pub zone: String,
}

impl NotificationsPage {
    fn newest(&self) -> Option<NoticeId> {
        self.notices.first().map(|notice| notice.id)
    }

    /// Address of the page with older ones.
    fn next_page(&self) -> Option<String> {
        let last = self.notices.last().filter(|_| self.goes_on)?;
        Some(format!("{}?after={}", crate::web::paths::NOTIFICATIONS, last.id))
    }
}
