//! Pages of reports, cases, decisions and appeals.

use askama::Template;

use super::appeal::{Appeal, DecisionReader};
use super::case::{Case, CaseRow};
use super::check::CheckForm;
use super::complaint::Complaint;
use super::evidence::{FileState, ItemRole, NOT_ALONE, Proof, ReportItem};
use super::forms::{AppealForm, DecisionForm, EmergencyForm, ReportForm, TalkReportForm};
use super::report::{Reason, Report};
use super::waiting::ReporterRecord;
use super::words::ReportedWords;
use crate::accountants::{Accountant, Credential, CredentialStatus, choices};
use crate::clock::{Day, Instant};
use crate::decisions::{Decision, Outcome, TargetKind};
use crate::locale::LocalZone;
use crate::messaging::{ConversationId, Peer, Trace};
use crate::users::User;
use crate::web::FieldErrors;

/// The form of a report.
#[derive(Template)]
#[template(path = "moderation/report.html")]
pub struct ReportPage {
    pub form: ReportForm,
    pub is_signed_in: bool,
    /// Where to write instead, if the operator says so.
    pub contact: Option<String>,
    pub errors: FieldErrors,
}

impl ReportPage {
    fn reasons() -> Vec<(&'static str, &'static str)> {
        Reason::ALL.iter().map(|reason| (reason.as_str(), reason.words())).collect()
    }
}

/// The form of a report from a conversation. A script puts the messages in.
#[derive(Template)]
#[template(path = "moderation/talk_report.html", blocks = ["form"])]
pub struct TalkReportPage {
    pub talk: ConversationId,
    pub peer: Peer,
    pub form: TalkReportForm,
    pub errors: FieldErrors,
}

impl TalkReportPage {
    fn reasons() -> Vec<(&'static str, &'static str)> {
        ReportPage::reasons()
    }
}

/// What whoever reported while signed out is shown next.
#[derive(Template)]
#[template(path = "moderation/reported.html")]
pub struct ReportedPage {
    pub has_address: bool,
}

/// One decision, for whom it concerns.
#[derive(Template)]
#[template(path = "moderation/decision.html")]
pub struct DecisionPage {
    pub decision: Decision,
    pub reader: DecisionReader,
    pub is_lifted: bool,
    pub appeal: Option<Appeal>,
    /// What the appeal came to.
    pub answer: Option<Decision>,
    pub form: AppealForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
    pub now: Instant,
}

impl DecisionPage {
    fn may_appeal(&self) -> bool {
        self.appeal.is_none()
            && self.reader.may_appeal(&self.decision)
            && self.now < self.decision.appeal_until
    }

    fn is_too_late(&self) -> bool {
        self.appeal.is_none()
            && self.reader.may_appeal(&self.decision)
            && self.now >= self.decision.appeal_until
    }

    fn title(&self) -> String {
        title_of(&self.decision)
    }

    /// The last moment to object, as a day and time that is still in time.
    fn last_moment(&self) -> Instant {
        self.decision.appeal_until - crate::clock::Span::seconds(1)
    }
}

fn title_of(decision: &Decision) -> String {
    let thing = decision.target_kind.words();
    match decision.outcome {
        Outcome::Restrict => format!("A {thing}: {}", decision.restriction.words()),
        Outcome::Keep => format!("A {thing} that was reported stays"),
        Outcome::Lift => format!("A {thing}: the restriction has ended"),
        Outcome::Uphold => "The first decision stands".to_owned(),
    }
}

/// One report as an admin reads it.
pub struct ReportLine {
    pub report: Report,
    /// A name, or what a stranger left.
    pub who: String,
    pub note: String,
    /// How many this person sent, and how many of these were followed.
    pub record: Option<ReporterRecord>,
    /// The messages that it shows, in their order.
    pub messages: Vec<ShownMessage>,
}

impl ReportLine {
    fn is_unproven(&self) -> bool {
        self.report.proof == Some(Proof::Missing)
    }
}

/// One reported message as an admin reads it.
pub struct ShownMessage {
    pub item: ReportItem,
    pub trace: Trace,
    pub sender: String,
    /// None once it is deleted.
    pub words: Option<ReportedWords>,
    pub files: Vec<FileState>,
}

impl ShownMessage {
    fn is_context(&self) -> bool {
        self.item.role == ItemRole::Context
    }

    /// The files by name with what became of looking at them.
    fn named_files(&self) -> Vec<(&str, FileState)> {
        let names = self.words.iter().flat_map(|words| &words.files).map(|file| file.name.as_str());
        names.zip(self.files.iter().copied()).collect()
    }
}

/// What is reported, as it stands now.
pub struct Exhibit {
    pub title: String,
    pub text: String,
}

/// One case with its context and the form of the decision.
#[derive(Template)]
#[template(path = "moderation/case.html")]
pub struct CasePage {
    pub case: Case,
    pub reports: Vec<ReportLine>,
    pub exhibit: Exhibit,
    pub subject: User,
    /// What was decided about the same thing before, newest first.
    pub earlier: Vec<Decision>,
    pub waiting: Vec<CaseRow>,
    /// Another admin has to decide.
    pub is_own: bool,
    /// Nothing that was reported is proven.
    pub lacks_proof: bool,
    pub form: DecisionForm,
    pub emergency: EmergencyForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
    pub now: Instant,
}

