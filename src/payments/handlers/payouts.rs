//! `/practice/payouts`: where an accountant is paid. Coming back from Stripe's pages proves nothing:
//! this page fetches the account each time.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::web::{Data, Query};

use crate::accountants::{Accountant, choices};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::live;
use crate::mail::Mail;
use crate::payments::gateway::accounts;
use crate::payments::gateway::objects::HostedLink;
use crate::payments::gateway::requests::Request;
use crate::payments::pages::PayoutsPage;
use crate::payments::{
    Gateway, Operation, OperationKind, PayoutAccount, StripeAnswer, StripeGateway, Subject, Worker,
    wake,
};
use crate::seal;
use crate::users::{Secrets, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Public, Reply, paths};

/// How long a page waits for Stripe before it goes on without.
const WAITS: Duration = Duration::from_millis(1_500);
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// What every act here needs.
#[derive(Clone)]
struct PayoutContext {
    db: Data<Db>,
    mail: Data<Mail>,
    gateway: std::sync::Arc<StripeGateway>,
}

impl PayoutContext {
    /// Without a key there is no such page.
    fn of(db: Data<Db>, mail: Data<Mail>, gateway: &Gateway) -> Result<Self> {
        let gateway = gateway.stripe().cloned().ok_or(Error::NotFound)?;
        Ok(Self { db, mail, gateway })
    }

    async fn last(&self, viewer: &Viewer) -> Result<Option<PayoutAccount>> {
        let (id, livemode) = (viewer.id, self.gateway.livemode);
        self.db
            .read(move |conn, _| {
                Accountant::owned(conn, id)?;
                PayoutAccount::last_of(conn, id, livemode)
            })
            .await
    }

    /// The open one of somebody who may change something.
    async fn open(&self, viewer: &Viewer) -> Result<Option<PayoutAccount>> {
        viewer.only_active()?;
        Ok(self.last(viewer).await?.filter(PayoutAccount::is_open))
    }

    /// Fetches the account, for a moment at most; what takes longer goes on by itself.
    async fn fetch(&self, account: &PayoutAccount) {
        let worker =
            Worker::new(self.db.as_ref().clone(), self.mail.as_ref().clone(), self.gateway.clone());
        let id = account.id;
        let look = live::spawn(async move {
            let _ = worker.look_at_account(id).await; // the page says what is known then
        });
        let _ = tokio::time::timeout(WAITS, look).await;
    }

    async fn page(&self, viewer: &Viewer, errors: FieldErrors) -> Result<PayoutsPage> {
        let id = viewer.id;
        let own = self.db.read(move |conn, _| Accountant::owned(conn, id)).await?;
        let account = self.last(viewer).await?;
        Ok(PayoutsPage {
            country: account.as_ref().map_or(own.country, |account| account.country.clone()),
            account,
            is_test: !self.gateway.livemode,
            is_proven: false,
            errors,
        })
    }

    /// Asks for a link into Stripe's pages and leads there. It is used once and kept nowhere.
    async fn lead(&self, reply: &Reply, viewer: &Viewer, request: Request) -> Result<HttpResponse> {
        viewer
            .act(&self.db, |conn, actor| PayoutAccount::count_link(conn, actor.id, actor.now))
            .await?;
        let token = seal::base64url(&seal::random::<16>());
        let key = format!("ftg:account_link:{}:{token}", viewer.id);
        let asked = self.gateway.post::<HostedLink>(&request.path, &request.body, &key);
        match tokio::time::timeout(WAITS, asked).await {
            Ok(StripeAnswer::Done(link)) if self.gateway.is_connect(&link.url) => {
                reply.see_other(link.url)
            }
            _ => reply.done(paths::PAYOUTS, Flash::StripeSilent),
        }
    }
}

/// Whether somebody comes back from proving who they are.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Proven {
    proven: String,
}

pub async fn show(
    (db, mail, gateway, public): (Data<Db>, Data<Mail>, Data<Gateway>, Data<Public>),
    viewer: Viewer,
    reply: Reply,
    proven: Query<Proven>,
) -> Result<HttpResponse> {
    let payouts = PayoutContext::of(db, mail, &gateway)?;
    if let Some(account) = payouts.last(&viewer).await?.filter(PayoutAccount::is_open) {
        payouts.fetch(&account).await;
    }
    let page = payouts.page(&viewer, FieldErrors::default()).await?;
    let page = PayoutsPage { is_proven: !proven.proven.is_empty(), ..page };
    with_policy(reply.page(&page)?, &public, &payouts)
}

