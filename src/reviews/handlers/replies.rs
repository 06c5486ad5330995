//! `/practice/reviews`, and the reply to one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::accountants::Accountant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::reviews::forms::ReplyForm;
use crate::reviews::lint::{self, Hit};
use crate::reviews::pages::{PracticeReviewsPage, ReplyAttempt};
use crate::reviews::{Review, ReviewId, ReviewReply, ReviewsShown, Totals};
use crate::users::{Actor, User, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

/// Where the list goes on; a bad value is the first page.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Onward {
    after: String,
}

pub async fn index(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    onward: Query<Onward>,
) -> Result<HttpResponse> {
    let after = onward.after.parse().ok();
    let base_url = reply.shell().base_url.clone();
    let page = db.read(move |conn, _| {
        let shown = |conn: &mut Conn| ReviewsShown::page(conn, viewer.id, None, after);
        page(conn, &viewer, base_url, shown)
    });
    reply.page(&page.await?)
}

fn page(
    conn: &mut Conn,
    viewer: &Viewer,
    base_url: String,
    shown: impl FnOnce(&mut Conn) -> Result<ReviewsShown>,
) -> Result<PracticeReviewsPage> {
    let accountant = Accountant::owned(conn, viewer.id)?;
    Ok(PracticeReviewsPage {
        slug: accountant.slug,
        totals: Totals::of(conn, viewer.id)?,
        shown: shown(conn)?,
        attempt: None,
        errors: FieldErrors::default(),
        base_url,
    })
}

/// A review of one's own that everybody can read: what its author is called. Unopened and hidden ones
/// are there for nobody.
fn load(conn: &mut Conn, viewer: &Viewer, id: ReviewId) -> Result<String> {
    let review = Review::shown(conn, id)?;
    if !viewer.is_accountant() {
        return Err(Error::forbidden("Only the accountant can reply."));
    }
    if review.about_id != viewer.id {
        return Err(Error::NotFound);
    }
    Ok(User::by_id(conn, review.author_id)?.name)
}

/// `POST /reviews/{id}/reply`
pub async fn create(
    db: Data<Db>,
    mail: Data<Mail>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ReviewId>,
    Form(form): Form<ReplyForm>,
) -> Result<HttpResponse> {
    let (id, asker) = (*id, viewer.clone());
    let client = db.read(move |conn, _| load(conn, &asker, id)).await?;
    viewer.only_active()?;
    let (words, is_checked) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => return again(&db, &viewer, &reply, id, (form, vec![], errors)).await,
    };
    let hits = lint::details(&words, &client);
    let was_found = !hits.is_empty();
    if was_found && !is_checked {
        let errors = FieldErrors::one(
            "text",
            "Look at what stands below: it may tell something that is your client’s.",
        );
        return again(&db, &viewer, &reply, id, (form, hits, errors)).await;
    }
    let act = move |conn: &mut Conn, actor: &Actor| {
        ReviewReply::write(conn, &mail, actor, id, (&words, was_found))
    };
    viewer.act(&db, act).await?;
    reply.done(format!("{}#review-{id}", paths::REVIEWS), Flash::ReplySaved)
}

/// The one review with the reply as it was typed, and what is to be looked at.
async fn again(
    db: &Db,
    viewer: &Viewer,
    reply: &Reply,
    id: ReviewId,
    (form, hits, errors): (ReplyForm, Vec<Hit>, FieldErrors),
) -> Result<HttpResponse> {
    let (viewer, base_url) = (viewer.clone(), reply.shell().base_url.clone());
    let page = db.read(move |conn, _| {
        page(conn, &viewer, base_url, |conn| ReviewsShown::one(conn, viewer.id, id))
    });
    let page = page.await?;
    let attempt = ReplyAttempt { form, hits, errors: errors.clone() };
    reply.rejected(&PracticeReviewsPage { attempt: Some(attempt), errors, ..page })
}
