//! Saying how it went: who may, when, and what becomes of it.

use diesel::RunQueryDsl;
use footing::bookings::{Booking, BookingId};
use footing::clock::{Instant, Span};
use footing::db::Conn;
use footing::listings::Service;
use footing::mail::Mail;
use footing::reviews::{Review, ReviewId, ReviewReply, ReviewWords, ShownAs, WrittenReview};
use footing::users::{Actor, Email, NewUser, Role, SignedUp, User, UserId, UserName};

use crate::bookings::Scene;
use crate::support::{Answer, Fields, Person, TestSite};

pub const WORDS: &str = "Clear from the first minute, and on time.";
pub const STARS: Fields = &[("stars", "5"), ("text", WORDS)];
pub const MARKS: Fields = &[("appeared", "yes"), ("documents", "no"), ("respectful", "yes")];

pub fn stars(stars: i32) -> WrittenReview {
    WrittenReview::Client(ReviewWords {
        stars,
        knowledge: None,
        clarity: None,
        punctuality: None,
        words: WORDS.to_owned(),
        shown_as: ShownAs::Verified,
        is_incentive: false,
    })
}

/// A client whom nobody has met.
pub fn client(conn: &mut Conn, name: &str, now: Instant) -> UserId {
    let new = NewUser {
        email: Email::parse(&format!("{}@example.net", name.replace(' ', "."))).unwrap(),
        name: UserName(name.to_owned()),
        role: Role::Client,
        zone: "Europe/London".to_owned(),
        locale: footing::locale::Locale::NEUTRAL,
        password_hash: "none".to_owned(),
    };
    let SignedUp::New(user) = User::sign_up(conn, new, now).unwrap() else { panic!("twice") };
    user.verified(conn, now).unwrap().id
}

/// An hour of these two that took place so long ago.
pub fn past(
    conn: &mut Conn,
    client: UserId,
    accountant: UserId,
    ago: Span,
    now: Instant,
) -> BookingId {
    let service = Service::active(conn, accountant).unwrap().remove(0).id;
    let id = BookingId::next(now);
    let end = (now - ago).micros();
    let start = end - Span::minutes(30).as_seconds() * 1_000_000;
    let asked = start - Span::days(1).as_seconds() * 1_000_000;
    for sql in [
        format!(
            "INSERT INTO bookings (id, client_id, accountant_id, service_id, state, pay_mode, \
             starts_at, ends_at, block_from, block_to, deadline, requested_at, changed_at, wall, \
             zone, tz_version, moves, sequence) VALUES ({}, {}, {}, {}, 'pending', 'direct', \
             {start}, {end}, {start}, {end}, {start}, {asked}, {asked}, '', 'UTC', '', 0, 0)",
            id.0, client.0, accountant.0, service.0
        ),
        format!(
            "INSERT INTO booking_terms (booking_id, title, duration, mode, price_minor, currency, \
             policy, policy_words) VALUES ({}, 'First-year consultation', 30, 'video', 8500, \
             'GBP', 'standard', '')",
            id.0
        ),
        format!(
            "UPDATE bookings SET state = 'confirmed', accepted_at = {asked}, deadline = NULL \
             WHERE id = {}",
            id.0
        ),
    ] {
        diesel::sql_query(sql).execute(conn).unwrap();
    }
    Booking::by_id(conn, id).unwrap().complete(conn, now).unwrap();
    id
}

/// Says it as this person.
pub fn say(
    mail: &Mail,
    conn: &mut Conn,
    who: UserId,
    id: BookingId,
    said: &WrittenReview,
    now: Instant,
) {
    let role =
        if matches!(said, WrittenReview::Client(_)) { Role::Client } else { Role::Accountant };
    Review::write(conn, mail, &Actor { id: who, role, now }, id, said).unwrap();
}

/// A review of so many stars that has opened: by a client of its own, or by this one.
pub async fn opened(site: &TestSite, from: UserId, about: UserId, given: i32) -> ReviewId {
    opened_ago(site, from, about, given, Span::days(15)).await
}

