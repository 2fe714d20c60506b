//! Tests of the arguments.

use clap::{CommandFactory, Parser};

use super::Arguments;
use super::storage::without_password;

#[test]
fn the_arguments_are_well_formed() {
    Arguments::command().debug_assert();
}

#[test]
fn global_options_stand_before_or_after_the_command() {
    for line in ["dateline --data-dir /d serve", "dateline serve --data-dir /d"] {
        Arguments::try_parse_from(line.split(' ')).unwrap();
    }
}

#[test]
fn every_command_and_option_is_described() {
    fn check(command: &clap::Command) {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
        command.get_subcommands().for_each(check);
    }
    check(&Arguments::command());
}

#[test]
fn a_password_is_shown_nowhere() {
    for (url, shown) in [
        ("postgres://host/db", "postgres://host/db"),
        ("postgres://me@host/db", "postgres://me@host/db"),
        ("postgres://me:secret@host:5432/db", "postgres://me:***@host:5432/db"),
        ("postgres://me:se@c/ret@host/db?sslmode=require", "postgres://me:***@host/db?sslmode=require"),
        ("postgres://host/db?user=me&password=secret", "postgres://host/db?user=me&password=***"),
        ("postgres://me:se?cret@host/db", "postgres://me:***@host/db"),
        ("nonsense", "nonsense"),
    ] {
        assert_eq!(without_password(url), shown);
    }
}
