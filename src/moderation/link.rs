//! The token in a mail by which somebody without an account reads the decision about their report, and
//! can object. It names the report and opens nothing else.

use super::report::ReportId;
use crate::seal::{Seal, base64url, from_base64url};

const PURPOSE: &str = "footing/report-link/v1";

pub fn token(seal: &Seal, report: ReportId) -> String {
    format!("{report}.{}", base64url(&seal.hash(PURPOSE, &report.0.to_be_bytes())))
}

/// The report that a token names.
pub fn report(seal: &Seal, token: &str) -> Option<ReportId> {
    let (report, hash) = token.split_once('.')?;
    let report: ReportId = report.parse().ok()?;
    let hash = from_base64url(hash)?;
    seal.matches(PURPOSE, &report.0.to_be_bytes(), &hash).then_some(report)
}
