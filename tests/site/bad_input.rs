//! What bad input gets: an answer in plain words, never a 500, nothing written, nothing hanging.

use actix_web::test::TestRequest;
use footing::users::User;

use crate::support::{HOST, PASSWORD, TestSite};

const SIGN_UP: &[(&str, &str)] = &[
    ("role", "client"),
    ("name", "Eva Lind"),
    ("email", "eva@example.com"),
    ("password", PASSWORD),
    ("zone", "Europe/Berlin"),
];

#[actix_web::test]
async fn every_wrong_field_of_the_sign_up_is_named_and_nothing_is_written() {
    let site = TestSite::start().await;
    let eva = site.stranger();
    for (field, value) in [
        ("name", "E"),
        ("name", &*"x".repeat(81)),
        ("name", "Eva\u{0}Lind"),
        ("email", "not an address"),
        ("email", &*format!("{}@example.com", "x".repeat(250))),
        ("email", "eva@example.com\r\nBcc: all@example.com"),
        ("password", "short"),
        ("password", "passwordpassword"),
        ("password", &*"long".repeat(100)),
        ("zone", "Mars/Base"),
        ("role", "king"),
    ] {
        let mut form: Vec<_> = SIGN_UP.iter().filter(|(name, _)| *name != field).copied().collect();
        form.push((field, value));
        let page = eva.post("/signup", &form).await;
        page.assert_rejected(field);
        assert!(!page.page().contains(PASSWORD), "the password came back");
        if field != "name" {
            assert_eq!(page.attribute("#name", "value"), "Eva Lind");
        }
    }
    eva.post("/signup", &[]).await.assert_rejected("email");
    assert_eq!(site.read(|conn, _| User::count(conn)).await, 0);
}

#[actix_web::test]
async fn characters_that_reorder_text_are_taken_out() {
    let site = TestSite::start().await;
    let mut form: Vec<_> = SIGN_UP.iter().filter(|(name, _)| *name != "name").copied().collect();
    form.push(("name", "Eva \u{202e}dniL\u{2066}"));
    site.stranger().post("/signup", &form).await.assert_status(303);
    let user = site.read(|conn, _| {
        User::find_by_email(conn, &footing::users::Email::parse("eva@example.com").unwrap())
    });
    assert_eq!(user.await.unwrap().name, "Eva dniL");
}

#[actix_web::test]
async fn a_repeated_field_is_refused_in_words() {
    let site = TestSite::start().await;
    let form = [SIGN_UP, &[("email", "other@example.com")]].concat();
    site.stranger()
        .post("/signup", &form)
        .await
        .assert_status(422)
        .assert_text("h1", "There is a problem");
    assert_eq!(site.read(|conn, _| User::count(conn)).await, 0);
}

#[actix_web::test]
async fn a_form_without_its_token_or_from_elsewhere_is_refused() {
    let site = TestSite::start().await;
    let (ana, cy) = (site.ana().await, site.cy().await);
    let body = |token: &str| format!("csrf={token}&name=Mallory&zone=UTC&locale=en-GB");
    let request = |body: String| {
        TestRequest::post()
            .uri("/settings/profile")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body)
    };
    let (mine, hers) = (ana.token().await, cy.token().await);
    for (what, forged) in [
        ("no token", request(body(""))),
        ("nonsense", request(body("AAAA"))),
        ("another's", request(body(&hers))),
        ("another site", request(body(&mine)).insert_header(("origin", "https://evil.example"))),
        ("a sandbox", request(body(&mine)).insert_header(("origin", "null"))),
        ("across sites", request(body(&mine)).insert_header(("sec-fetch-site", "cross-site"))),
        ("a subdomain", request(body(&mine)).insert_header(("sec-fetch-site", "same-site"))),
    ] {
        let answer = ana.send(forged).await;
        assert_eq!(answer.status.as_u16(), 403, "{what}");
    }
    assert_eq!(ana.get("/settings").await.attribute("#name", "value"), "Ana");
    let own = request(body(&mine))
        .insert_header(("origin", format!("http://{HOST}")))
        .insert_header(("sec-fetch-site", "same-origin"));
    ana.send(own).await.assert_status(303);
}

#[actix_web::test]
async fn a_body_of_fifty_megabytes_is_refused() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let token = ben.token().await;
    let body = format!("csrf={token}&about={}", "x".repeat(50 * 1024 * 1024));
    let request = TestRequest::post()
        .uri("/practice/profile")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(body);
    ben.send(request).await.assert_status(413).assert_text("h1", "That is too much");
    ben.upload("/practice/photo", "photo", "a.png", &vec![7; 50 * 1024 * 1024])
        .await
        .assert_status(413);
}

