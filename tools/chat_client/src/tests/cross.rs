//! Random content, sealed in one language and opened in the other, both ways.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{package, random};

/// Hands a package to the browser's scripts, which open all of it and answer with one of their own.
fn exchange(ours: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/browser/exchange.js");
    let mut node = Command::new("node")
        .args(["--no-warnings", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js is needed: the scripts are half of this test");
    let mut input = node.stdin.take().unwrap();
    input.write_all(ours.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the scripts refused what was sealed here");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_one_language_seals_the_other_opens() {
    let ours = random::package(&mut rand::rng());
    package::check(&ours);
    package::check(&exchange(&ours));
}
