//! The records that events hang on: places, crossings, actors and sources of a line.

use super::sections::{Actor, Crossing, Identifier, Location, Name, Side, Source};
use super::table::{Reader, external, key};
use super::text::{Cells, Text};
use crate::crossing::vocabulary::SideLabel;
use crate::import::format::Wrong;
use crate::import::record::{
    ActorDraft, BorderCrossingDraft, IdentifierDraft, LocationDraft, NameDraft, PointDraft, SideDraft,
    SourceDraft,
};
use crate::import::reference::Reference;
use crate::source::vocabulary::SourceKind;

/// A record of a line: how others refer to it, and the key it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub reference: Reference,
    pub key: String,
}

impl Found {
    fn here(key: String) -> Self {
        Self { reference: external(&key), key }
    }

    fn elsewhere(slug: String) -> Self {
        Self { reference: Reference::Slug(slug.clone()), key: slug }
    }
}

/// What a text says of a line, where there is a text.
pub fn said(text: Option<&Text>, cells: &Cells) -> Option<String> {
    text.and_then(|text| text.of(cells)).map(std::borrow::Cow::into_owned)
}

/// Whether a section applies to a line.
pub fn applies(when: Option<&Text>, cells: &Cells) -> bool {
    when.is_none_or(|when| when.of(cells).is_some())
}

impl Reader<'_, '_> {
    /// Mentions a place and those around it; none where the line has no name for it.
    pub fn location(&mut self, map: &Location) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        if let Some(slug) = said(map.slug.as_ref(), cells) {
            return Ok(Some(Found::elsewhere(slug)));
        }
        let parent = map.parent.as_ref().map(|parent| self.location(parent)).transpose()?.flatten();
        let (Some(name_text), Some(name)) = (&map.name, said(map.name.as_ref(), cells)) else {
            // A place that is not named is its surroundings.
            return Ok(parent);
        };
        let kind = map.kind.as_ref().map(|kind| kind.of(cells)).transpose()?.flatten();
        let kind =
            kind.ok_or_else(|| name_text.wrong(cells, "the place needs a kind, such as kind = \"CITY\""))?;
        let own = said(map.key.as_ref(), cells).unwrap_or_else(|| match &parent {
            Some(parent) => format!("{}/{name}", parent.key),
            None => name.clone(),
        });
        let draft = LocationDraft {
            country: country(map.country.as_ref(), cells)?,
            parent: parent.map(|parent| parent.reference),
            timezone: said(map.timezone.as_ref(), cells),
            point: point(map.latitude.as_ref(), map.longitude.as_ref(), cells)?,
            precision_metres: number(map.precision_metres.as_ref(), cells)?,
            names: self.names(&map.names)?,
            identifiers: self.identifiers(&map.identifiers),
            ..LocationDraft::new(key(&own), name, kind)
        };
        self.mention(&draft)?;
        Ok(Some(Found::here(own)))
    }

    /// Mentions the crossing of a line; none where the line has no name for it.
    pub fn crossing(&mut self, map: &Crossing) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        if let Some(slug) = said(map.slug.as_ref(), cells) {
            return Ok(Some(Found::elsewhere(slug)));
        }
        let (Some(name), Some(a), Some(b)) = (said(map.name.as_ref(), cells), &map.a, &map.b) else {
            return Ok(None);
        };
        let own = said(map.key.as_ref(), cells).unwrap_or_else(|| format!("crossing/{name}"));
        let sides = vec![self.side(a, SideLabel::A)?, self.side(b, SideLabel::B)?];
        let parent = map.parent.as_ref().map(|parent| self.location(parent)).transpose()?.flatten();
        let modes = map.modes.as_ref().map(|modes| modes.list(cells)).transpose()?;
        let draft = BorderCrossingDraft {
            modes,
            parent: parent.map(|parent| parent.reference),
            timezone: said(map.timezone.as_ref(), cells),
            point: point(map.latitude.as_ref(), map.longitude.as_ref(), cells)?,
            precision_metres: number(map.precision_metres.as_ref(), cells)?,
            names: self.names(&map.names)?,
            identifiers: self.identifiers(&map.identifiers),
            ..BorderCrossingDraft::new(key(&own), name, sides)
        };
        self.mention(&draft)?;
        Ok(Some(Found::here(own)))
    }

    fn side(&mut self, map: &Side, label: SideLabel) -> Result<SideDraft, Wrong> {
        let authority = map.authority.as_ref().map(|actor| self.actor(actor)).transpose()?.flatten();
        Ok(SideDraft {
            label,
            country: country(Some(&map.country), self.cells)?.ok_or_else(|| {
                map.country.wrong(self.cells, "it says nothing, and the country of a side must be known")
            })?,
            local_name: required(&map.local_name, self.cells, "what a side calls the crossing")?,
            authority: authority.map(|actor| actor.reference),
        })
    }

    /// Mentions an actor; none where the line has no name for it.
    pub fn actor(&mut self, map: &Actor) -> Result<Option<Found>, Wrong> {
        Ok(self.actors(map)?.into_iter().next())
    }

    /// Mentions as many actors as the name's `split` divides.
    pub fn actors(&mut self, map: &Actor) -> Result<Vec<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(Vec::new());
        }
        let slugs = map.slug.as_ref().map(|slug| slug.list(cells)).unwrap_or_default();
        if !slugs.is_empty() {
            return Ok(slugs.into_iter().map(|slug| Found::elsewhere(slug.into_owned())).collect());
        }
        let Some(name_text) = &map.name else { return Ok(Vec::new()) };
        let names = name_text.list(cells);
        let is_one = names.len() == 1;
        let mut found = Vec::new();
        for name in names {
            let kind = map.kind.as_ref().map(|kind| kind.of(cells)).transpose()?.flatten();
            let kind = kind.ok_or_else(|| {
                name_text.wrong(cells, "the actor needs a kind, such as kind = \"ORGANISATION\"")
            })?;
            // A key column tells one actor, not several.
            let own = said(map.key.as_ref(), cells).filter(|_| is_one).unwrap_or_else(|| name.to_string());
            let draft = ActorDraft {
                country: country(map.country.as_ref(), cells)?,
                description: said(map.description.as_ref(), cells),
                names: self.names(&map.names)?,
                identifiers: self.identifiers(&map.identifiers),
                ..ActorDraft::new(key(&own), name.into_owned(), kind)
            };
            self.mention(&draft)?;
            found.push(Found::here(own));
        }
        Ok(found)
    }

    /// Mentions a source; none where the line has no name for it.
    pub fn source(&mut self, map: &Source) -> Result<Option<Found>, Wrong> {
        Ok(self.sources(map)?.into_iter().next())
    }

    /// Mentions as many sources as the name's `split` divides.
    pub fn sources(&mut self, map: &Source) -> Result<Vec<Found>, Wrong> {
        let (cells, map) = (self.cells, &map.0);
        if let Some(slug) = said(map.slug.as_ref(), cells) {
            return Ok(vec![Found::elsewhere(slug)]);
        }
        let names = map.name.as_ref().map(|name| name.list(cells)).unwrap_or_default();
        let is_one = names.len() == 1;
        let mut found = Vec::new();
        for name in names {
            let kind = map.kind.as_ref().map(|kind| kind.of(cells)).transpose()?.flatten();
            let own = said(map.key.as_ref(), cells).filter(|_| is_one).unwrap_or_else(|| name.to_string());
            let draft = SourceDraft {
                country: country(map.country.as_ref(), cells)?,
                homepage: said(map.homepage.as_ref(), cells),
                ..SourceDraft::new(key(&own), name.into_owned(), kind.unwrap_or(SourceKind::Unknown))
            };
            self.mention(&draft)?;
            found.push(Found::here(own));
        }
        Ok(found)
    }

    fn names(&self, maps: &[Name]) -> Result<Option<Vec<NameDraft>>, Wrong> {
        let cells = self.cells;
        let mut names = Vec::new();
        for map in maps {
            for value in map.value.list(cells) {
                let Some(kind) = map.kind.of(cells)? else { continue };
                let language = said(map.language.as_ref(), cells);
                names.push(NameDraft { value: value.into_owned(), language, kind });
            }
        }
        Ok((!names.is_empty()).then_some(names))
    }

    fn identifiers(&self, maps: &[Identifier]) -> Option<Vec<IdentifierDraft>> {
        let identifier = |map: &Identifier| {
            let (scheme, value) = (map.scheme.of(self.cells)?, map.value.of(self.cells)?);
            Some(IdentifierDraft { scheme: scheme.into_owned(), value: value.into_owned() })
        };
        let identifiers: Vec<_> = maps.iter().filter_map(identifier).collect();
        (!identifiers.is_empty()).then_some(identifiers)
    }
}

