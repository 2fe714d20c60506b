//! The words of closures: effect, severity and basis.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether a closure row closes a place or opens it.
    ClosureEffect {
        /// It closes.
        Closes,
        /// It opens.
        Opens,
    }
}

vocabulary! {
    /// Whether the effect is complete.
    ClosureSeverity {
        /// Nothing passes (or all does, of an opening).
        Full,
        /// Some pass.
        Partial,
    }
}

vocabulary! {
    /// Whether the row says what was ordered or what was seen.
    ClosureBasis {
        /// By an order.
        Ordered,
        /// Seen on the ground.
        Observed,
        /// The report does not say.
        Unspecified,
    }
}
