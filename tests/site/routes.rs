//! Every route against every role with ids that are nobody's, and what each page must be. With
//! things that exist they are tried in `authorisation.rs`.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use footing::routes::{Audience, RouteRow, table};

use crate::support::{Person, TestSite};

/// A path with something in its holes that is nobody's.
fn filled(path: &str) -> String {
    path.replace("{slug}", "nobody-here")
        .replace("{id}", "0C9K4VXT2M7QA")
        .replace("{file}", "1")
        .replace("{n}", "0")
        .replace("{number}", "1")
        .replace("{user}", "0C9K4VXT2M7QA")
        .replace("{name}", "nothing")
        .replace("{token}", "nothing")
        .replace("{handle}", "nothing")
}

async fn ask(person: &Person, line: &RouteRow, path: &str) -> u16 {
    match line.method {
        _ if line.is_script && line.method != Method::GET => {
            let body = serde_json::json!({});
            person.send_json(line.method.as_str(), path, &body).await.status.as_u16()
        }
        Method::GET => person.get(path).await.status.as_u16(),
        _ if path == "/practice/photo" => {
            person.upload(path, "photo", "a.png", b"").await.status.as_u16()
        }
        _ => person.post(path, &[]).await.status.as_u16(),
    }
}

#[actix_web::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let site = TestSite::start().await;
    let (ana, ben, root) = (site.ana().await, site.ben().await, site.root().await);
    root.two_steps().await;
    for line in table().lines.iter().filter(|line| line.path != "/logout") {
        let path = filled(line.path);
        for (role, person) in [
            ("anonymous", &site.stranger()),
            ("client", &ana),
            ("accountant", &ben),
            ("admin", &root),
        ] {
            let status = ask(person, line, &path).await;
            let what = format!("{} {path} as {role}: {status}", line.method);
            assert!(status < 500, "{what}");
            if line.who.roles().contains(&role) {
                assert!(
                    status != 401 && (status != 403 || path.contains("totp") || path == "/ws"),
                    "{what}"
                );
            } else if role == "anonymous" {
                let wanted = match line.who {
                    Audience::Admins | Audience::Machines => 404,
                    _ if line.is_script => 401,
                    _ => 303,
                };
                assert_eq!(status, wanted, "{what}");
            } else {
                // where a fresh proof is asked for, that comes first
                let waits = status == 303 && path.contains("totp");
                assert!(status == 403 || status == 404 || waits, "{what}");
            }
        }
        // limits are for guessers, not for this walk
        site.forward(footing::clock::Span::seconds(30));
    }
}

#[actix_web::test]
async fn no_route_that_changes_something_takes_a_form_without_a_token() {
    let site = TestSite::start().await;
    let root = site.root().await;
    let ben = site.ben().await;
    for line in table().lines.iter().filter(|line| line.method == Method::POST) {
        for person in [&ben, &root] {
            let body = match line.path {
                "/practice/photo" => (
                    "multipart/form-data; boundary=line",
                    "--line\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nx\r\n--line--\r\n",
                ),
                _ => ("application/x-www-form-urlencoded", "name=x"),
            };
            let request = TestRequest::post()
                .uri(&filled(line.path))
                .insert_header(("content-type", body.0))
                .set_payload(body.1);
            let status = person.send(request).await.status.as_u16();
            // a step that must come first (303) or a stranger's thing (404) may answer before
            assert!([403, 303, 404].contains(&status), "{} answered {status}", line.path);
        }
    }
    ben.get("/practice").await.assert_status(200);
}

