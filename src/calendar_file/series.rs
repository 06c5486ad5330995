//! Events that belong together because they have the same UID.

use std::collections::HashMap;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::event::{Exceptions, IncomingEvent};
use super::times::{Length, Moment};
use crate::clock::Instant;

/// What the other events with a UID change in its series.
#[derive(Default)]
pub struct SeriesChanges {
    pub instead: Exceptions,
    turns: Vec<Turn>,
}

/// From an instance on a series goes on otherwise (RANGE=THISANDFUTURE).
struct Turn {
    /// The instance's own instant; it is itself an event.
    after: Instant,
    shift: SignedDuration,
    length: Length,
    is_busy: bool,
}

/// Leaves of each event what was written last: of the same UID and instance the highest SEQUENCE.
/// Of equals all are kept, since there are programs that give every event the same UID.
pub fn keep_newest(events: &mut Vec<IncomingEvent>) {
    type Key<'a> = (&'a str, Option<Instant>);
    let key =
        |event: &IncomingEvent<'_>| event.replaces.as_ref().map(|replaced| replaced.id.instant());
    let mut newest = HashMap::<Key, i64>::new();
    for event in events.iter().filter(|event| !event.uid.is_empty()) {
        let known = newest.entry((event.uid, key(event))).or_insert(event.sequence);
        *known = event.sequence.max(*known);
    }
    events.retain(|event| {
        newest.get(&(event.uid, key(event))).is_none_or(|newest| event.sequence >= *newest)
    });
}

/// What is changed in which series.
pub fn changes<'a>(
    events: &[IncomingEvent<'a>],
    home: &TimeZone,
) -> HashMap<&'a str, SeriesChanges> {
    let zones: HashMap<&str, &TimeZone> = events
        .iter()
        .filter(|event| event.replaces.is_none())
        .map(|event| (event.uid, &event.start.zone))
        .collect();
    let mut all = HashMap::<&str, SeriesChanges>::new();
    for event in events {
        let Some(replaced) = &event.replaces else { continue };
        let changes = all.entry(event.uid).or_default();
        changes.instead.add(&replaced.id, home);
        if replaced.has_followers {
            let zone = zones.get(event.uid).copied().unwrap_or(home);
            let wall = |moment: &Moment| moment.instant().on_wall(zone).datetime();
            changes.turns.push(Turn {
                after: replaced.id.instant(),
                shift: wall(&event.start).duration_since(wall(&replaced.id)),
                length: event.length,
                is_busy: event.is_busy,
            });
        }
    }
    for changes in all.values_mut() {
        changes.turns.sort_by_key(|turn| turn.after);
    }
    all
}

impl SeriesChanges {
    /// Where an instance lies after the last change before it; none if it leaves its owner free.
    pub fn turned(
        &self,
        at: Instant,
        wall: DateTime,
        length: Length,
    ) -> Option<(DateTime, Length)> {
        let before = self.turns.partition_point(|turn| turn.after < at);
        let Some(turn) = before.checked_sub(1).and_then(|last| self.turns.get(last)) else {
            return Some((wall, length));
        };
        let moved = wall.checked_add(turn.shift).ok()?;
        turn.is_busy.then_some((moved, turn.length))
    }

    /// The longest way that an instance is moved, and the longest it is made, in seconds.
    pub fn reach(&self) -> i64 {
        let reach = |turn: &Turn| {
            turn.shift.as_secs().saturating_abs().saturating_add(turn.length.most_seconds())
        };
        self.turns.iter().map(reach).max().unwrap_or(0)
    }
}
