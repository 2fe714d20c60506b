//! The words of claims: acts, kinds of values and qualifiers of numbers.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a speaker does with a claim. ASSERT, CONFIRM, DENY and ACCUSE are positions on what happened; the others are not.
    ClaimAct {
        /// Says that it is so.
        Assert,
        /// Says that another's word is right.
        Confirm,
        /// Says that it is not so; the value is what is denied.
        Deny,
        /// Says that somebody did it.
        Accuse,
        /// Doubts it.
        Question,
        /// Says that it will be so.
        Predict,
        /// Asks for it.
        Demand,
        /// Says what the speaker will do: a pledge, a threat, a date.
        Announce,
    }
}

vocabulary! {
    /// The kind of value a property takes.
    ValueKind {
        /// A number or a range of numbers.
        Number,
        /// An extent of time.
        Extent,
        /// A word of the property's own list.
        Code,
        /// A text in our own words.
        Text,
        /// An actor.
        Actor,
        /// A location.
        Location,
        /// True or false.
        Boolean,
    }
}

vocabulary! {
    /// How a number is meant.
    NumberQualifier {
        /// Exactly so.
        Exact,
        /// At least so many.
        AtLeast,
        /// At most so many.
        AtMost,
        /// About so many: between low and high where given.
        About,
        /// A coder's stand-in for a word such as "several".
        Placeholder,
    }
}
