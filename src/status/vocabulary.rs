//! The words of answers: the status, how certain it is, and yes, no or possibly.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether a crossing can be crossed.
    CrossingStatusCode {
        /// All that was asked for passes.
        Open,
        /// Some passes.
        Restricted,
        /// Nothing passes.
        Closed,
        /// No closure, no opening and no claim says.
        Unknown,
    }
}

vocabulary! {
    /// How sure a status is: the first of `NO_DATA`, `STALE`, `DISPUTED`, `POSSIBLE` and `CERTAIN` that applies. It speaks of the records, not of the truth.
    StatusCertainty {
        /// The records leave nothing else.
        Certain,
        /// The records allow it, and something else: their times are not exact, or it is only alleged, or part of what was asked for is unknown.
        Possible,
        /// Somebody else says otherwise.
        Disputed,
        /// Nobody has spoken of it within the horizon.
        Stale,
        /// There is nothing to go by.
        NoData,
    }
}

vocabulary! {
    /// Yes, no, or not to be told from the records.
    ThreeValued {
        /// Certainly.
        Yes,
        /// Certainly not.
        No,
        /// The records allow both.
        Possibly,
    }
}

impl ThreeValued {
    /// Whether it is at least possible.
    #[must_use]
    pub fn is_possible(self) -> bool {
        self != Self::No
    }

    /// The same, but not certain.
    #[must_use]
    pub fn at_most_possibly(self) -> Self {
        if self == Self::Yes { Self::Possibly } else { self }
    }
}
