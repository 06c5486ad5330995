//! Bodies in JSON and in parts: whole ones, and those that only look so.

use chat_client::{Account, Entry};
use footing::seal::base64url;
use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::pages::Field;
use super::values::{bent, mutated, nonsense};
use crate::chatters::line as log_line;

/// What a script sends to an address.
pub fn json_for(chance: &mut Chance, pattern: &str, user: i64, conv: &str) -> Value {
    let mut piece = |length: usize| base64url(&chance.bytes(length));
    match pattern {
        "/messages/keys" => {
            let account = Account::new(user, &mut rand::rng()).unwrap();
            log_line(&Entry::first(&account), [0; 32])
        }
        "/messages/keys/wraps" => json!({
            "kind": 2,
            "label": "A key",
            "credential_id": piece(16),
            "salt": piece(32),
            "nonce": piece(12),
            "ct": piece(48),
            "commit": piece(32),
        }),
        "/messages/keys/devices" => json!({"label": "Another browser"}),
        "/messages/keys/vault" => json!({
            "version": 0,
            "ik_id": piece(32),
            "nonce": piece(12),
            "ct": piece(40),
        }),
        "/messages/{id}/epochs" => json!({"record": piece(348), "sig": piece(64)}),
        "/messages/{id}/ack" => {
            let (delivered, read) = (chance.below(40), chance.below(40));
            json!({"delivered": delivered.max(read), "read": read})
        }
        "/send_message" => json!({
            "sender": footing::users::UserId(user).to_string(),
            "receiver": footing::users::UserId(user).to_string(),
            "text": piece(400),
            "blobs": [],
        }),
        "/blobs" => json!({"conversation": conv, "size": 80}),
        "/notifications/push" | "/notifications/push/removal" => {
            json!({"endpoint": format!("https://web.push.apple.com/{}", piece(12))})
        }
        _ => json!({}),
    }
}

/// The same with something else in one place, or in a shape that no parser likes.
pub fn bent_json(chance: &mut Chance, mut value: Value) -> String {
    if let Some(object) = value.as_object_mut() {
        bend(chance, object);
        if chance.one_in(3) {
            bend(chance, object);
        }
    }
    let text = value.to_string();
    match chance.below(14) {
        0 => deep(chance),
        1 => text.chars().take(chance.below(text.len())).collect(),
        2 => text.replacen('"', "\"\\ud800", 2),
        3 => text.replacen(":\"", ":\"\\u0000", 1),
        4 => format!("{text}{text}"),
        5 => text.replacen('{', r#"{"sender":"a","sender":"b","label":1,"label":2,"#, 1),
        6 => format!("\u{feff}{text}"),
        7 => bent(chance, &text),
        8 => format!("[{text}]"),
        _ => text,
    }
}

fn bend(chance: &mut Chance, object: &mut Map<String, Value>) {
    let names: Vec<String> = object.keys().cloned().collect();
    let Some(name) = chance.pick(&names).cloned() else {
        object.insert(nonsense(chance), json!(1));
        return;
    };
    let text = object[&name].as_str().unwrap_or("").to_owned();
    let new = match chance.below(16) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(i64::MAX),
        4 => json!(i64::MIN),
        5 => json!(1e300),
        6 => json!(0),
        7 => json!([]),
        8 => json!({"a": {"b": [text]}}),
        9 => json!([text, text]),
        10 => {
            object.remove(&name);
            return;
        }
        11 => {
            let many = json!(vec![text.as_str(); chance.below(3_000)]);
            object.insert(name, many);
            return;
        }
        12 => json!(base64url(&chance.bytes(31))),
        13 => json!(bent(chance, &text)),
        _ if name == "endpoint" => json!("https://127.0.0.1/push"),
        _ => json!(nonsense(chance)),
    };
    object.insert(name, new);
}

fn deep(chance: &mut Chance) -> String {
    let levels = chance.of(&[&100_usize, &127, &128, &5_000, &60_000]).to_owned();
    let open = chance.of(&["[", "{\"a\":", "[{\"text\":"]);
    open.repeat(levels)
}

pub fn encode(fields: &[Field]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for field in fields {
        form.append_pair(&field.name, &field.value);
    }
    form.finish().into_bytes()
}

/// Changes a few fields of a form: values, names, how often they come. The token stays.
pub fn bend_fields(chance: &mut Chance, fields: &mut Vec<Field>) {
    for _ in 0..=chance.below(3) {
        let at = chance.below(fields.len());
        let Some(field) = fields.get(at).filter(|field| field.name != "csrf").cloned() else {
            continue;
        };
        match chance.below(12) {
            0 => drop(fields.remove(at)),
            1 => fields.push(field),
            2 => fields[at].name = nonsense(chance),
            3 => fields.push(Field { value: mutated(chance, &field), ..field }),
            4 if chance.one_in(60) => fields.extend(vec![field; 10_000]),
            4 => fields.extend(vec![field; 60]),
            _ => fields[at].value = mutated(chance, &field),
        }
    }
}

pub const BOUNDARY: &str = "fuzzed-line";

/// A form in parts with a file, of which something may be broken.
pub fn multipart(
    chance: &mut Chance,
    fields: &[Field],
    (name, file_name, file): (&str, &str, &[u8]),
    is_broken: bool,
) -> Vec<u8> {
    let mut body = vec![];
    let mut part = |head: String, content: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for field in fields {
        let head = format!("Content-Disposition: form-data; name=\"{}\"", field.name);
        part(head, field.value.as_bytes());
    }
    let file_name = if is_broken { nonsense(chance) } else { file_name.to_owned() };
    let head = format!(
        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream"
    );
    let mut file = file.to_vec();
    if is_broken && !file.is_empty() {
        for _ in 0..chance.below(20) {
            let at = chance.below(file.len());
            file[at] = u8::try_from(chance.below(256)).unwrap();
        }
        file.truncate(if chance.one_in(2) { chance.below(file.len()) } else { file.len() });
    }
    part(head, &file);
    if !is_broken || chance.one_in(2) {
        body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    }
    if is_broken && chance.one_in(2) {
        // the lines between the parts, or their heads
        let at = chance.below(body.len().min(400));
        let put =
            chance.of(&["--", "\r\n", "\0", "\r\n\r\n", "--fuzzed-line", "; name*=utf-8''%00"]);
        body.splice(at..at, put.bytes());
    }
    body
}
