//! The profile form, its photograph, and the checklist.

use footing::accountants::{Accountant, Photo};
use footing::clock::Span;
use footing::users::{Actor, Role};

use crate::support::{Fields, TestSite};

const PROFILE: Fields = &[
    ("display_name", "Dot & Daughters"),
    ("headline", "VAT for shops that sell in more than one country."),
    ("about", "**Plain words**, prices first, and no jargon that would need a second call."),
    ("country", "GB"),
    ("place", "Bristol"),
    ("languages", "en"),
    ("languages", "pt"),
    ("specialisms", "vat"),
    ("specialisms", "e-commerce-is-none"),
    ("zone", "Europe/London"),
];

pub fn valid() -> Vec<(&'static str, &'static str)> {
    PROFILE.iter().filter(|(_, value)| *value != "e-commerce-is-none").copied().collect()
}

fn missing(answer: &crate::support::Answer) -> Vec<String> {
    answer.attributes("[data-missing]", "data-missing")
}

#[actix_web::test]
async fn the_checklist_names_what_is_missing_until_the_profile_is_listed() {
    let site = TestSite::start().await;
    let dot = site.dot().await;
    let page = dot.get("/practice").await;
    assert_eq!(
        missing(&page),
        ["headline", "about", "place", "languages", "specialisms", "zone", "service"]
    );
    dot.post("/practice/profile", &valid()).await.assert_status(303);
    let page = dot.get("/practice").await;
    assert_eq!(missing(&page), ["service"]);
    let link = |page: &crate::support::Answer| page.attribute("[data-missing=service] a", "href");
    assert_eq!(link(&page), "/practice/services/new", "the first one is made at once");
    site.stranger().get("/accountants/dot").await.assert_status(404);

    let service: Fields = &[
        ("title", "VAT health check"),
        ("category", "vat"),
        ("description", "One quarter of your books, checked line by line."),
        ("duration", "45"),
        ("price_kind", "fixed"),
        ("price", "60"),
        ("currency", "GBP"),
        ("modes", "video"),
        ("modes", "phone"),
        ("accept", "request"),
        ("policy", "standard"),
    ];
    let answer = dot.post("/practice/services", service).await;
    answer.assert_status(303);
    let page = dot.get("/practice").await;
    assert_eq!(missing(&page), ["service"], "a draft is no active service");
    assert_eq!(link(&page), "/practice/services", "what is there already is made active there");
    let state = format!("{}/state", answer.location());
    dot.post(&state, &[("state", "active")]).await.assert_status(303);
    let page = dot.get("/practice").await;
    assert!(missing(&page).is_empty() && page.has("[data-listed]"));

    let found = site.stranger().get("/accountants?q=shops").await;
    assert_eq!(found.attributes("[data-accountant]", "data-accountant"), ["dot"]);
    // pausing the last service ends it in the same commit
    dot.post(&state, &[("state", "paused")]).await.assert_status(303);
    assert!(!site.stranger().get("/accountants?q=shops").await.has("[data-accountant]"));
    site.stranger().get("/accountants/dot").await.assert_status(404);
}

#[actix_web::test]
async fn a_profile_may_be_filled_in_bit_by_bit_and_what_is_there_is_valid() {
    let site = TestSite::start().await;
    let dot = site.dot().await;
    // an empty zone is not one that somebody has confirmed
    dot.post("/practice/profile", &[("display_name", "Dot")]).await.assert_rejected("zone");
    assert!(dot.get("/practice").await.has("[data-missing=zone]"));
    dot.post("/practice/profile", &[("display_name", "Dot"), ("zone", "Europe/London")])
        .await
        .assert_status(303);
    for (field, value) in [
        ("display_name", "D"),
        ("headline", "short"),
        ("about", "too short"),
        ("country", "XX"),
        ("place", "X"),
        ("languages", "klingonese"),
        ("specialisms", "juggling"),
        ("years", "-4"),
        ("years", "99999999999999999999"),
        ("zone", "Mars/Base"),
        ("zone", ""),
        ("accepting", "everyone"),
        ("slug", "admin"),
        ("headline", "a headline with a \u{7} bell in it"),
    ] {
        let mut form = valid();
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        dot.post("/practice/profile", &form).await.assert_rejected(field);
    }
    dot.get("/practice/profile").await.assert_text("h1", "Your profile");
}

#[actix_web::test]
async fn what_was_typed_comes_back_with_a_rejected_form() {
    let site = TestSite::start().await;
    let dot = site.dot().await;
    let form = [&valid()[..], &[("years", "many"), ("paused", "on")]].concat();
    let page = dot.post("/practice/profile", &form).await;
    page.assert_rejected("years");
    assert!(page.text("head > title").starts_with("Error: "));
    assert_eq!(page.attribute("#years", "value"), "many");
    assert_eq!(
        page.attribute("#headline", "value"),
        "VAT for shops that sell in more than one country."
    );
    assert_eq!(page.attributes("[name=languages][checked]", "value"), ["en", "pt"]);
    assert_eq!(page.attribute("#years", "aria-invalid"), "true");
    assert!(page.attribute("#years", "aria-describedby").contains("years-error"));
}

