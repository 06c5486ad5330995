//! The program as an operator starts it.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub fn footing(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footing"));
    command.args(arguments).env("FOOTING_DATA", folder).stdin(Stdio::null());
    for variable in
        ["DATABASE_URL", "MAIL_URL", "FOOTING_SECRET", "FOOTING_PUBLIC_URL", "FOOTING_LISTEN"]
    {
        command.env_remove(variable);
    }
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    footing(folder, arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn routes_are_printed_with_who_may_come() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["routes", "--json"]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    assert!(rows.len() >= 50);
    let admin = rows.iter().find(|row| row["path"] == "/admin").unwrap();
    assert_eq!(
        (admin["method"].as_str(), &admin["who"]),
        (Some("GET"), &serde_json::json!(["admin"]))
    );
}

#[test]
fn without_a_key_the_commands_of_payments_say_so_and_are_content() {
    let folder = tempfile::tempdir().unwrap();
    let none = run(folder.path(), &["payments", "check"]);
    assert_eq!(none.status.code(), Some(2), "there is no site yet: {}", said(&none));
    assert!(run(folder.path(), &["migrate"]).status.success());
    let books = run(folder.path(), &["payments", "check"]);
    assert!(books.status.success() && said(&books).contains("in order"), "{}", said(&books));
    let off = run(folder.path(), &["payments", "reconcile", "--once"]);
    assert!(off.status.success() && said(&off).contains("payments are off"), "{}", said(&off));
    assert_eq!(run(folder.path(), &["payments", "reconcile"]).status.code(), Some(2));
}

#[test]
fn settings_are_shown_with_their_origin_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let output = footing(folder.path(), &["config", "--workers", "3"])
        .env("FOOTING_SECRET", "do not show this one")
        .env("MAIL_URL", "smtp://me:hunter2secret@localhost:25")
        .output()
        .unwrap();
    let shown = said(&output);
    assert!(output.status.success(), "{shown}");
    assert!(!shown.contains("do not show") && !shown.contains("hunter2secret"), "{shown}");
    let origin = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(origin("FOOTING_WORKERS"), "flag");
    assert_eq!(origin("FOOTING_SECRET"), "variable");
    assert_eq!(origin("FOOTING_LISTEN"), "default");
}

#[test]
fn a_wrong_setting_is_a_usage_error_in_words() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (vec!["serve", "--public-url", "http://footing.example"], "plain http"),
        (vec!["serve", "--secret", "short"], "at least 16"),
        (vec!["serve", "--database-url", "postgres://localhost/x"], "FOOTING_SECRET is needed"),
        (vec!["serve", "--blobs-url", "ftp://x"], "BLOBS_URL"),
        (vec!["serve", "--vapid-subject", "ops"], "VAPID_SUBJECT"),
        (vec!["serve", "--log", "loud"], "FOOTING_LOG"),
        (vec!["serve", "--redis-url", "localhost:6379"], "REDIS_URL"),
        (vec!["serve", "--mail-url", "mail.example"], "MAIL_URL"),
        (vec!["serve", "--trusted-proxies", "10.0.0.0/40"], "proxy"),
        (vec!["serve", "--secret-file", "/nowhere/secret"], "FOOTING_SECRET_FILE"),
        (vec!["create-admin", "not an address"], "email address"),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
    assert_eq!(run(folder.path(), &["dance"]).status.code(), Some(2));
}

