//! Whom papers name: an accountant's billing details, and what a client asks for when paying.

use diesel::prelude::*;
use footing::clock::Span;
use footing::payments::{Paper, PaperKind};

use crate::bookings::Scene;
use crate::papers::{DETAILS, address, only};
use crate::support::Answer;
use crate::till::Till;

#[actix_web::test]
async fn an_invoice_says_what_the_client_asked_for_and_a_bad_answer_is_shown_again() {
    let till = Till::start().await;
    let booking = till.near().await;
    let pay = format!("{booking}/pay");
    let long = "x".repeat(121);
    let wrong = [("bill_name", long.as_str()), ("bill_address", "2 South Gate")];
    let again = till.ana.post(&pay, &wrong).await;
    again.assert_rejected("bill_name");
    assert_eq!(again.values("#bill_name"), [long.as_str()]);
    again.assert_text("#bill_address", "2 South Gate");
    let policy = again.header("content-security-policy");
    assert!(policy.contains(&till.stripe.base), "the form still leads to Stripe: {policy}");
    let asked = [
        ("bill_name", "Ana & Sons"),
        ("bill_address", "2 South Gate\nYork"),
        ("bill_vat_id", "GB9"),
    ];
    till.ben.post(&pay, &asked).await.assert_status(403);
    till.site.cy().await.post(&pay, &asked).await.assert_status(404);
    till.ana.post(&pay, &asked).await.assert_status(303);
    assert_eq!(till.ana.get(&pay).await.values("#bill_name"), ["Ana & Sons"]);
    till.pay(&booking).await;
    till.ben.post(&format!("{booking}/acceptance"), &[]).await.assert_status(303);
    till.site.work().await;
    till.forward(Span::seconds(2)).await;
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    assert_eq!(invoice.recipient_name, "Ana & Sons");
    assert_eq!(invoice.recipient_address, "2 South Gate\nYork");
    assert_eq!(invoice.recipient_vat_id, "GB9");
    // without details the profile's name is all there is
    assert_eq!((&*invoice.issuer_name, &*invoice.issuer_address), ("Ben, Northgate Tax", ""));
    assert_eq!((invoice.vat_bps, invoice.vat_minor), (0, 0));
    till.ana.get(&address(&invoice)).await.assert_text("main", "No VAT is shown");
}

#[actix_web::test]
async fn who_asks_for_billing_before_the_page_of_stripe_is_there_finds_it_kept() {
    let till = Till::start().await;
    till.stripe.fail("/checkout/sessions", crate::stripe::Fault::TooMany);
    let booking = till.near().await;
    let pay = format!("{booking}/pay");
    let waits = till.ana.post(&pay, &[("bill_name", "Ana & Sons")]).await;
    assert_eq!(waits.location(), booking);
    assert_eq!(till.ana.get(&pay).await.values("#bill_name"), ["Ana & Sons"]);
}

#[actix_web::test]
async fn what_was_paid_directly_has_a_confirmation_and_no_number() {
    let scene = Scene::start().await;
    let booking = scene.confirmed(3).await;
    let papers = format!("{booking}/papers");
    assert!(!scene.ana.get(&booking).await.has(&format!("a[href='{papers}']")));
    let none = scene.ana.get(&papers).await;
    none.assert_text("main", "paid directly to Ben");
    assert_eq!(scene.ana.get(&format!("{booking}/invoice")).await.location(), papers);
    scene.ben.post(&format!("{booking}/paid-directly"), &[]).await.assert_status(303);
    for party in [&scene.ana, &scene.ben] {
        assert!(party.get(&booking).await.has(&format!("a[href='{papers}']")));
        let page = party.get(&papers).await;
        page.assert_text("[data-confirmation]", "Ana paid \u{a3}85 for this booking")
            .assert_text("[data-confirmation]", "no invoice");
        assert!(!page.has("[data-paper]") && !page.page().contains("FT-"), "no number");
    }
    let count: Vec<Paper> = scene
        .site
        .read(|conn, _| {
            use footing::payments::schema::papers;
            Ok(papers::table.select(Paper::as_select()).load(conn)?)
        })
        .await;
    assert!(count.is_empty());
}

#[actix_web::test]
async fn billing_details_are_asked_for_on_the_checklist_and_kept_only_when_they_are_right() {
    let till = Till::start().await;
    let ben = &till.ben;
    let link = |page: &Answer| page.has("[data-advice=billing]");
    assert!(link(&ben.get("/practice").await));
    let page = ben.get("/practice/billing").await;
    page.assert_text("main", "invoices carry only the name Ben, Northgate Tax");
    assert_eq!(page.attribute("nav.tabs [aria-current=page]", "href"), "/practice/earnings");
    page.assert_text("#vat_bps option", "20 %");
    let long = "x".repeat(301);
    for (field, value) in [
        ("legal_name", ""),
        ("legal_name", &long[..121]),
        ("legal_name", "\u{200b}\u{200b}"),
        ("legal_address", ""),
        ("legal_address", &long),
        ("vat_id", &long[..21]),
        ("vat_bps", "3001"),
        ("vat_bps", "-1"),
        ("vat_bps", "20%"),
    ] {
        let form: Vec<_> = DETAILS
            .iter()
            .map(|pair| if pair.0 == field { (field, value) } else { *pair })
            .collect();
        let again = ben.post("/practice/billing", &form).await;
        again.assert_rejected(field);
        again.assert_text("title", "Error: ");
        if field != "legal_address" {
            again.assert_text("#legal_address", "1 North Gate");
        }
    }
    assert!(link(&ben.get("/practice").await), "nothing was kept");
    ben.post("/practice/billing", &DETAILS).await.assert_status(303);
    assert!(!link(&ben.get("/practice").await));
    let page = ben.get("/practice/billing").await;
    assert_eq!(page.values("#legal_name"), ["Northgate Tax Ltd"]);
    assert_eq!(page.values("#vat_bps option[selected]"), ["2000"]);
    // a rate that the list does not have is kept and shown as well
    let odd: Vec<_> = DETAILS
        .iter()
        .map(|pair| if pair.0 == "vat_bps" { ("vat_bps", "123") } else { *pair })
        .collect();
    ben.post("/practice/billing", &odd).await.assert_status(303);
    let page = ben.get("/practice/billing").await;
    assert_eq!(page.text("#vat_bps option[selected]"), "1.23 %");
}
