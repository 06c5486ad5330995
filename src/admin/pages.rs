//! Pages of the admins, and the two that help a person alone with the program.

use askama::Template;

use super::forms::{PaymentActForm, RoleForm, StatementForm};
use super::queue::Queue;
use super::statistics::Statistics;
use crate::audit::{Audit, Head};
use crate::bookings::PaymentSummary;
use crate::clock::Instant;
use crate::decisions::Decision;
use crate::jobs::{DeadJob, JobCounts};
use crate::locale::LocalZone;
use crate::mail::{MailCounts, RefusedMail};
use crate::money::Money;
use crate::payments::record::PaymentRecord;
use crate::payments::tasks::Task;
use crate::payments::{Operation, OperationState, Payment};
use crate::users::{Role, Status, User};
use crate::web::FieldErrors;

/// What waits, and how the site is doing.
#[derive(Template)]
#[template(path = "admin/admin.html")]
pub struct AdminPage {
    pub queue: Queue,
    /// How much about money must be decided, and is late.
    pub money: (usize, usize),
    pub statistics: Statistics,
    pub people: i64,
    pub today: i64,
    pub week: i64,
    pub listed: i64,
    /// Jobs that failed for good, and rounds that nobody does.
    pub troubles: i64,
    pub now: Instant,
    /// Of this page, for the rows of the queue.
    pub path: String,
}

/// Work of the program.
#[derive(Template)]
#[template(path = "admin/jobs.html")]
pub struct JobsPage {
    pub jobs: JobCounts,
    pub mails: MailCounts,
    pub refused: Vec<RefusedMail>,
    /// Rounds that nobody does.
    pub late: Vec<&'static str>,
    pub dead: Vec<DeadJob>,
    pub zone: LocalZone,
}

/// The log of what admins, operators and rules did.
#[derive(Template)]
#[template(path = "admin/log.html")]
pub struct LogPage {
    pub rows: Vec<Audit>,
    pub head: Option<Head>,
    pub is_first: bool,
    pub zone: LocalZone,
}

impl LogPage {
    /// Where the list goes on.
    fn next(&self) -> Option<i64> {
        self.rows.last().map(|row| row.seq).filter(|seq| *seq > 1)
    }
}

/// Looking for somebody.
#[derive(Template)]
#[template(path = "admin/people.html")]
pub struct UsersPage {
    pub q: String,
    /// None: nothing was looked for.
    pub found: Option<Vec<User>>,
}

/// One account, and what may be done to it.
#[derive(Template)]
#[template(path = "admin/person.html")]
pub struct PersonPage {
    pub user: User,
    pub decisions: Vec<Decision>,
    /// One's own account: another admin acts on it.
    pub is_self: bool,
    pub form: StatementForm,
    pub role: RoleForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
}

impl PersonPage {
    fn roles() -> [(&'static str, &'static str); 2] {
        [("client", "Client"), ("admin", "Admin")]
    }

    fn may_change_role(&self) -> bool {
        !self.is_self && self.user.role != Role::Accountant && self.user.status == Status::Active
    }
}

/// What must be decided about money, and the way to one payment.
#[derive(Template)]
#[template(path = "admin/payments.html")]
pub struct PaymentsPage {
    pub tasks: Vec<Task>,
    /// Open payments that no key fits.
    pub waiting: i64,
    pub is_off: bool,
    pub is_test: bool,
    /// What is wrong between Stripe and our settings.
    pub faults: Vec<String>,
    /// What Stripe says where it takes nothing from us.
    pub stopped: Option<String>,
    pub recent: Vec<Payment>,
    pub q: String,
    pub was_sought: bool,
    pub zone: LocalZone,
    pub now: Instant,
}

impl PaymentsPage {
    fn price(&self, payment: &Payment) -> String {
        words_of(payment.amount_minor, payment, &self.zone)
    }
}

fn words_of(minor: i64, payment: &Payment, zone: &LocalZone) -> String {
    Money::new(minor, &payment.currency).map_or(String::new(), |money| money.words(zone))
}

/// One payment with all that is known of it, and what can be done.
#[derive(Template)]
#[template(path = "admin/payment.html")]
pub struct PaymentPage {
    pub payment: Payment,
    pub record: PaymentRecord,
    pub summary: PaymentSummary,
    pub zone: LocalZone,
    /// What was typed into one of the acts, and into which.
    pub form: PaymentActForm,
    pub act: &'static str,
    pub errors: FieldErrors,
}

impl PaymentPage {
    fn price(&self) -> String {
        words_of(self.payment.amount_minor, &self.payment, &self.zone)
    }

    fn when(&self, operation: &Operation) -> String {
        let at = operation.last_sent_at.unwrap_or(operation.created_at);
        at.words(&self.zone)
    }

    fn tone(&self, state: &OperationState) -> &'static str {
        match state {
            OperationState::Done => "tag--ok",
            OperationState::Refused => "tag--bad",
            OperationState::Waiting | OperationState::Unknown => "tag--wait",
            OperationState::Replaced => "",
        }
    }

    fn is_act(&self, word: &str) -> bool {
        self.act == word
    }
}

#[derive(Template)]
#[template(path = "dev/components.html")]
pub struct ComponentsPage;

/// The newest mails of the folder: subject, text, links.
#[derive(Template)]
#[template(path = "dev/mails.html")]
pub struct MailsPage {
    pub mails: Vec<ShownMail>,
}

pub struct ShownMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub links: Vec<String>,
}
