//! `/messages/{conv}/report`: one of the two reports what the other wrote. With script it comes with the
//! messages and their proof, without as a report of the person.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Serialize;

use crate::db::{Conn, Db};
use crate::decisions::{Target, TargetKind};
use crate::error::{Error, Result};
use crate::live::{Hint, HintKind, Live};
use crate::mail::Mail;
use crate::messaging::{Conversation, ConversationId, Message, Peer, Recent};
use crate::moderation::address::TargetAddress;
use crate::moderation::evidence::{Proof, ReportedMessage};
use crate::moderation::forms::{MessageReportForm, ParsedReport, TalkReportForm};
use crate::moderation::pages::TalkReportPage;
use crate::moderation::proven_report::{NotReported, file_with_proof};
use crate::moderation::report::{NewReport, Report, Reporter};
use crate::seal::Seal;
use crate::users::handlers::extract::Member;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, FormOrJson, Path, Reply, json, paths, refused};

pub async fn new(
    db: Data<Db>,
    Member(viewer): Member,
    reply: Reply,
    id: Path<ConversationId>,
) -> Result<HttpResponse> {
    let page = page(&db, &viewer, *id).await?;
    reply.page_or_part(&page, page.as_form())
}

async fn page(db: &Db, viewer: &Viewer, id: ConversationId) -> Result<TalkReportPage> {
    let viewer = viewer.clone();
    db.read(move |conn, _| {
        let talk = Conversation::of(conn, id, &viewer)?;
        let peer = Peer::by_id(conn, talk.other(viewer.id))?;
        let (form, errors) = (TalkReportForm::default(), FieldErrors::default());
        Ok(TalkReportPage { talk: id, peer, form, errors })
    })
    .await
}

/// A form reports the person; JSON, with its items, a message. 303 or 201.
pub async fn create(
    (db, seal, mail): (Data<Db>, Data<Seal>, Data<Mail>),
    Member(viewer): Member,
    reply: Reply,
    id: Path<ConversationId>,
    posted: FormOrJson<TalkReportForm, MessageReportForm, { MessageReportForm::MOST }>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    let form = match posted {
        FormOrJson::Form(form) => form,
        FormOrJson::Json(form) => return with_proof((db, seal, mail), &viewer, id, &form).await,
    };
    let ParsedReport { reason, note, .. } = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&TalkReportPage { form, errors, ..page }),
    };
    let subject = page.peer.id;
    let target = Target { kind: TargetKind::Account, id: subject.0, subject };
    let path = paths::conversation(id);
    let place = TargetAddress { target, path: path.clone(), is_sealed: true };
    let (reporter, proof) = (Reporter::Person(viewer.id), Some(Proof::Missing));
    let new = NewReport { place, reason, note, reporter, proof };
    let file =
        move |conn: &mut Conn, actor: &Actor| Report::file(conn, (&mail, &seal), &new, actor.now);
    viewer.act_even_suspended(&db, file).await?;
    reply.done(path, Flash::ReportSent)
}

const WRONG: &str = "One of these messages is not what was sent here. Reload the page.";

async fn with_proof(
    (db, seal, mail): (Data<Db>, Data<Seal>, Data<Mail>),
    viewer: &Viewer,
    id: ConversationId,
    form: &MessageReportForm,
) -> Result<HttpResponse> {
    let refuse = |error: &str, words: &str| refused(StatusCode::UNPROCESSABLE_ENTITY, error, words);
    let Some(openings) = form.openings() else {
        return Ok(refuse("items", "A report shows 1 to 20 messages, each once."));
    };
    let parsed = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let all: Vec<&str> = errors.iter().map(|(_, words)| words).collect();
            return Ok(refuse("form", &all.join(" ")));
        }
    };
    let reported = viewer.act_even_suspended(&db, move |conn, actor| {
        file_with_proof(conn, (&mail, &seal), actor, (id, openings, parsed))
    });
    match reported.await {
        Ok(report) => {
            #[derive(Serialize)]
            struct ReportReceipt {
                report: String,
            }
            Ok(json(StatusCode::CREATED, &ReportReceipt { report: report.id.to_string() }))
        }
        Err(NotReported::Opening) => Ok(refuse("opening", WRONG)),
        Err(NotReported::Own) => Ok(refuse("own", "That is your own. You can delete it.")),
        Err(NotReported::Failed(error)) => Err(error),
    }
}

/// Tells the open pages of the two that a message was removed or is back.
pub(super) async fn show_change(
    db: &Db,
    (live, recent): (&Live, &Recent),
    target: Target,
) -> Result<()> {
    if target.kind != TargetKind::Message {
        return Ok(());
    }
    let news = db.read(move |conn, _| {
        let (talk, seq) = ReportedMessage::by_id(conn, target.id)?.place();
        Ok::<_, Error>((talk, Message::news(conn, (talk, seq))?))
    });
    let (talk, (members, last)) = news.await?;
    recent.forget(talk);
    live.publish(&members.map(|one| one.0), Hint::new(HintKind::Row, talk.0, last));
    Ok(())
}
