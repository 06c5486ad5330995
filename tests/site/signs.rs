//! What a reviewer shares with an accountant: two signs hold a review back, one is a label.

use footing::clock::Span;
use footing::reviews::Review;
use footing::users::{AccountSign, UserId};

use crate::reviews::{client, opened, past, say, stars};
use crate::support::TestSite;

const PROFILE: &str = "/accountants/ben-northgate-tax";

/// Somebody signed in with this address and this browser.
async fn sign(site: &TestSite, id: UserId, address: &'static str, browser: &'static str) {
    let seal = site.site.seal.clone();
    site.write(move |conn, now| AccountSign::note(conn, &seal, (id, address), browser, now)).await;
}

async fn somebody(site: &TestSite, name: &'static str) -> UserId {
    site.write(move |conn, now| Ok(client(conn, name, now))).await
}

#[actix_web::test]
async fn two_signs_hold_a_review_back_with_reasons_until_72_hours_are_over() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let friend = somebody(&site, "Bens Friend").await;
    sign(&site, ben.id, "ben@example.com", "one browser").await;
    sign(&site, friend, "ben+friend@example.com", "one browser").await;
    let id = opened(&site, friend, ben.id, 5).await;
    let page = site.stranger().get(PROFILE).await;
    assert!(!page.has("[data-review]") && !page.has("[data-removals]"));
    assert_eq!(page.attribute("[data-score]", "data-score"), "4000");
    let suspects = site.read(|conn, _| Review::suspects(conn)).await;
    assert_eq!(suspects.len(), 1);
    assert_eq!(suspects[0].0.id, id);
    assert!(suspects[0].1.is_automated);
    assert!(suspects[0].1.facts.contains("the same browser and the same mailbox"));
    let mails = site.mails_to("Bens.Friend@example.net").await;
    assert!(mails.iter().any(|mail| mail.contains("waits to be looked at")));
    let told = async || site.mails_to(&ben.email).await.concat().contains("A client said how");
    assert!(!told().await, "of what is not shown nobody is told");
    site.forward(Span::hours(73));
    site.work().await;
    assert!(told().await);
    let page = site.stranger().get(PROFILE).await;
    page.assert_text("[data-review] .tag", "Linked to an accountant");
    assert_eq!(page.attribute("[data-score]", "data-score"), "4111");
    assert!(site.read(|conn, _| Review::suspects(conn)).await.is_empty());
}

#[actix_web::test]
async fn one_sign_or_any_with_another_accountant_is_a_label_and_none_is_none() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let eve = site.accountant("eve", "Eve Accounts").await;
    sign(&site, ben.id, "ben@example.com", "bens browser").await;
    sign(&site, eve.id, "eve@example.com", "eves browser").await;
    for (name, address, browser, is_linked) in [
        ("Same Browser", "one@example.org", "bens browser", true),
        ("Same Mailbox", "ben+a@example.com", "two", true),
        ("Close To-Eve", "three@example.org", "eves browser", true),
        ("Nobody Special", "four@example.org", "four", false),
    ] {
        let who = somebody(&site, name).await;
        sign(&site, who, address, browser).await;
        let id = opened(&site, who, ben.id, 4).await;
        let page = site.stranger().get(PROFILE).await;
        let labels = page.all(&format!("[data-review='{id}'] .tag"));
        assert_eq!(labels.contains(&"Linked to an accountant".to_owned()), is_linked, "{name}");
    }
}

#[actix_web::test]
async fn signing_in_leaves_a_browser_s_mark_whichever_account_it_is() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    // ben's second account in the browser he works with
    let second = site.account("bea", footing::users::Role::Client).await;
    let seen = footing::users::SignKind::Browser;
    let (one, other) = (ana.id, second.id);
    let others = site.read(move |conn, _| AccountSign::others(conn, one, seen)).await;
    assert!(others.is_empty());
    second.cookies.borrow_mut().clone_from(&ben.cookies.borrow());
    second.sign_in().await.assert_status(303);
    let others = site.read(move |conn, _| AccountSign::others(conn, other, seen)).await;
    assert!(others.contains(&ben.id) && others.len() == 1);
}

#[actix_web::test]
async fn refunds_and_disputes_are_labels_beside_verified_client_alone() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    let (mail, from, about) = (site.site.mail.clone(), ana.id, ben.id);
    let booking = site
        .write(move |conn, now| {
            let id = past(conn, from, about, Span::days(20), now);
            say(&mail, conn, from, id, &stars(3), now - Span::days(19));
            Review::open_due(conn, &mail, 50, now)?;
            Ok(id)
        })
        .await;
    let payment = crate::papers::payment(&site, &booking.to_string()).await;
    let paid = format!(
        "UPDATE payments SET reserved_minor = 100, refunded_minor = 100 WHERE id = {}",
        payment.id.0
    );
    crate::database::raw(&site, paid).await.unwrap();
    let labels = |page: crate::support::Answer| page.all("[data-review] .tag");
    assert_eq!(labels(site.stranger().get(PROFILE).await), ["Refunded in part"]);
    let named = format!("UPDATE payments SET refunded_minor = 0 WHERE id = {}", payment.id.0);
    crate::database::raw(&site, named).await.unwrap();
    assert!(labels(site.stranger().get(PROFILE).await).is_empty());
}
