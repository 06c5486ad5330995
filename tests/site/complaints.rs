//! A complaint is decided with a statement, and its money follows.

use footing::clock::Span;

use crate::reports::{STATEMENT, news, waiting};
use crate::support::{Answer, Person};
use crate::till::Till;

async fn decide(root: &Person, complaint: &str, verdict: &str) -> Answer {
    let form = [&[("decision", verdict)], STATEMENT.as_slice()].concat();
    root.post(&format!("{complaint}/decision"), &form).await
}

#[actix_web::test]
async fn a_complaint_is_decided_with_reasons_and_the_price_returns_or_goes_its_way() {
    for (verdict, told) in [("refund", "was followed"), ("release", "was not followed")] {
        let till = Till::start().await;
        let booking = till.confirmed().await;
        till.take_place(&booking).await;
        let words = [("reason", "Nobody was there at the time we had agreed.")];
        till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
        till.forward(Span::hours(60)).await;
        let root = till.root().await;
        let complaint = waiting(&root, "complaint").await;
        root.get(&complaint).await.assert_text("blockquote", "Nobody was there");
        till.ana.get(&complaint).await.assert_status(404);
        decide(&till.ben, &complaint, verdict).await.assert_status(404);
        decide(&root, &complaint, "perhaps").await.assert_rejected("decision");
        assert_eq!(till.payment(&booking).await.decided_at, None);

        decide(&root, &complaint, verdict).await.assert_status(303);
        decide(&root, &complaint, verdict).await.assert_status(409);
        till.forward(Span::seconds(5)).await;
        till.forward(Span::seconds(5)).await;
        let payment = till.payment(&booking).await;
        match verdict {
            "refund" => assert_eq!((payment.refunded_minor, payment.sent_minor), (8_500, 0)),
            _ => assert_eq!((payment.refunded_minor, payment.sent_minor), (0, 8_075)),
        }
        till.assert_books().await;
        let mails = till.site.mails_to(&till.ana.email).await;
        assert!(mails.iter().any(|mail| mail.contains(told) && mail.contains("Terms 2.1")));
        assert!(!root.get("/admin").await.has("[data-complaint]"));
        // whoever lost may object, and whoever won has nothing to object to
        let (loses, wins) = match verdict {
            "refund" => (&till.ben, &till.ana),
            _ => (&till.ana, &till.ben),
        };
        let appeal = format!("{}/appeal", news(loses).await);
        let status = if verdict == "refund" { 403 } else { 404 };
        wins.post(&appeal, &[]).await.assert_status(status);
        loses.post(&appeal, &[]).await.assert_status(303);
        // another admin finds that the client was right after all: the price returns
        if verdict == "release" {
            let other = crate::reports::admin(&till.site, "mod").await;
            let objection = waiting(&other, "appeal").await;
            decide(&other, &objection, "restore").await.assert_status(303);
            till.forward(Span::seconds(5)).await;
            till.forward(Span::seconds(5)).await;
            assert_eq!(till.payment(&booking).await.refunded_minor, 8_500);
            till.assert_books().await;
        }
    }
}

#[actix_web::test]
async fn an_accountant_who_did_not_appear_is_counted_and_labelled_until_another_admin_finds_otherwise()
 {
    let till = Till::start().await;
    let profile = "/accountants/ben-northgate-tax";
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    let words = [("reason", "Nobody was there at the time we had agreed.")];
    till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
    let review = [("stars", "1"), ("text", "I waited for an hour, and nobody came to the call.")];
    till.ana.post(&format!("{booking}/review"), &review).await.assert_status(303);
    // they come by within the fortnight after which a session ends
    till.forward(Span::days(8)).await;
    till.ana.get(&booking).await.assert_status(200);
    till.ben.get(&booking).await.assert_status(200);
    till.forward(Span::days(8)).await;
    let page = till.site.stranger().get(profile).await;
    page.assert_text("[data-kept]", "1 of 1");
    let root = till.root().await;
    let complaint = waiting(&root, "complaint").await;
    decide(&root, &complaint, "absent").await.assert_status(303);
    till.forward(Span::seconds(5)).await;
    till.forward(Span::seconds(5)).await;
    assert_eq!(till.payment(&booking).await.refunded_minor, 8_500);
    let page = till.site.stranger().get(profile).await;
    page.assert_text("[data-kept]", "0 of 1");
    page.assert_text("[data-review]", "The accountant did not appear, as an admin found");
    till.ana.get(&booking).await.assert_text("#actions", "An admin found that Ben did not appear");
    till.ben.get(&booking).await.assert_text("#actions", "An admin found that you did not appear");

    let appeal = format!("{}/appeal", news(&till.ben).await);
    till.ben.post(&appeal, &[]).await.assert_status(303);
    let other = crate::reports::admin(&till.site, "mod").await;
    let objection = waiting(&other, "appeal").await;
    decide(&other, &objection, "restore").await.assert_status(303);
    let page = till.site.stranger().get(profile).await;
    page.assert_text("[data-kept]", "1 of 1");
    assert!(!page.page().contains("as an admin found"));
}