pub async fn opened_ago(
    site: &TestSite,
    from: UserId,
    about: UserId,
    given: i32,
    ago: Span,
) -> ReviewId {
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        let id = past(conn, from, about, ago, now);
        say(&mail, conn, from, id, &stars(given), now - ago);
        Review::open_due(conn, &mail, 100, now)?;
        Ok(Review::own(conn, id, from)?.unwrap().id)
    })
    .await
}

/// An open review with a reply.
pub async fn with_reply(site: &TestSite, ana: UserId, ben: UserId) -> ReviewId {
    let id = opened(site, ana, ben, 5).await;
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        let actor = Actor { id: ben, role: Role::Accountant, now };
        ReviewReply::write(conn, &mail, &actor, id, ("Thank you for writing.", false))
    })
    .await;
    id
}

/// Ana's hour with ben, which took place.
pub struct Told {
    pub scene: Scene,
    pub booking: String,
    pub review: String,
    pub end: Instant,
}

impl Told {
    pub async fn start() -> Self {
        let scene = Scene::start().await;
        let booking = scene.confirmed(3).await;
        let id: BookingId = booking.rsplit('/').next().unwrap().parse().unwrap();
        let end = scene.site.read(move |conn, _| Ok(Booking::by_id(conn, id)?.ends_at)).await;
        let told = Self { review: format!("{booking}/review"), scene, booking, end };
        told.at(Span::minutes(1)).await;
        told
    }

    pub fn site(&self) -> &TestSite {
        &self.scene.site
    }

    /// Sets the clock to so long after the end, and does what is due by then.
    pub async fn at(&self, after: Span) {
        let site = self.site();
        // the clock is moved by whole seconds
        let at = self.end + after + Span::seconds(1);
        site.forward(at.elapsed_since(site.site.db.now()));
        site.work().await;
        for person in [&self.scene.ana, &self.scene.ben] {
            person.sign_in().await.assert_status(303);
        }
    }

    pub fn ana(&self) -> &Person {
        &self.scene.ana
    }

    pub fn ben(&self) -> &Person {
        &self.scene.ben
    }

    pub async fn public(&self) -> Answer {
        self.site().stranger().get("/accountants/ben-northgate-tax").await
    }

    pub async fn is_public(&self) -> bool {
        self.public().await.has("[data-review]")
    }
}

#[actix_web::test]
async fn both_open_when_the_second_has_written_and_neither_before() {
    let told = Told::start().await;
    told.ana().post(&told.review, STARS).await.assert_status(303);
    assert!(!told.is_public().await);
    told.ana().get(&told.review).await.assert_text("[data-blind]", "Only you see this");
    let theirs = told.ben().get(&told.review).await;
    assert!(!theirs.has("[data-other]") && !theirs.page().contains(WORDS));
    told.ben().post(&told.review, MARKS).await.assert_status(303);
    let page = told.public().await;
    page.assert_text("[data-review]", WORDS).assert_text("[data-review]", "Verified client");
    assert_eq!(page.attribute("[data-score]", "data-score"), "4111");
    // what the accountant said is that client's alone
    told.ana().get(&told.review).await.assert_text("[data-other]", "Brought the documentsNo");
    assert!(!page.page().contains("Brought the documents"));
    told.ben().get(&told.review).await.assert_text("[data-other]", WORDS);
}

#[actix_web::test]
async fn one_alone_opens_336_hours_after_the_end_and_not_a_second_before() {
    let told = Told::start().await;
    told.ana().post(&told.review, STARS).await.assert_status(303);
    let (mail, end) = (told.site().site.mail.clone(), told.end);
    let open = move |conn: &mut Conn, _| {
        let second = Span::seconds(1);
        let before = Review::open_due(conn, &mail, 50, end + Span::hours(336) - second)?;
        let due = Review::open_due(conn, &mail, 50, end + Span::hours(336))?;
        Ok((before, due))
    };
    assert_eq!(told.site().write(open).await, (0, 1));
    assert!(told.is_public().await);
    // the second comes too late, and what is open stays as it is
    told.at(Span::hours(337)).await;
    told.ben().post(&told.review, MARKS).await.assert_status(409);
    told.ana().post(&told.review, &[("stars", "1"), ("text", WORDS)]).await.assert_status(409);
    told.public().await.assert_text("[data-review]", "5 of 5");
}

