//! Credentials of the demo world, one for each thing that becomes of them: found in its register, over,
//! refused, and waiting.

use super::people::BEGUN;
use crate::accountants::{
    Accountant, Credential, CredentialForm, CredentialId, KeptClaim, RegisterCheck, StoredEvidence,
};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::decisions::{self, Decider, Restriction, Source, StatementDraft};
use crate::error::{Error, Result};
use crate::listings::complete;
use crate::site::Site;
use crate::users::{Actor, Role, User, UserId};
use crate::web::Chosen;

/// What became of a claim: days since the check, and days until its end, if the register gives one.
enum CredentialStory {
    Verified(i64, Option<i32>),
    Refused(i64),
    Waits(i64),
}

/// Kind, register, number, country, and its story. The first is ben's.
const STORIES: [(&str, &str, &str, &str, CredentialStory); 8] = [
    ("chartered", "ICAEW", "0000412", "GB", CredentialStory::Verified(27, Some(390))),
    ("tax", "CIOT", "000038", "GB", CredentialStory::Verified(12, None)),
    ("certified", "ACCA", "0710733", "GB", CredentialStory::Verified(44, Some(360))),
    ("technician", "AAT", "20184417", "GB", CredentialStory::Verified(30, Some(365))),
    ("auditor", "Audit register", "C0041-9", "GB", CredentialStory::Verified(190, Some(170))),
    ("management", "CIMA", "1-83HQ2", "GB", CredentialStory::Refused(9)),
    ("bookkeeper", "ICB", "M-20711", "GB", CredentialStory::Waits(2)),
    (
        "chartered",
        "Institute of Chartered Accountants of Scotland",
        "M18822",
        "GB",
        CredentialStory::Waits(4),
    ),
];

pub async fn claim_and_check(site: &Site, ben: UserId) -> Result<()> {
    let owners = site.db.read(move |conn, _| owners(conn, ben)).await?;
    for ((kind, register, number, country, story), owner) in STORIES.into_iter().zip(owners) {
        let form = CredentialForm {
            kind: kind.to_owned(),
            register: register.to_owned(),
            number: number.to_owned(),
            jurisdiction: country.to_owned(),
        };
        let file = Chosen { name: "card.pdf".to_owned(), content: card(register, number) };
        let parsed = form.parse(Some(file));
        let (new, evidence) =
            parsed.map_err(|_| Error::internal("a claim of the demo is wrong"))?;
        let stored = StoredEvidence::store(&site.blobs, &site.seal, &evidence).await?;
        let mail = site.mail.clone();
        let act = move |conn: &mut Conn, now: Instant| -> Result<()> {
            let at = now - story.age();
            let claimed = Actor { id: owner, role: Role::Accountant, now: at - Span::hours(20) };
            let kept = Credential::claim(conn, &claimed, &new, &stored).map_err(Error::internal)?;
            let KeptClaim::New(id) = kept else { return Err(Error::NotFound) };
            let admin = User::admins(conn)?.into_iter().next().ok_or(Error::NotFound)?;
            let actor = Actor { id: admin.id, role: Role::Admin, now: at };
            story.tell(conn, &mail, id, &actor)
        };
        site.db.write(act).await?;
    }
    Ok(())
}

/// Ben, then the first who came, those of the registers' country before others.
fn owners(conn: &mut Conn, ben: UserId) -> Result<Vec<UserId>> {
    let (mut owners, mut others) = (vec![ben, ben], vec![]);
    for accountant in Accountant::newest(conn, 60)?.into_iter().rev() {
        if accountant.user_id != ben && complete::is_listed(conn, accountant.user_id)? {
            let list = if accountant.country == "GB" { &mut owners } else { &mut others };
            list.push(accountant.user_id);
        }
    }
    owners.extend(others);
    Ok(owners)
}

impl CredentialStory {
    fn age(&self) -> Span {
        match self {
            Self::Verified(days, _) | Self::Refused(days) => Span::days(*days).min(BEGUN),
            Self::Waits(hours) => Span::hours(*hours),
        }
    }

    fn tell(
        &self,
        conn: &mut Conn,
        mail: &crate::mail::Mail,
        id: CredentialId,
        actor: &Actor,
    ) -> Result<()> {
        match self {
            Self::Waits(_) => Ok(()),
            Self::Verified(_, days) => {
                let checked_on = actor.now.day("UTC");
                let check = RegisterCheck {
                    source: "The public register, by name and number".to_owned(),
                    checked_on,
                    expires_on: days.map(|days| checked_on.plus(days)),
                };
                Credential::verify(conn, mail, (id, &check), actor)
            }
            Self::Refused(_) => {
                let target = Credential::by_id(conn, id)?.target();
                let statement = refusal(actor.id).complete();
                let statement = statement
                    .map_err(|_| Error::internal("the demo's statement lacks something"))?;
                let decision = decisions::restrict(conn, mail, target, &statement, actor.now)?;
                Credential::reject(conn, &decision, actor.now)
            }
        }
    }
}

fn refusal(admin: UserId) -> StatementDraft {
    StatementDraft {
        restriction: Restriction::Refuse,
        scope: "The membership that was claimed".to_owned(),
        duration: String::new(),
        ground: "3.2".to_owned(),
        facts: "The register lists this number under another name, and this name under none."
            .to_owned(),
        explanation: "A membership is named only by whoever holds it on that day.".to_owned(),
        source: Source::OwnInitiative,
        decider: Decider::Admin(admin),
    }
}

/// One page with a line of text, as a scanned card would be.
fn card(register: &str, number: &str) -> Vec<u8> {
    let text = format!("BT /F1 24 Tf 72 720 Td ({register}: {number}) Tj ET");
    let length = text.len();
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
         /Resources<</Font<</F1 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {length}>>stream\n{text}\nendstream endobj\n\
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
         trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}
