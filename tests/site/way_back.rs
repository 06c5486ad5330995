//! Nothing that somebody chose or typed on the way to a booking is lost, and confirming an address
//! costs one move.

use actix_web::test::TestRequest;
use footing::clock::Span;
use footing::users::{Email, Role, Status, User};

use crate::hours::{WEEK, offered, service_path};
use crate::support::{Answer, PASSWORD, Person, TestSite};

const LATER_PASSWORD: &str = "seven other distant words";

fn sign_up<'a>(role: &'a str, email: &'a str, next: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("role", role),
        ("name", "Eva Lind"),
        ("email", email),
        ("password", PASSWORD),
        ("zone", "Europe/Berlin"),
        ("next", next),
    ]
}

/// The six digits of the newest mail to an address.
async fn code_to(site: &TestSite, address: &str) -> String {
    let mail = site.mails_to(address).await.pop().expect("no mail came");
    let (_, rest) = mail.split_once("30 minutes: ").expect("no code in the mail");
    rest.chars().filter(char::is_ascii_digit).take(6).collect()
}

/// The page of a service of ben's, and a time that is free.
async fn service_of_ben(site: &TestSite) -> (String, String) {
    let ben = site.ben().await;
    ben.post("/practice/hours", &WEEK).await.assert_status(303);
    let page = service_path(site).await;
    let starts = offered(&site.stranger(), &page, 1).await;
    (page, starts.into_iter().next().expect("no free time"))
}

/// What a browser sends whose form stands on `page`.
async fn post_from(person: &Person, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let token = person.token().await;
    let mut all = vec![("csrf", token.as_str())];
    all.extend(fields);
    let request = TestRequest::post()
        .uri(action)
        .insert_header(("referer", format!("http://localhost:8080{page}")))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(serde_html_form::to_string(&all).unwrap());
    let answer = person.send(request).await;
    person.token.replace(None);
    answer
}

fn next_of(answer: &Answer) -> String {
    let location = answer.location();
    let query = location.strip_prefix("/login?next=").unwrap_or_else(|| panic!("{location}"));
    form_urlencoded::parse(format!("next={query}").as_bytes()).next().unwrap().1.into_owned()
}

#[actix_web::test]
async fn a_booking_begun_signed_out_goes_on_after_sign_up_and_mail_with_time_and_note() {
    let site = TestSite::start().await;
    let (page, start) = service_of_ben(&site).await;
    let eva = site.stranger();
    let id = page.rsplit('/').next().unwrap();
    let fields = [("service", id), ("start", start.as_str()), ("note", "Two flats since April")];
    let answer = post_from(&eva, &page, "/bookings", &fields).await;
    answer.assert_status(303);
    let next = next_of(&answer);
    assert!(next.starts_with(&page) && next.contains("start="), "{next}");
    assert!(!answer.location().contains("flats"), "what was written stands in an address");
    let login = eva.get(answer.location()).await;
    login.assert_text("[data-kept]", "kept");
    let join = login.attribute("a[href^='/signup?next=']", "href");
    assert_eq!(eva.get(&join).await.attribute("input[name=next]", "value"), next);

    eva.post("/signup", &sign_up("client", "eva@example.com", &next)).await.assert_status(303);
    let code = code_to(&site, "eva@example.com").await;
    let answer = eva.post("/check-mail", &[("code", &code)]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), next);
    let shown = eva.get(&next).await;
    shown.assert_text("[data-choice=free]", "Address confirmed. Your time is still free.");
    assert_eq!(shown.attribute("input[name=start][checked]", "value"), start);
    assert_eq!(shown.text("textarea[name=note]"), "Two flats since April");
    shown.assert_text("form [data-kept]", "It has not been sent");
    assert!(!eva.get("/bookings").await.has("[data-booking]"), "it was sent by itself");

    let fields = [
        ("service", id),
        ("start", &start),
        ("mode", "video"),
        ("note", "Two flats"),
        ("key", "00112233445566778899aabbccddeeff"),
    ];
    let booked = eva.post("/bookings", &fields).await;
    booked.assert_status(303);
    assert!(booked.location().starts_with("/bookings/"));
    assert!(!eva.get(&next).await.has("form [data-kept]"), "what was sent is not kept any more");
}

