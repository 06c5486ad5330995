//! What has been booked in the demo world: past and future, in every state. Each act is played at
//! its own time by the verb that visitors use, so rules, histories and notices hold as for anybody.

use std::sync::Arc;

use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::people::BEGUN;
use super::stories::{ANAS, BookingStory, CYS, StoryEnd, USUAL, story};
use crate::accountants::Accountant;
use crate::accountants::schema::accountants;
use crate::bookings::diary::{self, Asking};
use crate::bookings::quotes::{Ask, Enquiry, NewQuote, Quote};
use crate::bookings::{Answer, Booking, BookingId, Notifier, PayMode, SealedWords, Wish, sweep};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{Modes, Question, Service};
use crate::mail::Mail;
use crate::money::Money;
use crate::notifications::Notice;
use crate::payments::recorded::Recorder;
use crate::seal::Seal;
use crate::site::Site;
use crate::users::{Actor, Role, UserId};
use crate::web::keys::SentForm;

/// Accountants who have bookings in a large world.
const MOST: i64 = 300;

/// Plays everything up to now.
pub async fn play(site: &Site, seed: u64, ben: UserId, clients: Vec<UserId>) -> Result<()> {
    let (seal, mail) = (site.seal.clone(), site.mail.clone());
    let (named, others) =
        clients.split_at_checked(2).ok_or_else(|| Error::internal("no clients"))?;
    let (named, others) = (named.to_vec(), others.to_vec());
    let ids: Vec<UserId> = site
        .db
        .read(move |conn, _| -> Result<_> {
            let busy = accountants::table.filter(accountants::user_id.ne(ben));
            let busy = busy.order(accountants::user_id).limit(MOST);
            Ok(busy.select(accountants::user_id).load(conn)?)
        })
        .await?;
    // with a key there are payments to make, and none to record
    let recorder = match site.payments.stripe() {
        Some(_) => None,
        None => Some(Arc::new(Recorder::new(mail.clone())?)),
    };
    let stage = Stage { seal, mail, recorder: None };
    let bens = Stage { recorder, ..stage.clone() };
    let guests = others.clone();
    site.db
        .write(move |conn, now| {
            bens.recorded(conn, ben, &guests, now)?;
            bens.named(conn, ben, &named, now)
        })
        .await?;
    for (number, id) in ids.into_iter().enumerate() {
        let (stage, others) = (stage.clone(), others.clone());
        let seed = seed.wrapping_mul(7_919).wrapping_add(u64::try_from(number).unwrap_or(0));
        site.db
            .write(move |conn, now| {
                stage.usual(conn, id, &others, &mut StdRng::seed_from_u64(seed), now)
            })
            .await?;
    }
    site.db.write(move |conn, now| stage.catch_up(conn, now)).await
}

/// What every act needs.
#[derive(Clone)]
pub(super) struct Stage {
    seal: Seal,
    mail: Mail,
    /// Plays Stripe's part, where payments are recorded.
    pub(super) recorder: Option<Arc<Recorder>>,
}

impl Stage {
    /// Ana's and cy's bookings with ben; the older news were read long ago.
    fn named(&self, conn: &mut Conn, ben: UserId, clients: &[UserId], now: Instant) -> Result<()> {
        let all = || clients.iter().zip([ANAS, CYS]);
        let is_recent = |story: &&BookingStory| story.asked > -80;
        for (client, stories) in all() {
            for story in stories.iter().filter(|story| !is_recent(story)) {
                self.tell(conn, *client, ben, story, now)?;
            }
        }
        let readers = clients.iter().map(|id| (*id, Role::Client));
        for (id, role) in readers.chain([(ben, Role::Accountant)]) {
            Notice::read_all(conn, &Actor { id, role, now }, None)?;
        }
        self.quotes(conn, ben, clients, now)?;
        for (client, stories) in all() {
            for story in stories.iter().filter(is_recent) {
                self.tell(conn, *client, ben, story, now)?;
            }
        }
        Ok(())
    }

