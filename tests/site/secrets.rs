//! The site's secret: what holds while it is rotated, and what a wrong one is told.

use footing::db::{KeptValue, SealedColumn};
use footing::seal::Seal;

use crate::support::{PASSWORD, Person, TestSite};

const OLD: &str = "--secret=a secret for the tests only";
const BOTH: &str = "--secret=a newer secret for the tests,a secret for the tests only";
const NEW: &str = "--secret=a newer secret for the tests";

/// The same browser at the same site after its server was started with other flags.
async fn restarted(person: &Person, secret: &str) -> Person {
    let site = person.site.with_flags(&[secret]).await;
    Person { site, ..person.clone() }
}

#[actix_web::test]
async fn a_session_a_form_and_a_browser_live_on_when_a_newer_secret_is_put_in_front() {
    let site = TestSite::start_with(&[OLD]).await;
    let ana = site.ana().await;
    let token = ana.token().await;
    let marked = ana.cookies.borrow().get("__Host-footing-browser").cloned().unwrap();
    let ana = restarted(&ana, BOTH).await;
    let before = ana.cookies.borrow().get("__Host-footing").cloned();
    ana.get("/settings").await.assert_status(200);
    let after = ana.cookies.borrow().get("__Host-footing").cloned();
    assert_ne!(before, after, "the cookie was not signed anew");
    // a form that was open meanwhile
    assert_eq!(ana.token().await, token);
    let form = [("name", "Ana"), ("zone", "Europe/London"), ("locale", "en-GB")];
    ana.post("/settings/profile", &form).await.assert_status(303);
    // a browser that is known has a bucket of its own
    for _ in 0..10 {
        ana.elsewhere().post("/login", &[("email", &ana.email), ("password", "x")]).await;
    }
    let known = ana.elsewhere();
    known.sign_in().await.assert_status(429);
    known.cookies.borrow_mut().insert("__Host-footing-browser".to_owned(), marked);
    known.sign_in().await.assert_status(303);
    // what was signed anew needs the old secret no more
    let ana = restarted(&ana, NEW).await;
    ana.get("/settings").await.assert_status(200);
}

#[actix_web::test]
async fn a_recovery_code_of_before_works_under_both_secrets_once() {
    let site = TestSite::start_with(&[OLD]).await;
    let ana = site.ana().await;
    ana.two_steps().await;
    let codes = ana.get("/settings/security").await.all("[data-codes] code");
    let ana = restarted(&ana, BOTH).await;
    let enter = |code: &str| {
        let (phone, code) = (ana.elsewhere(), code.to_owned());
        async move {
            phone.sign_in().await.assert_status(303);
            phone.post("/login/code", &[("code", &code)]).await.status.as_u16()
        }
    };
    assert_eq!(enter(&codes[0]).await, 303);
    assert_eq!(enter(&codes[0]).await, 422);
}

#[actix_web::test]
async fn the_key_of_pushes_stays_when_the_secret_changes() {
    let push = "--vapid-subject=mailto:ops@example.com";
    let site = TestSite::start_with(&[OLD, push]).await;
    let key = site.site.push.public_key().unwrap();
    let rotated = site.with_flags(&[BOTH, push]).await;
    assert_eq!(rotated.site.push.public_key().unwrap(), key);
    let again = site.with_flags(&[OLD, push]).await;
    assert_eq!(again.site.push.public_key().unwrap(), key);
}

#[actix_web::test]
async fn resealing_can_be_broken_off_and_leaves_nothing_under_the_old_secret() {
    let site = TestSite::start_with(&[OLD]).await;
    let (ana, root) = (site.ana().await, site.root().await);
    for person in [&ana, &root] {
        person.two_steps().await;
    }
    let column = SealedColumn {
        table: "users",
        key: "id",
        column: "totp_secret",
        purpose: "footing/totp/v1",
    };
    let both = Seal::new("a newer secret for the tests,a secret for the tests only");
    let seal = both.clone();
    let first = site.write(move |conn, _| column.reseal(conn, &seal, i64::MIN, 1)).await;
    assert_eq!((first.changed, first.unreadable), (1, 0));
    let seal = both.clone();
    let all = site.write(move |conn, _| column.reseal(conn, &seal, i64::MIN, 100)).await;
    assert_eq!(all.changed, 1, "what was done stays done");
    let seal = Seal::new("a newer secret for the tests");
    let readable = site.read(move |conn, _| column.opens_newest(conn, &seal)).await;
    assert_eq!(readable, Some(true));
    let stranger = Seal::new("a secret of somebody else");
    let lost = site.write(move |conn, _| column.reseal(conn, &stranger, i64::MIN, 100)).await;
    assert_eq!((lost.changed, lost.unreadable), (0, 2));
    ana.elsewhere().post("/login", &[("email", &ana.email), ("password", PASSWORD)]).await;
}

#[actix_web::test]
async fn every_column_that_is_sealed_is_named_for_resealing() {
    // whoever seals something new must say where it lies
    let mut uses = 0;
    for file in crate::database::walk(std::path::Path::new("src")) {
        let path = file.display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let seals = text.matches("seal.seal(").count();
        let passing = [
            "src/users/handlers/security.rs",
            "src/users/kept_form.rs",
            "src/users/sign_up.rs",
            "src/directory/",
            "src/db/sealed.rs",
        ];
        if seals == 0 || passing.iter().any(|part| path.contains(part)) {
            continue; // kept within a session or a link of a day, or in an address
        }
        uses += 1;
        let is_named = text.contains("SEALED")
            || text.contains("KeptValue")
            || path.contains("commands/secret");
        assert!(is_named, "{path} seals something that `footing secret reseal` does not know");
    }
    assert!(uses >= 4);
    let _ = KeptValue("only so that the name is checked");
}
