//! Lists with their filters, and ids replaced by what they name.

use serde_json::{Value, json};

use super::Books;
use super::objects::{Fields, Refused, refused};

/// Fields that a list can be asked for, as they stand on the objects.
const EXACT: [(&str, &str); 9] = [
    ("payment_intent", "payment_intent"),
    ("transfer_group", "transfer_group"),
    ("charge", "charge"),
    ("destination", "destination"),
    ("source", "source"),
    ("currency", "currency"),
    ("type", "type"),
    ("status", "status"),
    ("payout", "of_payout"),
];

impl Books {
    /// A page of a list, newest first, as its filters say.
    pub(super) fn list(&self, kind: &str, url: &str, query: &str) -> Result<Value, Refused> {
        let asked = fields(query);
        // what belongs to a connected account or is gone is in no list of ours
        let is_ours = |object: &Value| {
            (kind != "event" || object["account"].is_null())
                && (kind != "payout" || object["of_account"].is_null())
                && (kind != "account" || object["of_end"].is_null())
        };
        let fits = |object: &&Value| is_ours(object) && fits(object, &asked);
        let all = self.of_kind(kind).rev().filter(fits).collect();
        self.page(all, &asked, url)
    }

    /// The reversals of one transfer.
    pub(super) fn reversals(&self, id: &str, query: &str) -> Result<Value, Refused> {
        let transfer = self.get_of("transfer", id)?;
        let all = transfer["reversals"]["data"].as_array().unwrap().iter().collect();
        self.page(all, &fields(query), &format!("/v1/transfers/{id}/reversals"))
    }

    fn page(&self, mut all: Vec<&Value>, asked: &Fields, url: &str) -> Result<Value, Refused> {
        for (name, is_after) in [("starting_after", true), ("ending_before", false)] {
            let Some(id) = asked.get(name) else { continue };
            let Some(at) = all.iter().position(|object| object["id"] == id.as_str()) else {
                return Err(refused("resource_missing", format!("No such object: '{id}'")));
            };
            match is_after {
                true => drop(all.drain(..=at)),
                false => all.truncate(at),
            }
        }
        let limit = asked.get("limit").map_or(Ok(10), |limit| limit.parse::<usize>());
        let Some(most) = limit.ok().filter(|most| (1..=100).contains(most)) else {
            return Err(refused("parameter_invalid_integer", "limit is from 1 to 100"));
        };
        let has_more = all.len() > most;
        all.truncate(most);
        Ok(json!({"object": "list", "data": all, "has_more": has_more, "url": url}))
    }

    /// Ids replaced by what they name, where that was asked for.
    pub(super) fn expanded(&self, mut object: Value, query: &str) -> Value {
        for (name, path) in fields(query) {
            if name.starts_with("expand[") {
                self.expand(&mut object, &path.split('.').collect::<Vec<_>>());
            }
        }
        shown(object)
    }

    fn expand(&self, object: &mut Value, path: &[&str]) {
        let [first, rest @ ..] = path else { return };
        let Some(value) = object.get_mut(*first) else { return };
        if let Some(all) = value.as_array_mut() {
            all.iter_mut().for_each(|one| self.expand(one, rest));
            return;
        }
        if let Some(id) = value.as_str() {
            *value = self.objects[id].clone();
        }
        if value.is_object() {
            self.expand(value, rest);
        }
    }
}

fn fits(object: &Value, asked: &Fields) -> bool {
    let is_exact = EXACT
        .iter()
        .all(|(name, field)| asked.get(*name).is_none_or(|value| object[*field] == value.as_str()));
    let created = object["created"].as_i64().unwrap_or(0);
    let is_in_time = asked.iter().all(|(name, value)| {
        let value = value.parse::<i64>();
        match name.as_str() {
            "created" => value == Ok(created),
            "created[gt]" => value.is_ok_and(|value| created > value),
            "created[gte]" => value.is_ok_and(|value| created >= value),
            "created[lt]" => value.is_ok_and(|value| created < value),
            "created[lte]" => value.is_ok_and(|value| created <= value),
            _ => true,
        }
    });
    let mut kinds = asked.iter().filter(|(name, _)| name.starts_with("types[")).peekable();
    let is_kind =
        kinds.peek().is_none() || kinds.any(|(_, value)| object["type"] == value.as_str());
    is_exact && is_in_time && is_kind
}

/// Without what is not Stripe's: what this one notes for itself.
pub(super) fn shown(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|name, _| !name.starts_with("of_"));
        for value in fields.values_mut() {
            *value = shown(value.take());
        }
    } else if let Some(all) = object.as_array_mut() {
        all.iter_mut().for_each(|one| *one = shown(one.take()));
    }
    object
}

pub(super) fn fields(text: &str) -> Fields {
    form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Where objects of a kind are.
pub(super) fn kind_at(part: &str) -> Option<&'static str> {
    Some(match part {
        "refunds" => "refund",
        "disputes" => "dispute",
        "transfers" => "transfer",
        "charges" => "charge",
        "events" => "event",
        "payouts" => "payout",
        "accounts" => "account",
        "balance_transactions" => "balance_transaction",
        "payment_intents" => "payment_intent",
        _ => return None,
    })
}
