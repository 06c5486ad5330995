//! `GET /ws`: one socket a page. It carries hints in words or markup, never what was not committed.
//!
//! A page subscribes with the last row it has; the socket remembers what it sent and answers each
//! hint with the rows above that, rendered for its viewer: read from the table, or as this process has
//! just committed them. So a lost or a doubled hint changes nothing: the next one, or the next
//! heartbeat, closes the gap.

mod close;
mod frames;
mod gate;
mod hearing;
mod pane;
mod parts;
mod telling;

use std::rc::Rc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::ORIGIN;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use actix_ws::{AggregatedMessageStream, CloseCode, CloseReason};
use futures_util::future::LocalBoxFuture;
use tokio::time::{self, Instant as Tick};

use crate::db::Db;
use crate::error::{Error, Result};
use crate::live::{self, Live, Seat};
use crate::messaging::{Connection, ConnectionId, NoticeKinds, Recent};
use crate::users::handlers::extract::Caller;
use crate::users::{Status, Viewer};
use crate::web::{LayoutContext, Public, refused};
use close::{code_of, code_of_error};
use frames::TypingMark;
use gate::{MOST, Shut, guarded};
use pane::Pane;
use parts::ShownPart;

pub use parts::{FollowedPart, FollowedParts, RenderPart};

const HEART: Duration = Duration::from_secs(25);
/// After so long without a word the other side is gone.
const SILENCE: Duration = Duration::from_secs(60);
const WRITE: Duration = Duration::from_secs(10);
/// A reload must not flicker.
const GONE: Duration = Duration::from_secs(10);

pub async fn connect(
    request: HttpRequest,
    payload: Payload,
    context: SocketContext,
    Caller(viewer): Caller,
) -> Result<HttpResponse, actix_web::Error> {
    if let Some(refusal) = context.refusal(&request, &viewer)? {
        return Ok(refusal);
    }
    let shell = LayoutContext::of(&request);
    let (payload, shut) = guarded(&request, payload).await?;
    let (response, session, stream) = actix_ws::handle(&request, payload)?;
    let seat = context.live.join(viewer.id.0, &viewer.session);
    let connection = context.open(&viewer).await?;
    let stream = stream.max_frame_size(MOST).aggregate_continuations().max_continuation_size(MOST);
    let socket =
        Socket { context, viewer, shell, session, shut, connection, pane: None, part: None };
    live::spawn(socket.run(seat, stream));
    Ok(response)
}

/// What every socket needs of its process.
pub struct SocketContext {
    db: Data<Db>,
    live: Data<Live>,
    public: Data<Public>,
    followed: Data<FollowedParts>,
    recent: Data<Recent>,
    kinds: Data<NoticeKinds>,
}

impl FromRequest for SocketContext {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        type Parts = (
            Data<Db>,
            Data<Live>,
            Data<Public>,
            Data<FollowedParts>,
            Data<Recent>,
            Data<NoticeKinds>,
        );
        let parts = Parts::extract(request);
        Box::pin(async move {
            let (db, live, public, followed, recent, kinds) = parts.await?;
            Ok(Self { db, live, public, followed, recent, kinds })
        })
    }
}

impl SocketContext {
    /// Why this page gets no socket.
    fn refusal(&self, request: &HttpRequest, viewer: &Viewer) -> Result<Option<HttpResponse>> {
        let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
        if !self.public.origins.iter().any(|known| Some(known.url.as_str()) == origin) {
            let words = "Only pages of this site may connect.";
            return Ok(Some(refused(StatusCode::FORBIDDEN, "origin", words)));
        }
        if viewer.status != Status::Active {
            let words = "Your account is suspended.";
            return Ok(Some(refused(StatusCode::FORBIDDEN, "forbidden", words)));
        }
        match self.live.hub().may_join(viewer.id.0) {
            true => Ok(None),
            false => Err(Error::TooMany(1)),
        }
    }

    async fn open(&self, viewer: &Viewer) -> Result<ConnectionId> {
        let (person, name, node) = (viewer.id, viewer.session.to_string(), self.live.hub().node());
        let opening =
            self.db.write(move |conn, now| Connection::open(conn, person, &name, node, now));
        opening.await?.ok_or(Error::TooMany(30))
    }
}

struct Socket {
    context: SocketContext,
    viewer: Viewer,
    shell: Rc<LayoutContext>,
    session: actix_ws::Session,
    shut: Shut,
    connection: ConnectionId,
    pane: Option<Pane>,
    part: Option<ShownPart>,
}

/// Why a socket closes; `None` when the other side has gone.
type CloseStatus = Option<CloseCode>;

impl Socket {
    async fn run(mut self, mut seat: Seat, stream: AggregatedMessageStream) {
        self.show_presence().await;
        let ending = self.serve(&mut seat, stream).await;
        drop(seat);
        let closing = self.session.clone().close(ending.map(CloseReason::from));
        let _ = time::timeout(WRITE, closing).await;
        if ending == Some(CloseCode::Restart) {
            return; // the node that stops takes all of its rows away at once
        }
        let (id, person) = (self.connection, self.viewer.id);
        let closing =
            self.context.db.write(move |conn, now| Connection::close(conn, id, person, now));
        if let Err(error) = closing.await {
            tracing::warn!(cause = ?error, "a connection's row stays until its lease ends");
        }
        time::sleep(GONE).await;
        self.show_presence().await;
    }

    async fn serve(&mut self, seat: &mut Seat, mut stream: AggregatedMessageStream) -> CloseStatus {
        // pages that came back all at once do not ask all at once ever after
        let first = HEART.mul_f64(rand::random());
        let mut heart = time::interval_at(Tick::now() + first, HEART);
        let mut heard = Tick::now();
        let mut typed = TypingMark::default();
        loop {
            // boxed, since most of the time a socket only waits and should weigh little
            let done = tokio::select! {
                biased;
                _ = seat.end.changed() => Err(seat.end.borrow().map(code_of)),
                frame = stream.recv() => {
                    heard = Tick::now();
                    match frame {
                        None => Err(self.shut.get()),
                        Some(Err(error)) => Err(Some(code_of_error(&error))),
                        Some(Ok(frame)) => Box::pin(self.on_frame(frame, &mut typed)).await,
                    }
                }
                hint = seat.queue.recv() => match hint {
                    None => Err(None),
                    Some(hint) => Box::pin(self.follow(hint)).await,
                },
                () = time::sleep_until(heard + SILENCE) => Err(Some(CloseCode::Away)),
                _ = heart.tick() => Box::pin(self.heartbeat()).await,
            };
            if let Err(ending) = done {
                return ending;
            }
        }
    }

    /// Writes one frame, or gives up on who does not read.
    async fn send(&mut self, text: String) -> Result<(), CloseStatus> {
        match time::timeout(WRITE, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(CloseCode::Again)),
        }
    }
}
