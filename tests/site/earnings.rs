//! Earnings: sums that are those of the books, by month, and a file that no program takes for more.

use footing::clock::{Day, Span, zone};
use footing::config::StripeSettings;
use footing::payments::journals::Account;
use footing::payments::month::Month;
use footing::payments::{PaperKind, RefundCause, earnings, issue};

use crate::bookings::Scene;
use crate::database::raw;
use crate::papers::{movement, only, payment, sent, settle_twice};
use crate::support::{Answer, TestSite};
use crate::till::Till;

/// What the page says of a month, in minor units.
fn sum(page: &Answer, name: &str) -> i64 {
    let text = page.text(&format!("[data-sum={name}]"));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let amount: i64 = digits.parse().unwrap();
    if text.starts_with('\u{2212}') { -amount } else { amount }
}

#[actix_web::test]
async fn without_any_charge_nothing_odd_is_shown() {
    let site = TestSite::start().await;
    let ben = site.ben().await;
    let today = ben.get("/practice").await;
    assert!(!today.has("[data-earned]") && !today.has("[data-advice=billing]"));
    let page = ben.get("/practice/earnings").await;
    page.assert_text(".empty", "pay you directly");
    assert!(!page.has("a[href='/practice/payouts']"), "nobody is paid out here");
    let odd = "/practice/earnings?month=9999-99&currency=%00&after=x-y";
    ben.get(odd).await.assert_status(200);
    let file = ben.get("/practice/earnings.csv").await;
    assert_eq!(file.page().lines().count(), 1, "its headings");
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("cache-control"), "no-store");
    site.ana().await.get("/practice/earnings.csv").await.assert_status(403);
    let till = Till::start().await;
    till.ben.get("/practice/earnings").await.assert_text(".empty", "by card");
}

#[actix_web::test]
async fn the_sums_of_a_month_are_those_of_the_books() {
    let till = Till::start().await;
    let kept = till.confirmed().await;
    let month = till.ben.get("/practice").await;
    month.assert_text("[data-earned]", "\u{a3}85.00");
    let held = till.ben.get("/practice/earnings").await;
    held.assert_text(&format!("tr[data-booking='{}']", last(&kept)), "Held");
    assert!(month.has("[data-test-mode]") && held.has("[data-test-mode]"), "no real money");
    assert_eq!(sum(&held, "due"), 8_075, "less the commission to come");

    let ends = till.booking(&kept).await.ends_at;
    till.forward(ends.elapsed_since(till.site.site.db.now())).await;
    till.forward(Span::seconds(48 * 3600 + 5)).await;
    till.forward(Span::seconds(2)).await;
    assert!(till.refund(&kept, RefundCause::Admin, 4_000).await);
    settle_twice(&till).await;

    let charged = only(&till, &kept, PaperKind::Invoice).await.moved_at;
    let month = &charged.in_zone("Europe/London").strftime("%Y-%m").to_string();
    let page = till.ben.get(&format!("/practice/earnings?month={month}")).await;
    assert_eq!(sum(&page, "earned"), 8_500);
    assert_eq!(sum(&page, "refunded"), -4_000);
    let (commission, vat) = (till.on(Account::Commission).await, till.on(Account::Vat).await);
    assert_eq!(sum(&page, "fees"), commission + vat);
    assert_eq!(sum(&page, "sent"), -(8_500 - 4_000 + commission + vat));
    assert_eq!(sum(&page, "due"), -till.on(Account::Payable).await);
    page.assert_text("main", "time zone of your practice (Europe/London)")
        .assert_text("main", "What clients pay you directly is not counted")
        .assert_text(&format!("tr[data-booking='{}']", last(&kept)), "Sent, refunded in part")
        .assert_text("svg title", "\u{a3}85.00");
    assert_eq!(page.attributes("svg rect", "x").len(), 12);
    assert_eq!(page.attributes("tr[data-month]", "data-month").len(), 12);
    assert!(page.has("a[href='/practice/payouts']"));
    till.assert_books().await;
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[actix_web::test]
async fn the_file_holds_each_booking_and_no_formula() {
    let till = Till::start().await;
    let title = "UPDATE services SET title = '=HYPERLINK(\"https://x.example\",\"a, b\")'";
    raw(&till.site, title.to_owned()).await.unwrap();
    raw(&till.site, format!("UPDATE users SET name = '@SUM(A1)' WHERE id = {}", till.ana.id.0))
        .await
        .unwrap();
    let booking = sent(&till).await;
    let invoice = only(&till, &booking, PaperKind::Invoice).await;
    let file = till.ben.get("/practice/earnings.csv").await;
    assert!(file.header("content-disposition").contains("earnings.csv"));
    let text = file.page();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "Date (UTC),Booking,Client,Service,Currency,Gross,Fee,VAT in fee,Refunded,Net,Status,Invoice"
    );
    let (date, id) = (invoice.moved_at.date(), last(&booking));
    assert_eq!(
        lines[1],
        format!(
            "{date},{id},'@SUM(A1),\"'=HYPERLINK(\"\"https://x.example\"\",\"\"a, b\"\")\",GBP,85.00,\
             4.25,0.00,0.00,80.75,Sent,TEST-FT-000001"
        )
    );
    assert_eq!(lines[2..], [""]);
    let other = till.ben.get("/practice/earnings.csv?currency=EUR").await;
    assert_eq!(other.page().lines().count(), 1);
    let early = till.ben.get("/practice/earnings.csv?month=2001-01").await;
    assert_eq!(early.page().lines().count(), 1);
    assert!(early.header("content-disposition").contains("earnings-2001-01.csv"));
}

