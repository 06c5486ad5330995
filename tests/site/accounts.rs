//! Signing up, in and out; nobody learns which addresses are known.

use footing::clock::Span;
use footing::users::{Status, User};

use crate::support::{Fields, PASSWORD, TestSite};

fn sign_up<'a>(role: &'a str, email: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("role", role),
        ("name", "Eva Lind"),
        ("email", email),
        ("password", PASSWORD),
        ("zone", "Europe/Berlin"),
    ]
}

#[actix_web::test]
async fn an_accountant_signs_up_confirms_the_address_and_is_in() {
    let site = TestSite::start().await;
    let eva = site.stranger();
    let answer = eva.post("/signup", &sign_up("accountant", "Eva@Example.com")).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), "/check-mail");

    let link = site.link_to("Eva@example.com").await;
    assert!(link.starts_with("/verify/"), "{link}");
    eva.get(&link).await.assert_status(200);
    // the browser that signed up is asked for nothing more
    let answer = eva.post(&link, &[]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), "/practice");
    eva.get("/practice").await.assert_status(200).assert_text("h1", "Eva");
    site.stranger().get(&link).await.assert_status(404);
}

#[actix_web::test]
async fn a_known_address_gets_the_same_answer_a_mail_and_no_change() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let stranger = site.stranger();
    let fresh = stranger.post("/signup", &sign_up("client", "new@example.com")).await;
    let known = stranger.post("/signup", &sign_up("accountant", &ana.email)).await;
    assert_eq!((fresh.status, fresh.location()), (known.status, known.location()));
    assert_eq!(fresh.page(), known.page());

    let mails = site.mails_to(&ana.email).await;
    assert!(mails.last().unwrap().contains("You already have a Footing account"));
    let id = ana.id;
    let user = site.read(move |conn, _| User::by_id(conn, id)).await;
    assert_eq!((user.name.as_str(), user.role.as_str()), ("Ana", "client"));
    ana.elsewhere().sign_in().await.assert_status(303);
}

#[actix_web::test]
async fn thirty_sign_ups_at_once_leave_one_row_and_equal_answers() {
    let site = TestSite::start().await;
    let people: Vec<_> = (0..30).map(|_| site.stranger()).collect();
    for person in &people {
        person.token().await;
    }
    for round in 1..=4 {
        let address = format!("crowd{round}@example.com");
        let form = sign_up("accountant", &address);
        let posts = people.iter().map(|person| person.post("/signup", &form));
        let answers = futures_util::future::join_all(posts).await;
        for answer in &answers {
            assert_eq!((answer.status.as_u16(), answer.location()), (303, "/check-mail"));
        }
        assert_eq!(site.read(|conn, _| User::count(conn)).await, round);
        // three an hour, however many asked
        assert_eq!(site.mails_to(&address).await.len(), 3, "round {round}");
        site.forward(Span::minutes(5)); // their network may sign up again
    }
}

#[actix_web::test]
async fn nobody_becomes_an_admin_by_signing_up() {
    let site = TestSite::start().await;
    let eve = site.stranger();
    eve.post("/signup", &sign_up("admin", "eve@example.com")).await.assert_rejected("role");
    let extra: Vec<_> = [
        &sign_up("client", "eve@example.com")[..],
        &[("is_admin", "1"), ("status", "active"), ("verified", "1")],
    ]
    .concat();
    eve.post("/signup", &extra).await.assert_status(303);
    let user = site.read(|conn, _| {
        User::find_by_email(conn, &footing::users::Email::parse("eve@example.com").unwrap())
    });
    let user = user.await.unwrap();
    assert_eq!((user.role.as_str(), user.status), ("client", Status::Unverified));
}

#[actix_web::test]
async fn a_wrong_password_an_unknown_address_and_an_unverified_one_read_the_same() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let eva = site.stranger();
    eva.post("/signup", &sign_up("client", "eva@example.com")).await.assert_status(303);
    let try_in = async |email: &str, password: &str| {
        let answer =
            site.stranger().post("/login", &[("email", email), ("password", password)]).await;
        answer.assert_rejected("email");
        assert!(!answer.page().contains(password), "the password came back");
        answer.text("#email-error")
    };
    let wrong = try_in(&ana.email, "not the password at all").await;
    let unknown = try_in("nobody@example.com", PASSWORD).await;
    let unverified = try_in("eva@example.com", PASSWORD).await;
    let no_address = try_in("not an address", PASSWORD).await;
    assert_eq!([&unknown, &unverified, &no_address], [&wrong; 3]);
    // the right password of an unverified account sends a fresh link
    assert_eq!(site.mails_to("eva@example.com").await.len(), 2);
}