/// What a line must say.
pub fn required(text: &Text, cells: &Cells, what: &str) -> Result<String, Wrong> {
    text.of(cells)
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| text.wrong(cells, format!("it says nothing, and {what} must be known")))
}

/// A country, by its code; none where the line says none.
fn country(text: Option<&Text>, cells: &Cells) -> Result<Option<String>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    let Some(said) = text.of(cells) else { return Ok(None) };
    if said.len() == 2 && said.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(Some(said.into_owned()));
    }
    let reason =
        format!("{said:?} is no country code of two capital letters; add it to the values of this key");
    Err(text.wrong(cells, reason))
}

/// A number; none where the line says none.
pub fn number(text: Option<&Text>, cells: &Cells) -> Result<Option<f64>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    let Some(said) = text.of(cells) else { return Ok(None) };
    match said.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(text.wrong(cells, "it is no number such as 1204 or 0.5")),
    }
}

/// A whole number; none where the line says none.
pub fn whole_number<T: std::str::FromStr>(text: Option<&Text>, cells: &Cells) -> Result<Option<T>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    let Some(said) = text.of(cells) else { return Ok(None) };
    said.parse().map(Some).map_err(|_| text.wrong(cells, "it is no whole number"))
}

fn point(
    latitude: Option<&Text>,
    longitude: Option<&Text>,
    cells: &Cells,
) -> Result<Option<PointDraft>, Wrong> {
    let degrees = |text: Option<&Text>, most: f64| match (number(text, cells)?, text) {
        (Some(degrees), Some(text)) if degrees.abs() > most => {
            Err(text.wrong(cells, format!("it must be degrees between -{most} and {most}")))
        }
        (degrees, _) => Ok(degrees),
    };
    match (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?) {
        (Some(latitude), Some(longitude)) => Ok(Some(PointDraft { latitude, longitude })),
        (None, None) => Ok(None),
        _ => {
            let text = latitude.or(longitude);
            Err(text.map_or_else(Wrong::default, |text| {
                text.wrong(cells, "a point needs both its latitude and its longitude")
            }))
        }
    }
}
