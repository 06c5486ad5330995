//! Who comes first among equals.

use footing::accountants::{Accountant, Meeting, NewProfile, Tags};
use footing::availability::Calendar;
use footing::db::Conn;
use footing::directory::DirectoryEntry;
use footing::error::Result;
use footing::users::{Actor, Role, Stale};

use crate::crowd::{Somebody, day_and_night, listed, look, slugs};
use crate::support::TestSite;

fn three() -> Vec<Somebody> {
    let named = |name| Somebody { name, ..Somebody::default() };
    vec![named("Old One"), named("Mid Two"), named("New Three")]
}

async fn order(site: &TestSite) -> Vec<String> {
    slugs(&look(site, "").await)
}

#[actix_web::test]
async fn hiding_oneself_and_coming_back_changes_no_place() {
    let site = TestSite::start().await;
    let ids = listed(&site, three()).await;
    assert_eq!(order(&site).await, ["new-three", "mid-two", "old-one"]);
    let id = ids[0];
    let hide = |paused: bool| {
        move |conn: &mut Conn, now| -> Result<()> {
            let actor = Actor { id, role: Role::Accountant, now };
            let old = Accountant::owned(conn, id)?;
            let new = NewProfile {
                display_name: old.display_name,
                called: old.called,
                slug: None,
                headline: old.headline,
                about: old.about,
                country: old.country,
                place: old.place,
                years: old.years,
                zone: old.zone,
                accepting: old.accepting,
                paused,
                tags: Tags::of(conn, id)?,
                meeting: Meeting::default(),
            };
            Accountant::save(conn, &actor, &new).unwrap();
            Ok(())
        }
    };
    site.write(hide(true)).await;
    assert_eq!(order(&site).await, ["new-three", "mid-two"]);
    site.write(hide(false)).await;
    assert_eq!(order(&site).await, ["new-three", "mid-two", "old-one"]);
}

#[actix_web::test]
async fn among_equals_whoever_has_weekly_hours_comes_before_the_newer_profile() {
    let site = TestSite::start().await;
    let ids = listed(&site, three()).await;
    let id = ids[0];
    site.write(move |conn, now| {
        let actor = Actor { id, role: Role::Accountant, now };
        Calendar::save(conn, &actor, &day_and_night("Europe/London"))?;
        Stale::mark(conn, id, now)?;
        DirectoryEntry::refresh_stale(conn, 50, now)?;
        Ok(())
    })
    .await;
    assert_eq!(order(&site).await, ["old-one", "new-three", "mid-two"]);
    let page = site.stranger().get("/ranking").await;
    page.assert_text("main", "weekly hours").assert_text("main", "changes no place");
}

#[derive(diesel::QueryableByName)]
struct Pieces {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[actix_web::test]
async fn changes_leave_few_pieces_of_the_index_of_words_behind() {
    use diesel::prelude::*;
    let site = TestSite::start().await;
    let id = listed(&site, three()).await[0];
    for round in 0..12 {
        site.write(move |conn, now| {
            let words = format!("Sheep counted in round number {round}.");
            let own = footing::accountants::schema::accountants::table.find(id);
            let headline = footing::accountants::schema::accountants::headline.eq(words);
            diesel::update(own).set(headline).execute(conn)?;
            Stale::mark(conn, id, now)
        })
        .await;
        footing::directory::jobs::refresh_stale(site.site.db.clone()).await.unwrap();
    }
    let pieces = |conn: &mut Conn, _| -> Result<i64> {
        let text = "SELECT count(DISTINCT segid) AS n FROM entry_words_idx";
        match conn {
            Conn::Sqlite(c) => Ok(diesel::sql_query(text).get_result::<Pieces>(c)?.n),
            Conn::Postgres(_) => Ok(1), // there the index is one
        }
    };
    let pieces = site.site.db.read(pieces).await.unwrap();
    assert!((1..=4).contains(&pieces), "{pieces} pieces");
    assert_eq!(slugs(&look(&site, "q=sheep+round+11").await), ["old-one"]);
    assert!(look(&site, "q=sheep+7").await.has("[data-most]"), "what was is found no longer");
}