#[actix_web::test]
async fn an_account_that_nobody_confirms_is_gone_after_seven_days() {
    let site = TestSite::start().await;
    site.stranger()
        .post("/signup", &sign_up("accountant", "late@example.com"))
        .await
        .assert_status(303);
    let link = site.link_to("late@example.com").await;
    site.forward(Span::hours(24));
    site.stranger().get(&link).await.assert_status(404);
    site.forward(Span::days(7));
    site.work().await;
    assert_eq!(site.read(|conn, _| User::count(conn)).await, 0);
    site.stranger()
        .post("/signup", &sign_up("client", "late@example.com"))
        .await
        .assert_status(303);
}

#[actix_web::test]
async fn a_new_password_by_mail_ends_every_session_and_the_link_works_once() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let stranger = site.stranger();
    let known = stranger.post("/password/forgot", &[("email", &ana.email)]).await;
    let unknown = stranger.post("/password/forgot", &[("email", "nobody@example.com")]).await;
    assert_eq!((known.location(), known.page()), (unknown.location(), unknown.page()));
    assert!(site.mails_to("nobody@example.com").await.is_empty());

    let link = site.link_to(&ana.email).await;
    let new: Fields = &[("password", "eight thirsty owls at dawn")];
    stranger.post(&link, &[("password", "short")]).await.assert_rejected("password");
    stranger.post(&link, new).await.assert_status(303);
    stranger.post(&link, new).await.assert_status(404);
    let answer = ana.get("/settings").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/login?next=%2Fsettings"));
    ana.sign_in().await.assert_rejected("email");
    let again = [("email", ana.email.as_str()), ("password", "eight thirsty owls at dawn")];
    ana.post("/login", &again).await.assert_status(303);
}

#[actix_web::test]
async fn a_reset_link_lasts_half_an_hour_and_a_newer_one_ends_it() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    site.stranger().post("/password/forgot", &[("email", &ana.email)]).await.assert_status(303);
    let first = site.link_to(&ana.email).await;
    site.stranger().post("/password/forgot", &[("email", &ana.email)]).await.assert_status(303);
    let second = site.link_to(&ana.email).await;
    site.stranger().get(&first).await.assert_status(404);
    site.stranger().get(&second).await.assert_status(200);
    site.forward(Span::minutes(30));
    site.stranger().get(&second).await.assert_status(404);
}

#[actix_web::test]
async fn guessing_is_slowed_for_strangers_and_not_for_a_browser_that_was_in() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let guesser = site.stranger();
    let guess = [("email", ana.email.as_str()), ("password", "is it this one, perhaps?")];
    // ana's own first sign-in was right and took nothing from the bucket
    for _ in 0..10 {
        guesser.post("/login", &guess).await.assert_status(422);
    }
    let answer = guesser.post("/login", &guess).await;
    answer.assert_status(429);
    assert!((1..=60).contains(&answer.header("retry-after").parse::<i64>().unwrap()));
    ana.sign_in().await.assert_status(303);
    site.forward(Span::minutes(1));
    guesser.post("/login", &guess).await.assert_status(422);
}

#[actix_web::test]
async fn the_way_on_after_signing_in_leads_nowhere_else() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for (next, leads_to) in [
        ("/settings/devices", "/settings/devices"),
        ("/accountants?q=vat", "/accountants?q=vat"),
        ("https://evil.example/", "/accountants"),
        ("//evil.example/", "/accountants"),
        ("/\\evil.example", "/accountants"),
        ("/nowhere", "/accountants"),
        ("javascript:alert(1)", "/accountants"),
    ] {
        let form = [("email", ana.email.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = ana.elsewhere().post("/login", &form).await;
        assert_eq!(answer.location(), leads_to, "{next}");
        site.forward(Span::minutes(1));
    }
}

#[actix_web::test]
async fn a_password_is_changed_by_whoever_knows_it_and_other_devices_are_out() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let phone = ana.elsewhere();
    phone.sign_in().await.assert_status(303);
    let new = ("password", "eight thirsty owls at dawn");
    ana.post("/settings/password", &[("current", "wrong wrong wrong"), new])
        .await
        .assert_rejected("current");
    ana.post("/settings/password", &[("current", PASSWORD), ("password", "footing footing ana")])
        .await
        .assert_rejected("password");
    ana.post("/settings/password", &[("current", PASSWORD), new]).await.assert_status(303);
    ana.get("/settings").await.assert_status(200);
    phone.get("/settings").await.assert_status(303);
    site.stranger()
        .post("/settings/password", &[("current", PASSWORD), new])
        .await
        .assert_status(303);
    assert!(site.mails_to(&ana.email).await.last().unwrap().contains("password was changed"));
}