/// Browsers judge where a form's answer leads as well.
fn with_policy(
    mut response: HttpResponse,
    public: &Public,
    payouts: &PayoutContext,
) -> Result<HttpResponse> {
    let policy = public.policy_with_form_action(&payouts.gateway.connect_origin);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct CountryForm {
    country: String,
}

/// `POST /practice/payouts/account`: makes the account and leads to Stripe's questions.
pub async fn create(
    (db, mail, gateway, public): (Data<Db>, Data<Mail>, Data<Gateway>, Data<Public>),
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<CountryForm>,
) -> Result<HttpResponse> {
    let payouts = PayoutContext::of(db, mail, &gateway)?;
    viewer.only_active()?;
    if !Secrets::is_fresh(viewer.proven_at, payouts.db.now()) {
        let back = format!("{}?proven=1", paths::PAYOUTS);
        return reply.see_other(paths::reauthenticate_and_back(&back));
    }
    let country = form.country;
    if choices::label(choices::countries(), &country).is_none() {
        let errors = FieldErrors::one("country", "Choose the country where you are paid.");
        let page = PayoutsPage { country, ..payouts.page(&viewer, errors).await? };
        return with_policy(reply.rejected(&page)?, &public, &payouts);
    }
    let livemode = payouts.gateway.livemode;
    viewer
        .act(&payouts.db, move |conn, actor| {
            Accountant::owned(conn, actor.id)?;
            begin(conn, (actor.id, &country, livemode), actor.now)
        })
        .await?;
    match payouts.wait_for_account(&viewer).await? {
        Some(account) => payouts.onboard(&reply, &viewer, &account).await,
        None => reply.done(paths::PAYOUTS, Flash::StripeSilent),
    }
}

/// Writes the account down and what is to be asked for it; once, however often the button is pressed.
fn begin(
    conn: &mut Conn,
    (owner, country, livemode): (crate::users::UserId, &str, bool),
    now: crate::clock::Instant,
) -> Result<()> {
    let account = PayoutAccount::begin(conn, owner, livemode, country, now)?;
    let subject = Subject {
        payment: None,
        kind: OperationKind::CreateAccount,
        id: account.id.0,
        livemode: account.livemode,
    };
    let request = accounts::create_account(&account.id.to_string(), &account.country);
    if Operation::begin(conn, subject, request, now)? {
        wake(conn, now, now)?;
    }
    Ok(())
}

impl PayoutContext {
    /// The account as soon as Stripe has made it, if that is in a moment.
    async fn wait_for_account(&self, viewer: &Viewer) -> Result<Option<PayoutAccount>> {
        let mut waited = Duration::ZERO;
        while waited < WAITS {
            let account = self.last(viewer).await?;
            if account.as_ref().is_some_and(|one| one.stripe_id.is_some() || !one.is_open()) {
                return Ok(account);
            }
            tokio::time::sleep(LOOKS_EVERY).await;
            waited += LOOKS_EVERY;
        }
        Ok(None)
    }

    async fn onboard(
        &self,
        reply: &Reply,
        viewer: &Viewer,
        account: &PayoutAccount,
    ) -> Result<HttpResponse> {
        let Some(stripe_id) = &account.stripe_id else { return reply.see_other(paths::PAYOUTS) };
        let back = format!("{}{}", self.mail.base_url, paths::PAYOUTS);
        self.lead(reply, viewer, accounts::onboarding_link(stripe_id, &back)).await
    }
}

/// `POST /practice/payouts/link`: to the questions that Stripe still asks.
pub async fn link(
    (db, mail, gateway): (Data<Db>, Data<Mail>, Data<Gateway>),
    viewer: Viewer,
    reply: Reply,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let payouts = PayoutContext::of(db, mail, &gateway)?;
    match payouts.open(&viewer).await? {
        Some(account) => payouts.onboard(&reply, &viewer, &account).await,
        None => reply.see_other(paths::PAYOUTS),
    }
}

/// `POST /practice/payouts/dashboard`: to one's own pages at Stripe.
pub async fn dashboard(
    (db, mail, gateway): (Data<Db>, Data<Mail>, Data<Gateway>),
    viewer: Viewer,
    reply: Reply,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let payouts = PayoutContext::of(db, mail, &gateway)?;
    let Some(stripe_id) = payouts.open(&viewer).await?.and_then(|account| account.stripe_id) else {
        return reply.see_other(paths::PAYOUTS);
    };
    payouts.lead(&reply, &viewer, accounts::dashboard_link(&stripe_id)).await
}