impl CasePage {
    const NOT_ALONE: &str = NOT_ALONE;

    /// Whether it stands where only the two can read.
    fn is_sealed(&self) -> bool {
        self.case.target_kind == TargetKind::Message
            || self.reports.iter().any(|line| line.report.proof.is_some())
    }

    fn choices(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let mut choices = DecisionForm::choices(self.case.target_kind);
        choices.retain(|(value, ..)| !self.lacks_proof || *value == "keep");
        choices
    }

    fn scopes(&self) -> Vec<(&'static str, &'static str)> {
        DecisionForm::scopes(self.case.target_kind)
    }

    /// Whether it can be hidden at once.
    fn may_be_hidden(&self) -> bool {
        self.choices().iter().any(|(value, ..)| *value == "hide" || *value == "remove")
            && !self.earlier.iter().any(|one| one.is_emergency && one.ends_at > Some(self.now))
    }
}

/// One appeal, with what it objects to.
#[derive(Template)]
#[template(path = "moderation/appeal.html")]
pub struct AppealPage {
    pub appeal: Appeal,
    pub decision: Decision,
    pub subject: User,
    /// What the appellant says.
    pub words: String,
    /// Whether this admin may answer it.
    pub may_decide: bool,
    /// There is no second admin.
    pub waits_for_another: bool,
    pub answer: Option<Decision>,
    pub form: DecisionForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
}

impl AppealPage {
    fn choices(&self) -> [(&'static str, &'static str, &'static str); 2] {
        [
            ("uphold", "It stands", "Nothing changes."),
            ("restore", "It was wrong", self.restored_words()),
        ]
    }

    /// What follows where the first decision was wrong.
    fn restored_words(&self) -> &'static str {
        match (self.decision.target_kind, self.decision.outcome) {
            (TargetKind::Booking, Outcome::Keep) => "The whole price returns to the client.",
            // money that was returned is nobody's to take back from a card
            (TargetKind::Booking, _) => "That is said to both; money moves no more by itself.",
            (TargetKind::Credential, Outcome::Restrict) => {
                "A badge that was taken away shows again; a claim waits to be checked again."
            }
            (_, Outcome::Restrict) => "What was restricted is as it was before.",
            _ => "What was reported is restricted after all.",
        }
    }

    fn title(&self) -> String {
        title_of(&self.decision)
    }
}

/// One complaint, with what was agreed and what was said.
#[derive(Template)]
#[template(path = "moderation/complaint.html")]
pub struct ComplaintPage {
    pub complaint: Complaint,
    /// The client's words.
    pub words: String,
    pub decision: Option<Decision>,
    pub form: DecisionForm,
    pub errors: FieldErrors,
    pub zone: LocalZone,
}

impl ComplaintPage {
    fn choices(&self) -> [(&'static str, &'static str, &'static str); 3] {
        let absent = "The whole price returns, the profile counts the hour as not kept, and a review \
                      of it says so; the accountant can object.";
        [
            (
                "refund",
                "The client is right",
                "The whole price returns; the accountant can object.",
            ),
            ("absent", "The accountant did not appear", absent),
            (
                "release",
                "The accountant is right",
                "The money goes its way; the client can object.",
            ),
        ]
    }

    fn decided_words(decision: &Decision) -> &'static str {
        Complaint::outcome_words(decision)
    }
}

/// One credential with its evidence, and the form of its check.
#[derive(Template)]
#[template(path = "moderation/credential.html")]
pub struct CredentialPage {
    pub credential: Credential,
    pub accountant: Accountant,
    pub subject: User,
    /// Of other accounts, with the same number.
    pub rivals: Vec<(Credential, String)>,
    /// All of this account.
    pub others: Vec<Credential>,
    pub earlier: Vec<Decision>,
    pub is_own: bool,
    pub form: CheckForm,
    pub errors: FieldErrors,
    pub today: Day,
    pub zone: LocalZone,
}

impl CredentialPage {
    fn choices(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        CheckForm::choices(&self.credential)
    }

    fn country(&self) -> &'static str {
        choices::country_name(&self.credential.jurisdiction)
    }

    fn standing(&self) -> String {
        let until = self.credential.expires_on.map_or(String::new(), |day| day.plain(&self.zone));
        match self.credential.status {
            _ if self.credential.ended_at.is_some() => {
                "Ended: taken back, or replaced by a newer check".to_owned()
            }
            CredentialStatus::Claimed => "Waits to be checked".to_owned(),
            CredentialStatus::Verified if self.credential.is_valid(self.today) => {
                format!("The badge shows through {until}")
            }
            CredentialStatus::Verified => format!("The badge ended with {until}"),
            CredentialStatus::Refused => "Not confirmed".to_owned(),
            CredentialStatus::Revoked => "No longer confirmed".to_owned(),
        }
    }
}

/// The public log: what was decided, and about whom nothing.
#[derive(Template)]
#[template(path = "moderation/log.html")]
pub struct PublicLogPage {
    pub decisions: Vec<Decision>,
    pub counts: Vec<(Outcome, i64)>,
    /// Where the list goes on.
    pub next: Option<String>,
    pub is_first: bool,
}
