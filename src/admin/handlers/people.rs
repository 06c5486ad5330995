//! `/admin/users`: looking for somebody, their account, and what an admin may do to it.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::admin::forms::{RoleForm, SearchForm, StatementForm};
use crate::admin::pages::{PersonPage, UsersPage};
use crate::admin::people::{Sought, note, search};
use crate::db::{Conn, Db};
use crate::decisions::{Decision, Target, TargetKind};
use crate::error::{Error, Result};
use crate::mail::{Letter, Mail};
use crate::moderation;
use crate::notifications::{NewNotice, Notice, Topic};
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::handlers::kept_forms::{self, TypedForm, prove_first};
use crate::users::{Actor, Role, Secrets, User, UserId, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn index(
    (db, seal): (Data<Db>, Data<Seal>),
    Admin(viewer): Admin,
    reply: Reply,
    query: Query<SearchForm>,
) -> Result<HttpResponse> {
    let q = query.into_inner().q;
    let found = match Sought::parse(&q) {
        Some(sought) => {
            let typed = q.clone();
            let act =
                move |conn: &mut Conn, actor: &Actor| search(conn, &seal, (&sought, &typed), actor);
            Some(viewer.act(&db, act).await?)
        }
        None => None,
    };
    reply.page(&UsersPage { q, found })
}

pub async fn show(
    db: Data<Db>,
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<UserId>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    let act = move |conn: &mut Conn, actor: &Actor| {
        note(conn, actor.id, ("user.view", &id.to_string(), ""), actor.now)
    };
    viewer.act(&db, act).await?;
    reply.page(&page)
}

async fn page(db: &Db, viewer: &Viewer, id: UserId) -> Result<PersonPage> {
    let (admin, zone) = (viewer.id, viewer.zone.clone());
    db.read(move |conn, _| {
        let user = User::by_id(conn, id)?;
        Ok(PersonPage {
            decisions: Decision::concerning(conn, id)?,
            is_self: id == admin,
            user,
            form: StatementForm::default(),
            role: RoleForm::default(),
            errors: FieldErrors::default(),
            zone,
        })
    })
    .await
}

/// `POST /admin/users/{id}/suspension`.
pub async fn suspension(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<UserId>,
    Form(form): Form<StatementForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    let path = paths::admin_user(id);
    let typed = TypedForm { page: &path, noun: "suspension", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let statement = match form.parse(viewer.id) {
        Ok(statement) => statement,
        Err(errors) => return reply.rejected(&PersonPage { form, errors, ..page }),
    };
    let target = Target { kind: TargetKind::Account, id: id.0, subject: id };
    let act = move |conn: &mut Conn, actor: &Actor| {
        moderation::restrict(conn, &mail, target, &statement, actor.now).map(drop)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    reply.done(path, Flash::DecisionRecorded)
}

/// `POST /admin/users/{id}/restoration`.
pub async fn restoration(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<UserId>,
    Form(form): Form<StatementForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    let Some(by) = page.user.suspended_by else {
        return Err(Error::conflict("This account is not suspended."));
    };
    let path = paths::admin_user(id);
    let typed = TypedForm { page: &path, noun: "restoration", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let statement = match form.parse(viewer.id) {
        Ok(statement) => statement,
        Err(errors) => return reply.rejected(&PersonPage { form, errors, ..page }),
    };
    let act = move |conn: &mut Conn, actor: &Actor| {
        let suspension = Decision::by_id(conn, by)?;
        moderation::lift(conn, &mail, &suspension, &statement, actor.now).map(drop)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    reply.done(path, Flash::DecisionRecorded)
}

/// `POST /admin/users/{id}/role`: by another admin, with a reason that the person is told.
pub async fn role(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<UserId>,
    Form(form): Form<RoleForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    if page.is_self {
        return Err(Error::forbidden("Another admin changes your role."));
    }
    let path = paths::admin_user(id);
    let typed = TypedForm { page: &path, noun: "role", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let (role, reason) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&PersonPage { role: form, errors, ..page }),
    };
    let act = move |conn: &mut Conn, actor: &Actor| {
        User::change_role(conn, id, role, actor.now)?;
        note(conn, actor.id, ("user.role", &id.to_string(), role.as_str()), actor.now)?;
        tell_role(conn, &mail, (id, role, &reason), actor)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    reply.done(path, Flash::RoleChanged)
}

fn tell_role(
    conn: &mut Conn,
    mail: &Mail,
    (id, role, reason): (UserId, Role, &str),
    actor: &Actor,
) -> Result<()> {
    let words = format!("Your account is of a {} now: {reason}", role.as_str());
    let letter = Letter::new("The role of your account has changed", &[&words]);
    let telling = NewNotice {
        kind: "user.role",
        topic: Topic::Security,
        recipient: id,
        object: id.0,
        version: actor.now.micros(),
        words: words.clone(),
        path: paths::SETTINGS.to_owned(),
        letter: Some(letter),
    };
    Notice::tell(conn, mail, telling, actor.now).map(drop)
}
