//! `/admin/reports/{id}`: one case with its context, and what is decided about it.

use std::collections::HashMap;

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use super::messages::show_change;
use crate::accountants::{Accountant, Credential, CredentialId};
use crate::audit::Audit;
use crate::db::{Conn, Db};
use crate::decisions::{Decision, Ground, Restriction, Source, Statement, TargetKind};
use crate::error::{Error, Result};
use crate::live::Live;
use crate::mail::Mail;
use crate::messaging::{Recent, Trace};
use crate::moderation::case::{Case, CaseId};
use crate::moderation::evidence::{NOT_ALONE, ReportItem, ReportItemId};
use crate::moderation::forms::{DecisionForm, EmergencyForm, ParsedDecision};
use crate::moderation::pages::{CasePage, Exhibit, ReportLine, ShownMessage};
use crate::moderation::report::{Report, ReportId};
use crate::moderation::waiting::ReporterRecord;
use crate::moderation::{restriction, words};
use crate::reviews::{ReplyId, Review, ReviewId, ReviewReply};
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::handlers::kept_forms::{self, TypedForm, prove_first};
use crate::users::{Actor, Secrets, User, UserId, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<CaseId>,
) -> Result<HttpResponse> {
    let id = *id;
    note_view(&db, &viewer, id).await?;
    reply.page(&page(&db, &seal, &viewer, id).await?)
}

/// Whatever shows a case, a form that was refused as well, is a row of the log.
async fn note_view(db: &Db, viewer: &Viewer, id: CaseId) -> Result<()> {
    let note = move |conn: &mut Conn, actor: &Actor| {
        let case = Case::by_id(conn, id)?;
        case.touch(conn, actor.now)?;
        let who = actor.id.to_string();
        Audit::note(conn, actor.now, &who, "case.view", &id.to_string(), "")
    };
    viewer.act(db, note).await
}

async fn page(db: &Db, seal: &Data<Seal>, viewer: &Viewer, id: CaseId) -> Result<CasePage> {
    let (seal, admin, zone) = (seal.clone(), viewer.id, viewer.zone.clone());
    db.read(move |conn, now| {
        let case = Case::by_id(conn, id)?;
        let reports = lines(conn, &seal, &case)?;
        let is_own = case.subject_id == admin
            || reports.iter().any(|line| line.report.reporter_id == Some(admin));
        Ok(CasePage {
            exhibit: exhibit(conn, &case)?,
            subject: User::by_id(conn, case.subject_id)?,
            earlier: Decision::about(conn, case.target_kind, case.target)?,
            waiting: Case::waiting(conn, now)?,
            lacks_proof: case.lacks_proof(conn)?,
            case,
            reports,
            is_own,
            form: DecisionForm::default(),
            emergency: EmergencyForm::default(),
            errors: FieldErrors::default(),
            zone,
            now,
        })
    })
    .await
}

fn lines(conn: &mut Conn, seal: &Seal, case: &Case) -> Result<Vec<ReportLine>> {
    let reports = Report::of_case(conn, case.id, None)?;
    let people: Vec<UserId> = reports.iter().filter_map(|report| report.reporter_id).collect();
    let names = User::names(conn, &people)?;
    let records = ReporterRecord::of_all(conn, &people)?;
    let mut shown = shown_messages(conn, seal, &reports)?;
    let mut lines = vec![];
    for report in reports {
        let (who, record) = match report.reporter_id {
            Some(person) => {
                let name = names.get(&person).cloned().unwrap_or_default();
                (name, records.get(&person).copied())
            }
            None => {
                let contact = report.contact(seal)?.unwrap_or_default();
                let name = if contact.name.is_empty() { "Somebody" } else { &contact.name };
                (format!("{name}, signed out"), None)
            }
        };
        let note = report.note(seal)?;
        let messages = shown.remove(&report.id).unwrap_or_default();
        lines.push(ReportLine { report, who, note, record, messages });
    }
    Ok(lines)
}

/// The messages that some reports show, and of the conversation nothing else.
fn shown_messages(
    conn: &mut Conn,
    seal: &Seal,
    reports: &[Report],
) -> Result<HashMap<ReportId, Vec<ShownMessage>>> {
    let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
    let items = ReportItem::of_reports(conn, &ids)?;
    let Some(talk) = items.first().map(|item| item.conversation_id) else {
        return Ok(HashMap::new());
    };
    let item_ids: Vec<ReportItemId> = items.iter().map(|item| item.id).collect();
    let files = ReportItem::files(conn, &item_ids)?;
    let mut shown: HashMap<ReportId, Vec<ShownMessage>> = HashMap::new();
    for report in &ids {
        let own: Vec<&ReportItem> = items.iter().filter(|item| item.report_id == *report).collect();
        let seqs: Vec<i64> = own.iter().map(|item| item.seq).collect();
        let traces = Trace::of(conn, talk, &seqs)?;
        let senders: Vec<UserId> = traces.iter().map(|trace| trace.sender).collect();
        let names = User::names(conn, &senders)?;
        for trace in traces {
            let Some(item) = own.iter().find(|item| item.seq == trace.seq) else { continue };
            let own_files = files.iter().filter(|(of, ..)| *of == item.id);
            shown.entry(*report).or_default().push(ShownMessage {
                sender: names.get(&trace.sender).cloned().unwrap_or_default(),
                words: item.payload(seal)?.map(|payload| words::of(&payload)),
                files: own_files.map(|(_, _, state)| *state).collect(),
                item: (*item).clone(),
                trace,
            });
        }
    }
    Ok(shown)
}

