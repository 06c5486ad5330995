//! Who is told what about money: a notice and a mail in the transaction that found it out. The words
//! say what was or was not charged, returned or sent, and name nobody's bank.

use super::account::PayoutAccount;
use super::books::MoneyNews;
use super::dispute::DisputeStatus;
use super::payment::Payment;
use crate::bookings::{Booking, BookingRow, Notifier, Side};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::mail::Letter;
use crate::money::Money;
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::{User, UserId};
use crate::web::paths;

/// What is news about an accountant's account at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountNews {
    Ready,
    Restricted,
    Closed,
    PayoutFailed,
}

/// A sentence that is also the subject of the mail, and the one that follows it.
type MoneyNotice = (String, String);

/// Tells both sides of a booking what became of its money.
pub fn tell(
    conn: &mut Conn,
    desk: &Notifier,
    payment: &Payment,
    news: &[MoneyNews],
    now: Instant,
) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    let line = Booking::by_id(conn, payment.booking_id)?.line(conn)?;
    let (client, accountant) = User::two(conn, line.booking.client_id, line.booking.accountant_id)?;
    for (nth, one) in (0..).zip(news) {
        for (side, reader) in [(Side::Client, &client), (Side::Accountant, &accountant)] {
            let locale = Locale::of(&reader.locale);
            let Some((title, more)) = words(&line, payment, *one, (side, locale)) else { continue };
            let path = match one {
                MoneyNews::Invoiced(paper) => paths::paper(paper),
                _ => paths::booking(line.booking.id),
            };
            let telling = NewNotice {
                kind: kind(*one),
                topic: Topic::Money,
                recipient: reader.id,
                object: line.booking.id.0,
                version: now.micros() + nth,
                words: title.chars().take(300).collect(),
                letter: Some(letter(desk, &title, &more, &path)),
                path,
            };
            Notice::tell_reader(conn, desk.0, reader, telling, now)?;
        }
    }
    Ok(())
}

fn kind(news: MoneyNews) -> &'static str {
    match news {
        MoneyNews::Invoiced(_) => "payments.invoiced",
        MoneyNews::Returned(_) => "payments.returned",
        MoneyNews::NotArrived(_) => "payments.not-arrived",
        MoneyNews::Sent(_) => "payments.sent",
        MoneyNews::TakenBack(_) => "payments.taken-back",
        MoneyNews::Disputed(_) => "payments.disputed",
        MoneyNews::DisputeEnded(_) => "payments.dispute-ended",
    }
}

fn words(
    line: &BookingRow,
    payment: &Payment,
    news: MoneyNews,
    (side, locale): (Side, Locale),
) -> Option<MoneyNotice> {
    let title = &line.terms.title;
    let money =
        |minor| Money::new(minor, &payment.currency).map_or(String::new(), |m| m.words(locale));
    let other = line.other_name(side);
    let client = side == Side::Client;
    Some(match news {
        MoneyNews::Invoiced(_) if client => (
            format!("Your invoice from {other} is there: {title}"),
            format!(
                "It is the receipt, too: {} was charged to your card.",
                money(payment.amount_minor)
            ),
        ),
        MoneyNews::Returned(minor) if client => (
            format!("{} is on its way back to you: {title}", money(minor)),
            "Your bank shows it in five to ten days, on the card that you paid with.".to_owned(),
        ),
        MoneyNews::Returned(minor) => (
            format!("{other} gets {} back: {title}", money(minor)),
            "The booking shows what is left and what Footing returned of its commission.".to_owned(),
        ),
        MoneyNews::NotArrived(minor) if client => (
            format!("{} could not be returned to your card: {title}", money(minor)),
            "We see to it that you get it, and write to you.".to_owned(),
        ),
        MoneyNews::Sent(minor) if !client => (
            format!("{} is sent to you: {title}", money(minor)),
            "Stripe pays it out to your bank with its next payout.".to_owned(),
        ),
        MoneyNews::TakenBack(minor) if !client => (
            format!("{} was taken back: {title}", money(minor)),
            "It was returned to the client, or a bank asks for it. The booking says which.".to_owned(),
        ),
        MoneyNews::Disputed(minor) if !client => (
            format!("{other}'s bank asks for {} back: {title}", money(minor)),
            "Until the bank decides, the money stays where it is. Keep what shows that the hour took \
             place; we may ask you for it."
                .to_owned(),
        ),
        MoneyNews::DisputeEnded(status) if !client => {
            (format!("{}: {title} with {other}", status.words()), outcome(status).to_owned())
        }
        _ => return None,
    })
}

