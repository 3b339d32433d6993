//! Signals as inputs of a run. Knows which were heard, not what the run makes of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::Sender;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::{Handle, Signals};

use super::exit::Exit;
use crate::proc::Cancel;
use crate::schedule::Input;

/// Makes a write beyond the user's limit on file sizes fail like one to a full disk, instead of ending the
/// process. Programs that codey starts keep the system's way.
pub(super) fn survive_size_limit() {
    // Without the handler such a write ends the process, as it does by default.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
}

/// Hears SIGINT, SIGTERM and SIGHUP for as long as it lives.
pub(super) struct Listener {
    last: Arc<AtomicI32>,
    handle: std::cell::RefCell<Option<Handle>>,
}

impl Listener {
    pub(super) fn new() -> Self {
        Self {
            last: Arc::new(AtomicI32::new(0)),
            handle: std::cell::RefCell::new(None),
        }
    }

    /// Sends an interrupt for every signal from now on.
    pub(super) fn listen(&self, inputs: Sender<Input>) {
        self.call(move || {
            // The run may be over: then there is nothing left to interrupt.
            let _ = inputs.send(Input::Interrupt);
        });
    }

    /// Asks running programs to end at the first signal from now on, and ends them at the next.
    pub(super) fn cancel(&self, cancel: Cancel) {
        self.call(move || match cancel.is_cancelled() {
            false => cancel.soft(),
            true => cancel.hard(),
        });
    }

    fn call(&self, heard: impl Fn() + Send + 'static) {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
            return;
        };
        *self.handle.borrow_mut() = Some(signals.handle());
        let last = Arc::clone(&self.last);
        let body = move || {
            for signal in signals.forever() {
                last.store(signal, Ordering::Relaxed);
                heard();
            }
        };
        // Without the thread a signal ends the process at once, as it does by default.
        let _ = std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(body);
    }

    /// The code that goes with the last signal heard.
    pub(super) fn exit(&self) -> Exit {
        match self.last.load(Ordering::Relaxed) {
            SIGTERM => Exit::Terminated,
            SIGHUP => Exit::Hangup,
            _ => Exit::Interrupted,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.borrow_mut().take() {
            handle.close();
        }
    }
}