#[actix_web::test]
async fn a_month_begins_and_ends_in_the_zone_of_the_practice() {
    let scene = Scene::start().await;
    let booking = scene.pending(42).await;
    raw(&scene.site, "UPDATE accountants SET zone = 'Pacific/Auckland'".to_owned()).await.unwrap();
    let payment = payment(&scene.site, &booking).await;
    let place = zone("Pacific/Auckland");
    let today = scene.site.site.db.now().day_in(&place);
    let border = today.month().begin(&place);
    assert_ne!(border.day("UTC"), border.day_in(&place), "elsewhere it is still the day before");
    scene
        .site
        .write(move |conn, now| {
            for (id, at) in [("ch_1", border - Span::seconds(1)), ("ch_2", border)] {
                issue::charged(conn, &payment, &movement(&payment, id, at), now)?;
            }
            Ok(())
        })
        .await;
    let before = today.month().plus(-1);
    for (month, number) in [(before, "FT-000001"), (today, "FT-000002")] {
        let month = month_of(month);
        let page = scene.ben.get(&format!("/practice/earnings?month={month}")).await;
        let rows = page.all("tr[data-booking]");
        assert_eq!(rows.len(), 1, "{month}: {rows:?}");
        assert!(!page.has("[data-test-mode]"), "these are real");
        page.assert_text("tr[data-booking]", number);
        assert_eq!(sum(&page, "earned"), 8_500);
        page.assert_text("main", "(Pacific/Auckland)");
        let file = scene.ben.get(&format!("/practice/earnings.csv?month={month}")).await;
        assert_eq!(file.page().lines().count(), 2);
    }
    scene.ben.get("/practice").await.assert_text("[data-earned]", "\u{a3}85.00");
    let (ben, last) = (scene.ben.id, Month::of(before));
    let charged = scene
        .site
        .read(move |conn, _| {
            let owner = earnings::EarningsOwner { accountant: ben, livemode: true };
            earnings::charged_in(conn, owner, last, &place)
        })
        .await;
    assert_eq!(charged, [("GBP".to_owned(), 8_500)], "of that month alone");
}

