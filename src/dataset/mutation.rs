//! Writing datasets.

use super::graphql::Dataset;
use super::vocabulary::Redistribution;
use crate::graphql::scalar::Url;
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static DATASET: RecordType = RecordType { table: "dataset", line: "dataset", new_ids: &[] };

record_inputs! {
    /// A dataset as it is written: whole. What is left out is unknown.
    DatasetInput,
    /// What changes in a dataset. Its slug never does: the ids of its records follow from it.
    UpdateDatasetInput,
    identity {
        /// The name by which queries and commands mean it: lower-case letters and digits in groups joined by
        /// hyphens. It must be given.
        slug: String,
    }
    required {
        /// The name people read.
        title: String,
    }
    optional {
        /// Its licence, an SPDX identifier where there is one.
        licence: String,
        /// Whether anonymous readers may see its records; `OPEN` when left out.
        redistribution: Redistribution,
        /// Where it is published.
        homepage: Url,
    }
}

record_mutations! {
    DatasetMutation: Dataset, DatasetInput, UpdateDatasetInput, DATASET;
    /// Makes a dataset.
    create_dataset;
    /// Changes a dataset.
    update_dataset;
    /// Deletes a dataset. One that others still refer to, such as its records, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_dataset;
    /// Makes datasets, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its slug.
    upsert_datasets;
}
