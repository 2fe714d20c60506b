//! The steps that build Dateline's tables, in order, each with its way down.
//!
//! A step is a pair of SQL files in `sql/`. A step that has been released is never edited.

use sea_orm_migration::prelude::*;

/// One step: a name and the SQL of both ways.
struct Step {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

/// Names a step after its pair of files.
macro_rules! step {
    ($name:literal) => {
        Step {
            name: $name,
            up: include_str!(concat!("../sql/", $name, ".up.sql")),
            down: include_str!(concat!("../sql/", $name, ".down.sql")),
        }
    };
}

const STEPS: &[Step] = &[
    step!("20261121_1_vocabulary"),
    step!("20261121_2_history"),
    step!("20261121_3_actors_and_places"),
    step!("20261121_4_events"),
    step!("20261121_5_articles_and_claims"),
    step!("20261121_6_origins"),
    step!("20261121_7_accounts"),
    step!("20261121_8_imports"),
    step!("20261121_9_written_extents"),
    step!("20261121_10_reverts"),
    step!("20261121_11_filters"),
    step!("20261121_12_estimates"),
    step!("20261121_13_names_and_search"),
    step!("20261121_14_statistics"),
    step!("20261121_16_tokens"),
    step!("20261121_17_withheld"),
    step!("20261121_18_idempotency"),
    step!("20261121_19_tombstones"),
    step!("20261121_20_feed"),
    step!("20261121_22_listed_kinds"),
    step!("20261121_23_restores"),
    step!("20261121_21_merges"),
    step!("20261122_24_seen_change_sets"),
    step!("20261122_25_codes_of_what_is_gone"),
];

impl MigrationName for &'static Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for &'static Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.up).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.down).await.map(drop)
    }
}

/// All steps; `Migrator::up` runs the pending ones, `Migrator::down` takes back the last.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        STEPS.iter().map(|step| Box::new(step) as Box<dyn MigrationTrait>).collect()
    }
}
