//! Extractor: bytes of any kind, read as they come, after their origin was checked.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::stream::{self, Stream, StreamExt};

use super::LayoutContext;
use super::form::FORGED;
use super::json::refusal;
use super::pace::timely;

/// A body that is not read yet, from one of our own pages. Whoever reads it counts its bytes.
pub struct Raw {
    payload: Payload,
    /// What the header `X-Content-SHA256` says, in base64url.
    pub sha256: Option<[u8; 32]>,
}

/// It ended early, or somebody was too slow.
#[derive(Debug)]
pub struct CutOff;

impl FromRequest for Raw {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        if !LayoutContext::of(request).csrf_allows(request, header("x-csrf-token").unwrap_or("")) {
            return ready(Err(refusal(StatusCode::FORBIDDEN, "forged", FORGED)));
        }
        let sha256 = header("x-content-sha256").and_then(crate::seal::from_base64url);
        let sha256 = sha256.and_then(|hash| hash.try_into().ok());
        ready(Ok(Self { payload: timely(payload), sha256 }))
    }
}

impl Raw {
    /// The body in pieces. A sender who is silent for a while is cut off.
    pub fn pieces(self) -> impl Stream<Item = Result<Bytes, CutOff>> {
        stream::unfold(self.payload, |mut payload| async move {
            let piece = payload.next().await?.map_err(|_| CutOff);
            Some((piece, payload))
        })
    }
}

/// A body from a server that signs what it sends: no page of ours has made it, so no token is asked
/// for. Its bytes count as they came, and whoever reads it checks who signed them.
pub struct SignedBody {
    payload: Payload,
    /// Whether it says that it is compressed: then its bytes are not what was signed.
    pub is_encoded: bool,
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadBody {
    TooLong,
    CutOff,
}

impl FromRequest for SignedBody {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_encoded = request.headers().contains_key(CONTENT_ENCODING);
        ready(Ok(Self { payload: timely(payload), is_encoded }))
    }
}

impl SignedBody {
    /// All of it, if it has no more than `most` bytes.
    pub async fn read(mut self, most: usize) -> Result<Vec<u8>, UnreadBody> {
        let mut bytes = vec![];
        while let Some(piece) = self.payload.next().await {
            let piece = piece.map_err(|_| UnreadBody::CutOff)?;
            if bytes.len() + piece.len() > most {
                return Err(UnreadBody::TooLong);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}
