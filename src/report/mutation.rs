//! Writing reports.

use async_graphql::ID;

use super::graphql::Report;
use super::vocabulary::Relevance;
use crate::article::graphql::ArticleRef;
use crate::closure::graphql::ClosureRef;
use crate::event::input::EventRef;
use crate::source::graphql::SourceRef;
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static REPORT: RecordType = RecordType { table: "report", line: "report", new_ids: &[] };

record_inputs! {
    /// A report as it is written: whole. It has exactly one of article, source and citation.
    ReportInput,
    /// What changes in a report.
    UpdateReportInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The event that is reported.
        event: EventRef,
    }
    optional {
        /// The article that reports it.
        article: ArticleRef,
        /// The source that reports it, where no article is known.
        source: SourceRef,
        /// What is cited, where neither is known.
        citation: String,
        /// What the event is to the article; `MAIN` when left out.
        relevance: Relevance,
        /// Where in the article, such as "paragraph 3".
        locator: String,
        /// The closures of the event that it speaks for; all of them when left out or empty.
        closures: Vec<ClosureRef>,
        /// How sure the dataset is of it, from 0 to 1.
        confidence: f64,
    }
}

record_mutations! {
    ReportMutation: Report, ReportInput, UpdateReportInput, REPORT;
    /// Makes a report.
    create_report;
    /// Changes a report.
    update_report;
    /// Deletes a report.
    delete_report;
    /// Makes reports, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its event and its article, source or citation.
    upsert_reports;
}
