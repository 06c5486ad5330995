//! `footing routes [--json]`

use super::Outcome;
use crate::routes::table;

#[derive(clap::Args)]
pub struct Options {
    /// `[{"method","path","who":[…]}]`
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> Outcome {
    let lines = table().lines;
    if options.json {
        let rows: Vec<_> = lines
            .iter()
            .map(|line| serde_json::json!({ "method": line.method.as_str(), "path": line.path, "who": line.who.roles() }))
            .collect();
        println!("{}", serde_json::Value::from(rows));
    } else {
        for line in lines {
            println!("{:5} {:45} {}", line.method, line.path, line.who.roles().join(", "));
        }
    }
    Ok(())
}
