//! The words of accounts.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How what is claimed of one property stands together. No word of these says what is true.
    /// Of several that would fit, the first in this order counts: DISPUTED, DENIED, UPDATED,
    /// VARIED, AGREED, SINGLE.
    Agreement {
        /// One origin alone speaks.
        Single,
        /// Several origins speak, and nothing they say excludes the rest.
        Agreed,
        /// The property can have several values, and several origins give several.
        Varied,
        /// An origin says something else than it said before.
        Updated,
        /// One origin denies what another says.
        Denied,
        /// Only one value can be true, and two that are claimed cannot both be.
        Disputed,
    }
}
