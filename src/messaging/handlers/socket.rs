//! `GET /ws`: one socket a page. It carries hints in words or markup, never what was not committed.
//!
//! A page subscribes with the last row it has; the socket remembers what it sent and answers each
//! hint with the rows above that, rendered for its viewer: read from the table, or as this process has
//! just committed them. So a lost or a doubled hint changes nothing: the next one, or the next
//! heartbeat, closes the gap.

mod close;
mod frames;
mod gate;
mod pane;

use std::rc::Rc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::ORIGIN;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason};
use futures_util::future::LocalBoxFuture;
use tokio::time::{self, Instant as Tick};

use super::inbox::catch_up;
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::live::{self, Hint, HintKind, Live, Seat};
use crate::messaging::pages::Upsert;
use crate::messaging::{
    Connection, ConnectionId, Conversation, ConversationId, ConversationView, Participant, Recent,
};
use crate::users::handlers::extract::Caller;
use crate::users::{Status, Viewer};
use crate::web::{LayoutContext, Public, refused};
use close::{code_of, code_of_error};
use frames::{ClientFrame, ServerFrame, TypingMark};
use gate::{MOST, Shut, guarded};
use pane::Pane;

const HEART: Duration = Duration::from_secs(25);
/// After so long without a word the other side is gone.
const SILENCE: Duration = Duration::from_secs(60);
const WRITE: Duration = Duration::from_secs(10);
/// A reload must not flicker.
const GONE: Duration = Duration::from_secs(10);
const MOST_ROWS: i64 = 200;

/// Renders an open booking for its viewer: a domain above this one knows how.
pub type RenderBooking =
    dyn Fn(Viewer, Rc<LayoutContext>, i64) -> LocalBoxFuture<'static, Result<String>> + Send + Sync;

/// What pages follow besides conversations.
pub struct Followed {
    pub booking: Box<RenderBooking>,
}

pub async fn connect(
    request: HttpRequest,
    payload: Payload,
    (db, live, public): (Data<Db>, Data<Live>, Data<Public>),
    (followed, recent): (Data<Followed>, Data<Recent>),
    Caller(viewer): Caller,
) -> Result<HttpResponse, actix_web::Error> {
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if !public.origins.iter().any(|known| Some(known.url.as_str()) == origin) {
        let words = "Only pages of this site may connect.";
        return Ok(refused(StatusCode::FORBIDDEN, "origin", words));
    }
    if viewer.status != Status::Active {
        return Ok(refused(StatusCode::FORBIDDEN, "forbidden", "Your account is suspended."));
    }
    if !live.hub().may_join(viewer.id.0) {
        return Err(Error::TooMany(1).into());
    }
    let shell = LayoutContext::of(&request);
    let (payload, shut) = guarded(&request, payload).await?;
    let (response, session, stream) = actix_ws::handle(&request, payload)?;
    let (person, name, node) = (viewer.id, viewer.session.to_string(), live.hub().node());
    let seat = live.join(person.0, &viewer.session);
    let opening = db.write(move |conn, now| Connection::open(conn, person, &name, node, now));
    let Some(connection) = opening.await? else { return Err(Error::TooMany(30).into()) };
    let stream = stream.max_frame_size(MOST).aggregate_continuations().max_continuation_size(MOST);
    let socket = Socket {
        db: db.get_ref().clone(),
        live: live.get_ref().clone(),
        followed,
        recent,
        viewer,
        shell,
        session,
        shut,
        connection,
        pane: None,
        booking: None,
    };
    live::spawn(socket.run(seat, stream));
    Ok(response)
}

