//! `dateline export`: files that are whole or not there, and readers that go away.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{EVERY_FIELD, lines};
use crate::support::{TestDatabase, import_all};

fn export(database: &TestDatabase) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.arg("export").env("DATABASE_URL", database.url()).env("RUST_LOG", "warn");
    command
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_replaced_when_the_new_one_is_whole() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.ndjson");
    std::fs::write(&file, "what was there").unwrap();

    let failed = export(&database).args(["--dataset", "nothing", "--output"]).arg(&file).output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("there is no dataset \"nothing\""));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what was there");

    let written = export(&database).arg("--output").arg(&file).output().unwrap();
    assert!(
        written.status.success() && written.stdout.is_empty() && written.stderr.is_empty(),
        "{written:?}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), lines(&database).await);
    assert_eq!(names(folder.path()), ["base.ndjson"]);
}

#[tokio::test]
async fn a_pipe_is_written_to_and_what_a_link_leads_to_is_replaced() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let folder = tempfile::tempdir().unwrap();

    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let export_into = |output: &Path| export(&database).arg("--output").arg(output).spawn().unwrap();
    let mut writer = export_into(&pipe);
    let read = tokio::task::spawn_blocking({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    assert_eq!(read.await.unwrap(), lines(&database).await);
    assert!(writer.wait().unwrap().success());
    assert!(!pipe.is_file(), "the pipe was replaced by a file");

    let (file, link) = (folder.path().join("base.ndjson"), folder.path().join("latest.ndjson"));
    std::fs::write(&file, "what was there").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert!(export_into(&link).wait().unwrap().success());
    assert!(link.is_symlink());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), lines(&database).await);
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_error() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let mut export = export(&database).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(export.stdout.take());
    let ended = export.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn a_wrong_command_line_is_told_what_is_wrong() {
    let database = TestDatabase::new().await;
    for (arguments, said) in [
        (["--filter", r#"{"kinds": []}"#], "--filter: The value of $filter has no field \"kinds\""),
        (["--output", "/"], "/ is a directory; name a file"),
        (["--output", "/nonexistent/a.ndjson"], "cannot write /nonexistent/a.ndjson: No such file"),
    ] {
        let failed = export(&database).args(arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&failed.stderr);
        assert!(failed.status.code() == Some(1) && stderr.contains(said), "{stderr}");
    }
}

#[cfg(not(feature = "parquet"))]
#[tokio::test]
async fn a_build_without_parquet_says_how_to_have_it() {
    let database = TestDatabase::new().await;
    let failed = export(&database).args(["--format", "parquet"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&failed.stderr);
    assert!(failed.status.code() == Some(1) && stderr.contains("--features parquet"), "{stderr}");
}