#[test]
fn the_data_folder_is_for_its_owner_only_and_the_doctor_is_content() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let behind = run(&data, &["migrate", "--check"]);
    assert_eq!(behind.status.code(), Some(3), "{}", said(&behind));
    assert!(run(&data, &["migrate"]).status.success());
    assert!(run(&data, &["migrate", "--check"]).status.success());
    let doctor = run(&data, &["doctor"]);
    assert!(doctor.status.success() && !said(&doctor).contains("FAIL"), "{}", said(&doctor));
    for (path, mode) in [(data.clone(), 0o700), (data.join("secret"), 0o600)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn an_admin_is_made_by_a_link_and_locks_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let made = run(&data, &["create-admin", "--new", "root@example.com"]);
    assert!(
        String::from_utf8_lossy(&made.stdout).starts_with("http://localhost:8080/password/reset/")
    );
    let refused = run(&data, &["user", "disable", "root@example.com"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("last active admin"));
    assert!(run(&data, &["create-admin", "second@example.com"]).status.success());
    assert!(run(&data, &["user", "disable", "root@example.com"]).status.success());
    assert!(run(&data, &["user", "enable", "root@example.com"]).status.success());
    assert!(run(&data, &["user", "reset-totp", "root@example.com"]).status.success());
    let unknown = run(&data, &["user", "disable", "nobody@example.com"]);
    assert!(said(&unknown).contains("no account"));
    assert!(run(&data, &["jobs", "list"]).status.success());
}

#[test]
fn a_demo_world_is_made_once_and_never_over_other_data() {
    let folder = tempfile::tempdir().unwrap();
    let (world, other) = (folder.path().join("world"), folder.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("taxes.txt"), "mine").unwrap();
    let demo =
        |dir: &Path| run(folder.path(), &["demo", "--no-serve", "--dir", dir.to_str().unwrap()]);
    let first = demo(&world);
    assert!(first.status.success(), "{}", said(&first));
    for word in
        ["client      ana@", "accountant  ben@", "admin       root@", "four unrelated words"]
    {
        assert!(said(&first).contains(word), "{}", said(&first));
    }
    // sixty accountants, most with a portrait of their own, each in three sizes
    let photos = std::fs::read_dir(world.join("blobs/photos")).unwrap();
    let sizes = photos.map(|photo| std::fs::read_dir(photo.unwrap().path()).unwrap().count());
    let sizes: Vec<usize> = sizes.collect();
    assert!((40..=60).contains(&sizes.len()) && sizes.iter().all(|n| *n == 3), "{sizes:?}");
    assert_eq!(demo(&world).stdout, first.stdout);
    // a year of earnings to look at, in books that balance and that no key may touch
    let data = ["--data", world.to_str().unwrap()];
    let check = run(folder.path(), &[&data[..], &["payments", "check"]].concat());
    assert!(check.status.success() && said(&check).contains("in order"), "{}", said(&check));
    let mut keyed =
        footing(folder.path(), &["demo", "--no-serve", "--dir", world.to_str().unwrap()]);
    keyed.env("STRIPE_SECRET_KEY", "sk_test_1").env("STRIPE_WEBHOOK_SECRETS", "whsec_1");
    let keyed = keyed.output().unwrap();
    assert_eq!(keyed.status.code(), Some(2), "{}", said(&keyed));
    assert!(said(&keyed).contains("recorded payments; make another folder"), "{}", said(&keyed));
    let refused = demo(&other);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("other data"));
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 1);
}

/// What a folder holds, with the time at which each file was changed.
fn contents(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| {
                let entry = entry.unwrap();
                format!("{:?} {:?}", entry.file_name(), entry.metadata().unwrap().modified())
            })
            .collect(),
        Err(_) => vec!["no folder".to_owned()],
    };
    names.sort();
    names
}

#[test]
fn commands_make_no_folder_and_no_database_where_there_is_no_site() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty) = (folder.path().join("missing"), folder.path().join("empty"));
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("taxes.txt"), "mine").unwrap();
    for arguments in [
        vec!["worker"],
        vec!["doctor"],
        vec!["jobs", "list"],
        vec!["jobs", "retry"],
        vec!["user", "disable", "ana@example.com"],
        vec!["create-admin", "root@example.com"],
        vec!["secret", "reseal"],
    ] {
        for data in [&missing, &empty] {
            let before = contents(data);
            let output = run(data, &arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
            assert!(said(&output).contains("FOOTING_DATA"), "{arguments:?}: {}", said(&output));
            assert_eq!(contents(data), before, "{arguments:?}");
        }
    }
    assert_eq!(run(&missing, &["config"]).status.code(), Some(2));
    assert!(!missing.exists());
}

#[test]
fn a_command_never_migrates_a_site_that_it_has_not_made_and_refuses_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(run(&data, &["create-admin", "--new", "root@example.com"]).status.success());
    assert!(run(&data, &["migrate", "--check"]).status.success());
    let database = data.join("footing.db").display().to_string();
    let change = |sql: &str| {
        use diesel::connection::SimpleConnection;
        let target = footing::db::DatabaseUrl::parse(&format!("sqlite:{database}")).unwrap();
        target.connect().unwrap().batch_execute(sql).unwrap();
    };
    change("CREATE TABLE kept AS SELECT * FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1;
            DELETE FROM __diesel_schema_migrations WHERE version = (SELECT version FROM kept)");
    for arguments in
        [vec!["jobs", "list"], vec!["create-admin", "--new", "--yes", "root@example.com"]]
    {
        let behind = run(&data, &arguments);
        assert_eq!(behind.status.code(), Some(3), "{arguments:?}: {}", said(&behind));
        assert!(said(&behind).contains("footing migrate"), "{}", said(&behind));
    }
    change(
        "INSERT INTO __diesel_schema_migrations SELECT * FROM kept; DROP TABLE kept;
            INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')",
    );
    for arguments in
        [vec!["serve"], vec!["jobs", "list"], vec!["migrate"], vec!["migrate", "--check"]]
    {
        let newer = run(&data, &arguments);
        assert_eq!(newer.status.code(), Some(3), "{arguments:?}: {}", said(&newer));
        assert!(said(&newer).contains("newer"), "{}", said(&newer));
    }
}

