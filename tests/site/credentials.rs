//! What an accountant says to be entitled to: claimed with evidence, looked up by a moderator, shown
//! as a badge, and gone when its day is over.

use footing::accountants::{Credential, CredentialId, RegisterCheck};
use footing::clock::Span;
use footing::users::{Actor, Role};

use crate::database::raw;
use crate::reports::{BENS, admin, again};
use crate::support::{Answer, Fields, Person, TestSite};

pub const CLAIM: [(&str, &str); 4] = [
    ("kind", "chartered"),
    ("register", "ICAEW"),
    ("number", "0000-412 a"),
    ("jurisdiction", "GB"),
];
pub const PDF: &[u8] = b"%PDF-1.7 membership of Ben";

/// Sends a claim with its file as a browser does.
pub async fn claim(who: &Person, fields: Fields<'_>, file: &[u8]) -> Answer {
    let token = who.token().await;
    let mut body = String::new();
    for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
        body.push_str(&format!(
            "--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(
        "--line\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"card.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n",
    );
    let mut body = body.into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--line--\r\n");
    who.send_multipart("/practice/credentials", body).await
}

/// The page of the newest claim that waits.
pub async fn waiting_claim(admin: &Person) -> String {
    admin.get("/admin").await.attributes("[data-claim]", "href").pop().expect("nothing waits")
}

/// Found in the register today; it expires in so many days, or the register gives none.
pub async fn verify(admin: &Person, page: &str, days: Option<i32>) -> Answer {
    let today = admin.site.site.db.now().day("UTC");
    let (on, until) = (today.to_string(), days.map(|days| today.plus(days).to_string()));
    let mut form =
        vec![("decision", "verify"), ("source", "find.icaew.com"), ("checked_on", on.as_str())];
    match &until {
        Some(until) => form.push(("expires_on", until)),
        None => form.push(("no_expiry", "yes")),
    }
    admin.post(&format!("{page}/decision"), &form).await
}

/// Ben's claim, verified by root.
pub async fn verified(site: &TestSite, ben: &Person, days: Option<i32>) -> Person {
    let root = admin(site, "root").await;
    claim(ben, &CLAIM, PDF).await.assert_status(303);
    verify(&root, &waiting_claim(&root).await, days).await.assert_status(303);
    root
}

/// Where everybody sees a badge: the profile, a row of the directory, its filter.
pub async fn badges(site: &TestSite) -> [bool; 4] {
    let cy = site.stranger();
    let rows = cy.get("/accountants").await;
    let any = cy.get("/accountants?credential=any").await;
    let kind = cy.get("/accountants?credential=chartered&credential=lawyer&sort=price").await;
    let shown = [&any, &kind].map(|page| page.text("[data-count]").contains('1'));
    assert_eq!(shown, [&any, &kind].map(|page| page.has("[data-accountant]")), "{}", any.page());
    let profile = cy.get(BENS).await.has("[data-credential]");
    let home = cy.get("/").await;
    assert_eq!(home.has("[data-accountant] [data-credential]"), profile, "a row of the home page");
    [profile, rows.has("[data-accountant] [data-credential]"), shown[0], shown[1]]
}

#[actix_web::test]
async fn a_claim_is_looked_up_by_a_moderator_and_by_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, dot) = (site.ana().await, site.ben().await, site.dot().await);
    let root = admin(&site, "root").await;
    assert!(ben.get("/practice").await.has("a[href='/practice/credentials']"));
    claim(&ana, &CLAIM, PDF).await.assert_status(403);
    claim(&site.stranger(), &CLAIM, PDF).await.assert_status(303);
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    // the same once more is the same
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    let own = ben.get("/practice/credentials").await;
    own.assert_text("[data-status=claimed]", "ICAEW, number 0000-412 a, United Kingdom");
    assert_eq!(own.all("[data-claim]").len(), 1);
    assert!(!ben.get("/practice").await.page().contains("a checked credential"));
    assert_eq!(badges(&site).await, [false; 4]);

    let page = waiting_claim(&root).await;
    root.get("/admin").await.assert_text("[data-claim]", "Ben, Northgate Tax");
    root.get(&page).await.assert_text("main", "0000-412 a");
    let file = root.get(&format!("{page}/evidence")).await;
    file.assert_status(200);
    assert_eq!(file.body, PDF);
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(file.header("cache-control"), "no-store");
    for who in [&ana, &ben, &dot] {
        who.get(&page).await.assert_status(404);
        who.get(&format!("{page}/evidence")).await.assert_status(404);
        verify(who, &page, Some(30)).await.assert_status(404);
    }
    let removal = format!("/practice/credentials/{}/removal", id_of(&page));
    dot.post(&removal, &[]).await.assert_status(404);
    ana.post(&removal, &[]).await.assert_status(403);
    // nobody reads it from the disk either
    let folder = site.folder().join("data/blobs/evidence");
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|four| four == b"%PDF"));
    }
    for act in ["credential.view", "credential.evidence"] {
        assert!(root.get("/admin/log").await.page().contains(act), "{act}");
    }
}

