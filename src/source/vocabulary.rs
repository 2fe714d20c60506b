//! The words of sources.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What kind of outlet or body publishes.
    SourceKind {
        /// A newspaper.
        Newspaper,
        /// A news agency.
        Wire,
        /// Radio or television.
        Broadcaster,
        /// A publication on the web only.
        Online,
        /// A medium run by a state.
        StateMedia,
        /// A government.
        Government,
        /// An intergovernmental organisation.
        Igo,
        /// A non-governmental organisation.
        Ngo,
        /// An account on a social network.
        SocialAccount,
        /// A dataset that makes estimates of its own.
        Dataset,
        /// Not known; each of its articles counts as an origin of its own.
        Unknown,
    }
}
