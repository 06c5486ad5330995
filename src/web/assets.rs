//! The static files: embedded, under an address that names their content, compressed once.
//!
//! `css/app.css` lists the style sheets, which are served as one file; `css/messages.css` those that
//! only the pages of messages need. A name in a template that is
//! no file is an empty address, which a test catches.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

use super::Path;
use crate::error::{Error, Result};
use crate::seal;

#[derive(RustEmbed)]
#[folder = "static/"]
#[exclude = "data/*"]
struct Files;

/// One file in its three encodings.
struct Asset {
    address: &'static str,
    integrity: String,
    kind: &'static str,
    plain: Cow<'static, [u8]>,
    gzip: OnceLock<Vec<u8>>,
    brotli: OnceLock<Vec<u8>>,
}

/// All files, by their name in `static/` and by the name they are served under.
struct Assets {
    by_name: HashMap<String, Asset>,
    names: HashMap<String, String>,
}

/// The service worker has an address of its own and is no static file.
const WORKER: &str = "js/sw.js";

static ASSETS: LazyLock<Assets> = LazyLock::new(load);

/// Where a file is served; empty for a file that is not there.
pub fn address(name: &str) -> &'static str {
    ASSETS.by_name.get(name).map_or("", |asset| asset.address)
}

/// A script module: where it is, and its hash as browsers compare it (Subresource Integrity).
#[derive(Debug, Clone)]
pub struct Module {
    pub address: &'static str,
    pub integrity: String,
}

pub fn module(name: &str) -> Module {
    let asset = ASSETS.by_name.get(name);
    let integrity = asset.map_or(String::new(), |asset| asset.integrity.clone());
    Module { address: asset.map_or("", |asset| asset.address), integrity }
}

fn integrity(content: &[u8]) -> String {
    use base64::Engine;
    let hash = base64::engine::general_purpose::STANDARD.encode(seal::sha256(content));
    format!("sha256-{hash}")
}

/// The modules of the conversations and what they import.
pub fn chat_modules() -> Vec<Module> {
    static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
        let mut names: Vec<&String> =
            ASSETS.by_name.keys().filter(|name| is_module(name)).collect();
        names.sort();
        names.into_iter().map(|name| module(name)).collect()
    });
    MODULES.clone()
}

fn is_module(name: &str) -> bool {
    name.starts_with("js/chat/") || name.starts_with("vendor/hpke")
}

/// The text of the service worker. It names the edition of all files, so that a browser takes it
/// for a new one as soon as any of them changes.
pub fn worker() -> String {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut all: Vec<&str> = ASSETS.by_name.values().map(|asset| asset.address).collect();
        all.sort_unstable();
        all.push(env!("CARGO_PKG_VERSION"));
        let hash = seal::hex(&seal::sha256(all.concat().as_bytes()));
        let edition: String = hash.chars().take(12).collect();
        let text = text_of(WORKER).unwrap_or_default();
        text.replace("EDITION", &edition).replace("/ICON", address("app/icon-192.png"))
    });
    TEXT.clone()
}

/// The SHA-256 of every file as it is served, by its address, as Subresource Integrity writes it.
pub fn fingerprints() -> impl Iterator<Item = (&'static str, String)> {
    let files = ASSETS.by_name.values().map(|asset| (asset.address, asset.integrity.clone()));
    files.chain([("/sw.js", integrity(worker().as_bytes()))])
}

/// Name, address and sizes (plain, gzip) of every file; the weight test adds them up.
pub fn inventory() -> Vec<(String, &'static str, usize, usize)> {
    let mut list: Vec<_> = ASSETS
        .by_name
        .iter()
        .map(|(name, asset)| (name.clone(), asset.address, asset.plain.len(), asset.gzip().len()))
        .collect();
    list.sort();
    list
}

fn load() -> Assets {
    let mut assets = Assets { by_name: HashMap::new(), names: HashMap::new() };
    let is_served =
        |name: &str| !name.starts_with("css/") && !name.ends_with(".md") && name != WORKER;
    for name in Files::iter().filter(|name| is_served(name) && !is_module(name)) {
        if let Some(file) = Files::get(&name) {
            assets.add(name.to_string(), file.data);
        }
    }
    assets.add_modules();
    for list in ["css/app.css", "css/messages.css"] {
        let css = joined_css(&assets, list);
        assets.add(list.to_owned(), Cow::Owned(css.into_bytes()));
    }
    assets
}

