//! Polygons in `GeoJSON`, RFC 7946, read and held to what makes them areas: rings that are closed
//! and do not cross.

use serde_json::{Value, json};

/// All rings together have at most so many positions.
const MOST_POSITIONS: usize = 1_000;

/// Longitude and latitude, in this order.
type Position = [f64; 2];
type Ring = Vec<Position>;
type Segment = (Position, Position);

/// Checks a `Polygon` or `MultiPolygon` and gives its geometry alone, as a `MultiPolygon`.
///
/// # Errors
/// What is wrong with it, as the rest of a sentence that begins with its name.
pub fn read(given: &Value) -> Result<String, String> {
    let coordinates = &given["coordinates"];
    let polygons = match given["type"].as_str() {
        Some("Polygon") => vec![polygon(coordinates)?],
        Some("MultiPolygon") => {
            list(coordinates, "coordinates")?.iter().map(polygon).collect::<Result<_, _>>()?
        }
        _ => {
            return Err(
                "is no polygon: give a GeoJSON object whose `type` is Polygon or MultiPolygon".to_owned()
            );
        }
    };
    let positions: usize = polygons.iter().flatten().map(Vec::len).sum();
    if positions > MOST_POSITIONS {
        return Err(format!("has {positions} positions: simplify it to at most {MOST_POSITIONS}"));
    }
    if positions == 0 {
        return Err("has no rings: give the ring around the area".to_owned());
    }
    polygons.iter().try_for_each(|rings| check(rings))?;
    Ok(json!({ "type": "MultiPolygon", "coordinates": polygons }).to_string())
}

fn list<'a>(value: &'a Value, what: &str) -> Result<&'a Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("has {what} that are no list: write them as GeoJSON does"))
}

fn polygon(rings: &Value) -> Result<Vec<Ring>, String> {
    list(rings, "coordinates")?.iter().map(ring).collect()
}

fn ring(positions: &Value) -> Result<Ring, String> {
    let mut ring: Ring = list(positions, "rings")?.iter().map(position).collect::<Result<_, _>>()?;
    if ring.first() != ring.last() {
        return Err("has a ring that is not closed: repeat its first position at its end".to_owned());
    }
    ring.dedup();
    if ring.len() < 4 {
        return Err("has a ring without an area: give at least four positions, the last equal to the first"
            .to_owned());
    }
    Ok(ring)
}

fn position(value: &Value) -> Result<Position, String> {
    let numbers: Option<Vec<f64>> =
        value.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect());
    match numbers.as_deref() {
        Some(&[longitude, latitude, ..]) if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 => {
            Ok([longitude, latitude])
        }
        Some([_, _, ..]) => Err(format!(
            "has the position {value} outside the Earth: give longitude, from -180 to 180, then latitude, from -90 to 90"
        )),
        _ => Err("has a position that is not two numbers: give longitude and latitude".to_owned()),
    }
}

/// Refuses rings that cross themselves or each other, and holes outside.
fn check(rings: &[Ring]) -> Result<(), String> {
    let segments: Vec<(usize, usize, Segment)> = rings
        .iter()
        .enumerate()
        .flat_map(|(of, ring)| {
            ring.windows(2).enumerate().map(move |(place, ends)| (of, place, (ends[0], ends[1])))
        })
        .collect();
    for (index, (of, place, one)) in segments.iter().enumerate() {
        for (of_other, place_other, other) in &segments[index + 1..] {
            let last = rings[*of].len() - 2;
            let follows = of == of_other && place + 1 == *place_other;
            let precedes = of == of_other && *place == 0 && *place_other == last;
            let bad = if follows {
                folds_back(one.1, one.0, other.1)
            } else if precedes {
                folds_back(one.0, one.1, other.0)
            } else if of == of_other {
                meet(one, other)
            } else {
                cross(one, other)
            };
            if bad {
                let edge = |(from, to): &Segment| format!("{from:?} to {to:?}");
                return Err(format!(
                    "crosses or touches itself, where {} meets {}: give rings that do not",
                    edge(one),
                    edge(other)
                ));
            }
        }
    }
    let Some((around, holes)) = rings.split_first() else { return Ok(()) };
    if holes.iter().flatten().any(|position| side_of_ring(*position, around) == Side::Outside) {
        return Err("has a hole outside its first ring: give it as a polygon of its own, in a MultiPolygon"
            .to_owned());
    }
    Ok(())
}

