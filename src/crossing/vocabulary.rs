//! The words of crossings: directions, classes of traffic and modes.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Which way across a border: from one side to the other, never "entry" or "exit".
    Direction {
        /// From side A to side B.
        AToB,
        /// From side B to side A.
        BToA,
        /// Both ways.
        Both,
    }
}

vocabulary! {
    /// Who or what crosses. `PEDESTRIAN` covers `MEDICAL`, `RETURNEES` and `DIPLOMATIC`; `CARGO` covers `TRANSIT_TRADE` and `HUMANITARIAN`.
    TrafficClass {
        /// People on foot.
        Pedestrian,
        /// Passenger vehicles.
        Passenger,
        /// Goods.
        Cargo,
        /// Goods in transit to a third country.
        TransitTrade,
        /// Aid goods.
        Humanitarian,
        /// Patients.
        Medical,
        /// People returning to their country.
        Returnees,
        /// Diplomats and officials.
        Diplomatic,
    }
}

vocabulary! {
    /// How a border is crossed.
    CrossingMode {
        /// By road.
        Road,
        /// By rail.
        Rail,
        /// On foot.
        Foot,
        /// By river.
        River,
        /// By sea.
        Sea,
        /// By air.
        Air,
    }
}

/// One of the two sides of a crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SideLabel {
    /// The first side.
    A,
    /// The second side.
    B,
}