#[actix_web::test]
async fn an_upload_that_is_cut_off_or_of_another_kind_is_refused() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let token = ben.token().await;
    let begun = format!(
        "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--line\r\n\
         Content-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\n\u{89}PNG"
    );
    ben.send_multipart("/practice/photo", begun.into_bytes()).await.assert_status(422);
    ben.send_multipart("/practice/photo", b"--other\r\n".to_vec()).await.assert_status(422);
    ben.post("/practice/photo", &[]).await.assert_status(415);
    // the file before the token: nothing of it is kept
    let forged = "--line\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\nx\r\n--line--\r\n";
    ben.send_multipart("/practice/photo", forged.as_bytes().to_vec()).await.assert_status(403);
    let json = TestRequest::post()
        .uri("/login")
        .insert_header(("content-type", "application/json"))
        .set_payload("{}");
    site.stranger().send(json).await.assert_status(415);
}

#[actix_web::test]
async fn another_host_is_turned_away() {
    let site = TestSite::start().await;
    for host in ["evil.example", "127.0.0.1:8080.evil.example", "127.0.0.1", ""] {
        let answer = site.send(TestRequest::get().uri("/").insert_header(("host", host))).await;
        answer.assert_status(421);
    }
    let mut request = TestRequest::get().uri("/healthz");
    request = request.insert_header(("host", "10.0.0.1"));
    site.send(request).await.assert_status(200);
}

#[actix_web::test]
async fn addresses_of_another_shape_are_not_there_and_wrong_methods_are_named() {
    let site = TestSite::start().await;
    let stranger = site.stranger();
    for path in [
        "/nope",
        "/accountants/../admin",
        "/accountants/%2e%2e%2fsecret",
        "/static/..%2f..%2fCargo.toml",
        "/static/app.css",
        "/accountants/x/services/1",
        "/accountants/%00",
        "/admin/",
        "/ADMIN",
        "/sitemap-0.xml",
        "/sitemap-x.xml",
        "/verify/x",
        "/password/reset/x",
    ] {
        stranger.get(path).await.assert_status(404);
    }
    for path in ["/accountants", "/practice", "/healthz"] {
        let answer = stranger.send(TestRequest::post().uri(path)).await;
        answer.assert_status(405);
    }
    stranger.get("/logout").await.assert_status(405);
    stranger.send(TestRequest::delete().uri("/signup")).await.assert_status(405);
    let overridden =
        TestRequest::get().uri("/logout").insert_header(("x-http-method-override", "POST"));
    stranger.send(overridden).await.assert_status(405);
}

#[actix_web::test]
async fn an_error_page_wears_the_looks_of_the_site_and_a_part_gets_a_part() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let page = ana.get("/nope").await;
    page.assert_status(404).assert_text("h1", "Page not found").assert_text(".menu__head", "Ana");
    assert_eq!(page.attribute("body", "data-page"), "error");
    let part = TestRequest::get()
        .uri("/nope")
        .insert_header(("hx-request", "true"))
        .insert_header(("hx-request-type", "partial"));
    let part = ana.send(part).await;
    part.assert_status(404);
    assert!(!part.page().contains("<html"));
    let json = TestRequest::get().uri("/settings").insert_header(("accept", "application/json"));
    site.stranger().send(json).await.assert_status(401);
}

#[actix_web::test]
async fn a_name_that_nobody_can_see_is_refused_and_what_hides_in_one_is_taken_out() {
    let site = TestSite::start().await;
    let named = |name: &str| -> Vec<(&'static str, String)> {
        let others = SIGN_UP.iter().filter(|(field, _)| *field != "name");
        let form = others.map(|(field, value)| (*field, (*value).to_owned()));
        form.chain([("name", name.to_owned())]).collect()
    };
    for hidden in [
        "\u{200b}",
        "\u{2060}",
        "\u{3164}",
        "\u{2800}",
        "\u{200c}",
        "\u{200d}",
        "\u{ad}",
        "\u{180e}",
        "\u{e0041}",
        "\u{feff}",
        "\u{fff9}",
        "\u{fe0f}",
        "\u{34f}",
        "\u{115f}",
        "\u{17b4}",
        "\u{1d173}",
        "\u{a0}",
        "🦊",
    ] {
        let form = named(&hidden.repeat(2));
        let form: Vec<_> = form.iter().map(|(field, value)| (*field, &**value)).collect();
        site.stranger().post("/signup", &form).await.assert_rejected("name");
    }
    let form = named("Foo\u{200b}ting می\u{200c}خواهم");
    let form: Vec<_> = form.iter().map(|(field, value)| (*field, &**value)).collect();
    site.stranger().post("/signup", &form).await.assert_status(303);
    let email = footing::users::Email::parse("eva@example.com").unwrap();
    let kept = site.read(move |conn, _| User::find_by_email(conn, &email)).await.unwrap();
    assert_eq!(kept.name, "Footing می\u{200c}خواهم");

    let dot = site.dot().await;
    let mut profile = crate::profiles::valid();
    profile.retain(|(field, _)| *field != "display_name");
    profile.push(("display_name", "\u{2060}\u{2060}"));
    dot.post("/practice/profile", &profile).await.assert_rejected("display_name");
}