/// Twice the area of a triangle: positive when it turns left, zero when it is none.
fn turn(a: Position, b: Position, c: Position) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether `c`, in line with `a` and `b`, lies between them.
fn lies_between(a: Position, b: Position, c: Position) -> bool {
    (a[0].min(b[0])..=a[0].max(b[0])).contains(&c[0]) && (a[1].min(b[1])..=a[1].max(b[1])).contains(&c[1])
}

/// Whether two segments have any point in common.
fn meet(one: &Segment, other: &Segment) -> bool {
    let touches =
        |ends: &Segment, point| turn(ends.0, ends.1, point) == 0.0 && lies_between(ends.0, ends.1, point);
    cross(one, other)
        || touches(one, other.0)
        || touches(one, other.1)
        || touches(other, one.0)
        || touches(other, one.1)
}

/// Whether each segment has one end on either side of the other.
fn cross(one: &Segment, other: &Segment) -> bool {
    let apart = |ends: &Segment, across: &Segment| {
        turn(ends.0, ends.1, across.0) * turn(ends.0, ends.1, across.1) < 0.0
    };
    apart(one, other) && apart(other, one)
}

/// Whether the two segments from a tip lie on each other.
fn folds_back(tip: Position, one: Position, other: Position) -> bool {
    let ahead = (one[0] - tip[0]) * (other[0] - tip[0]) + (one[1] - tip[1]) * (other[1] - tip[1]);
    turn(one, tip, other) == 0.0 && ahead > 0.0
}

#[derive(PartialEq, Eq)]
enum Side {
    Inside,
    Edge,
    Outside,
}

/// On which side of a ring a position lies: a ray from it crosses the ring an odd number of times inside.
fn side_of_ring(position: Position, ring: &Ring) -> Side {
    let [x, y] = position;
    let mut inside = false;
    for ends in ring.windows(2) {
        let (a, b) = (ends[0], ends[1]);
        if turn(a, b, position) == 0.0 && lies_between(a, b, position) {
            return Side::Edge;
        }
        if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(rings: &Value) -> Result<String, String> {
        read(&json!({ "type": "Polygon", "coordinates": rings }))
    }

    #[test]
    fn a_polygon_with_a_hole_is_read() {
        let rings =
            json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]]);
        assert!(one(&rings).unwrap().contains("[[[[0.0,0.0],[4.0,0.0],"));
        assert!(read(&json!({ "type": "MultiPolygon", "coordinates": [rings] })).is_ok());
    }

    #[test]
    fn each_fault_is_named() {
        let many: Vec<_> = (0..1001)
            .map(|n| json!([f64::from(n) / 100.0, 0]))
            .chain([json!([5, 5]), json!([0, 0])])
            .collect();
        for (rings, said) in [
            (json!([[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]), "crosses"),
            (json!([[[0, 0], [4, 0], [2, 0], [4, 4], [0, 0]]]), "crosses"),
            (json!([[[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]]]), "crosses"),
            (json!([[[0, 0], [4, 0], [4, 4], [0, 4]]]), "not closed"),
            (json!([[[0, 0], [4, 0], [0, 0]]]), "without an area"),
            (json!([[[0, 0], [0, 0], [0, 0], [0, 0]]]), "without an area"),
            (json!([[[0, 0], [400, 0], [4, 4], [0, 0]]]), "outside the Earth"),
            (json!([[[0, 0], [4], [4, 4], [0, 0]]]), "not two numbers"),
            (json!([[0, 0]]), "not two numbers"),
            (json!([]), "no rings"),
            (json!([many]), "1003 positions"),
            (
                json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[5, 5], [5, 6], [6, 6], [5, 5]]]),
                "a hole outside",
            ),
            (json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [1, 6], [2, 6], [1, 1]]]), "crosses"),
        ] {
            let fault = one(&rings).unwrap_err();
            assert!(fault.contains(said), "{rings}: {fault}");
        }
        assert!(read(&json!({ "type": "Point", "coordinates": [1, 2] })).unwrap_err().contains("no polygon"));
        assert!(read(&json!("POLYGON")).unwrap_err().contains("no polygon"));
    }
}