fn outcome(status: DisputeStatus) -> &'static str {
    match status {
        DisputeStatus::Lost => "The bank gave the money to its customer.",
        DisputeStatus::Won => "The money is yours and is sent to you.",
        _ => "Nothing was taken.",
    }
}

/// Tells an accountant what became of their account.
pub fn tell_of_account(
    conn: &mut Conn,
    desk: &Notifier,
    account: &PayoutAccount,
    news: AccountNews,
    now: Instant,
) -> Result<()> {
    let (kind, title, more) = match news {
        AccountNews::Ready => (
            "payments.ready",
            "You can be paid by card",
            "Clients now pay when they book. The money is sent to you two days after the hour.",
        ),
        AccountNews::Restricted => (
            "payments.restricted",
            "Stripe cannot pay you at present",
            "Bookings that stand stay; what is due to you waits, and no new paid booking is taken. \
             Look at what Stripe asks for.",
        ),
        AccountNews::Closed => (
            "payments.closed",
            "Your account at Stripe is closed",
            "Bookings that stand stay; what is due to you waits until you set up payments again.",
        ),
        AccountNews::PayoutFailed => (
            "payments.payout-failed",
            "A payout to your bank came back",
            "Look at your bank details at Stripe. Nothing is lost: it is paid out again.",
        ),
    };
    put(conn, desk, (account.accountant_id, kind, account.id.0), (title, more), now)
}

/// Tells every admin, once a day, that complaints have waited for too long.
pub fn tell_admins(conn: &mut Conn, desk: &Notifier, overdue: usize, now: Instant) -> Result<()> {
    let title = match overdue {
        0 => return Ok(()),
        1 => "A complaint about a paid booking is overdue".to_owned(),
        many => format!("{many} complaints about paid bookings are overdue"),
    };
    let more = "Their money waits for your decision, and nothing is released by itself.";
    for admin in User::admins(conn)? {
        let telling = NewNotice {
            kind: "payments.overdue",
            topic: Topic::Money,
            recipient: admin.id,
            object: admin.id.0,
            version: now.seconds().div_euclid(86_400),
            words: format!("{title}."),
            path: paths::ADMIN_PAYMENTS.to_owned(),
            letter: Some(letter(desk, &title, more, paths::ADMIN_PAYMENTS)),
        };
        Notice::tell(conn, desk.0, telling, now)?;
    }
    Ok(())
}

fn put(
    conn: &mut Conn,
    desk: &Notifier,
    (recipient, kind, object): (UserId, &'static str, i64),
    (title, more): (&str, &str),
    now: Instant,
) -> Result<()> {
    let telling = NewNotice {
        kind,
        recipient,
        topic: Topic::Money,
        object,
        version: now.micros(),
        words: format!("{title}."),
        path: paths::PAYOUTS.to_owned(),
        letter: Some(letter(desk, title, more, paths::PAYOUTS)),
    };
    Notice::tell(conn, desk.0, telling, now).map(drop)
}

fn letter(desk: &Notifier, title: &str, more: &str, path: &str) -> Letter {
    let address = format!("{}{path}", desk.0.base_url);
    Letter::new(title, &[&format!("{title}."), more]).with_button("Open it", address)
}
