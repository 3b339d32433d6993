//! The display of a long read or download: a bar on a terminal, a line for each tenth elsewhere. Knows no network.

use std::io::Write as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::{size, visible};

/// Redraws a second.
const REDRAWS: u8 = 8;
/// Lines of a transfer where there is no terminal.
const PARTS: u64 = 10;

/// Shows how far something is.
pub struct Transfer {
    label: String,
    bar: Option<ProgressBar>,
    told: Option<u64>,
}

impl Transfer {
    /// A display called `label`, with a bar on standard error or in lines there.
    pub fn new(label: &str, has_bar: bool) -> Self {
        let label = visible(label).into_owned();
        let bar = has_bar.then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(REDRAWS);
            let bar = ProgressBar::with_draw_target(None, target).with_prefix(label.clone());
            let shape = "{prefix} {bar:24} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta} left";
            bar.with_style(ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            label,
            bar,
            told: None,
        }
    }

    /// `done` of `total` bytes are here. The first call is where it begins, and counts for no rate.
    pub fn to(&mut self, done: u64, total: u64) {
        let part = done
            .saturating_mul(PARTS)
            .checked_div(total)
            .unwrap_or(PARTS);
        let is_first = self.told.is_none();
        let is_new = self.told != Some(part);
        self.told = Some(part);
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            if is_first {
                bar.reset_eta();
            }
        } else if is_new {
            let percent = part * 100 / PARTS;
            self.tell(&format!("{}: {percent} % of {}", self.label, size(total)));
        }
    }

    /// Tells something without disturbing the bar.
    pub fn say(&self, text: &str) {
        let text = visible(text);
        match &self.bar {
            Some(bar) => bar.println(text),
            None => self.tell(&text),
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }

    #[expect(clippy::unused_self, reason = "a display tells, wherever that goes")]
    fn tell(&self, text: &str) {
        // A display whose reader is gone falls silent.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}
