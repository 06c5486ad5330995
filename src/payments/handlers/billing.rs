//! `/practice/billing`: what an accountant's papers name them by.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::Accountant;
use crate::db::Db;
use crate::error::Result;
use crate::payments::Gateway;
use crate::payments::billing::BillingDetails;
use crate::payments::forms::BillingForm;
use crate::payments::pages::BillingPage;
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    let (accountant, kept) = db
        .read(move |conn, _| -> Result<_> {
            let accountant = Accountant::owned(conn, viewer.id)?;
            Ok((accountant, BillingDetails::find(conn, viewer.id)?))
        })
        .await?;
    reply.page(&BillingPage {
        shown_name: accountant.display_name,
        is_kept: kept.is_some(),
        form: kept.as_ref().map(BillingForm::of).unwrap_or_default(),
        takes_cards: gateway.stripe().is_some(),
        errors: FieldErrors::default(),
    })
}

pub async fn update(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<BillingForm>,
) -> Result<HttpResponse> {
    let owner = viewer.id;
    let accountant = db.read(move |conn, _| Accountant::owned(conn, owner)).await?;
    let details = match form.parse() {
        Ok(details) => details,
        Err(errors) => {
            return reply.rejected(&BillingPage {
                shown_name: accountant.display_name,
                is_kept: true,
                form,
                takes_cards: gateway.stripe().is_some(),
                errors,
            });
        }
    };
    viewer.act(&db, move |conn, actor| details.save(conn, actor)).await?;
    reply.done(paths::BILLING, Flash::BillingSaved)
}