impl Assets {
    /// Modules name each other by file; served, by the address that holds the other's hash. So each
    /// is added after those it imports.
    fn add_modules(&mut self) {
        let mut waiting: Vec<(String, String)> = Files::iter()
            .filter(|name| is_module(name))
            .filter_map(|name| Some((name.to_string(), text_of(&name)?)))
            .collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|(name, text)| match self.resolved(name, text) {
                Some(text) => {
                    self.add(name.clone(), Cow::Owned(text.into_bytes()));
                    false
                }
                None => true,
            });
            if waiting.len() == before {
                tracing::error!(?waiting, "modules import what is not there, or each other");
                return;
            }
        }
    }

    /// The text with every imported file under its address; `None` while one of them has none.
    fn resolved(&self, name: &str, text: &str) -> Option<String> {
        let mut resolved = String::new();
        for line in text.split_inclusive('\n') {
            match import_of(line) {
                Some(path) => {
                    let address = self.by_name.get(&beside(name, path))?.address;
                    resolved.push_str(&line.replace(path, address));
                }
                None => resolved.push_str(line),
            }
        }
        Some(resolved)
    }

    fn add(&mut self, name: String, plain: Cow<'static, [u8]>) {
        let (stem, end) = name.rsplit_once('.').unwrap_or((&name, ""));
        let hash: String = seal::hex(&seal::sha256(&plain)).chars().take(12).collect();
        let served = format!("{}.{hash}.{end}", stem.replace('/', "-"));
        let address: &'static str = Box::leak(format!("/static/{served}").into_boxed_str());
        let asset = Asset {
            address,
            integrity: integrity(&plain),
            kind: kind_of(end),
            plain,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        };
        self.names.insert(served, name.clone());
        self.by_name.insert(name, asset);
    }
}

fn text_of(name: &str) -> Option<String> {
    Files::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok())
}

/// What a line imports, where it is the end of an import from another file.
fn import_of(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("from \"")?;
    let is_import = ["import", "export", "}"].iter().any(|word| before.starts_with(word));
    let path = rest.split('"').next()?;
    (is_import && path.starts_with('.')).then_some(path)
}

/// `../x.js` beside `js/chat/y.js` is `js/x.js`.
fn beside(name: &str, path: &str) -> String {
    let mut folders: Vec<&str> = name.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// Puts the listed sheets behind one another and names the fonts by their hashed address.
fn joined_css(assets: &Assets, list: &str) -> String {
    let read = |name: &str| {
        let file = Files::get(name).map(|file| file.data);
        file.map_or(String::new(), |data| String::from_utf8_lossy(&data).into_owned())
    };
    let mut css = String::new();
    for line in read(list).lines() {
        match line.strip_prefix("@import url(\"").and_then(|rest| rest.strip_suffix("\");")) {
            Some(sheet) => css.push_str(&read(&format!("css/{sheet}"))),
            None => css.push_str(line),
        }
        css.push('\n');
    }
    for (name, asset) in &assets.by_name {
        css = css.replace(&format!("url(\"{name}\")"), &format!("url(\"{}\")", asset.address));
        css = css.replace(&format!("url(\"../{name}\")"), &format!("url(\"{}\")", asset.address));
    }
    css
}

fn kind_of(end: &str) -> &'static str {
    match end {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    }
}

impl Asset {
    fn gzip(&self) -> &[u8] {
        self.gzip.get_or_init(|| {
            let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
            let written = encoder.write_all(&self.plain);
            written.and_then(|()| encoder.finish()).unwrap_or_default()
        })
    }

    fn brotli(&self) -> &[u8] {
        self.brotli.get_or_init(|| {
            let mut out = vec![];
            {
                let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 9, 22);
                let _ = encoder.write_all(&self.plain);
            }
            out
        })
    }

    fn is_text(&self) -> bool {
        self.kind != "font/woff2" && self.kind != "image/png"
    }
}

/// `GET /static/{name}`: for ever, as the name changes with the content.
pub async fn show(request: HttpRequest, name: Path<String>) -> Result<HttpResponse> {
    let known = ASSETS.names.get(name.as_str()).and_then(|name| ASSETS.by_name.get(name));
    let asset = known.ok_or(Error::NotFound)?;
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    let accepted = accepted.unwrap_or("");
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, asset.kind));
    response.insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    response.insert_header((VARY, "Accept-Encoding"));
    Ok(if asset.is_text() && accepted.contains("br") {
        response.insert_header((CONTENT_ENCODING, "br")).body(asset.brotli())
    } else if asset.is_text() && accepted.contains("gzip") {
        response.insert_header((CONTENT_ENCODING, "gzip")).body(asset.gzip())
    } else {
        response.body(asset.plain.clone().into_owned())
    })
}