#[actix_web::test]
async fn until_it_opens_it_can_be_written_anew_and_withdrawing_is_final() {
    let told = Told::start().await;
    told.ana().post(&told.review, STARS).await.assert_status(303);
    let other = [("stars", "2"), ("text", WORDS), ("shown_as", "first_name")];
    told.ana().post(&told.review, &other).await.assert_status(303);
    let form = told.ana().get(&told.review).await;
    assert_eq!(form.attribute("[name=stars][checked]", "value"), "2");
    told.ben().post(&told.review, MARKS).await.assert_status(303);
    let page = told.public().await;
    page.assert_text("[data-review]", "2 of 5").assert_text("[data-review]", "Ana");
    // once open only the name may go
    told.ana().post(&told.review, STARS).await.assert_status(409);
    told.ana().post(&told.review, &[("shown_as", "first_name")]).await.assert_status(409);
    told.ana().post(&told.review, &[("shown_as", "verified")]).await.assert_status(303);
    told.public().await.assert_text("[data-review]", "Verified client");
    let withdrawal = format!("{}/withdrawal", told.review);
    told.ana().post(&withdrawal, &[]).await.assert_status(303);
    assert!(!told.is_public().await);
    assert_eq!(told.public().await.attribute("[data-score]", "data-score"), "4000");
    told.ana().post(&told.review, STARS).await.assert_status(409);
    told.ana().get(&told.review).await.assert_text("[data-closed]", "final");
}

#[actix_web::test]
async fn what_was_withdrawn_unopened_never_opens() {
    let told = Told::start().await;
    let withdrawal = format!("{}/withdrawal", told.review);
    told.ana().post(&withdrawal, &[]).await.assert_status(409);
    told.ana().post(&told.review, STARS).await.assert_status(303);
    told.ana().post(&withdrawal, &[]).await.assert_status(303);
    told.ben().post(&told.review, MARKS).await.assert_status(303);
    assert!(!told.ana().get(&told.review).await.has("[data-other]"), "one alone opens nothing");
    told.at(Span::hours(336)).await;
    assert!(!told.is_public().await);
    assert!(told.ana().get(&told.review).await.has("[data-other]"));
}

#[actix_web::test]
async fn strangers_find_nothing_and_what_did_not_take_place_cannot_be_spoken_of() {
    let told = Told::start().await;
    let (cy, dot) = (told.site().cy().await, told.site().dot().await);
    let root = told.site().root().await;
    root.two_steps().await;
    let withdrawal = format!("{}/withdrawal", told.review);
    for (person, status) in [(&cy, 404), (&dot, 404), (&root, 403)] {
        person.get(&told.review).await.assert_status(status);
        person.post(&told.review, STARS).await.assert_status(status);
        person.post(&withdrawal, &[]).await.assert_status(status);
    }
    told.site().stranger().get(&told.review).await.assert_status(303);
    let ahead = told.scene.pending(told.scene.starts.len() - 1).await;
    for person in [told.ana(), told.ben()] {
        person.get(&format!("{ahead}/review")).await.assert_status(403);
        person.post(&format!("{ahead}/review"), STARS).await.assert_status(403);
    }
    // an accountant cannot give stars to an hour of their own
    told.ben().post(&told.review, STARS).await.assert_rejected("appeared");
    assert!(!told.is_public().await);
}

