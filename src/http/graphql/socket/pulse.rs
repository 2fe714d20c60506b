//! The pulse of a socket: whether there is somebody at its other end.

use std::time::Duration;

use tokio::time::Instant;

/// How often a client is asked from which nothing comes.
const PING: Duration = Duration::from_secs(20);
/// A client from which nothing came for so long, asked or not, is gone.
const SILENCE: Duration = Duration::from_mins(1);

/// When a client was last heard, and asked. That something was sent to it says nothing: it may not have come.
#[derive(Debug)]
pub(super) struct Pulse {
    heard: Instant,
    asked: Instant,
}

impl Pulse {
    /// Of a socket that is opened now.
    pub fn at(now: Instant) -> Self {
        Self { heard: now, asked: now }
    }

    /// Something came.
    pub fn heard(&mut self, now: Instant) {
        self.heard = now;
    }

    /// It was asked.
    pub fn asked(&mut self, now: Instant) {
        self.asked = now;
    }

    /// When to ask, or to look whether it is over.
    pub fn next(&self) -> Instant {
        (self.heard.max(self.asked) + PING).min(self.heard + SILENCE)
    }

    /// Whether nothing has come for too long.
    pub fn is_over(&self, now: Instant) -> bool {
        now >= self.heard + SILENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answers_stays_and_who_does_not_is_gone_after_a_minute() {
        let start = Instant::now();
        let second = |n| start + Duration::from_secs(n);
        let mut pulse = Pulse::at(start);
        for asked in [20, 40] {
            assert_eq!(pulse.next(), second(asked));
            assert!(!pulse.is_over(second(asked)));
            pulse.asked(second(asked));
        }
        assert_eq!(pulse.next(), second(60));
        assert!(pulse.is_over(second(60)));
        pulse.heard(second(59));
        assert!(!pulse.is_over(second(60)));
        assert_eq!(pulse.next(), second(79));
    }
}
