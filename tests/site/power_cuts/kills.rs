//! Nodes that are killed, each in the middle of what it does; and then the calm.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::nodes::Nodes;
use crate::stripe::Dice;

pub(super) struct Kills {
    /// So many there are, and up to twice as many while there is something to disturb.
    least: usize,
    done: AtomicUsize,
    is_over: AtomicBool,
}

impl Kills {
    pub fn new(least: usize) -> Self {
        Self { least, done: AtomicUsize::new(0), is_over: AtomicBool::new(false) }
    }

    pub fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    pub fn are_enough(&self) -> bool {
        self.done() >= self.least
    }

    /// Nobody is killed any more: what was put off comes.
    pub fn are_over(&self) -> bool {
        self.done() >= 2 * self.least
    }

    /// Kills one node after the other.
    pub fn go_on(&self, nodes: &Nodes, mut dice: Dice) {
        while !self.is_over.load(Ordering::SeqCst) && !self.are_over() {
            std::thread::sleep(Duration::from_millis(500 + dice.below(2_500)));
            let victim = dice.below(nodes.count() as u64) as usize;
            nodes.end(victim);
            nodes.restart(victim);
            self.done.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Ends the kills also when a check has failed, so that the failure is shown.
pub(super) struct EndKills<'a>(pub &'a Kills);

impl Drop for EndKills<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }
}
