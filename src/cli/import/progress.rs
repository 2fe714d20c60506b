//! How far an import is, on standard error: a bar on a terminal, a line every few seconds in a pipe.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::output::counted;
use crate::import::Progress;

/// How long a pipe waits for the next line.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Shows how far a run is.
pub(super) struct Bar {
    shown: ProgressBar,
    began: Instant,
    is_terminal: bool,
    told: Instant,
}

impl Bar {
    /// For a file of this many bytes; none when its size is unknown.
    pub fn new(size: Option<u64>) -> Self {
        let shown = ProgressBar::no_length();
        if let Some(size) = size {
            shown.set_length(size);
        }
        let now = now();
        Self { shown, began: now, is_terminal: stderr().is_terminal(), told: now }
    }

    /// Shows what the run tells.
    pub fn show(&mut self, progress: &Progress) {
        let is_new_part = !matches!(progress, Progress::Reading { .. });
        let text = match progress {
            Progress::Waiting => "waiting for another import to end".to_owned(),
            Progress::Reading { bytes, lines, rejected } => {
                self.shown.set_position(*bytes);
                self.read(*lines, *rejected)
            }
            Progress::Settling => "putting in order what was read".to_owned(),
            Progress::Merging { of: 1, .. } => "merging".to_owned(),
            Progress::Merging { batch, of } => {
                self.shown.set_length(*of);
                self.shown.set_position(*batch);
                format!("merging batch {} of {of}", batch + 1)
            }
            Progress::Heading(_) | Progress::Rejected(_) => return,
        };
        if self.is_terminal {
            self.shown.set_style(style(progress));
            self.shown.enable_steady_tick(Duration::from_millis(200));
            self.shown.set_message(text);
        } else if is_new_part || self.told.elapsed() >= BETWEEN_LINES {
            self.told = now();
            eprintln!("{text}");
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.shown.finish_and_clear();
    }

    fn read(&self, lines: u64, rejected: u64) -> String {
        let seconds = self.began.elapsed().as_millis().max(1);
        let rate = u128::from(lines) * 1000 / seconds;
        let rejected = if rejected > 0 { format!(", {rejected} rejected") } else { String::new() };
        format!("{} read, {rate} a second{rejected}", counted(lines, "line"))
    }
}

fn style(progress: &Progress) -> ProgressStyle {
    let template = match progress {
        Progress::Reading { .. } => "{bar:30} {bytes}/{total_bytes} {msg}, {eta} left",
        Progress::Merging { of, .. } if *of > 1 => "{bar:30} {msg}, {eta} left",
        _ => "{spinner} {msg} ({elapsed})",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The clock of the bar alone: nothing that is stored depends on it.
fn now() -> Instant {
    Instant::now()
}
