//! Wakes those who wait for something about any worker to change. Knows not what.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A counter of changes that can be waited for.
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    /// Something changed.
    pub(super) fn ring(&self) {
        *lock(&self.rung) += 1;
        self.changed.notify_all();
    }

    /// How often it was rung: to be taken before looking at what may change.
    pub(super) fn count(&self) -> u64 {
        *lock(&self.rung)
    }

    /// Waits until it was rung since `seen` was taken, at most for `limit`.
    pub(super) fn wait(&self, seen: u64, limit: Duration) {
        let rung = lock(&self.rung);
        // What it is woken for is looked at by the caller, who comes back after a poisoned lock too.
        drop(
            self.changed
                .wait_timeout_while(rung, limit, |rung| *rung == seen),
        );
    }
}

/// What a mutex of the pool holds. Nothing is left half changed by a panic while one is held.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