#[actix_web::test]
async fn the_way_back_is_in_the_mail_for_another_device_and_asks_for_the_password_there() {
    let site = TestSite::start().await;
    let (page, start) = service_of_ben(&site).await;
    let (eva, phone) = (site.stranger(), site.stranger());
    let fields = [("start", start.as_str()), ("note", "Two flats")];
    let next = next_of(&post_from(&eva, &page, "/bookings", &fields).await);
    eva.post("/signup", &sign_up("client", "eva@example.com", &next)).await.assert_status(303);
    let link = site.link_to("eva@example.com").await;
    assert!(phone.get(&link).await.has("input[name=password]"));
    phone.post(&link, &[]).await.assert_rejected("password");
    let answer = phone.post(&link, &[("password", PASSWORD)]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), next);
    assert_eq!(phone.get(&next).await.text("textarea[name=note]"), "Two flats");
}

#[actix_web::test]
async fn a_time_that_was_taken_meanwhile_is_named_with_the_nearest_free_ones() {
    let site = TestSite::start().await;
    let (page, start) = service_of_ben(&site).await;
    let ana = site.ana().await;
    let id = page.rsplit('/').next().unwrap();
    let fields = [
        ("service", id),
        ("start", &start),
        ("mode", "video"),
        ("key", "00112233445566778899aabbccddeeff"),
    ];
    ana.post("/bookings", &fields).await.assert_status(303);
    let late = site.stranger().get(&format!("{page}?start={start}")).await;
    late.assert_status(200).assert_text("[data-choice=gone]", "is no longer free");
    assert_eq!(late.all("[data-choice=gone] a").len(), 3);
    assert!(!late.has("input[name=start][checked]"));
}

#[actix_web::test]
async fn the_code_works_only_where_one_signed_up_five_times_and_for_half_an_hour() {
    let site = TestSite::start().await;
    let eva = site.stranger();
    eva.post("/signup", &sign_up("client", "eva@example.com", "")).await.assert_status(303);
    let code = code_to(&site, "eva@example.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    site.stranger().post("/check-mail", &[("code", &code)]).await.assert_rejected("code");
    for _ in 0..5 {
        eva.post("/check-mail", &[("code", wrong)]).await.assert_rejected("code");
    }
    eva.post("/check-mail", &[("code", &code)]).await.assert_rejected("code");
    // the link of the same mail still works
    let link = site.link_to("eva@example.com").await;
    eva.post(&link, &[]).await.assert_status(303);

    let late = site.stranger();
    late.post("/signup", &sign_up("client", "late@example.com", "")).await.assert_status(303);
    let code = code_to(&site, "late@example.com").await;
    site.forward(Span::minutes(30));
    late.post("/check-mail", &[("code", &code)]).await.assert_rejected("code");
}

#[actix_web::test]
async fn a_browser_that_signed_up_with_a_known_address_reads_the_same_refusals() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let (fresh, known) = (site.stranger(), site.stranger());
    fresh.post("/signup", &sign_up("client", "new@example.com", "")).await.assert_status(303);
    known.post("/signup", &sign_up("client", &ana.email, "")).await.assert_status(303);
    for _ in 0..7 {
        let (one, other) = (
            fresh.post("/check-mail", &[("code", "12345")]).await,
            known.post("/check-mail", &[("code", "12345")]).await,
        );
        assert_eq!(one.text("#code-error"), other.text("#code-error"));
    }
    assert_eq!(
        fresh.get("/check-mail").await.text("main"),
        known.get("/check-mail").await.text("main")
    );
}

#[actix_web::test]
async fn looking_at_the_link_confirms_nothing_and_the_page_sends_itself_only_where_one_signed_up() {
    let site = TestSite::start().await;
    let eva = site.stranger();
    eva.post("/signup", &sign_up("client", "eva@example.com", "")).await.assert_status(303);
    let link = site.link_to("eva@example.com").await;
    assert!(!site.stranger().get(&link).await.has("form[data-send]"));
    assert!(eva.get(&link).await.has("form[data-send]"));
    assert_eq!(status_of(&site, "eva@example.com").await, Some(Status::Unverified));
}