#[actix_web::test]
async fn settings_are_saved_for_oneself_only() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    let form =
        [("name", "Ana Duarte"), ("zone", "Asia/Kolkata"), ("locale", "en-US"), ("role", "admin")];
    ana.post("/settings/profile", &form).await.assert_status(303);
    let page = ana.get("/settings").await;
    assert_eq!(page.attribute("#name", "value"), "Ana Duarte");
    assert_eq!(page.attribute("#zone option[selected]", "value"), "Asia/Kolkata");
    cy.get("/settings").await.assert_text(".menu__head", "Cy");
    ana.post("/settings/profile", &[("name", "A"), ("zone", "UTC")]).await.assert_rejected("name");
    for zone in ["Mars/Base", ""] {
        let form = [("name", "Ana"), ("zone", zone)];
        ana.post("/settings/profile", &form).await.assert_rejected("zone");
    }
    ana.get("/admin").await.assert_status(404);
}

#[actix_web::test]
async fn right_sign_ins_use_nothing_up_and_wrong_ones_do() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for _ in 0..40 {
        let phone = ana.elsewhere();
        phone.sign_in().await.assert_status(303);
    }
    let guess = [("email", ana.email.as_str()), ("password", "wrong wrong wrong")];
    for _ in 0..10 {
        site.stranger().post("/login", &guess).await.assert_status(422);
    }
    site.stranger().post("/login", &guess).await.assert_status(429);
}

#[actix_web::test]
async fn whatever_mails_or_hashes_for_strangers_has_the_networks_limit() {
    let site = TestSite::start().await;
    let stranger = site.stranger();
    for path in ["/signup", "/password/forgot"] {
        let mut statuses = std::collections::BTreeMap::new();
        for number in 0..40 {
            let email = format!("somebody{number}@example.com");
            let fields = [
                ("role", "client"),
                ("name", "Somebody"),
                ("email", email.as_str()),
                ("password", PASSWORD),
                ("zone", "Europe/London"),
            ];
            *statuses.entry(stranger.post(path, &fields).await.status.as_u16()).or_insert(0) += 1;
        }
        assert_eq!(
            statuses.keys().copied().collect::<Vec<_>>(),
            [303, 429],
            "{path}: {statuses:?}"
        );
        assert!(statuses[&303] <= 32, "{path}: {statuses:?}");
        site.forward(footing::clock::Span::minutes(10));
    }
}

#[actix_web::test]
async fn an_address_that_mail_cannot_be_written_to_is_refused_at_the_form() {
    let site = TestSite::start().await;
    for bad in ["a..b@example.com", ".a@example.com", "a.@example.com", "a@-example.com"] {
        let mut fields = sign_up("client", bad).to_vec();
        fields.retain(|(name, _)| *name != "csrf");
        site.stranger().post("/signup", &fields).await.assert_rejected("email");
    }
    assert_eq!(site.read(|conn, _| footing::users::User::count(conn)).await, 0);
}

#[actix_web::test]
async fn no_made_up_address_key_or_cursor_is_ever_our_fault() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let long = "x".repeat(9000);
    for next in
        ["/accountants/%01", "/accountants/%00", "/accountants?q=%0d%0aSet-Cookie:x=y", &long]
    {
        let page = site.stranger().get(&format!("/login?next={next}")).await;
        assert!(page.status.as_u16() < 500, "{next}");
    }
    // led on after signing in, wherever it was to
    for next in [
        "/accountants/\u{1}",
        "/accountants\u{0}",
        "//evil.example",
        "/accountants?q=zürich",
        long.as_str(),
    ] {
        let phone = ana.elsewhere();
        let fields = [("email", ana.email.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = phone.post("/login", &fields).await;
        answer.assert_status(303);
        let led = answer.location();
        assert!(led == "/accountants" || led == "/accountants?q=z%C3%BCrich", "{next:?}: {led}");
    }
    // a code is not used up by an address that leads nowhere
    let totp = ana.two_steps().await;
    let phone = ana.elsewhere();
    let fields =
        [("email", ana.email.as_str()), ("password", PASSWORD), ("next", "/accountants/\u{1}")];
    phone.post("/login", &fields).await.assert_status(303);
    let code = totp.code(footing::users::Totp::step(site.site.db.now()));
    phone.post("/login/code", &[("code", &code)]).await.assert_status(303);
    for key in ["\u{0}", "k", "-1", &long, "\u{1}\u{2}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let answer = ben.post("/practice/services", &[("title", "Tax return"), ("key", key)]).await;
        assert!(answer.status.as_u16() < 500, "{key:?}: {}", answer.status);
    }
    for path in [
        "/accountants?after=",
        "/accountants?after=AAAA",
        "/accountants?after=-1",
        "/accountants?after=%00",
        "/accountants/%00",
        "/accountants/ben-northgate-tax/services/%00",
        "/photos/%00-96",
    ] {
        let status = site.stranger().get(path).await.status.as_u16();
        assert!(status == 200 || status == 404, "{path}: {status}");
    }
    for path in [
        "/bookings?after=-1--1",
        "/bookings?after=9223372036854775807-0000000000001",
        "/messages?after=-1-0000000000001",
        "/messages/new?after=%00",
        "/notifications?after=%01",
    ] {
        let status = ana.get(path).await.status.as_u16();
        assert!(status < 500, "{path}: {status}");
    }
}