/// The hour took place, ben says that ana did not appear, and ana that she did.
async fn contradicted(till: &Till) -> String {
    let booking = till.confirmed().await;
    till.take_place(&booking).await;
    till.ben.post(&format!("{booking}/no-show"), &[]).await.assert_status(303);
    till.ana.post(&format!("{booking}/no-show/objection"), &[]).await.assert_status(303);
    let words = [("reason", "I was there, and have a picture of the call.")];
    till.ana.post(&format!("{booking}/complaint"), &words).await.assert_status(303);
    booking
}

const SAID: [(&str, &str); 2] = [("stars", "1"), ("text", "I sat in that call for half an hour.")];

#[actix_web::test]
async fn a_client_whom_an_admin_finds_absent_is_barred_from_a_review_until_an_objection_is_right() {
    let till = Till::start().await;
    let booking = contradicted(&till).await;
    till.forward(Span::hours(60)).await;
    till.ana.get(&booking).await.assert_text("#actions", "You say that you were there");
    let root = till.root().await;
    let complaint = waiting(&root, "complaint").await;
    decide(&root, &complaint, "release").await.assert_status(303);
    for who in [&till.ana, &till.ben] {
        who.get(&booking).await.assert_text("#actions", "An admin found it to be so");
    }
    let review = format!("{booking}/review");
    till.ana.get(&review).await.assert_text("main", "An admin found that you did not appear");
    till.ana.post(&review, &SAID).await.assert_status(409);

    till.ana.post(&format!("{}/appeal", news(&till.ana).await), &[]).await.assert_status(303);
    let other = crate::reports::admin(&till.site, "mod").await;
    let objection = waiting(&other, "appeal").await;
    decide(&other, &objection, "restore").await.assert_status(303);
    till.ana.get(&booking).await.assert_text("#actions", "You say that you were there");
    assert!(!till.ben.get(&booking).await.page().contains("An admin found"));
    till.ana.post(&review, &SAID).await.assert_status(303);
}

#[actix_web::test]
async fn what_was_written_before_an_admin_finds_its_author_absent_stands_with_that_label() {
    let till = Till::start().await;
    let booking = contradicted(&till).await;
    till.ana.post(&format!("{booking}/review"), &SAID).await.assert_status(303);
    // ana comes by within the fortnight after which a session ends
    till.forward(Span::days(8)).await;
    till.ana.get(&booking).await.assert_status(200);
    till.forward(Span::days(8)).await;
    let label = "The accountant says that the client did not appear";
    let look = async |is_labelled: bool| {
        let page = till.site.stranger().get("/accountants/ben-northgate-tax").await;
        assert!(page.has("[data-review]"));
        assert_eq!(page.page().contains(label), is_labelled);
    };
    look(false).await;
    let root = till.root().await;
    let complaint = waiting(&root, "complaint").await;
    decide(&root, &complaint, "release").await.assert_status(303);
    look(true).await;
    till.ana.post(&format!("{}/appeal", news(&till.ana).await), &[]).await.assert_status(303);
    let other = crate::reports::admin(&till.site, "mod").await;
    let objection = waiting(&other, "appeal").await;
    decide(&other, &objection, "restore").await.assert_status(303);
    look(false).await;
}