async fn status_of(site: &TestSite, address: &'static str) -> Option<Status> {
    user_of(site, address).await.map(|user| user.status)
}

async fn user_of(site: &TestSite, address: &'static str) -> Option<User> {
    let email = Email::parse(address).unwrap();
    site.read(move |conn, _| User::find_by_email(conn, &email)).await
}

#[actix_web::test]
async fn whoever_signs_up_first_with_anothers_address_fixes_neither_role_nor_name_nor_password() {
    let site = TestSite::start().await;
    let (eve, eva) = (site.stranger(), site.stranger());
    eve.post("/signup", &sign_up("client", "eva@example.com", "")).await.assert_status(303);
    let own = [
        ("role", "accountant"),
        ("name", "Eva Berg"),
        ("email", "eva@example.com"),
        ("password", LATER_PASSWORD),
        ("zone", "Europe/Oslo"),
    ];
    eva.post("/signup", &own).await.assert_status(303);
    let link = site.link_to("eva@example.com").await;
    // the stranger's session does not know this link, nor does the stranger's password open it
    eve.post(&link, &[("password", PASSWORD)]).await.assert_rejected("password");
    let answer = eva.post(&link, &[]).await;
    answer.assert_status(303);
    assert_eq!(answer.location(), "/practice");
    let user = user_of(&site, "eva@example.com").await.unwrap();
    assert_eq!((user.name.as_str(), user.role), ("Eva Berg", Role::Accountant));
    eva.get("/practice/profile").await.assert_status(200);
    let sign_in = async |password| {
        site.stranger()
            .post("/login", &[("email", "eva@example.com"), ("password", password)])
            .await
    };
    sign_in(PASSWORD).await.assert_rejected("email");
    sign_in(LATER_PASSWORD).await.assert_status(303);
}

#[actix_web::test]
async fn whoever_did_not_sign_up_deletes_the_waiting_account_and_only_such_a_one() {
    let site = TestSite::start().await;
    let (eve, eva) = (site.stranger(), site.stranger());
    eve.post("/signup", &sign_up("accountant", "eva@example.com", "")).await.assert_status(303);
    let mail = site.mails_to("eva@example.com").await.pop().unwrap();
    let link = site.link_to("eva@example.com").await;
    assert!(mail.contains(&format!("{link}/refusal")), "the mail names no way to refuse");
    let refusal = format!("{link}/refusal");
    eva.get(&refusal).await.assert_status(200).assert_text("h1", "did not sign up");
    assert_eq!(status_of(&site, "eva@example.com").await, Some(Status::Unverified));
    eva.post(&refusal, &[]).await.assert_status(200).assert_text("h1", "deleted");
    assert_eq!(status_of(&site, "eva@example.com").await, None);
    for path in [&link, &refusal] {
        eva.get(path).await.assert_status(404);
    }
    eve.post(&link, &[]).await.assert_status(404);
}

#[actix_web::test]
async fn a_new_password_for_an_address_that_nobody_confirmed_asks_for_role_and_name_anew() {
    let site = TestSite::start().await;
    let eva = site.stranger();
    site.stranger()
        .post("/signup", &sign_up("client", "eva@example.com", ""))
        .await
        .assert_status(303);
    eva.post("/password/forgot", &[("email", "eva@example.com")]).await.assert_status(303);
    let link = site.link_to("eva@example.com").await;
    assert!(eva.get(&link).await.has("input[name=role]"));
    eva.post(&link, &[("password", LATER_PASSWORD)]).await.assert_status(422);
    let form = [("password", LATER_PASSWORD), ("role", "accountant"), ("name", "Eva Berg")];
    eva.post(&link, &form).await.assert_status(303);
    let user = user_of(&site, "eva@example.com").await.unwrap();
    assert_eq!((user.name.as_str(), user.role), ("Eva Berg", Role::Accountant));

    // whoever confirmed the address once is not asked, and a posted role is nothing
    let ana = site.ana().await;
    eva.post("/password/forgot", &[("email", &ana.email)]).await.assert_status(303);
    let link = site.link_to(&ana.email).await;
    assert!(!eva.get(&link).await.has("input[name=role]"));
    eva.post(&link, &form).await.assert_status(303);
    assert_eq!(user_of(&site, "ana@example.com").await.unwrap().role, Role::Client);
}