#[actix_web::test]
async fn every_page_has_one_heading_one_main_its_name_and_the_security_headers() {
    let site = TestSite::start().await;
    let (ben, root) = (site.ben().await, site.root().await);
    root.two_steps().await;
    for (person, path) in [
        (&site.stranger(), "/"),
        (&site.stranger(), "/accountants"),
        (&site.stranger(), "/accountants/ben-northgate-tax"),
        (&site.stranger(), "/how-it-works"),
        (&site.stranger(), "/for-accountants"),
        (&site.stranger(), "/ranking"),
        (&site.stranger(), "/privacy"),
        (&site.stranger(), "/terms"),
        (&site.stranger(), "/signup"),
        (&site.stranger(), "/login"),
        (&site.stranger(), "/password/forgot"),
        (&site.stranger(), "/check-mail"),
        (&site.stranger(), "/offline"),
        (&site.stranger(), "/dev/components"),
        (&site.stranger(), "/dev/mail"),
        (&ben, "/practice"),
        (&ben, "/practice/earnings"),
        (&ben, "/practice/billing"),
        (&ben, "/practice/reviews"),
        (&ben, "/practice/profile"),
        (&ben, "/practice/services"),
        (&ben, "/practice/services/new"),
        (&ben, "/notifications"),
        (&ben, "/messages"),
        (&ben, "/messages/new"),
        (&ben, "/settings/messages"),
        (&ben, "/settings"),
        (&ben, "/settings/security"),
        (&ben, "/settings/devices"),
        (&ben, "/reauthenticate"),
        (&root, "/admin"),
    ] {
        let page = person.get(path).await;
        page.assert_status(200);
        assert_eq!(page.all("h1").len(), 1, "{path}");
        assert_eq!(page.all("main").len(), 1, "{path}");
        assert!(!page.attribute("body", "data-page").is_empty(), "{path}");
        assert!(page.text("head > title").ends_with(" – Footing"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!page.page().contains(" style=\"") && !page.page().contains("hx-on"), "{path}");
        let statics = page.attributes("script[src], link[rel=stylesheet]", "src");
        for address in statics.iter().chain(&page.attributes("link[rel=stylesheet]", "href")) {
            person.get(address).await.assert_status(200);
        }
        let empty =
            page.attributes("use", "href").into_iter().chain(page.attributes("[src]", "src"));
        assert!(
            empty.into_iter().all(|address| address.starts_with('/') && !address.starts_with("/#")),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn the_first_view_of_a_page_weighs_less_than_the_limits() {
    let files = footing::web::assets::inventory();
    let size = |wanted: &str| {
        let found = files.iter().find(|(name, ..)| name == wanted);
        found
            .map(|(_, _, plain, gzip)| (*plain, *gzip))
            .unwrap_or_else(|| panic!("{wanted} is missing"))
    };
    let css = size("css/app.css").1;
    let script = size("vendor/htmx-4.0.1.bundle.js").1 + size("js/site.js").1;
    let icons = size("icons.svg").1;
    let fonts =
        size("fonts/figtree-latin.woff2").0 + size("fonts/bricolage-grotesque-latin.woff2").0;
    assert!(css <= 15 * 1024, "CSS {css}");
    assert!(script <= 25 * 1024, "script {script}");
    assert!(icons <= 5 * 1024, "icons {icons}");
    assert!(fonts <= 38 * 1024, "fonts {fonts}");
    assert!(css + script + icons + fonts <= 110 * 1024, "all {}", css + script + icons + fonts);
}

#[actix_web::test]
async fn static_files_are_kept_for_ever_and_come_compressed() {
    let site = TestSite::start().await;
    let page = site.stranger().get("/").await;
    let css = page.attribute("link[rel=stylesheet]", "href");
    for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let request = TestRequest::get().uri(&css).insert_header(("accept-encoding", accepted));
        let file = site.stranger().send(request).await;
        assert_eq!(file.header("content-encoding"), encoding);
        assert!(file.header("cache-control").contains("immutable"));
    }
}

#[actix_web::test]
async fn the_site_tells_when_it_is_ready() {
    let site = TestSite::start().await;
    site.stranger().get("/healthz").await.assert_status(200);
    let ready = site.stranger().get("/readyz").await;
    ready.assert_status(200);
    assert!(ready.page().contains("\"failing\":[]"));
    assert!(site.stranger().get("/version").await.page().contains("version"));
}

#[actix_web::test]
async fn every_file_that_a_template_names_is_there() {
    let mut named = 0;
    for text in templates(std::path::Path::new("templates")) {
        for name in text.split("asset(\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!footing::web::assets::address(name).is_empty(), "{name} is missing");
            named += 1;
        }
    }
    assert!(named > 5);
}

fn templates(folder: &std::path::Path) -> Vec<String> {
    let mut texts = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => texts.extend(templates(&path)),
            false => texts.push(std::fs::read_to_string(path).unwrap()),
        }
    }
    texts
}
