//! What a page says on its socket.

use actix_ws::{AggregatedMessage, CloseCode};
use tokio::time;

use super::frames::{ClientFrame, FollowFrame, TypingMark};
use super::pane::Pane;
use super::{CloseStatus, Socket, WRITE};
use crate::error::Result;
use crate::live::{Hint, HintKind};
use crate::messaging::presence::State;
use crate::messaging::{Connection, ConversationId, ConversationView};

impl Socket {
    pub(super) async fn on_frame(
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
            ClientFrame::State { v } => self.set_state(v).await,
            ClientFrame::Follow(frame) => self.subscribe(frame).await,
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

    /// Follows a conversation from a row on, or a part of the page.
    async fn subscribe(&mut self, frame: FollowFrame) -> Result<(), CloseStatus> {
        let followed = &self.context.followed;
        if !frame.parts.keys().all(|field| followed.has_field(field)) {
            return Err(Some(CloseCode::Policy));
        }
        if let Some(id) = frame.conv {
            let Ok(id) = id.parse() else { return Err(Some(CloseCode::Policy)) };
            self.pane = Some(Pane::open(id, frame.after));
            return self.send_rows().await;
        }
        let named = frame.parts.iter().find_map(|(field, id)| Some((field, id.as_ref()?)));
        let Some((field, id)) = named else { return Err(Some(CloseCode::Policy)) };
        self.part = followed.shown(field, id);
        Ok(())
    }

    async fn set_state(&self, state: State) -> Result<(), CloseStatus> {
        let id = self.connection;
        let set = self.context.db.write(move |conn, _| Connection::set_state(conn, id, state));
        set.await.map_err(|_| Some(CloseCode::Error))?;
        self.show_presence().await;
        Ok(())
    }

    /// Tells the other side, unless one of the two does not show it.
    async fn type_in(&self, id: ConversationId) {
        let own = self.viewer.id;
        let other = self.context.live.hub().read(&self.context.db, move |conn, _| {
            let standing = ConversationView::of(conn, id, own)?;
            Ok(standing.shares_presence().then_some(standing.other.user_id))
        });
        if let Ok(Some(other)) = other.await {
            self.context.live.publish(&[other.0], Hint::new(HintKind::Typing, id.0, own.0));
        }
    }

    /// Tells whoever talks with this person and is here.
    pub(super) async fn show_presence(&self) {
        let (id, context) = (self.viewer.id, &self.context);
        let watchers = context
            .live
            .hub()
            .read(&context.db, move |conn, now| Connection::watchers(conn, id, now));
        if let Ok(watchers) = watchers.await {
            context.live.publish(&watchers, Hint::new(HintKind::Presence, id.0, 0));
        }
    }
}
