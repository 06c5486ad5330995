//! What became of the reports that an accountant made of reviews of theirs stands on their page.

use footing::clock::Span;
use footing::reviews::ReviewId;

use crate::database::raw;
use crate::reports::{BENS, STATEMENT, admin, again, news, waiting};
use crate::reviews::{client, opened};
use crate::support::{Answer, Person, TestSite};

/// Ben, whom people review, and root, who decides.
struct Court {
    site: TestSite,
    ben: Person,
    root: Person,
}

impl Court {
    async fn open() -> Self {
        let site = TestSite::start().await;
        let ben = site.ben().await;
        let root = admin(&site, "root").await;
        Self { site, ben, root }
    }

    /// A review by a client of its own.
    async fn review(&self, name: &'static str) -> ReviewId {
        let who = self.site.write(move |conn, now| Ok(client(conn, name, now))).await;
        opened(&self.site, who, self.ben.id, 1).await
    }

    async fn report(&self, who: &Person, review: ReviewId, reason: &str) {
        let form = [("reason", reason), ("note", "It calls me a crook, which is untrue.")];
        who.post(&format!("/reviews/{review}/report"), &form).await.assert_status(303);
    }

    async fn decide(&self, decision: &str, scope: &str) {
        answer(&self.root, &waiting(&self.root, "case").await, decision, scope).await;
    }

    /// A review that ben reports, and what is decided about it.
    async fn decided(&self, name: &'static str, (decision, scope): (&str, &str)) -> ReviewId {
        let id = self.review(name).await;
        self.report(&self.ben, id, "insult").await;
        self.decide(decision, scope).await;
        id
    }

    async fn page(&self) -> Answer {
        self.site.stranger().get(BENS).await
    }

    async fn assert_record(&self, removed: u8, kept: u8) {
        let page = self.page().await;
        let words = format!("decided in 12 months: {}.", removed + kept);
        page.assert_text("[data-reported]", &words);
        let words = format!("Removed in whole or in part: {removed}, kept: {kept}.");
        page.assert_text("[data-reported]", &words);
    }
}

async fn answer(admin: &Person, page: &str, decision: &str, scope: &str) {
    let form = [&[("decision", decision), ("scope", scope)], STATEMENT.as_slice()].concat();
    admin.post(&format!("{page}/decision"), &form).await.assert_status(303);
}

const KEEP: (&str, &str) = ("keep", "all");

#[actix_web::test]
async fn from_the_fifth_decision_on_a_profile_says_what_became_of_its_owners_reports() {
    let court = Court::open().await;
    court.decided("Al One", ("remove", "all")).await;
    court.decided("Bo Two", ("remove", "text")).await;
    court.decided("Di Three", KEEP).await;
    court.decided("Ed Four", KEEP).await;
    let fifth = court.review("Fay Five").await;
    court.report(&court.ben, fifth, "spam").await;
    assert!(!court.page().await.has("[data-reported]"), "four are decided, and one waits");
    court.decide("keep", "all").await;
    court.assert_record(2, 3).await;

    // a threat or one's own data costs nobody anything, and another's report is another's
    for (name, reason) in [("Gus Six", "threat"), ("Hal Seven", "personal")] {
        let id = court.review(name).await;
        court.report(&court.ben, id, reason).await;
        court.decide("keep", "all").await;
    }
    let (cy, eve) = (court.site.cy().await, court.site.accountant("eve", "Eve Accounts").await);
    for who in [&cy, &eve] {
        court.report(who, fifth, "insult").await;
        court.decide("keep", "all").await;
    }
    court.assert_record(2, 3).await;
    let hers = court.site.stranger().get("/accountants/eve-accounts").await;
    assert!(!hers.has("[data-reported]"));
    // where both report it, one decision answers both
    let both = court.review("Ida Eight").await;
    court.report(&cy, both, "insult").await;
    court.report(&court.ben, both, "insult").await;
    court.decide("remove", "all").await;
    court.assert_record(3, 3).await;
}

#[actix_web::test]
async fn threats_and_personal_data_do_not_come_to_five() {
    let court = Court::open().await;
    for name in ["Al One", "Bo Two", "Di Three", "Ed Four"] {
        court.decided(name, KEEP).await;
    }
    for (name, reason) in [("Fay Five", "threat"), ("Gus Six", "personal")] {
        let id = court.review(name).await;
        court.report(&court.ben, id, reason).await;
        court.decide("remove", "all").await;
    }
    assert!(!court.page().await.has("[data-reported]"));
}

#[actix_web::test]
async fn an_objection_that_is_right_changes_what_is_counted_and_one_that_is_wrong_does_not() {
    let court = Court::open().await;
    let (ana, other) = (court.site.ana().await, admin(&court.site, "mod").await);
    for name in ["Al One", "Bo Two", "Di Three", "Ed Four"] {
        court.decided(name, KEEP).await;
    }
    let kept = news(&court.ben).await;
    let hers = opened(&court.site, ana.id, court.ben.id, 1).await;
    court.report(&court.ben, hers, "insult").await;
    court.decide("remove", "all").await;
    court.assert_record(1, 4).await;
    let object = async |who: &Person, decision: &str, verdict: &str| {
        who.post(&format!("{decision}/appeal"), &[]).await.assert_status(303);
        answer(&other, &waiting(&other, "appeal").await, verdict, "all").await;
    };
    let removed = news(&ana).await;
    object(&ana, &removed, "restore").await;
    court.assert_record(0, 5).await;
    // who reported may object as well: one is taken down after all
    object(&court.ben, &kept, "restore").await;
    court.assert_record(1, 4).await;
    court.decided("Fay Five", KEEP).await;
    let last = news(&court.ben).await;
    object(&court.ben, &last, "uphold").await;
    court.assert_record(1, 5).await;

    // what was decided before there was this table is counted from the cases, and comes to the same
    let is_sqlite = court.site.read(|conn, _| Ok(conn.is_sqlite())).await;
    let folder = if is_sqlite { "sqlite" } else { "postgres" };
    let path = format!("migrations/{folder}/2026-12-01-011000_reports_of_reviews/up.sql");
    let migration = std::fs::read_to_string(path).unwrap();
    let (_, backfill) = migration.split_once("INSERT INTO review_reports").unwrap();
    raw(&court.site, "DELETE FROM review_reports".to_owned()).await.unwrap();
    raw(&court.site, format!("INSERT INTO review_reports{backfill}")).await.unwrap();
    court.assert_record(1, 5).await;
}

#[actix_web::test]
async fn twelve_months_after_a_decision_it_is_counted_no_more() {
    let court = Court::open().await;
    court.decided("Al One", ("remove", "all")).await;
    let first = court.site.site.db.now();
    // two minutes later
    let court = Court { root: again(&court.site, &court.root).await, ..court };
    for name in ["Bo Two", "Di Three", "Ed Four", "Fay Five"] {
        court.decided(name, KEEP).await;
    }
    let last_minute = first + Span::days(365) - Span::minutes(1);
    court.site.forward(last_minute.elapsed_since(court.site.site.db.now()));
    court.assert_record(1, 4).await;
    court.site.forward(Span::seconds(90));
    assert!(!court.page().await.has("[data-reported]"));
}