    /// A handful of bookings with whoever is not ben.
    fn usual(
        &self,
        conn: &mut Conn,
        accountant: UserId,
        clients: &[UserId],
        rng: &mut StdRng,
        now: Instant,
    ) -> Result<()> {
        for _ in 0..rng.random_range(0..5) {
            let Some(client) = clients.choose(rng) else { continue };
            let wanted = -rng.random_range(100..4_000);
            let ending = *USUAL.choose(rng).unwrap_or(&StoryEnd::Accepted);
            let asked = wanted - rng.random_range(60..200);
            let story = story(asked, wanted, rng.random_range(0..3), ending, "");
            self.tell(conn, *client, accountant, &story, now)?;
        }
        if rng.random_bool(0.4) {
            let Some(client) = clients.choose(rng) else { return Ok(()) };
            let ending = if rng.random_bool(0.7) { StoryEnd::Accepted } else { StoryEnd::Waiting };
            let asked = -rng.random_range(1..40);
            let story = story(asked, rng.random_range(40..300), 0, ending, "");
            self.tell(conn, *client, accountant, &story, now)?;
        }
        Ok(())
    }

    pub(super) fn tell(
        &self,
        conn: &mut Conn,
        client: UserId,
        accountant: UserId,
        story: &BookingStory,
        now: Instant,
    ) -> Result<()> {
        let at = now + Span::hours(story.asked);
        let Some(id) = self.ask(conn, client, accountant, story, (at, now))? else { return Ok(()) };
        self.pay(conn, id, at + Span::minutes(3))?;
        let booking = Booking::by_id(conn, id)?;
        let (desk, answered) = (Notifier(&self.mail), at + Span::hours(2));
        let owner = |now| Actor { id: accountant, role: Role::Accountant, now };
        let asker = |now| Actor { id: client, role: Role::Client, now };
        match story.ending {
            StoryEnd::Waiting => return Ok(()),
            StoryEnd::Lapsed => {
                let end = booking.deadline.unwrap_or(now);
                return Booking::expire_overdue(conn, &desk, 100, end).map(|_| ());
            }
            StoryEnd::Declined => {
                let why = SealedWords::words(&self.seal, "I am away that week.")?;
                return booking.decline(conn, &desk, &owner(answered), why);
            }
            StoryEnd::TakenBack => {
                return booking.cancel(conn, &desk, &asker(answered), None);
            }
            StoryEnd::Proposed => {
                let at = booking.starts_at + Span::days(7);
                booking.accept(conn, &desk, &owner(answered), String::new())?;
                let later = owner(now - Span::hours(4));
                let accepted = Booking::by_id(conn, id)?;
                return accepted.propose(conn, &desk, &later, at).map_err(Error::from);
            }
            _ => booking.accept(conn, &desk, &owner(answered), String::new())?,
        }
        self.pay(conn, id, answered + Span::minutes(20))?;
        self.follow(conn, id, story.ending, (owner, asker), now)?;
        self.end(conn, id, now)
    }

    /// What happened after it was accepted.
    fn follow(
        &self,
        conn: &mut Conn,
        id: BookingId,
        ending: StoryEnd,
        (owner, asker): (impl Fn(Instant) -> Actor, impl Fn(Instant) -> Actor),
        now: Instant,
    ) -> Result<()> {
        let desk = Notifier(&self.mail);
        let booking = Booking::by_id(conn, id)?;
        let (start, end) = (booking.starts_at, booking.ends_at);
        let why = |words| SealedWords::words(&self.seal, words);
        match ending {
            StoryEnd::Paid if booking.pay_mode == PayMode::Direct => {
                booking.note_paid(conn, &owner(end + Span::hours(3)))
            }
            StoryEnd::CancelledByClient => {
                let at = start - Span::hours(50);
                booking.cancel(conn, &desk, &asker(at), why("The flat is sold.")?)
            }
            StoryEnd::CancelledByAccountant => {
                let at = start - Span::hours(20);
                booking.cancel(conn, &desk, &owner(at), why("I am ill. I am sorry.")?)
            }
            StoryEnd::Moved => {
                let at = now - Span::hours(60);
                let service = Service::by_id(conn, booking.service_id)?;
                let accountant = Accountant::by_id(conn, booking.accountant_id)?;
                let offer = booking.asking(&accountant, &service, at).offer(conn, at)?;
                let Some(slot) = offer.next(start + Span::hours(24)) else { return Ok(()) };
                booking.move_to(conn, &desk, &asker(at), slot.start).map_err(Error::internal)
            }
            StoryEnd::Absent => {
                booking.mark_no_show(conn, &desk, &owner(start + Span::minutes(30)))
            }
            StoryEnd::Complained => {
                let words = why("The call ended after ten minutes and was not taken up again.")?;
                booking.complain(conn, &desk, &asker(end + Span::hours(5)), words)
            }
            _ => Ok(()),
        }
    }