#[actix_web::test]
async fn a_form_whose_session_ended_is_shown_again_after_signing_in_and_not_sent() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.cookies.borrow_mut().remove("__Host-footing");
    let fields =
        [("name", "Ana Maria"), ("zone", "Asia/Tokyo"), ("locale", "en-US"), ("password", "x")];
    let answer = post_from(&ana, "/settings", "/settings/profile", &fields).await;
    answer.assert_status(303);
    assert_eq!(next_of(&answer), "/settings");
    ana.get(answer.location()).await.assert_text("[data-kept]", "kept");
    let signed_in = ana
        .post("/login", &[("email", &ana.email), ("password", PASSWORD), ("next", "/settings")])
        .await;
    assert_eq!(signed_in.location(), "/settings");
    let page = ana.get("/settings").await;
    assert_eq!(page.attribute("input[name=name]", "value"), "Ana Maria");
    assert_eq!(page.attribute("select[name=zone] option[selected]", "value"), "Asia/Tokyo");
    let id = ana.id;
    assert_eq!(site.read(move |conn, _| User::by_id(conn, id)).await.name, "Ana");
    site.forward(Span::hours(1));
    assert_eq!(ana.get("/settings").await.attribute("input[name=name]", "value"), "Ana");
}

#[actix_web::test]
async fn a_form_from_another_site_is_not_kept_nor_is_one_too_long_or_full_of_secrets() {
    let site = TestSite::start().await;
    let ask = async |headers: &[(&str, &str)], body: String| {
        let eve = site.stranger();
        let mut request = TestRequest::post()
            .uri("/settings/profile")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("referer", "http://localhost:8080/settings"))
            .set_payload(body);
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        let answer = eve.send(request).await;
        answer.assert_status(303);
        eve.get(answer.location()).await.has("[data-kept]")
    };
    assert!(ask(&[], "name=Ana".to_owned()).await);
    assert!(!ask(&[("origin", "https://evil.example")], "name=Ana".to_owned()).await);
    assert!(!ask(&[("sec-fetch-site", "cross-site")], "name=Ana".to_owned()).await);
    assert!(!ask(&[], format!("name={}", "a".repeat(33 * 1024))).await);
    assert!(!ask(&[], "password=abc&current=def&code=1&my_secret=x&csrf=y&key=z".to_owned()).await);
}

#[actix_web::test]
async fn a_second_sign_in_form_from_another_tab_lands_signed_in() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    ana.post("/logout", &[]).await.assert_status(303);
    let (first, second) = (ana.get("/login").await, ana.get("/login").await);
    for tab in [second, first] {
        ana.token.replace(Some(tab.attribute("input[name=csrf]", "value")));
        let form = [("email", ana.email.as_str()), ("password", PASSWORD)];
        ana.post("/login", &form).await.assert_status(303);
        ana.get("/settings").await.assert_status(200);
    }
}

#[actix_web::test]
async fn the_sign_in_leads_back_to_no_address_but_our_own() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    for (nth, bad) in
        ["//evil.example", "https://evil.example", "/nowhere/at/all", "/\\evil.example"]
            .into_iter()
            .enumerate()
    {
        ana.token.replace(None);
        let form = [("email", ana.email.as_str()), ("password", PASSWORD), ("next", bad)];
        let answer = ana.elsewhere().post("/login", &form).await;
        assert_eq!(answer.location(), "/accountants", "{bad}");
        let eva = site.stranger();
        let address = format!("eva{nth}@example.com");
        eva.post("/signup", &sign_up("client", &address, bad)).await.assert_status(303);
        let answer = eva.post(&site.link_to(&address).await, &[]).await;
        assert_eq!(answer.location(), "/accountants", "{bad}");
    }
}

#[actix_web::test]
async fn joining_from_the_directory_comes_back_to_its_filters() {
    let site = TestSite::start().await;
    let page = site.stranger().get("/accountants?language=pl&mode=video").await;
    let join = page.attribute(".topbar a[href^='/signup']", "href");
    assert_eq!(join, "/signup?next=%2Faccountants%3Flanguage%3Dpl%26mode%3Dvideo");
}
