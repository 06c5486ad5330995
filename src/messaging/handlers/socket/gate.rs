//! Reads the heads of a client's frames before anything keeps a frame: one that is too long, or one
//! too many, ends the socket at its head, whatever follows.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::dev;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};
use actix_ws::CloseCode;
use futures_util::stream::{Stream, StreamExt};

use super::frames::Allowance;

/// The longest frame of a client, in bytes.
pub const MOST: usize = 8 * 1024;

/// Why the gate was shut, if it was.
pub type Shut = Rc<Cell<Option<CloseCode>>>;

/// The payload of a socket behind a gate, and what tells whether it was shut.
pub async fn guarded(
    request: &HttpRequest,
    payload: Payload,
) -> Result<(Payload, Shut), actix_web::Error> {
    let shut = Shut::default();
    let gate = Gate { payload: payload.into_inner(), heads: Heads::default(), shut: shut.clone() };
    // there is no other way to make a payload for the library that reads the frames
    let mut guarded: dev::Payload = dev::Payload::Stream { payload: Box::pin(gate) };
    Ok((Payload::from_request(request, &mut guarded).await?, shut))
}

/// The same bytes, until the gate is shut: then there are no more.
struct Gate {
    payload: dev::Payload,
    heads: Heads,
    shut: Shut,
}

impl Stream for Gate {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.shut.get().is_some() {
            return Poll::Ready(None);
        }
        let next = self.payload.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(bytes))) = &next
            && let Err(code) = self.heads.read(bytes)
        {
            self.shut.set(Some(code));
            return Poll::Ready(None);
        }
        next
    }
}

/// Where in the stream of frames we are (RFC 6455, 5.2).
#[derive(Default)]
struct Heads {
    allowance: Allowance,
    /// What has come of a head.
    head: Vec<u8>,
    /// Bytes that still belong to the frame.
    left: usize,
}

impl Heads {
    fn read(&mut self, mut bytes: &[u8]) -> Result<(), CloseCode> {
        while let Some((first, rest)) = bytes.split_first() {
            if self.left > 0 {
                let part = self.left.min(bytes.len());
                self.left -= part;
                bytes = bytes.get(part..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            self.head.push(*first);
            let Some(length) = length_of(&self.head) else { continue };
            let is_control = self.head.first().is_some_and(|first| first & 0x08 != 0);
            if length > if is_control { 125 } else { MOST } {
                return Err(if is_control { CloseCode::Protocol } else { CloseCode::Size });
            }
            if !self.allowance.take() {
                return Err(CloseCode::Policy);
            }
            let mask =
                if self.head.get(1).is_some_and(|second| second & 0x80 != 0) { 4 } else { 0 };
            self.left = mask + length;
            self.head.clear();
        }
        Ok(())
    }
}

/// The length of the frame, once so much of its head is there.
fn length_of(head: &[u8]) -> Option<usize> {
    let length = match head {
        [_, second] if second & 0x7F < 126 => return Some(usize::from(second & 0x7F)),
        [_, second, length @ ..] => match (second & 0x7F, length) {
            (126, [high, low]) => return Some(usize::from(u16::from_be_bytes([*high, *low]))),
            (127, length) => length,
            _ => return None,
        },
        _ => return None,
    };
    let length = u64::from_be_bytes(length.try_into().ok()?);
    Some(usize::try_from(length).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        match length {
            0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
            126..65536 => {
                bytes.push(0x80 | 126);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(0x80 | 127);
                bytes.extend(u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        bytes.extend([1, 2, 3, 4]);
        bytes
    }

    fn whole(first: u8, length: usize) -> Vec<u8> {
        [frame(first, length), vec![9; length]].concat()
    }

    #[test]
    fn frames_pass_in_whatever_pieces_they_come() {
        let sent = [whole(0x81, 5), whole(0x81, 200), whole(0x01, 8192), whole(0x89, 125)].concat();
        for size in [1, 2, 3, 7, 1000, 100_000] {
            let mut heads = Heads::default();
            assert!(sent.chunks(size).all(|piece| heads.read(piece).is_ok()));
            assert_eq!((heads.left, heads.head.len()), (0, 0), "in pieces of {size}");
        }
    }

    #[test]
    fn a_frame_that_is_too_long_ends_at_its_head() {
        for (first, length, code) in [
            (0x81, 8193, CloseCode::Size),
            (0x82, 1 << 30, CloseCode::Size),
            (0x81, usize::MAX, CloseCode::Size),
            (0x89, 126, CloseCode::Protocol),
        ] {
            let head = frame(first, length);
            let mut heads = Heads::default();
            let ended = head.chunks(1).find_map(|byte| heads.read(byte).err());
            assert_eq!(ended, Some(code));
        }
    }

    #[test]
    fn frames_of_every_kind_count() {
        for first in [0x81, 0x89, 0x8A, 0x00] {
            let mut heads = Heads::default();
            assert!((0..20).all(|_| heads.read(&whole(first, 0)).is_ok()));
            assert_eq!(heads.read(&whole(first, 0)), Err(CloseCode::Policy));
        }
    }
}