/// The thing as it stands. No conversation is among these.
fn exhibit(conn: &mut Conn, case: &Case) -> Result<Exhibit> {
    Ok(match case.target_kind {
        TargetKind::Profile => {
            let profile = Accountant::by_id(conn, case.subject_id)?;
            let text = format!("{}\n\n{}", profile.headline, profile.about);
            Exhibit { title: format!("Profile of {}", profile.display_name), text }
        }
        TargetKind::Review => {
            let review = Review::for_admin(conn, ReviewId(case.target))?;
            let about = Accountant::by_id(conn, review.about_id)?.display_name;
            let stars = review.stars.map_or(String::new(), |stars| format!("{stars} of 5\n\n"));
            let text = format!("{stars}{}", review.words.unwrap_or_default());
            Exhibit { title: format!("Review of {about}"), text }
        }
        TargetKind::Reply => {
            let reply = ReviewReply::by_id(conn, ReplyId(case.target))?;
            let name = Accountant::by_id(conn, reply.author_id)?.display_name;
            Exhibit { title: format!("Reply by {name}"), text: reply.words }
        }
        TargetKind::Message => {
            let name = User::by_id(conn, case.subject_id)?.name;
            Exhibit { title: format!("Message of {name}"), text: String::new() }
        }
        TargetKind::Credential => {
            let one = Credential::by_id(conn, CredentialId(case.target))?;
            let name = Accountant::by_id(conn, one.user_id)?.display_name;
            let text = format!("{}: {}", one.words(), one.status.as_str());
            Exhibit { title: format!("{}: {name}", one.kind.words()), text }
        }
        _ => {
            let name = User::by_id(conn, case.subject_id)?.name;
            Exhibit { title: format!("Account of {name}"), text: String::new() }
        }
    })
}

/// `POST /admin/reports/{id}/decision`.
pub async fn decide(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    (live, recent): (Data<Live>, Data<Recent>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<CaseId>,
    Form(form): Form<DecisionForm>,
) -> Result<HttpResponse> {
    let (id, seal) = (*id, Data::new(secrets.seal.clone()));
    let page = page(&db, &seal, &viewer, id).await?;
    let path = paths::admin_report(id);
    let typed = TypedForm { page: &path, noun: "decision", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let by = (viewer.id, Source::Notice);
    let parsed = form.parse(page.case.target_kind, by).and_then(|parsed| page.admit(parsed));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(errors) => {
            return rejected(&db, &viewer, reply, CasePage { form, errors, ..page }).await;
        }
    };
    let target = page.case.target();
    let is_unfounded = !form.unfounded.is_empty();
    let act = move |conn: &mut Conn, actor: &Actor| {
        Case::decide(conn, (&mail, &seal), (id, &parsed, is_unfounded), actor).map(drop)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    show_change(&db, (&live, &recent), target).await?;
    reply.done(paths::ADMIN, Flash::DecisionRecorded)
}

impl CasePage {
    /// What nobody can verify restricts nobody.
    fn admit(&self, parsed: ParsedDecision) -> Result<ParsedDecision, FieldErrors> {
        match parsed {
            ParsedDecision::Restrict(_) if self.lacks_proof => {
                Err(FieldErrors::one("decision", NOT_ALONE))
            }
            parsed => Ok(parsed),
        }
    }
}

/// The form again, with the case as it stands.
async fn rejected(db: &Db, viewer: &Viewer, reply: Reply, page: CasePage) -> Result<HttpResponse> {
    note_view(db, viewer, page.case.id).await?;
    reply.rejected(&page)
}

/// `POST /admin/reports/{id}/emergency`: hidden at once, for 72 hours.
pub async fn hide_at_once(
    (db, seal, mail): (Data<Db>, Data<Seal>, Data<Mail>),
    (live, recent): (Data<Live>, Data<Recent>),
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<CaseId>,
    Form(form): Form<EmergencyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &seal, &viewer, id).await?;
    let Some(ground) = Ground::parse(&form.ground) else {
        let errors = FieldErrors::one("ground", "Choose the section of the terms.");
        let page = CasePage { emergency: form, errors, ..page };
        return rejected(&db, &viewer, reply, page).await;
    };
    let target = page.case.target();
    let act = move |conn: &mut Conn, actor: &Actor| {
        let case = Case::by_id(conn, id)?;
        case.check_admin(conn, actor)?;
        if case.decided_at.is_some() {
            return Err(Error::conflict("This is decided."));
        }
        case.check_proof(conn)?;
        let statement = Statement::of_emergency(Restriction::Hide, ground, actor.id);
        restriction::restrict(conn, &mail, case.target(), &statement, actor.now).map(drop)
    };
    viewer.act(&db, act).await?;
    show_change(&db, (&live, &recent), target).await?;
    reply.done(paths::admin_report(id), Flash::HiddenAtOnce)
}

/// `POST /admin/reports/{id}/police`: noted, and told to nobody.
pub async fn pass_to_police(
    db: Data<Db>,
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<CaseId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let act = move |conn: &mut Conn, actor: &Actor| -> Result<()> {
        let case = Case::by_id(conn, id)?;
        case.check_admin(conn, actor)?;
        if case.pass_to_police(conn, actor.now)? {
            let who = actor.id.to_string();
            Audit::note(conn, actor.now, &who, "case.police", &id.to_string(), "")?;
        }
        Ok(())
    };
    viewer.act(&db, act).await?;
    reply.done(paths::admin_report(id), Flash::PassedToPolice)
}
