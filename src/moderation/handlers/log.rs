//! `/moderation`: what was decided, in public: kind, ground, scope and date, and nobody's name.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use crate::db::Db;
use crate::decisions::{Decision, DecisionId};
use crate::error::Result;
use crate::moderation::pages::PublicLogPage;
use crate::web::Reply;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    pub after: String,
}

const PAGE: usize = 20;

pub async fn index(db: Data<Db>, reply: Reply, query: Query<LogQuery>) -> Result<HttpResponse> {
    let after = query.after.parse::<DecisionId>().ok();
    let page = db.read(move |conn, _| -> Result<_> {
        let most = i64::try_from(PAGE + 1).unwrap_or(21);
        let mut decisions = Decision::page(conn, after, most)?;
        let goes_on = decisions.len() > PAGE;
        decisions.truncate(PAGE);
        let next = decisions.last().filter(|_| goes_on).map(|last| last.id.to_string());
        let counts = Decision::counts(conn)?;
        Ok(PublicLogPage { decisions, counts, next, is_first: after.is_none() })
    });
    reply.page(&page.await?)
}
