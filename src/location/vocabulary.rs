//! The words of locations.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What kind of place.
    LocationKind {
        /// A country.
        Country,
        /// A first-level division: province, state.
        Admin1,
        /// A second-level division: district.
        Admin2,
        /// A third-level division.
        Admin3,
        /// A fourth-level division.
        Admin4,
        /// A city or town.
        City,
        /// A village.
        Village,
        /// A port, airport, base, camp or other site.
        Facility,
        /// The border between two countries; it lies in both.
        Border,
        /// A crossing on a border.
        BorderCrossing,
        /// A road, railway or line.
        Route,
        /// An area that is no division of a country.
        Area,
        /// A sea, lake or river.
        Water,
    }
}
