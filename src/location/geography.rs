//! Areas on Earth in which places are looked for: around a point, between degrees, inside polygons.

use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};

use crate::read::{Coordinates, Number};

/// The farthest that two points on Earth can be apart, in kilometres: half of its circumference.
pub const HALF_THE_EARTH_KM: f64 = 20_037.508;

/// An area on Earth.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Area {
    /// Within so many metres of a point.
    Near(Coordinates, Number),
    /// Between two parallels and two meridians, edges included.
    Box {
        /// The corner in the south-west.
        south_west: Coordinates,
        /// The corner in the north-east; west of the other where the box crosses the antimeridian.
        north_east: Coordinates,
    },
    /// Inside polygons whose edges are straight in degrees, edges included: a geometry in `GeoJSON`.
    Polygons(String),
}

impl Area {
    /// The condition that the point of a location lies in the area.
    #[must_use]
    pub fn condition(&self) -> Condition {
        match self {
            Self::Near(Coordinates { longitude, latitude }, metres) => {
                Cond::all().add(Expr::cust_with_values(
                    "st_dwithin(location.point, st_setsrid(st_makepoint($1, $2), 4326)::geography, $3)",
                    [longitude.0, latitude.0, metres.0],
                ))
            }
            Self::Box { south_west, north_east } => {
                let (south, north) = (south_west.latitude.0, north_east.latitude.0);
                let (west, east) = (south_west.longitude.0, north_east.longitude.0);
                if west <= east {
                    between(south, west, north, east)
                } else {
                    Cond::any()
                        .add(between(south, west, north, 180.0))
                        .add(between(south, -180.0, north, east))
                }
            }
            Self::Polygons(geojson) => Cond::all().add(Expr::cust_with_values(
                "st_intersects(location.point::geometry, st_geomfromgeojson($1))",
                [geojson.as_str()],
            )),
        }
    }
}

/// The index knows rectangles to the precision of its own numbers; the columns settle the edges.
fn between(south: f64, west: f64, north: f64, east: f64) -> Condition {
    Cond::all()
        .add(Expr::cust_with_values(
            "location.point::geometry && st_makeenvelope($1, $2, $3, $4, 4326)",
            [west, south, east, north],
        ))
        .add(Expr::cust("location.latitude").between(south, north))
        .add(Expr::cust("location.longitude").between(west, east))
}