fn id_of(page: &str) -> String {
    page.rsplit('/').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_badge_says_what_was_found_and_by_whom_until_its_last_day_is_over() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = verified(&site, &ben, Some(30)).await;
    assert_eq!(badges(&site).await, [true; 4]);
    let page = site.stranger().get(BENS).await;
    for words in ["Chartered accountant", "ICAEW, number 0000-412 a", "Moderator 1", "Expires"] {
        page.assert_text("[data-credential]", words);
    }
    assert!(root.get("/admin/log").await.page().contains("credential.verify"));
    let mails = site.mails_to(&ben.email).await.join("\n");
    assert!(mails.contains("Checked: Chartered accountant"), "{mails}");
    ben.get("/notifications").await.assert_text("main", "Checked: Chartered accountant");
    // counted beside the filter, and read again at every look
    let filters = site.stranger().get("/accountants").await;
    filters.assert_text("#filters", "Any checked credential 1");

    let now = site.site.db.now();
    let over = now.day("UTC").plus(31).begin(&footing::clock::zone("UTC"));
    site.forward((over - Span::seconds(60)).elapsed_since(now));
    assert_eq!(badges(&site).await, [true; 4], "a minute before midnight");
    // no round has run in between
    site.forward(Span::seconds(61));
    assert_eq!(badges(&site).await, [false; 4], "at midnight");
    let own = ben.elsewhere();
    own.sign_in().await.assert_status(303);
    assert!(own.get("/practice/credentials").await.has("[data-status=expired]"));
    site.work().await;
    let filters = site.stranger().get("/accountants").await;
    assert!(!filters.page().contains("Any checked credential"));
}

#[actix_web::test]
async fn where_the_register_gives_no_expiry_a_badge_shows_for_a_year_and_says_so() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    verified(&site, &ben, None).await;
    let page = site.stranger().get(BENS).await;
    page.assert_text("[data-credential]", "the register gives none: 365 days after the check");
    let last = site.site.db.now().day("UTC").plus(365);
    page.assert_text("[data-credential]", &last.plain(footing::locale::Locale::NEUTRAL));
    site.forward(Span::days(366));
    assert_eq!(badges(&site).await, [false; 4]);
}

#[actix_web::test]
async fn what_is_wrong_with_a_claim_stands_beside_its_field_and_the_rest_is_kept() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let with = |name: &'static str, value: &'static str| {
        CLAIM.map(|(field, typed)| (field, if field == name { value } else { typed }))
    };
    for (field, value) in [
        ("kind", "ptin"),
        ("register", "x"),
        ("register", "IRS PTIN directory"),
        ("number", " - "),
        ("jurisdiction", "XX"),
    ] {
        let answer = claim(&ben, &with(field, value), PDF).await;
        answer.assert_rejected(field);
        if field != "register" {
            assert_eq!(answer.values("#register"), ["ICAEW"]);
        }
    }
    // a PTIN by its shape, whatever the register is called
    claim(&ben, &with("number", "P01234567"), PDF).await.assert_rejected("register");
    let large = [PDF, &vec![0; 5 * 1024 * 1024]].concat();
    for file in [b"<html>".as_slice(), b"", &large] {
        claim(&ben, &CLAIM, file).await.assert_rejected("evidence");
    }
    ben.post("/practice/credentials", &CLAIM).await.assert_rejected("evidence");
    assert!(!ben.get("/practice/credentials").await.has("[data-claim]"));
}

