//! Datasets: the shape of their lines and their staging table.

use super::{Draft, Fault, draft};
use crate::dataset::vocabulary::Redistribution;
use crate::import::reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, Identity, Table};

draft! {
    /// A dataset. Its id is computed from its slug, so that its records' ids can be too.
    DatasetDraft {
        required {
            title: String,
        }
        optional {
            licence: Option<String>,
            redistribution: Option<Redistribution>,
            homepage: Option<String>,
        }
    }
}

pub static DATASETS: Table = Table {
    name: "dataset",
    columns: &[
        Column::Value("slug", "text"),
        Column::Value("title", "text"),
        Column::Value("licence", "text"),
        // Open unless it says so: a dataset that is not is never opened by silence.
        Column::Filled(
            "redistribution",
            "text",
            "coalesce(s.redistribution, (select d.redistribution::text from dataset d where d.id = s.id), 'OPEN')",
        ),
        Column::Value("homepage", "text"),
    ],
    parts: &[],
    has_slug: true,
    same_record: None,
    identity: Identity::Keyed,
    dates_at: None,
    checks: &[],
};

impl DatasetDraft {
    /// The slug it is known by.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.slug.as_deref()
    }
}

impl Draft for DatasetDraft {
    fn key(&self) -> Key {
        let written = self.written_key();
        Key { id: written.slug.as_deref().map(reference::dataset), ..written }
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        if key.slug.is_none() {
            return Err(Fault::new("slug", "a dataset needs a slug"));
        }
        if self.id.is_some() || self.external_id.is_some() || self.dataset.is_some() {
            return Err(Fault::new(
                "slug",
                "a dataset is known by its slug alone; leave out id, externalId and dataset",
            ));
        }
        rows.record(&DATASETS, &Key { dataset: None, ..key.clone() }, |row| {
            row.value(Some(&self.title))
                .value(self.licence.as_ref())
                .value(self.redistribution.map(Redistribution::word))
                .value(self.homepage.as_ref())
        });
        Ok(())
    }
}
