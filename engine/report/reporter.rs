//! The seam between a run and those who show it. Knows no display.

use crate::event::Event;

/// Takes in the events of a run in order. A display that is gone never stops a run, so nothing is
/// returned; a finished run that is replayed gives the same output as the live one.
pub trait Reporter: Send {
    /// Takes in one event.
    fn event(&mut self, event: &Event);
}