#[actix_web::test]
async fn fees_are_shown_with_the_tax_they_contain() {
    let with_tax = |settings| StripeSettings { commission_vat_bps: 2_000, ..settings };
    let till = Till::with(with_tax).await;
    let booking = sent(&till).await;
    let charged = only(&till, &booking, PaperKind::Invoice).await.moved_at;
    let month = charged.in_zone("Europe/London").strftime("%Y-%m").to_string();
    let page = till.ben.get(&format!("/practice/earnings?month={month}")).await;
    assert_eq!((sum(&page, "fees"), sum(&page, "sent")), (-425, -8_075));
    assert_eq!((till.on(Account::Commission).await, till.on(Account::Vat).await), (-354, -71));
}

#[actix_web::test]
async fn what_a_bank_took_counts_as_returned_and_what_came_back_as_due() {
    let till = Till::start().await;
    let booking = sent(&till).await;
    let row = format!("tr[data-booking='{}']", last(&booking));
    let charged = only(&till, &booking, PaperKind::Invoice).await.moved_at;
    let month = charged.in_zone("Europe/London").strftime("%Y-%m").to_string();
    let address = format!("/practice/earnings?month={month}");
    till.ben.get(&address).await.assert_text(&row, "Sent");
    let intent = till.intent(&booking).await;
    let dispute = till.stripe.with(|books| books.dispute(&intent, 8_500, "needs_response"));
    till.tell_all().await;
    let page = till.ben.get(&address).await;
    page.assert_text(&row, "Due");
    assert_eq!((sum(&page, "sent"), sum(&page, "due")), (0, 8_075), "it was taken back");
    till.stripe.with(|books| books.move_dispute(&dispute, "lost"));
    till.tell_all().await;
    let page = till.ben.get(&address).await;
    page.assert_text(&row, "Refunded");
    assert_eq!((sum(&page, "refunded"), sum(&page, "fees")), (-8_500, 0));
    assert_eq!((sum(&page, "sent"), sum(&page, "due")), (0, 0));
}

#[actix_web::test]
async fn twelve_months_are_shown_the_first_of_them_too() {
    let scene = Scene::start().await;
    let booking = scene.pending(42).await;
    let payment = payment(&scene.site, &booking).await;
    let place = zone("Europe/London");
    let first = Month::of(scene.site.site.db.now().day_in(&place)).plus(-11);
    let at = first.begin(&place);
    scene
        .site
        .write(move |conn, now| {
            issue::charged(conn, &payment, &movement(&payment, "ch_1", at), now)?;
            let before = at - Span::seconds(1);
            issue::charged(conn, &payment, &movement(&payment, "ch_0", before), now)
        })
        .await;
    let page = scene.ben.get("/practice/earnings").await;
    page.assert_text(&format!("tr[data-month='{first}']"), "\u{a3}85.00");
    assert_eq!(page.all("tr[data-month]").len(), 12);
}

fn month_of(day: Day) -> String {
    day.to_string()[..7].to_owned()
}

#[actix_web::test]
async fn a_long_month_is_read_page_by_page() {
    let scene = Scene::start().await;
    let booking = scene.pending(42).await;
    let payment = payment(&scene.site, &booking).await;
    scene
        .site
        .write(move |conn, now| {
            for nth in 0..60 {
                issue::charged(
                    conn,
                    &payment,
                    &movement(&payment, &format!("ch_{nth}"), now),
                    now,
                )?;
            }
            Ok(())
        })
        .await;
    let first = scene.ben.get("/practice/earnings").await;
    assert_eq!(sum(&first, "earned"), 60 * 8_500);
    let next = first.attribute("a[rel=next]", "href");
    let second = scene.ben.get(&next).await;
    let numbers = |page: &Answer| page.all("tr[data-booking] td[data-label=Invoice]");
    assert_eq!((numbers(&first).len(), numbers(&second).len()), (50, 10));
    assert!(numbers(&second).iter().all(|number| !numbers(&first).contains(number)));
    assert!(!second.has("a[rel=next]"));
    let file = scene.ben.get("/practice/earnings.csv").await;
    assert_eq!(file.page().lines().count(), 61);
}