#[actix_web::test]
async fn an_address_leads_to_its_owner_for_ever_and_is_never_given_to_another() {
    let site = TestSite::start().await;
    let (ben, dot) = (site.ben().await, site.dot().await);
    let with_slug = |slug| [&valid()[..], &[("slug", slug)]].concat();
    dot.post("/practice/profile", &with_slug("ben-northgate-tax")).await.assert_rejected("slug");

    let page = ben.get("/accountants/ben-northgate-tax").await;
    let service = page.attribute("[data-service]", "data-service");
    site.forward(Span::days(31));
    ben.sign_in().await.assert_status(303);
    ben.post("/practice/profile", &with_slug("northgate")).await.assert_status(303);
    let moved = site.stranger().get("/accountants/ben-northgate-tax").await;
    assert_eq!((moved.status.as_u16(), moved.location()), (301, "/accountants/northgate"));
    let moved =
        site.stranger().get(&format!("/accountants/ben-northgate-tax/services/{service}")).await;
    assert_eq!(moved.location(), format!("/accountants/northgate/services/{service}"));

    ben.post("/practice/profile", &with_slug("north-gate")).await.assert_rejected("slug");
    dot.sign_in().await.assert_status(303);
    dot.post("/practice/profile", &with_slug("ben-northgate-tax")).await.assert_rejected("slug");
}

#[actix_web::test]
async fn an_unlisted_profile_is_a_preview_for_its_owner_and_not_there_for_others() {
    let site = TestSite::start().await;
    let (ana, ben, dot, root) =
        (site.ana().await, site.ben().await, site.dot().await, site.root().await);
    dot.get("/accountants/dot")
        .await
        .assert_status(200)
        .assert_text(".note--wait", "Only you see this page");
    for outsider in [&site.stranger(), &ana, &ben, &root] {
        outsider.get("/accountants/dot").await.assert_status(404);
    }
    root.two_steps().await;
    root.get("/accountants/dot")
        .await
        .assert_status(200)
        .assert_text(".note--wait", "not in the directory");
}

#[actix_web::test]
async fn hiding_the_profile_hides_it_everywhere_in_the_same_commit() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let hidden = [&valid()[..], &[("paused", "on")]].concat();
    ben.post("/practice/profile", &hidden).await.assert_status(303);
    site.stranger().get("/accountants/ben-northgate-tax").await.assert_status(404);
    assert_eq!(
        site.stranger().get("/accountants").await.attribute("[data-count]", "data-count"),
        "0"
    );
    let sitemap = site.stranger().get("/sitemap-1.xml").await.page();
    assert!(!sitemap.contains("<loc>"), "{sitemap}");
    ben.get("/practice").await.assert_text(".note--wait", "You hide your profile");
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(vec![]);
    image::DynamicImage::from(image::RgbImage::from_pixel(width, height, image::Rgb([20, 90, 90])))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

#[actix_web::test]
async fn a_photograph_is_drawn_anew_shown_and_removed() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    ben.upload("/practice/photo", "photo", "me.png", &png(400, 300)).await.assert_status(303);
    let page = ben.get("/accountants/ben-northgate-tax").await;
    let address = page.attribute("img.face", "src");
    let key = address.strip_suffix("-96").unwrap();
    let larger = format!("{key}-192 2x, {key}-384 3x");
    assert_eq!(page.attribute("img.face", "srcset"), larger);
    for side in [96, 192, 384] {
        let photo = site.stranger().get(&format!("{key}-{side}")).await;
        assert_eq!((photo.status.as_u16(), photo.header("content-type")), (200, "image/jpeg"));
        let drawn = image::load_from_memory(&photo.body).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (side, side));
    }

    ana.upload("/practice/photo", "photo", "me.png", &png(400, 300)).await.assert_status(403);
    ana.post("/practice/photo/removal", &[]).await.assert_status(403);
    ben.post("/practice/photo/removal", &[]).await.assert_status(303);
    site.work().await;
    site.stranger().get(&address).await.assert_status(404);
    site.stranger().get("/photos/..%2f..%2fsecret-96").await.assert_status(404);
}

#[actix_web::test]
async fn a_photograph_that_two_profiles_show_goes_with_the_second_of_them() {
    let site = TestSite::start().await;
    let (ben, dot) = (site.ben().await, site.dot().await);
    ben.upload("/practice/photo", "photo", "me.png", &png(400, 300)).await.assert_status(303);
    let address = ben.get("/practice/profile").await.attribute("img.face", "src");
    let key = address.trim_start_matches("/photos/").trim_end_matches("-96").to_owned();
    let id = dot.id;
    site.write(move |conn, now| {
        let actor = Actor { id, role: Role::Accountant, now };
        Accountant::set_photo(conn, &actor, Some(&Photo { key }))
    })
    .await;
    for (owner, status) in [(&ben, 200), (&dot, 404)] {
        owner.post("/practice/photo/removal", &[]).await.assert_status(303);
        site.work().await;
        site.stranger().get(&address).await.assert_status(status);
    }
}

#[actix_web::test]
async fn what_is_no_photograph_is_refused_beside_its_field() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    ben.upload("/practice/photo", "photo", "me.png", svg)
        .await
        .assert_status(422)
        .assert_text("#photo-error", "JPEG, PNG or WebP");
    ben.upload("/practice/photo", "photo", "me.png", b"")
        .await
        .assert_status(422)
        .assert_text("#photo-error", "Choose a file");
    ben.upload("/practice/photo", "photo", "me.png", &png(40, 40))
        .await
        .assert_status(422)
        .assert_text("#photo-error", "at least 96");
    ben.upload("/practice/photo", "photo", "me.png", &png(400, 300)[..200])
        .await
        .assert_status(422);
    // 60 megapixels that compress to little: told by the header, never decoded
    ben.upload("/practice/photo", "photo", "me.png", &png(10_000, 6_000))
        .await
        .assert_status(422)
        .assert_text("#photo-error", "25 megapixels");
    ben.upload("/practice/photo", "photo", "me.png", &vec![0; 9 * 1024 * 1024])
        .await
        .assert_status(413);
    assert!(ben.get("/practice/profile").await.has("span.face--xl"));
}