#[test]
fn a_wrong_secret_is_noticed_at_start_and_by_the_doctor() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let push = "--vapid-subject=mailto:ops@example.com";
    let right = ["--secret", "the secret of this site"];
    let with = |words: &[&str], secret: [&str; 2]| run(&data, &[words, &secret, &[push]].concat());
    assert!(with(&["create-admin", "--new", "root@example.com"], right).status.success());
    let wrong = ["--secret", "the secret of another site"];
    for words in [&["serve"][..], &["jobs", "list"]] {
        let output = with(words, wrong);
        assert_eq!(output.status.code(), Some(3), "{words:?}: {}", said(&output));
        assert!(said(&output).contains("FOOTING_SECRET"), "{}", said(&output));
    }
    assert!(said(&with(&["doctor"], wrong)).contains("secret       FAIL"));
    let both = ["--secret", "a newer secret of this site,the secret of this site"];
    let resealed = with(&["secret", "reseal"], both);
    assert!(resealed.status.success(), "{}", said(&resealed));
    assert!(said(&resealed).contains("it may go"), "{}", said(&resealed));
    assert!(with(&["jobs", "list"], ["--secret", "a newer secret of this site"]).status.success());
    // the same from a file
    let file = folder.path().join("secret");
    std::fs::write(&file, "a newer secret of this site\n").unwrap();
    let from_file = with(&["jobs", "list"], ["--secret-file", file.to_str().unwrap()]);
    assert!(from_file.status.success(), "{}", said(&from_file));
}

#[test]
fn an_account_that_exists_becomes_an_admin_only_when_the_operator_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(run(&data, &["create-admin", "--new", "root@example.com"]).status.success());
    let asked = run(&data, &["create-admin", "root@example.com"]);
    assert_eq!(asked.status.code(), Some(2), "{}", said(&asked));
    assert!(said(&asked).contains("exists") && said(&asked).contains("--yes"));
    assert!(!said(&asked).contains("/password/reset/"));
    assert!(run(&data, &["create-admin", "--yes", "root@example.com"]).status.success());
}

#[test]
fn a_dead_job_is_tried_again_or_discarded_by_its_number_or_kind() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(run(&data, &["migrate"]).status.success());
    let target = footing::db::DatabaseUrl::parse(&format!("sqlite:{}/footing.db", data.display()));
    let mut conn = target.unwrap().connect().unwrap();
    for number in 1..=3 {
        use diesel::connection::SimpleConnection;
        let sql = format!(
            "INSERT INTO jobs (id, kind, payload, run_at, attempts, dead_at, created_at)
             VALUES ({number}, 'kind.{}', 'x', 0, 10, 1, 0)",
            number % 2
        );
        conn.batch_execute(&sql).unwrap();
    }
    let listed = || said(&run(&data, &["jobs", "list"])).lines().count();
    assert_eq!(listed(), 3);
    assert!(run(&data, &["jobs", "discard", "0000000000001"]).status.success());
    assert_eq!(run(&data, &["jobs", "discard", "0000000000001"]).status.code(), Some(1));
    assert_eq!(run(&data, &["jobs", "retry", "0000000000001"]).status.code(), Some(1));
    let retried = run(&data, &["jobs", "retry", "--kind", "kind.1"]);
    assert!(said(&retried).starts_with("1 job"), "{}", said(&retried));
    assert!(run(&data, &["jobs", "retry", "0000000000002"]).status.success());
    assert_eq!(listed(), 0);
    assert_eq!(run(&data, &["jobs", "retry", "nonsense"]).status.code(), Some(2));
}

#[test]
fn a_closed_pipe_is_no_reason_to_panic() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["migrate"]).status.success());
    for arguments in
        [vec!["routes"], vec!["config"], vec!["doctor"], vec!["migrate"], vec!["jobs", "list"]]
    {
        let mut child = footing(folder.path(), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut words = String::new();
        child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        assert!(!words.contains("panicked"), "{arguments:?}: {words}");
        assert_ne!(child.wait().unwrap().code(), Some(101), "{arguments:?}");
    }
}

#[test]
fn tls_to_postgresql_is_asked_of_a_build_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("postgres://u@db.example/footing?sslmode={mode}");
        let output = footing(folder.path(), &["serve", "--secret", "a secret for this test"])
            .env("DATABASE_URL", url)
            .output()
            .unwrap();
        if !cfg!(feature = "postgres-tls") {
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(said(&output).contains("--features postgres-tls"), "{}", said(&output));
        }
    }
}
