//! `footing routes [--json]`

use super::{Outcome, say};
use crate::routes::table;

#[derive(clap::Args)]
pub struct RoutesOptions {
    /// `[{"method","path","who":[…]}]`
    #[arg(long)]
    json: bool,
}

pub fn run(options: &RoutesOptions) -> Outcome {
    let lines = table().lines;
    if options.json {
        let rows: Vec<_> = lines
            .iter()
            .map(|line| serde_json::json!({ "method": line.method.as_str(), "path": line.path, "who": line.who.roles() }))
            .collect();
        say(&serde_json::Value::from(rows).to_string());
    } else {
        for line in lines {
            say(&format!("{:5} {:45} {}", line.method, line.path, line.who.roles().join(", ")));
        }
    }
    Ok(())
}
