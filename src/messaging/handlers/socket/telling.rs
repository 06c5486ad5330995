//! What a page is told: rows, marks, who is here, and parts of it that have changed.

use actix_ws::CloseCode;
use tokio::time;

use super::frames::ServerFrame;
use super::pane::Pane;
use super::{CloseStatus, Socket, WRITE};
use crate::error::{Error, Result};
use crate::live::{Hint, HintKind};
use crate::messaging::pages::Upsert;
use crate::messaging::{Conversation, ConversationId, ConversationView, MissedRows};

const MOST_ROWS: i64 = 200;

impl Socket {
    pub(super) async fn follow(&mut self, hint: Hint) -> Result<(), CloseStatus> {
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
            // a kind of a domain above
            _ => {
                // its notice stands in the timeline
                self.send_rows().await?;
                self.send_part(hint).await
            }
        }
    }

    /// The row that a hint names and those before it, where the pane lacks them. A row that this
    /// process has just written is at hand.
    async fn send_row(&mut self, hint: Hint) -> Result<(), CloseStatus> {
        let Some(pane) = self.pane.as_mut().filter(|pane| pane.lacks(hint)) else { return Ok(()) };
        match pane.next(hint, &self.context.recent) {
            Some(next) => {
                pane.sends(&next);
                self.say_rows(next).await
            }
            None => self.send_rows().await,
        }
    }

    /// The rows above the last one sent, in as many frames as they need.
    pub(super) async fn send_rows(&mut self) -> Result<(), CloseStatus> {
        while let Some((id, sent)) = self.pane.as_ref().map(Pane::place) {
            let (reader, context) = (self.viewer.id, &self.context);
            let missed = context.live.hub().read(&context.db, move |conn, _| {
                MissedRows::since(conn, reader, id, sent, MOST_ROWS)
            });
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
            let has_more = missed.has_more;
            self.say_rows(missed).await?;
            if !has_more {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn say_rows(&mut self, rows: MissedRows) -> Result<(), CloseStatus> {
        let rows = Upsert::new(rows, **self.context.kinds, &self.viewer);
        let markup = rows.markup().map_err(|_| Some(CloseCode::Error))?;
        self.send(markup).await
    }

    /// The conversation in the page's pane.
    fn open(&self) -> Option<ConversationId> {
        self.pane.as_ref().map(|pane| pane.place().0)
    }

    async fn send_part(&mut self, hint: Hint) -> Result<(), CloseStatus> {
        let shown = self.part.as_ref();
        let part = match self.context.followed.find(hint.kind) {
            Some(part) if shown.is_some_and(|one| one.is_meant(hint.kind, hint.object)) => part,
            _ => return Ok(()),
        };
        let rendering = (part.render)(self.viewer.clone(), self.shell.clone(), hint.object);
        match rendering.await {
            Ok(markup) => self.send(markup).await,
            Err(_) => Ok(()),
        }
    }

    async fn send_receipt(&mut self, conversation: i64) -> Result<(), CloseStatus> {
        let Some(id) = self.open().filter(|id| id.0 == conversation) else { return Ok(()) };
        let (own, context) = (self.viewer.id, &self.context);
        let marks = context
            .live
            .hub()
            .read(&context.db, move |conn, _| ConversationView::other_marks(conn, id, own));
        match marks.await {
            Ok(Some(other)) => self.send(ServerFrame::receipt(&other).write()).await,
            _ => Ok(()),
        }
    }

    async fn send_presence(&mut self, person: i64) -> Result<(), CloseStatus> {
        let Some(id) = self.open() else { return Ok(()) };
        let (viewer, context) = (self.viewer.clone(), &self.context);
        let seen = context.live.hub().read(&context.db, move |conn, now| {
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
    pub(super) async fn heartbeat(&mut self) -> Result<(), CloseStatus> {
        let (own, open, context) = (self.viewer.id, self.open(), &self.context);
        let heads = context.live.hub().read(&context.db, move |conn, now| {
            let (heads, more) = Conversation::changed_lately(conn, own, now)?;
            let open = match open {
                Some(id) => ConversationView::other_marks(conn, id, own)?,
                None => None,
            };
            Ok(ServerFrame::heart(heads, more, open.as_ref()))
        });
        let Ok(said) = heads.await else { return Ok(()) };
        let ping = time::timeout(WRITE, self.session.ping(b"")).await;
        ping.map_err(|_| Some(CloseCode::Again))?.map_err(|_| None)?;
        self.send(said.write()).await
    }
}
