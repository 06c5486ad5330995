//! `footing bench directory`: the public pages at 10,000 accountants or so many as asked, on SQLite and, when
//! `DATABASE_URL` names an empty one, on PostgreSQL.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::load::{self, Measurement};
use super::server::{Server, free_address};
use crate::commands::{Failure, Outcome};

#[derive(clap::Args)]
pub struct DirectoryBenchOptions {
    /// PostgreSQL to measure as well; its content is replaced
    #[arg(long)]
    postgres: Option<String>,
    /// Seconds for each figure
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many accountants
    #[arg(long, default_value_t = 10_000)]
    accountants: usize,
    /// Connections that ask at once
    #[arg(long, default_value_t = 8)]
    clients: usize,
}

pub fn run(options: &DirectoryBenchOptions) -> Outcome {
    let folder = std::env::temp_dir().join(format!("footing-bench-{}", std::process::id()));
    let outcome = measure_all(options, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn measure_all(options: &DirectoryBenchOptions, folder: &Path) -> Outcome {
    let sqlite = format!("sqlite:{}", folder.join("sqlite/footing.db").display());
    measure("SQLite", &sqlite, &folder.join("sqlite"), options)?;
    if let Some(url) = &options.postgres {
        measure("PostgreSQL", url, &folder.join("postgres"), options)?;
    }
    Ok(())
}

fn measure(name: &str, url: &str, folder: &Path, options: &DirectoryBenchOptions) -> Outcome {
    let address = free_address()?;
    let (listen, dir) = (address.to_string(), folder.display().to_string());
    let count = options.accountants.to_string();
    let arguments = [
        "--database-url",
        url,
        "--secret",
        "a secret for this bench only",
        "--log",
        "error",
        "demo",
        "--accountants",
        &count,
        "--dir",
        &dir,
        "--serve-at",
        &listen,
    ];
    eprintln!("{name}: making {count} accountants");
    let server = Server::start(&arguments, address)?;
    println!("{name}, {count} accountants, {} clients", options.clients);
    println!(
        "{:24} {:>9} {:>9} {:>9} {:>10} {:>8}",
        "", "req/s", "p50 ms", "p99 ms", "CPU µs/req", "bytes"
    );
    let profile = first_profile(address)?;
    let span = Duration::from_secs(options.seconds);
    let mut bytes = 0;
    for (what, paths) in pages(&profile) {
        load::run(server.id(), address, &paths, options.clients, Duration::from_secs(1))?;
        let measured = load::run(server.id(), address, &paths, options.clients, span)?;
        print(what, &measured);
        if bytes == 0 {
            bytes = measured.bytes;
        }
    }
    println!("memory after load: {} MB", load::memory(server.id(), "VmRSS") / 1024);
    ceiling(url, bytes, options)
}

/// The bare program on the same database, in the same run.
fn ceiling(url: &str, bytes: usize, options: &DirectoryBenchOptions) -> Outcome {
    let address = free_address()?;
    let (at, bytes) = (address.to_string(), bytes.to_string());
    let threads = crate::config::cores().to_string();
    let bare = Server::start(
        &["bench", "ceiling", "--at", &at, "--url", url, "--bytes", &bytes, "--threads", &threads],
        address,
    )?;
    let span = Duration::from_secs(options.seconds);
    let paths = ["/".to_owned()];
    load::run(bare.id(), bare.address, &paths, options.clients, Duration::from_secs(1))?;
    print(
        "ceiling (bare list)",
        &load::run(bare.id(), bare.address, &paths, options.clients, span)?,
    );
    println!();
    Ok(())
}

fn print(what: &str, measured: &Measurement) {
    println!(
        "{what:24} {:>9.0} {:>9.2} {:>9.2} {:>10} {:>8}",
        measured.per_second,
        measured.p50.as_secs_f64() * 1000.0,
        measured.p99.as_secs_f64() * 1000.0,
        measured.cpu.as_micros(),
        measured.bytes
    );
}

fn pages(profile: &str) -> Vec<(&'static str, Vec<String>)> {
    let list = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    vec![
        ("list", list(&["/accountants"])),
        (
            "filtered list",
            list(&[
                "/accountants?specialism=vat",
                "/accountants?specialism=payroll&language=en",
                "/accountants?country=GB&mode=video",
                "/accountants?specialism=landlords&max_price=150&currency=GBP",
            ]),
        ),
        (
            "search",
            list(&[
                "/accountants?q=tax+return",
                "/accountants?q=landlord",
                "/accountants?q=payroll&place=leeds",
                "/accountants?q=year",
            ]),
        ),
        (
            "a sentence",
            list(&[
                "/accountants?q=I+need+help+with+my+first+tax+return+in+Leeds",
                "/accountants?q=polish+speaking+bookkeeper",
                "/accountants?q=company+tax+in+France",
                "/accountants?q=someone+for+MwSt+and+payroll",
            ]),
        ),
        ("part of a sentence", list(&["/accountants?q=forensic+crypto+payroll+landlord+museum"])),
        (
            "near a town",
            list(&[
                "/accountants?place=Munich",
                "/accountants?place=Leeds&specialism=vat",
                "/accountants?place=Paris,+France&q=tax",
                "/accountants?place=UK",
            ]),
        ),
        ("nobody", list(&["/accountants?place=Ulm&language=mt&specialism=vat&country=NZ"])),
        (
            "by value",
            list(&["/accountants?sort=price", "/accountants?sort=soonest&specialism=vat"]),
        ),
        ("home", list(&["/", "/?tz=Europe/Warsaw", "/?tz=America/New_York"])),
        ("profile page", vec![profile.to_owned()]),
    ]
}

fn first_profile(address: SocketAddr) -> Result<String, Failure> {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /accountants HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    let found = page.split("data-accountant=\"").nth(1).and_then(|rest| rest.split('"').next());
    let slug = found.ok_or(Failure::failed("the directory shows nobody"))?;
    Ok(format!("/accountants/{slug}"))
}
