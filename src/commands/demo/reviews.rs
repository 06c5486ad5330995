//! What clients said in the demo world: many hours of the past with their reviews and replies, some
//! that are not open yet, and one that waits to be written.

use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::people::{BEGUN, person};
use super::world;
use crate::accountants::schema::accountants;
use crate::bookings::schema::bookings;
use crate::bookings::{Booking, BookingId, State};
use crate::clock::{Instant, Span};
use crate::commands::past_hour::past_hour;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::Service;
use crate::mail::Mail;
use crate::notifications::schema::notices;
use crate::reviews::{Review, ReviewReply, ReviewWords, ShownAs, WrittenReview};
use crate::site::Site;
use crate::users::{Actor, Role, UserId};

/// Clients who only look back.
const CLIENTS: usize = 60;
/// Accountants of whom much was said, in a large world.
const MOST: i64 = 300;

#[rustfmt::skip]
const FIVE: &[&str] = &[
    "Clear from the first minute. I left with a list of five things to do and the date for each.",
    "Answered every question before I had finished asking it, and in words that I understood.",
    "Found a cost I had missed for three years. I would have liked to book a longer call.",
    "On time, friendly, and honest about what I can do by myself.",
    "I had dreaded this for months. It took half an hour and now it is done.",
    "Knew my trade and the forms that go with it. The notes came the same evening.",
    "Explained the same thing twice without a sigh. I shall come back next year.",
    "Worth every penny: the letter that had worried me turned out to be nothing.",
];
#[rustfmt::skip]
const FOUR: &[&str] = &[
    "Good work and a fair price. The first answer took two days, then everything went quickly.",
    "Very helpful, though we ran out of time before my last question.",
    "Solid advice. I would have liked it in writing as well.",
    "Friendly and quick. The video froze twice, which was nobody's fault.",
];
#[rustfmt::skip]
const THREE: &[&str] = &[
    "It was all right, but most of it I had read before.",
    "The advice was sound, the start was fifteen minutes late.",
];
#[rustfmt::skip]
const TWO: &[&str] = &[
    "We talked about the price of the next service more than about my question.",
    "Half of the hour went into finding the papers that I had sent a week before.",
];
#[rustfmt::skip]
const ONE: &[&str] = &[
    "The call ended after ten minutes and my question was left where it was.",
];
const REPLIES: &[&str] = &[
    "Thank you for taking the time to write.",
    "Thank you. I have changed how I prepare for a first talk.",
    "I am glad that it helped.",
    "I am sorry that it was not what you hoped for.",
];

/// The hours of the past and what was said of them; each by the verbs that visitors use.
pub async fn look_back(site: &Site, seed: u64, ben: UserId, hash: String) -> Result<()> {
    let clients = site.db.write(move |conn, now| clients(conn, seed, &hash, now)).await?;
    let rows: Vec<(UserId, Instant)> = site
        .db
        .read(|conn, _| -> Result<_> {
            let all = accountants::table.order(accountants::user_id).limit(MOST);
            Ok(all.select((accountants::user_id, accountants::created_at)).load(conn)?)
        })
        .await?;
    for (number, (id, since)) in rows.into_iter().enumerate() {
        let (clients, mail) = (clients.clone(), site.mail.clone());
        let seed = seed.wrapping_mul(104_729).wrapping_add(u64::try_from(number).unwrap_or(0));
        let act = move |conn: &mut Conn, now: Instant| {
            let mut rng = StdRng::seed_from_u64(seed);
            let stage = ReviewHistory { mail: &mail, accountant: id, is_ben: id == ben, now };
            stage.play(conn, &clients, since, &mut rng)
        };
        site.db.write(act).await?;
    }
    Ok(())
}

fn clients(conn: &mut Conn, seed: u64, hash: &str, now: Instant) -> Result<Vec<UserId>> {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(77));
    let fallback: &[&str] = &["Robin"];
    let mut pick = |table: &[(&str, &[&'static str])]| {
        let row = table.choose(&mut rng).map_or(fallback, |(_, names)| names);
        *row.choose(&mut rng).unwrap_or(&"Robin")
    };
    (0..CLIENTS)
        .map(|number| {
            let name = format!("{} {}", pick(world::GIVEN), pick(world::FAMILY));
            let email = format!("past-client-{number}@example.com");
            let zone = "Europe/London";
            person(conn, &email, &name, Role::Client, zone, hash, now - BEGUN).map(|user| user.id)
        })
        .collect()
}

/// One accountant's past.
struct ReviewHistory<'a> {
    mail: &'a Mail,
    accountant: UserId,
    is_ben: bool,
    now: Instant,
}