#[actix_web::test]
async fn five_of_an_account_wait_at_a_time() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    for number in ["1", "2", "3", "4", "5", "6"] {
        let form = [&CLAIM[..2], &[("number", number)], &CLAIM[3..]].concat();
        let answer = claim(&ben, &form, PDF).await;
        match number {
            "6" => answer.assert_rejected("number"),
            _ => answer.assert_status(303),
        };
    }
    // other evidence for a number that waits
    let form = [&CLAIM[..2], &[("number", "5")], &CLAIM[3..]].concat();
    claim(&ben, &form, b"%PDF-1.4 another").await.assert_rejected("number");
    let page = ben.get("/practice/credentials").await;
    let removal = page.attribute("[data-claim] form[action$='/removal']", "action");
    ben.post(&removal, &[]).await.assert_status(303);
    let form = [&CLAIM[..2], &[("number", "7")], &CLAIM[3..]].concat();
    claim(&ben, &form, PDF).await.assert_status(303);
}

#[actix_web::test]
async fn another_name_has_everything_checked_again_and_the_form_says_so_before() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let before = ben.get("/practice/profile").await;
    assert!(!before.text("#display_name-hint").contains("checked again"));
    let root = verified(&site, &ben, Some(300)).await;
    let page = ben.get("/practice/profile").await;
    assert!(page.text("#display_name-hint").contains("checked again"));
    // the same name changes nothing
    let name = |name: &'static str| {
        let profile = crate::profiles::valid().into_iter();
        let mut form: Vec<_> = profile.filter(|(field, _)| *field != "display_name").collect();
        form.push(("display_name", name));
        form.push(("slug", "ben-northgate-tax"));
        form
    };
    ben.post("/practice/profile", &name("Ben, Northgate Tax")).await.assert_status(303);
    assert_eq!(badges(&site).await, [true; 4]);
    ben.post("/practice/profile", &name("Somebody Else")).await.assert_status(303);
    assert_eq!(badges(&site).await, [false; 4]);
    assert!(ben.get("/practice/credentials").await.has("[data-status=claimed]"));
    let root = again(&site, &root).await;
    verify(&root, &waiting_claim(&root).await, Some(300)).await.assert_status(303);
    assert_eq!(badges(&site).await, [true; 4]);
}

#[actix_web::test]
async fn a_moderator_says_where_and_when_it_was_looked_up() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let root = admin(&site, "root").await;
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    let path = format!("{}/decision", waiting_claim(&root).await);
    let today = site.site.db.now().day("UTC");
    let [tomorrow, yesterday, old] = [1, -1, -31].map(|days| today.plus(days).to_string());
    let today = today.to_string();
    let good = [
        ("decision", "verify"),
        ("source", "find.icaew.com"),
        ("checked_on", today.as_str()),
        ("expires_on", tomorrow.as_str()),
        ("no_expiry", ""),
    ];
    for (field, value) in [
        ("decision", ""),
        ("decision", "approve"),
        ("source", "?"),
        ("checked_on", "soon"),
        ("checked_on", tomorrow.as_str()),
        ("checked_on", old.as_str()),
        ("expires_on", yesterday.as_str()),
        ("expires_on", ""),
    ] {
        let form = good.map(|(name, typed)| (name, if name == field { value } else { typed }));
        let answer = root.post(&path, &form).await;
        answer.assert_rejected(field);
        assert_eq!(answer.values("#source"), [if field == "source" { value } else { good[1].1 }]);
    }
    let both = good.map(|(name, typed)| (name, if name == "no_expiry" { "yes" } else { typed }));
    root.post(&path, &both).await.assert_rejected("expires_on");
    root.post(&path, &good).await.assert_status(303);
    root.post(&path, &good).await.assert_status(409);
}

#[actix_web::test]
async fn nobody_checks_their_own() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    claim(&ben, &CLAIM, PDF).await.assert_status(303);
    let (owner, mail) = (ben.id, site.site.mail.clone());
    let refused = site
        .site
        .db
        .write(move |conn, now| {
            let id: CredentialId = Credential::of(conn, owner)?.remove(0).id;
            let day = now.day("UTC");
            let check = RegisterCheck {
                source: "find.icaew.com".into(),
                checked_on: day,
                expires_on: None,
            };
            let actor = Actor { id: owner, role: Role::Admin, now };
            Credential::verify(conn, &mail, (id, &check), &actor)
        })
        .await;
    assert!(refused.is_err());
    // nor does raw SQL
    let sql = "UPDATE credentials SET status = 'verified', checked_on = 1, source = 'me', \
               expires_on = 99999, checked_by = user_id";
    assert!(raw(&site, sql.to_owned()).await.is_err());
    assert_eq!(badges(&site).await, [false; 4]);
}
