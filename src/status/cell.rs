//! A cell: one way across for one class of traffic, and which rows and claims cover it.

use super::question::Scope;
use super::record::{Row, StatusClaim};
use crate::crossing::vocabulary::{Direction, TrafficClass};

/// One way across, never BOTH, for one class of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Which way.
    pub direction: Direction,
    /// Which traffic.
    pub traffic: TrafficClass,
}

/// The classes that others are part of, and together are all traffic: an exception for a narrower
/// class never changes them.
const WIDE: [TrafficClass; 3] = [TrafficClass::Pedestrian, TrafficClass::Passenger, TrafficClass::Cargo];

/// Every class, each wide one before those it covers.
const ALL: [TrafficClass; 8] = [
    TrafficClass::Pedestrian,
    TrafficClass::Medical,
    TrafficClass::Returnees,
    TrafficClass::Diplomatic,
    TrafficClass::Passenger,
    TrafficClass::Cargo,
    TrafficClass::TransitTrade,
    TrafficClass::Humanitarian,
];

/// The class that covers this one too.
#[must_use]
pub fn wider(class: TrafficClass) -> Option<TrafficClass> {
    match class {
        TrafficClass::Medical | TrafficClass::Returnees | TrafficClass::Diplomatic => {
            Some(TrafficClass::Pedestrian)
        }
        TrafficClass::TransitTrade | TrafficClass::Humanitarian => Some(TrafficClass::Cargo),
        TrafficClass::Pedestrian | TrafficClass::Passenger | TrafficClass::Cargo => None,
    }
}

impl Scope {
    /// The cells whose answers are combined.
    #[must_use]
    pub fn cells(&self) -> Vec<Cell> {
        match self.traffic {
            Some(class) => self.each_way(&[class]),
            None => self.each_way(&WIDE),
        }
    }

    /// The same cells, and those of the classes they cover.
    #[must_use]
    pub fn cells_in_detail(&self) -> Vec<Cell> {
        let asked = |class: &TrafficClass| {
            self.traffic.is_none_or(|traffic| *class == traffic || wider(*class) == Some(traffic))
        };
        self.each_way(&ALL.into_iter().filter(asked).collect::<Vec<_>>())
    }

    fn each_way(&self, classes: &[TrafficClass]) -> Vec<Cell> {
        let ways: &[Direction] = match &self.direction {
            Direction::Both => &[Direction::AToB, Direction::BToA],
            one => std::slice::from_ref(one),
        };
        classes
            .iter()
            .flat_map(|traffic| {
                ways.iter().map(|direction| Cell { direction: *direction, traffic: *traffic })
            })
            .collect()
    }
}

impl Cell {
    /// Whether a row is about this cell. A row without classes covers all traffic.
    #[must_use]
    pub fn is_covered_by(self, row: &Row) -> bool {
        self.lies_in(row.direction)
            && (row.traffic.is_empty() || row.traffic.iter().any(|class| self.is_part_of(*class)))
    }

    /// Whether a claim speaks of this cell, and how narrowly: the least of these speaks of it most directly.
    #[must_use]
    pub fn distance_of(self, claim: &StatusClaim) -> Option<(u8, u8)> {
        let traffic = match claim.traffic {
            None => 2,
            Some(class) if class == self.traffic => 0,
            Some(class) if self.is_part_of(class) => 1,
            Some(_) => return None,
        };
        self.lies_in(claim.direction).then_some((traffic, u8::from(claim.direction == Direction::Both)))
    }

    /// Whether a row makes an exception in this cell from what a claim says of a wider class.
    #[must_use]
    pub fn is_exception(self, row: &Row, claim: &StatusClaim) -> bool {
        claim.traffic.is_some_and(|claimed| {
            claimed != self.traffic && !row.traffic.is_empty() && !row.traffic.contains(&claimed)
        })
    }

    fn lies_in(self, direction: Direction) -> bool {
        direction == Direction::Both || direction == self.direction
    }

    fn is_part_of(self, class: TrafficClass) -> bool {
        class == self.traffic || wider(self.traffic) == Some(class)
    }
}
