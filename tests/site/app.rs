//! Footing as an app on somebody's screen: what the browser is told of it, and the service worker.

use crate::support::TestSite;

#[actix_web::test]
async fn the_manifest_names_icons_that_are_there_and_ways_into_the_site() {
    let site = TestSite::start().await;
    let visitor = site.stranger();
    let page = visitor.get("/").await;
    assert_eq!(page.attribute("link[rel=manifest]", "href"), "/manifest.webmanifest");
    let touch = page.attribute("link[rel=apple-touch-icon]", "href");
    visitor.get(&touch).await.assert_status(200);

    let answer = visitor.get("/manifest.webmanifest").await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), "application/manifest+json");
    assert_eq!(answer.header("cache-control"), "no-cache");
    let manifest = answer.json();
    assert_eq!((&manifest["start_url"], &manifest["scope"]), (&"/".into(), &"/".into()));
    let icons = manifest["icons"].as_array().unwrap();
    for (size, purpose) in [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")] {
        let icon = icons.iter().find(|one| one["sizes"] == size && one["purpose"] == purpose);
        let file = visitor.get(icon.unwrap()["src"].as_str().unwrap()).await;
        file.assert_status(200);
        assert_eq!(file.header("content-type"), "image/png");
        let image = image::load_from_memory(&file.body).unwrap();
        assert_eq!(format!("{0}x{0}", image.width()), size);
        assert!(file.body.len() < 10_000);
    }
    let ways = manifest["shortcuts"].as_array().unwrap().iter();
    let ways: Vec<_> = ways.map(|way| (way["name"].as_str(), way["url"].as_str())).collect();
    let expected = [("Bookings", "/bookings"), ("Messages", "/messages")];
    assert_eq!(ways, expected.map(|(name, url)| (Some(name), Some(url))));
}

#[actix_web::test]
async fn the_worker_is_at_the_root_and_looked_at_anew_each_time() {
    let site = TestSite::start().await;
    let answer = site.stranger().get("/sw.js").await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let script = answer.page();
    assert!(!script.contains("EDITION") && !script.contains("\"/ICON\""), "{script}");
    let icon = script.split("const ICON = \"").nth(1).unwrap().split('"').next().unwrap();
    site.stranger().get(icon).await.assert_status(200);
    // its fingerprint is published beside those of the other scripts
    let code = site.stranger().get("/.well-known/footing-code.json").await.json();
    assert_eq!(code["/sw.js"], fingerprint(&answer.body));
}

/// The SHA-256 of a file, as an `integrity` attribute says it.
fn fingerprint(file: &[u8]) -> String {
    use base64::Engine;
    let hash = footing::seal::sha256(file);
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(hash))
}

#[actix_web::test]
async fn pages_name_each_script_with_the_hash_of_the_file_that_is_served() {
    let site = TestSite::start().await;
    let (visitor, ana) = (site.stranger(), site.ana().await);
    let code = visitor.get("/.well-known/footing-code.json").await.json();
    for (who, path) in [(&visitor, "/"), (&visitor, "/login"), (&ana, "/messages")] {
        let page = who.get(path).await;
        page.assert_status(200);
        let of_layout = page.attributes("script[defer]", "src");
        let is_named = |part: &str| of_layout.iter().any(|src| src.contains(part));
        assert!(is_named("htmx") && is_named("js-site"), "{path}: {of_layout:?}");
        for (name, address) in [("script[src]", "src"), ("link[rel=modulepreload]", "href")] {
            let files = page.attributes(name, address);
            let hashes = page.attributes(&format!("{name}[integrity]"), "integrity");
            assert_eq!(files.len(), hashes.len(), "{path}: {files:?}");
            for (file, hash) in files.iter().zip(hashes) {
                let served = visitor.get(file).await;
                served.assert_status(200);
                assert_eq!(hash, fingerprint(&served.body), "{file}");
                assert_eq!(code[file.as_str()], hash, "{file}");
            }
        }
    }
}

#[actix_web::test]
async fn the_page_for_no_connection_is_the_same_for_everybody_who_keeps_it() {
    let site = TestSite::start().await;
    let page = site.stranger().get("/offline").await;
    page.assert_status(200).assert_text("h1", "No connection");
    assert_eq!(page.attribute("body", "data-page"), "offline");
    assert!(page.has("main form button") && !page.has("input"));
    // nobody's name is on it, whoever asks
    let ana = site.ana().await.get("/offline").await;
    assert!(!ana.has("#account") && !ana.has(".topbar__nav"));
}

#[actix_web::test]
async fn signing_out_clears_what_the_browser_kept() {
    let site = TestSite::start().await;
    let answer = site.ana().await.post("/logout", &[]).await;
    answer.assert_status(303);
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
}