#[actix_web::test]
async fn bad_answers_come_back_beside_their_fields_with_what_was_typed() {
    let told = Told::start().await;
    for (field, value) in [
        ("stars", "0"),
        ("stars", "6"),
        ("stars", "4.5"),
        ("text", "too short"),
        ("knowledge", "9"),
        ("shown_as", "full_name"),
        ("incentive", "perhaps"),
    ] {
        let mut form: Vec<_> = STARS.iter().copied().filter(|(name, _)| *name != field).collect();
        form.push((field, value));
        told.ana().post(&told.review, &form).await.assert_rejected(field);
    }
    let long = "x".repeat(1501);
    told.ana().post(&told.review, &[("stars", "3"), ("text", &long)]).await.assert_rejected("text");
    told.ben().post(&told.review, &[("appeared", "maybe")]).await.assert_rejected("appeared");
}

#[actix_web::test]
async fn an_absence_that_nobody_contradicts_bars_a_review_and_one_word_against_it_does_not() {
    for is_contradicted in [false, true] {
        let told = Told::start().await;
        told.ben().post(&format!("{}/no-show", told.booking), &[]).await.assert_status(303);
        let objection = format!("{}/no-show/objection", told.booking);
        told.ben().post(&objection, &[]).await.assert_status(403);
        if is_contradicted {
            told.ana().post(&objection, &[]).await.assert_status(303);
            told.ana().post(&objection, &[]).await.assert_status(303);
        }
        told.at(Span::hours(60)).await;
        let status = if is_contradicted { 303 } else { 409 };
        told.ana().post(&told.review, STARS).await.assert_status(status);
        if !is_contradicted {
            told.ana().post(&objection, &[]).await.assert_status(409);
        }
    }
}

#[actix_web::test]
async fn one_written_before_the_absence_counts_stands_with_that_label() {
    let told = Told::start().await;
    told.ben().post(&format!("{}/no-show", told.booking), &[]).await.assert_status(303);
    told.ana().post(&told.review, STARS).await.assert_status(303);
    told.at(Span::hours(336)).await;
    let words = "The accountant says that the client did not appear";
    told.public().await.assert_text("[data-review] .tag", words);
}

#[actix_web::test]
async fn everybody_who_was_there_is_asked_alike_and_reminded_once() {
    let told = Told::start().await;
    told.ana().post(&told.review, STARS).await.assert_status(303);
    told.at(Span::days(11)).await;
    told.at(Span::days(13)).await;
    for person in [told.ana(), told.ben()] {
        let mails = told.site().mails_to(&person.email).await;
        let asked = |words: &str| mails.iter().filter(|mail| mail.contains(words)).count();
        assert_eq!(asked("Subject: How was First-year consultation"), 1);
        assert_eq!(asked("Subject: You can still say how First-year consultation"), 1);
    }
}

#[actix_web::test]
async fn whoever_was_suspended_gets_the_lost_hours_back_and_what_they_write_then_opens_at_once() {
    use footing::decisions::{self, Ground, Restriction, Statement, Target, TargetKind};
    let told = Told::start().await;
    let (mail, end, ana) = (told.site().site.mail.clone(), told.end, told.ana().id);
    told.site()
        .write(move |conn, _| {
            let because = ("a rule of this test", Ground::Insults);
            let words = ("They insulted somebody.", "Insults are not allowed anywhere.");
            let all = Statement::by_rule(Restriction::Suspend, because, words, "the account");
            let target = Target { kind: TargetKind::Account, id: ana.0, subject: ana };
            let decision = decisions::restrict(conn, &mail, target, &all, end + Span::hours(100))?;
            decisions::lift(conn, &mail, &decision, &all, end + Span::hours(160)).map(drop)
        })
        .await;
    told.at(Span::hours(336 + 59)).await;
    told.ben().post(&told.review, MARKS).await.assert_status(409);
    told.ana().post(&told.review, STARS).await.assert_status(303);
    assert!(told.is_public().await);
    let other = Told::start().await;
    other.at(Span::hours(336)).await;
    other.ana().post(&other.review, STARS).await.assert_status(409);
}