    /// Asks for the first free time from the one wanted on; none if nothing is free, or if what was
    /// meant for the past would lie ahead.
    fn ask(
        &self,
        conn: &mut Conn,
        client: UserId,
        accountant: UserId,
        story: &BookingStory,
        (at, now): (Instant, Instant),
    ) -> Result<Option<BookingId>> {
        let accountant = Accountant::by_id(conn, accountant)?;
        if !diary::takes(conn, &accountant, Some(client))? {
            return Ok(None);
        }
        let services = Service::active(conn, accountant.user_id)?;
        let bookable: Vec<_> = services.into_iter().filter(|one| !one.is_quote()).collect();
        let Some(service) = bookable.get(story.service).or(bookable.first()) else {
            return Ok(None);
        };
        let offer = Asking::about(&accountant, service, Some(client)).offer(conn, at)?;
        let Some(slot) = offer.next(now + Span::hours(story.wanted)) else { return Ok(None) };
        if story.wanted < 0 && slot.end > now {
            return Ok(None);
        }
        let answers = answers(&Question::of(conn, service.id)?);
        let wish = Wish {
            service: service.id,
            start: slot.start,
            mode: Modes(service.modes).list().first().copied(),
            // a number of films (Ofcom keeps it free)
            phone: "+44 113 496 0123".to_owned(),
            note: SealedWords::note(&self.seal, story.note)?,
            answers: SealedWords::answers(&self.seal, &answers)?,
            quote: None,
            online: self.online(story),
            form: SentForm::default(),
        };
        let actor = Actor { id: client, role: Role::Client, now: at };
        let booking = Booking::request(conn, &actor, &Notifier(&self.mail), &wish)
            .map_err(Error::internal)?;
        Ok(Some(booking.id))
    }

    /// Cy waits for an offer of ben's, ana has one.
    fn quotes(&self, conn: &mut Conn, ben: UserId, clients: &[UserId], now: Instant) -> Result<()> {
        let services = Service::active(conn, ben)?;
        let Some(service) = services.iter().find(|service| service.is_quote()) else {
            return Ok(());
        };
        let desk = Notifier(&self.mail);
        let questions = answers(&Question::of(conn, service.id)?);
        for (client, hours) in clients.iter().zip([70, 56]) {
            let actor = Actor { id: *client, role: Role::Client, now: now - Span::hours(hours) };
            let ask = Ask {
                service: service.id,
                note: SealedWords::note(
                    &self.seal,
                    "We are two sisters and let four flats together.",
                )?,
                answers: SealedWords::answers(&self.seal, &questions)?,
                form: SentForm::default(),
            };
            Enquiry::ask(conn, &actor, &desk, &ask).map_err(Error::internal)?;
        }
        let (Some(ana), Some(price)) = (clients.first(), Money::new(42_000, "GBP")) else {
            return Ok(());
        };
        let zone = crate::clock::zone("Europe/London");
        let new = NewQuote {
            service: service.id,
            client: *ana,
            price,
            duration: 90,
            words: SealedWords::words(
                &self.seal,
                "Accounts for the four flats and both your returns.",
            )?,
            valid_until: now.day_in(&zone).plus(12).begin(&zone),
            form: SentForm::default(),
        };
        let actor = Actor { id: ben, role: Role::Accountant, now: now - Span::hours(62) };
        Quote::make(conn, &actor, &desk, &new).map(|_| ())
    }

    /// What time alone did since, and the mails of all that, which left long ago.
    fn catch_up(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        // day by day, as a site that ran would have written it down
        let mut day = now - BEGUN;
        while day < now {
            day = (day + Span::days(1)).min(now);
            while Booking::complete_past(conn, 200, day)? == 200 {}
        }
        sweep::remind(conn, &Notifier(&self.mail), 1_000, now)?;
        Mail::settle(conn, now)
    }
}

/// Something to every question.
fn answers(questions: &[Question]) -> Vec<Answer> {
    let answer = |question: &Question| Answer {
        question: question.text.clone(),
        answer: match question.options().first() {
            Some(option) => (*option).to_owned(),
            None if question.is_date() => "2027-03-31".to_owned(),
            None => "Four".to_owned(),
        },
    };
    questions.iter().map(answer).collect()
}
