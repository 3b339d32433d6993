//! A terminal made of a writer, for the tests of the bars. Knows no bar and asks no system.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;

/// A writer that is taken to be a terminal of fixed width.
pub(super) struct Screen {
    out: Mutex<Box<dyn Write + Send>>,
    width: u16,
}

impl Screen {
    pub(super) fn new(out: Box<dyn Write + Send>, width: u16) -> Self {
        Self {
            out: Mutex::new(out),
            width,
        }
    }

    fn out(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the cursor; nothing is written for no movement, which terminals would take for one.
    fn moved(&self, by: usize, direction: char) -> io::Result<()> {
        if by == 0 {
            return Ok(());
        }
        write!(self.out(), "\x1b[{by}{direction}")
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.width
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.moved(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.moved(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.moved(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.moved(n, 'D')
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        writeln!(self.out(), "{s}")
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.out().write_all(s.as_bytes())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.out().write_all(b"\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        self.out().flush()
    }
}
