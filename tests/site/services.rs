//! Services: who may change them, and their limits.

use footing::listings::{Service, ServiceState};
use footing::users::{Actor, Role};

use crate::support::{Fields, TestSite, service};

const FORM: Fields = &[
    ("title", "VAT health check"),
    ("category", "vat"),
    ("description", "One quarter of your books, checked line by line."),
    ("duration", "45"),
    ("price_kind", "fixed"),
    ("price", "60.50"),
    ("currency", "EUR"),
    ("modes", "video"),
    ("accept", "request"),
    ("policy", "strict"),
];

#[actix_web::test]
async fn a_service_is_kept_as_it_was_typed_and_changed_by_its_owner_alone() {
    let site = TestSite::start().await;
    let (ana, ben, dot) = (site.ana().await, site.ben().await, site.dot().await);
    let path = ben.post("/practice/services", FORM).await.location().to_owned();
    let page = ben.get(&path).await;
    assert_eq!(page.attribute("#price", "value"), "60.50");
    assert_eq!(page.attribute("#currency option[selected]", "value"), "EUR");
    assert_eq!(page.attribute("[name=policy][checked]", "value"), "strict");

    for (outsider, status) in [(&dot, 404), (&ana, 403), (&site.stranger(), 303)] {
        outsider.get(&path).await.assert_status(status);
        outsider.post(&path, FORM).await.assert_status(status);
        outsider.post(&format!("{path}/state"), &[("state", "active")]).await.assert_status(status);
    }
    ana.post("/practice/services", FORM).await.assert_status(403);
    ana.get("/practice").await.assert_status(403);
    let changed = [&[("title", "VAT check, by quarter")], &FORM[1..]].concat();
    ben.post(&path, &changed).await.assert_status(303);
    ben.get(&path).await.assert_text("h1", "VAT check, by quarter");
    ben.get("/practice/services/0C9K4VXT2M7QA").await.assert_status(404);
    ben.get("/practice/services/1").await.assert_status(404);
}

#[actix_web::test]
async fn a_form_sent_twice_makes_one_service_and_another_body_is_a_conflict() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let key = ben.get("/practice/services/new").await.attribute("[name=key]", "value");
    let form = [FORM, &[("key", &key)]].concat();
    let first = ben.post("/practice/services", &form).await;
    let second = ben.post("/practice/services", &form).await;
    assert_eq!((second.status.as_u16(), second.location()), (303, first.location()));
    let other = [&[("title", "Something else")], &form[1..]].concat();
    ben.post("/practice/services", &other).await.assert_status(409);
    let id = ben.id;
    assert_eq!(site.read(move |conn, _| Service::all(conn, id)).await.len(), 2);
}

#[actix_web::test]
async fn twenty_services_can_be_active_and_thirty_can_be_there() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let id = ben.id;
    site.write(move |conn, now| {
        let actor = Actor { id, role: Role::Accountant, now };
        for _ in 0..19 {
            Service::create(conn, &actor, &service(5_000), ServiceState::Active).unwrap();
        }
        for _ in 0..9 {
            Service::create(conn, &actor, &service(5_000), ServiceState::Draft).unwrap();
        }
        Ok(())
    })
    .await;
    let last = ben.post("/practice/services", FORM).await;
    last.assert_status(303);
    ben.post("/practice/services", FORM).await.assert_rejected("title");
    let state = format!("{}/state", last.location());
    ben.post(&state, &[("state", "active")])
        .await
        .assert_status(422)
        .assert_text("#state-error", "20 active");
    ben.post(&state, &[("state", "gone")]).await.assert_status(422);
    ben.post(&state, &[("state", "archived")]).await.assert_status(303);
    ben.post(last.location(), FORM).await.assert_status(409);
    ben.post("/practice/services", FORM).await.assert_status(303);
}

#[actix_web::test]
async fn a_service_page_shows_price_and_terms_and_offers_no_time_without_hours() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let page = site.stranger().get("/accountants/ben-northgate-tax").await;
    let service = page.attribute("[data-service]", "data-service");
    let path = format!("/accountants/ben-northgate-tax/services/{service}");
    let page = site.stranger().get(&path).await;
    page.assert_status(200).assert_text("h1", "First-year consultation").assert_text("main", "£85");
    assert!(!page.has("input[name=start]"));
    page.assert_text("#week", "Nothing is free");

    ben.post(&format!("/practice/services/{service}/state"), &[("state", "paused")])
        .await
        .assert_status(303);
    site.stranger().get(&path).await.assert_status(404);
    ben.get(&path).await.assert_status(200);
}

#[actix_web::test]
async fn each_wrong_field_of_a_service_is_named_beside_it() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    for (field, value) in [
        ("title", "VAT"),
        ("title", &*"x".repeat(81)),
        ("category", "gardening"),
        ("description", "short"),
        ("duration", "0"),
        ("duration", "481"),
        ("duration", "999999999999999999999"),
        ("price", "-60"),
        ("price", "12345678901"),
        ("currency", "XBT"),
        ("modes", "pigeon"),
        ("price_kind", "auction"),
        ("accept", "never"),
        ("policy", "lenient"),
        ("step", "7"),
    ] {
        let mut form: Vec<_> = FORM.iter().filter(|(name, _)| *name != field).copied().collect();
        form.push((field, value));
        ben.post("/practice/services", &form).await.assert_rejected(field);
    }
    ben.post("/practice/services", &[]).await.assert_rejected("title");
}

const QUESTIONS: Fields = &[
    ("question_text", "First let?"),
    ("question_kind", "yes_no"),
    ("question_choices", ""),
    ("question_text", "Which year?"),
    ("question_kind", "choice"),
    ("question_choices", "2025\n2026"),
    ("question_text", ""),
    ("question_kind", "short"),
    ("question_choices", ""),
];

#[actix_web::test]
async fn questions_are_kept_in_their_order_and_go_away_when_emptied() {
    let site = TestSite::start().await;
    let (ben, dot) = (site.ben().await, site.dot().await);
    let path = ben.post("/practice/services", &[FORM, QUESTIONS].concat()).await;
    let path = path.location().to_owned();
    let texts = async || {
        let page = ben.get(&path).await;
        let all = page.values("[name=question_text]");
        (all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>(), page)
    };
    let (asked, page) = texts().await;
    assert_eq!(asked, ["First let?", "Which year?"]);
    assert_eq!(page.all("[name=question_choices]")[1], "2025 2026");
    assert_eq!(page.values("[name=question_kind] [selected]"), ["yes_no", "choice"]);

    dot.post(&path, &[FORM, QUESTIONS].concat()).await.assert_status(404);
    // a state that is refused must not show a form without them
    let refused = ben.post(&format!("{path}/state"), &[("state", "gone")]).await;
    assert_eq!(refused.values("[name=question_text]")[1], "Which year?");

    let bare = [FORM, &[("question_text", "Which year?"), ("question_kind", "choice")]].concat();
    let refused = ben.post(&path, &bare).await;
    refused.assert_rejected("question_text");
    assert_eq!(refused.values("[name=question_text]")[0], "Which year?");
    assert_eq!(texts().await.0.len(), 2);

    ben.post(&path, FORM).await.assert_status(303);
    assert!(texts().await.0.is_empty());
}