struct Socket {
    db: Db,
    live: Live,
    followed: Data<Followed>,
    recent: Data<Recent>,
    viewer: Viewer,
    shell: Rc<LayoutContext>,
    session: actix_ws::Session,
    shut: Shut,
    connection: ConnectionId,
    pane: Option<Pane>,
    booking: Option<i64>,
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
        let closed = self.db.write(move |conn, now| Connection::close(conn, id, person, now)).await;
        if let Err(error) = closed {
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

    /// Reads in turn with the other sockets.
    async fn look<T, F>(&self, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T> + Send + 'static,
    {
        let _turn = self.live.hub().turn().await;
        self.db.read(look).await
    }

    /// Writes one frame, or gives up on who does not read.
    async fn send(&mut self, text: String) -> Result<(), CloseStatus> {
        match time::timeout(WRITE, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(CloseCode::Again)),
        }
    }

    async fn on_frame(
        &mut self,
        frame: AggregatedMessage,
        typed: &mut TypingMark,
    ) -> Result<(), CloseStatus> {
        let text = match frame {
            AggregatedMessage::Text(text) => text,
            AggregatedMessage::Binary(_) => return Err(Some(CloseCode::Unsupported)),
            AggregatedMessage::Close(_) => return Err(Some(CloseCode::Normal)),
            AggregatedMessage::Ping(bytes) => {
                let pong = time::timeout(WRITE, self.session.pong(&bytes)).await;
                return if pong.is_ok() { Ok(()) } else { Err(Some(CloseCode::Again)) };
            }
            AggregatedMessage::Pong(_) => return Ok(()),
        };
        match serde_json::from_str(&text).map_err(|_| Some(CloseCode::Policy))? {
            ClientFrame::Heart => Ok(()),
            ClientFrame::State { v } => {
                let id = self.connection;
                let set = self.db.write(move |conn, _| Connection::set_state(conn, id, v)).await;
                set.map_err(|_| Some(CloseCode::Error))?;
                self.show_presence().await;
                Ok(())
            }
            ClientFrame::Follow { conv: Some(id), after, .. } => {
                let Ok(id) = id.parse() else { return Err(Some(CloseCode::Policy)) };
                self.pane = Some(Pane::open(id, after));
                self.send_rows().await
            }
            ClientFrame::Follow { booking: Some(id), .. } => {
                self.booking = crate::db::read_id(&id);
                Ok(())
            }
            ClientFrame::Follow { .. } => Err(Some(CloseCode::Policy)),
            ClientFrame::Typing { conv } => {
                if let Ok(id) = conv.parse()
                    && typed.take()
                {
                    self.type_in(id).await;
                }
                Ok(())
            }
        }
    }

    async fn follow(&mut self, hint: Hint) -> Result<(), CloseStatus> {
        match hint.kind {
            HintKind::Row => {
                self.send_row(hint).await?;
                self.send(ServerFrame::List.write()).await
            }
            HintKind::Marks if hint.number == self.viewer.id.0 => {
                self.send(ServerFrame::List.write()).await
            }
            HintKind::Marks => self.send_receipt(hint.object).await,
            HintKind::Typing => match self.open() {
                Some(id) if id.0 == hint.object && hint.number != self.viewer.id.0 => {
                    self.send(ServerFrame::Typing { conv: id.to_string() }.write()).await
                }
                _ => Ok(()),
            },
            HintKind::Presence => self.send_presence(hint.object).await,
            HintKind::Booking => {
                // its notice stands in the timeline
                self.send_rows().await?;
                self.send_booking(hint.object).await
            }
        }
    }

    /// The row that a hint names and those before it, where the pane lacks them. A row that this
    /// process has just written is at hand.
    async fn send_row(&mut self, hint: Hint) -> Result<(), CloseStatus> {
        let Some(pane) = self.pane.as_mut().filter(|pane| pane.lacks(hint)) else { return Ok(()) };
        match pane.next(hint, &self.recent, &self.viewer) {
            Some(next) => {
                pane.sends(&next);
                self.say_rows(&next).await
            }
            None => self.send_rows().await,
        }
    }

    /// The rows above the last one sent, in as many frames as they need.
    async fn send_rows(&mut self) -> Result<(), CloseStatus> {
        while let Some((id, sent)) = self.pane.as_ref().map(Pane::place) {
            let viewer = self.viewer.clone();
            let missed = self.look(move |conn, _| catch_up(conn, &viewer, id, sent, MOST_ROWS));
            let missed = match missed.await {
                Ok(missed) => missed,
                // not this viewer's: there is nothing to follow
                Err(Error::NotFound) => {
                    self.pane = None;
                    return Ok(());
                }
                // the heartbeat makes the page ask again
                Err(_) => return Ok(()),
            };
            let Some(pane) = &mut self.pane else { return Ok(()) };
            if missed.last <= sent {
                pane.missed_nothing(missed);
                return Ok(());
            }
            pane.sends(&missed);
            self.say_rows(&missed).await?;
            if !missed.has_more {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn say_rows(&mut self, rows: &Upsert) -> Result<(), CloseStatus> {
        let markup = rows.markup().map_err(|_| Some(CloseCode::Error))?;
        self.send(markup).await
    }

    /// The conversation in the page's pane.
    fn open(&self) -> Option<ConversationId> {
        self.pane.as_ref().map(|pane| pane.place().0)
    }

    async fn send_booking(&mut self, id: i64) -> Result<(), CloseStatus> {
        if self.booking != Some(id) {
            return Ok(());
        }
        let (viewer, shell) = (self.viewer.clone(), self.shell.clone());
        match (self.followed.booking)(viewer, shell, id).await {
            Ok(markup) => self.send(markup).await,
            Err(_) => Ok(()),
        }
    }

    async fn send_receipt(&mut self, conversation: i64) -> Result<(), CloseStatus> {
        let Some(id) = self.open().filter(|id| id.0 == conversation) else { return Ok(()) };
        let viewer = self.viewer.clone();
        let marks = self.look(move |conn, _| marks(conn, &viewer, id)).await;
        match marks {
            Ok(Some(other)) => self.send(ServerFrame::receipt(&other).write()).await,
            _ => Ok(()),
        }
    }

    async fn send_presence(&mut self, person: i64) -> Result<(), CloseStatus> {
        let Some(id) = self.open() else { return Ok(()) };
        let viewer = self.viewer.clone();
        let seen = self.look(move |conn, now| {
            let standing = ConversationView::of(conn, id, viewer.id)?;
            // who may not see it gets no frame at all, since that one came would say something
            if standing.other.user_id.0 != person || !standing.shares_presence() {
                return Ok(None);
            }
            let presence = standing.presence(conn, now)?;
            let words = presence.words(&viewer.zone, now);
            Ok(Some(ServerFrame::Presence { online: presence.is_online(), words }))
        });
        match seen.await {
            Ok(Some(said)) => self.send(said.write()).await,
            _ => Ok(()),
        }
    }

    /// A ping, and where one's conversations stand: a page behind fetches what it lacks.
    async fn heartbeat(&mut self) -> Result<(), CloseStatus> {
        let (viewer, open) = (self.viewer.clone(), self.open());
        let heads = self.look(move |conn, now| {
            let (heads, more) = Conversation::changed_lately(conn, viewer.id, now)?;
            let open = match open {
                Some(id) => marks(conn, &viewer, id)?,
                None => None,
            };
            Ok(ServerFrame::heart(heads, more, open.as_ref()))
        });
        let Ok(said) = heads.await else { return Ok(()) };
        let ping = time::timeout(WRITE, self.session.ping(b"")).await;
        ping.map_err(|_| Some(CloseCode::Again))?.map_err(|_| None)?;
        self.send(said.write()).await
    }

    /// Tells the other side, unless one of the two does not show it.
    async fn type_in(&self, id: ConversationId) {
        let viewer = self.viewer.clone();
        let other = self.look(move |conn, _| {
            let standing = ConversationView::of(conn, id, viewer.id)?;
            Ok(standing.shares_presence().then_some(standing.other.user_id))
        });
        if let Ok(Some(other)) = other.await {
            self.live.publish(&[other.0], Hint::new(HintKind::Typing, id.0, self.viewer.id.0));
        }
    }

    /// Tells whoever talks with this person and is here.
    async fn show_presence(&self) {
        let id = self.viewer.id;
        if let Ok(watchers) = self.look(move |conn, now| Connection::watchers(conn, id, now)).await
        {
            self.live.publish(&watchers, Hint::new(HintKind::Presence, id.0, 0));
        }
    }
}

/// The other side's marks, where both show theirs.
fn marks(conn: &mut Conn, viewer: &Viewer, id: ConversationId) -> Result<Option<Participant>> {
    let standing = ConversationView::of(conn, id, viewer.id)?;
    Ok(standing.shares_receipts().then_some(standing.other))
}
