//! A load of plain HTTP/1.1 over kept connections, and what it cost the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::commands::Failure;

/// What one load came to.
pub struct Measurement {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Processor time of the server for one request.
    pub cpu: Duration,
    pub bytes: usize,
}

/// Asks for `paths` in turn from `clients` connections for `span`, and reads the server's
/// processor time before and after.
pub fn run(
    server: u32,
    address: SocketAddr,
    paths: &[String],
    clients: usize,
    span: Duration,
) -> Result<Measurement, Failure> {
    let begun_cpu = cpu(server)?;
    let begun = Instant::now();
    let loads = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || one_client(address, paths, client, span)))
            .collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    let elapsed = begun.elapsed();
    let used = cpu(server)?.saturating_sub(begun_cpu);
    let (mut times, mut bytes) = (vec![], 0);
    for load in loads {
        let (mine, size) = load.map_err(|_| Failure::failed("a client panicked"))??;
        times.extend(mine);
        bytes = bytes.max(size);
    }
    times.sort_unstable();
    let count = times.len().max(1);
    let at = |share: usize| times.get(count * share / 100).copied().unwrap_or_default();
    let requests = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Measurement {
        per_second: f64::from(requests) / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        cpu: used / requests,
        bytes,
    })
}

type LoadResult = (Vec<Duration>, usize);

fn one_client(
    address: SocketAddr,
    paths: &[String],
    client: usize,
    span: Duration,
) -> Result<LoadResult, Failure> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::with_capacity(128 * 1024, stream);
    let (mut times, mut largest) = (vec![], 0);
    let begun = Instant::now();
    let turns = paths.iter().cycle().skip(client * 7);
    for path in turns {
        if begun.elapsed() >= span {
            break;
        }
        let asked = Instant::now();
        write!(writer, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")?;
        largest = largest.max(answer(&mut reader)?);
        times.push(asked.elapsed());
    }
    Ok((times, largest))
}

/// Reads one answer whole; its size. Anything but a 200 is a failure of the bench.
fn answer(reader: &mut BufReader<TcpStream>) -> Result<usize, Failure> {
    let (mut line, mut length, mut is_first) = (String::new(), 0_usize, true);
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if is_first && !line.starts_with("HTTP/1.1 200") {
            return Err(Failure::failed(format!("the server answered {}", line.trim())));
        }
        is_first = false;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            break;
        }
    }
    let read = std::io::copy(
        &mut reader.by_ref().take(u64::try_from(length).unwrap_or(0)),
        &mut std::io::sink(),
    )?;
    Ok(usize::try_from(read).unwrap_or(0))
}

/// Processor time of a process so far (`utime + stime` of proc(5), in hundredths of a second).
fn cpu(process: u32) -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<u64> =
        after_name.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    let ticks = fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0);
    Ok(Duration::from_millis(ticks * 10))
}

/// Memory of a process in KiB, by a line of its status (proc_pid_status(5)): `VmRSS` for all that is
/// resident, `RssAnon` without the pages of mapped files, which the system takes back at will.
pub fn memory(process: u32, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let found = status.lines().find_map(|one| one.strip_prefix(line)).unwrap_or(": 0");
    found.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
