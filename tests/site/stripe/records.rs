//! What was asked and answered, a line of JSON each, for the comparison with Stripe's own document
//! (`tests/stripe/check.py`). Nothing is written unless `STRIPE_RECORDS` names a folder.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::Recorded;

pub(super) struct Records(Option<File>);

impl Default for Records {
    /// A file for each Stripe: keys of one mean nothing to another.
    fn default() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        #[allow(clippy::disallowed_methods)] // tests are told where to write, and nothing else
        let folder = std::env::var_os("STRIPE_RECORDS").filter(|folder| !folder.is_empty());
        Self(folder.map(|folder| {
            std::fs::create_dir_all(&folder).unwrap();
            let nth = MADE.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}-{nth}.jsonl", std::process::id());
            File::create(std::path::Path::new(&folder).join(name)).unwrap()
        }))
    }
}

impl Records {
    pub fn end(&mut self) {
        self.0 = None;
    }

    /// An answer that nobody could read is none.
    pub fn answer(&mut self, asked: &Recorded, status: u16, answer: &Value) {
        self.write(&json!({
            "method": asked.method, "path": asked.path, "query": asked.query, "body": asked.body,
            "key": asked.key, "version": asked.version, "account": asked.account,
            "status": status, "answer": answer,
        }));
    }

    pub fn event(&mut self, event: &Value) {
        self.write(&json!({ "event": event }));
    }

    fn write(&mut self, line: &Value) {
        if let Some(file) = &mut self.0 {
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
    }
}
