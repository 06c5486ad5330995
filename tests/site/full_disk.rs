//! What still works when nothing can be written: every page that only looks.

use diesel::connection::SimpleConnection;
use footing::clock::Span;
use footing::db::Conn;

use crate::support::TestSite;

/// Refuses every change of these tables, as a full disk does.
fn fill(conn: &mut Conn) -> String {
    let is_sqlite = matches!(conn, Conn::Sqlite(_));
    let mut sql = String::new();
    if !is_sqlite {
        sql.push_str(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'No space left on device'; END $$;",
        );
    }
    for table in ["entries", "directory_state", "stale_profiles", "sessions"] {
        for act in ["INSERT", "UPDATE", "DELETE"] {
            let name = format!("full_disk_{table}_{act}");
            sql.push_str(&match is_sqlite {
                true => format!(
                    "CREATE TRIGGER {name} BEFORE {act} ON {table} \
                     BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;"
                ),
                false => format!(
                    "CREATE TRIGGER {name} BEFORE {act} ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION full_disk();"
                ),
            });
        }
    }
    sql
}

#[actix_web::test]
async fn the_directory_is_shown_as_it_was_when_it_cannot_be_brought_up_to_date() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await, site.ben().await);
    ben.get("/accountants").await.assert_status(200);
    let profile = ben.get("/practice/profile").await;
    let token = profile.attribute("input[name=csrf]", "value");
    assert!(!token.is_empty());
    site.write(|conn, now| {
        let ben = footing::users::Email::parse("ben@example.com").unwrap();
        let ben = footing::users::User::find_by_email(conn, &ben)?.unwrap();
        footing::users::Stale::mark(conn, ben.id, now)
    })
    .await;
    // so late that the use of every session would be noted
    site.forward(Span::minutes(10));
    site.write(|conn, _| {
        let sql = fill(conn);
        conn.batch_execute(&sql).unwrap();
        Ok(())
    })
    .await;
    for somebody in [&site.stranger(), &ana, &ben] {
        for path in ["/", "/accountants", "/accountants/ben-northgate-tax"] {
            somebody.get(path).await.assert_status(200);
        }
        let found = somebody.get("/accountants").await;
        assert_eq!(found.attribute("[data-count]", "data-count"), "1");
    }
    ben.get("/practice").await.assert_status(200);
    ana.post("/login", &[("email", "ana@example.com"), ("password", "wrong")]).await;
}