impl ReviewHistory<'_> {
    fn play(
        &self,
        conn: &mut Conn,
        clients: &[UserId],
        since: Instant,
        rng: &mut StdRng,
    ) -> Result<()> {
        let services = Service::active(conn, self.accountant)?;
        let Some(service) = services.iter().find(|service| !service.is_quote()) else {
            return Ok(());
        };
        let days = self.now.elapsed_since(since).as_seconds() / 86_400;
        let most = usize::try_from((days - 20) / 3).unwrap_or(0).min(CLIENTS);
        // few have many
        let ceiling = rng.random_range(0..=most);
        let count = if self.is_ben { most } else { rng.random_range(0..=ceiling) };
        // how often somebody is given five stars, in per cent
        let fives = if self.is_ben { 90 } else { *[93, 85, 75, 55].choose(rng).unwrap_or(&80) };
        for (nth, client) in (0..).zip(clients.iter().take(count)) {
            let ago = Span::hours(24 * (17 + 3 * nth) + rng.random_range(0..9));
            let booking = past_hour(conn, (*client, self.accountant), service, self.now - ago)?;
            self.speak(conn, &booking, fives, rng)?;
        }
        Review::open_due(conn, self.mail, 1_000, self.now)?;
        self.reply(conn, rng)
    }

    /// Most clients say something, and most accountants answer.
    fn speak(
        &self,
        conn: &mut Conn,
        booking: &Booking,
        fives: u32,
        rng: &mut StdRng,
    ) -> Result<()> {
        if self.is_ben || rng.random_bool(0.85) {
            let at = booking.ends_at + Span::hours(rng.random_range(2..300));
            say(conn, self.mail, (booking.id, booking.client_id, at), &words(fives, rng))?;
        }
        if rng.random_bool(0.6) {
            let at = booking.ends_at + Span::hours(rng.random_range(301..330));
            let said = WrittenReview::Accountant {
                appeared: true,
                documents: rng.random_bool(0.8),
                respectful: true,
            };
            say(conn, self.mail, (booking.id, self.accountant, at), &said)?;
        }
        Ok(())
    }

    /// To some of them.
    fn reply(&self, conn: &mut Conn, rng: &mut StdRng) -> Result<()> {
        use crate::reviews::ReviewsShown;
        let shown = ReviewsShown::page(conn, self.accountant, None, None)?;
        for one in &shown.list {
            if !rng.random_bool(0.25) {
                continue;
            }
            let last = if one.stars() < 4 { REPLIES.len() } else { REPLIES.len() - 1 };
            let text = REPLIES.get(rng.random_range(0..last)).copied().unwrap_or("Thank you.");
            let at = self.now - Span::hours(rng.random_range(80..200));
            let actor = Actor { id: self.accountant, role: Role::Accountant, now: at };
            ReviewReply::write(conn, self.mail, &actor, one.review.id, (text, false))?;
        }
        Ok(())
    }
}

fn say(
    conn: &mut Conn,
    mail: &Mail,
    (booking, who, now): (BookingId, UserId, Instant),
    said: &WrittenReview,
) -> Result<()> {
    let role = match said {
        WrittenReview::Client(_) => Role::Client,
        WrittenReview::Accountant { .. } => Role::Accountant,
    };
    Review::write(conn, mail, &Actor { id: who, role, now }, booking, said)
}

fn words(fives: u32, rng: &mut StdRng) -> WrittenReview {
    let (stars, list) = match rng.random_range(0..100) {
        drawn if drawn < fives => (5, FIVE),
        _ => match rng.random_range(0..10) {
            0..=5 => (4, FOUR),
            6..=7 => (3, THREE),
            8 => (2, TWO),
            _ => (1, ONE),
        },
    };
    let mark = |rng: &mut StdRng| rng.random_bool(0.4).then_some(stars);
    WrittenReview::Client(ReviewWords {
        stars,
        knowledge: mark(rng),
        clarity: mark(rng),
        punctuality: mark(rng),
        words: list.choose(rng).copied().unwrap_or("It was clear, quick and kind.").to_owned(),
        shown_as: if rng.random_bool(0.3) { ShownAs::FirstName } else { ShownAs::Verified },
        is_incentive: false,
    })
}

/// What was said of the hours that the named people had: all that is long past, and of cy's latest
/// the client alone, so that it waits for ben.
pub async fn of_stories(site: &Site, seed: u64, ben: UserId, cy: Option<UserId>) -> Result<()> {
    let mail = site.mail.clone();
    site.db
        .write(move |conn, now| {
            let mut rng = StdRng::seed_from_u64(seed.wrapping_add(5));
            let over: Vec<Booking> = bookings::table
                .filter(bookings::state.eq(State::Completed).and(bookings::no_show_at.is_null()))
                .filter(diesel::dsl::not(crate::db::PreparedCondition(
                    "EXISTS (SELECT 1 FROM reviews r WHERE r.booking_id = bookings.id)",
                )))
                .order(bookings::id)
                .limit(2_000)
                .select(Booking::as_select())
                .load(conn)?;
            for booking in over {
                let is_late = booking.review_until() <= now;
                if is_late && rng.random_bool(0.7) {
                    let at = booking.ends_at + Span::hours(rng.random_range(2..300));
                    say(conn, &mail, (booking.id, booking.client_id, at), &words(80, &mut rng))?;
                } else if !is_late
                    && (Some(booking.client_id) == cy
                        || (booking.accountant_id != ben && rng.random_bool(0.5)))
                {
                    let at = booking.ends_at + Span::minutes(30);
                    say(conn, &mail, (booking.id, booking.client_id, at), &words(80, &mut rng))?;
                }
            }
            while Review::open_due(conn, &mail, 500, now)? == 500 {}
            // all of that was read long ago
            let told = notices::table.filter(notices::kind.like("reviews.%"));
            diesel::update(told).set(notices::read_at.eq(Some(now))).execute(conn)?;
            Mail::settle(conn, now)
        })
        .await
}
