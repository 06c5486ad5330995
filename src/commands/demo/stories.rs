//! The bookings that the demo world tells of, in a few figures each.

/// How a booking went on after it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoryEnd {
    Waiting,
    Accepted,
    Paid,
    Declined,
    Lapsed,
    TakenBack,
    CancelledByClient,
    CancelledByAccountant,
    Moved,
    Proposed,
    Absent,
    Complained,
}

/// One booking: hours from now at which it was asked for, and about which it was to be.
pub(super) struct BookingStory {
    pub(super) asked: i64,
    pub(super) wanted: i64,
    pub(super) service: usize,
    pub(super) ending: StoryEnd,
    pub(super) note: &'static str,
    /// Paid by card, where that can be recorded; else directly.
    pub(super) is_by_card: bool,
}

pub(super) const fn story(
    asked: i64,
    wanted: i64,
    service: usize,
    ending: StoryEnd,
    note: &'static str,
) -> BookingStory {
    BookingStory { asked, wanted, service, ending, note, is_by_card: false }
}

pub(super) const fn by_card(story: BookingStory) -> BookingStory {
    BookingStory { is_by_card: true, ..story }
}

/// Ana's with ben, oldest first.
pub(super) const ANAS: [BookingStory; 9] = [
    story(-2400, -2300, 0, StoryEnd::Paid, "My first flat, let since June."),
    story(-1500, -1400, 2, StoryEnd::CancelledByClient, ""),
    by_card(story(-1000, -900, 2, StoryEnd::Paid, "The same flat, one new tenant.")),
    story(-700, -640, 1, StoryEnd::Lapsed, ""),
    story(-500, -440, 1, StoryEnd::Complained, "Rents in two countries."),
    // she can still say how it went
    story(-230, -170, 0, StoryEnd::Paid, ""),
    by_card(story(-100, 60, 0, StoryEnd::Accepted, "I may sell next year. What should I keep?")),
    story(-60, 110, 2, StoryEnd::Proposed, ""),
    story(-3, 200, 1, StoryEnd::Waiting, "Papers are with my old accountant until Friday."),
];

/// Cy's with ben.
pub(super) const CYS: [BookingStory; 9] = [
    story(-2000, -1900, 0, StoryEnd::Paid, ""),
    story(-1200, -1150, 1, StoryEnd::Declined, "Needed by tomorrow."),
    story(-800, -700, 0, StoryEnd::CancelledByAccountant, ""),
    story(-600, -500, 0, StoryEnd::Absent, ""),
    story(-400, -300, 1, StoryEnd::TakenBack, ""),
    // she has said how it went, and ben has not
    story(-180, -130, 0, StoryEnd::Paid, ""),
    story(-90, 90, 1, StoryEnd::Moved, "After five, if you can."),
    story(-50, 150, 0, StoryEnd::Accepted, ""),
    story(-5, 75, 0, StoryEnd::Waiting, "Two questions about repairs."),
];

/// Endings of everybody else's past bookings, as often as they happen.
pub(super) const USUAL: [StoryEnd; 12] = [
    StoryEnd::Paid,
    StoryEnd::Paid,
    StoryEnd::Paid,
    StoryEnd::Paid,
    StoryEnd::Paid,
    StoryEnd::Accepted,
    StoryEnd::Accepted,
    StoryEnd::Declined,
    StoryEnd::Lapsed,
    StoryEnd::TakenBack,
    StoryEnd::CancelledByClient,
    StoryEnd::CancelledByAccountant,
];
