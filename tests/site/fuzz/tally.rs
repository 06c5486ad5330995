//! What came back: how much of each kind, the longest, and whatever must not be.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use super::connection::{Answer, Ask, Sending};

#[derive(Default)]
pub struct Tally {
    pub requests: usize,
    /// Sockets that were opened besides.
    pub sockets: usize,
    /// By the first digit of the status; 0 for no answer.
    classes: [usize; 6],
    longest: (Duration, String),
    /// How often each line of the table answered with which status.
    pub lines: BTreeMap<String, BTreeMap<u16, usize>>,
    /// What must not be: how often, and the first of its kind.
    pub findings: BTreeMap<String, (usize, String)>,
}

impl Tally {
    pub fn note(
        &mut self,
        line: &str,
        ask: &Ask,
        outcome: &io::Result<(Answer, Duration)>,
        slowest: Duration,
        is_owed: bool,
    ) {
        self.requests += 1;
        let status = outcome.as_ref().map_or(0, |(answer, _)| answer.status);
        self.classes[usize::from(status / 100).min(5)] += 1;
        *self.lines.entry(line.to_owned()).or_default().entry(status).or_default() += 1;
        match outcome {
            Ok((answer, took)) => {
                if *took > self.longest.0 {
                    self.longest = (*took, format!("{line}: {status}"));
                }
                // there is room for three pictures, and four ask here at once
                let is_full = status == 503 && line == "POST /practice/photo";
                if status >= 500 && !is_full {
                    self.find(format!("{status} to {line}"), ask, &answer.body);
                }
                if *took > slowest {
                    self.find(format!("slow: {line}"), ask, &format!("after {took:?}"));
                }
            }
            Err(error) if is_owed => {
                self.find(format!("no answer to {line}"), ask, &error.to_string());
            }
            Err(_) => {}
        }
    }

    fn find(&mut self, kind: String, ask: &Ask, told: &str) {
        let found = self.findings.entry(kind).or_default();
        found.0 += 1;
        if found.0 == 1 {
            let Ask { method, target, headers, body, sending } = ask;
            let short = |text: &str, most| text.chars().take(most).collect::<String>();
            let heads: Vec<String> = headers
                .iter()
                .filter(|(name, _)| name != "Cookie")
                .map(|(name, value)| format!("{name}: {}", short(value, 300)))
                .collect();
            let sent = format!("{:?}", String::from_utf8_lossy(body));
            let how = if *sending == Sending::Whole { "" } else { ", not whole" };
            found.1 = format!(
                "{method} {}\n  {}\n  {} bytes{how}: {}\n  {}",
                short(target, 600),
                heads.join("\n  "),
                body.len(),
                short(&sent, 1_500),
                short(told, 600).replace('\n', " ")
            );
        }
    }

    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.sockets += other.sockets;
        for (class, more) in self.classes.iter_mut().zip(other.classes) {
            *class += more;
        }
        if other.longest.0 > self.longest.0 {
            self.longest = other.longest;
        }
        for (line, answers) in other.lines {
            let own = self.lines.entry(line).or_default();
            answers
                .into_iter()
                .for_each(|(status, times)| *own.entry(status).or_default() += times);
        }
        for (kind, (times, first)) in other.findings {
            let own = self.findings.entry(kind).or_insert((0, first));
            own.0 += times;
        }
    }

    pub fn words(&self) -> String {
        let [none, one, two, three, four, five] = self.classes;
        let (longest, what) = &self.longest;
        format!(
            "{} sockets; 1xx {one}, 2xx {two}, 3xx {three}, 4xx {four}, 5xx {five}, cut off {none}; \
             the longest took {longest:?} ({what})",
            self.sockets
        )
    }

    /// The lines that refused everything.
    pub fn idle(&self) -> String {
        let done = |answers: &BTreeMap<u16, usize>| answers.range(200..400).next().is_some();
        let idle = self.lines.iter().filter(|(_, answers)| !done(answers));
        idle.map(|(line, answers)| format!("{line} {answers:?}")).collect::<Vec<_>>().join(", ")
    }

    pub fn done(&self) -> usize {
        self.classes[2] + self.classes[3]
    }

    pub fn found(&self) -> String {
        let kinds = self.findings.iter();
        let told = kinds.map(|(kind, (times, first))| format!("{kind}, {times} times\n  {first}"));
        told.collect::<Vec<_>>().join("\n\n")
    }
}
