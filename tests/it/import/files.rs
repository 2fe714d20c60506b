//! Files as they come: packed, cut off, in another encoding, without line ends.

use std::io::Write;

use dateline::import::{Format, Options};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::one;
use crate::support::{DEMONSTRATION, TestDatabase, try_import};

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn packed_files_are_read_as_they_are() {
    let plain = DEMONSTRATION.as_bytes();
    let mut twice = gzipped(&plain[..1000]);
    twice.extend(gzipped(&plain[1000..]));
    let packed = [
        ("gz", gzipped(plain)),
        ("two streams of gz", twice),
        ("zst", zstd::encode_all(plain, 1).unwrap()),
        ("zip", zipped(&[("demonstration.ndjson", plain)])),
    ];
    for (how, file) in packed {
        let database = TestDatabase::new().await;
        let imported = try_import(&database, &file, &Options::default()).await.unwrap();
        assert_eq!(imported.read, DEMONSTRATION.lines().count() as u64, "{how}");
        assert_eq!(imported.rejected, 0, "{how}");
        let hash = one::<String>(&database, "select file_hash from import_run").await;
        assert_eq!(hash, sha256(&file), "{how}: the hash is that of the file as it came");
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_file_that_is_no_good_is_refused_whole() {
    let plain = DEMONSTRATION.as_bytes();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let endless = [b"{\"type\":\"", vec![b'a'; 17 << 20].as_slice()].concat();
    let refused: [(&str, Vec<u8>, &str); 10] = [
        ("a gz that was cut off", cut(gzipped(plain)), "was cut off"),
        ("a zst that was cut off", cut(zstd::encode_all(plain, 1).unwrap()), "was cut off"),
        ("a zip that was cut off", cut(zipped(&[("a", plain)])), "was cut off or is damaged"),
        ("a zip of two files", zipped(&[("a", b"x"), ("b", b"y")]), "holds 2 files (a, b)"),
        ("a zip of nothing", zipped(&[]), "is empty"),
        ("Latin-1", [plain, b"{\"type\":\"actor\",\"name\":\"Caf\xe9\"}"].concat(), "is not UTF-8"),
        ("a line without end", endless, "line 1 is longer than 16 MiB"),
        ("two columns of one name", b"id,type_of_violence,id\n".to_vec(), "two columns called \"id\""),
        ("no known format", b"once upon a time".to_vec(), "say which it is with --format"),
        ("nothing at all", Vec::new(), "say which it is with --format"),
    ];
    let database = TestDatabase::new().await;
    for (what, file, why) in refused {
        let format = what.starts_with("two columns").then_some(Format::UcdpGed);
        let options = Options { format, ..Options::default() };
        let error = try_import(&database, &file, &options).await.expect_err(what).to_string();
        assert!(error.contains(why), "{what}: {error}");
    }
    for table in
        ["select count(*) from event", "select count(*) from change_set", "select count(*) from import_run"]
    {
        assert_eq!(one::<i64>(&database, table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_line_that_no_text_can_hold_or_that_has_other_columns_is_named_and_the_others_load() {
    let database = TestDatabase::new().await;
    let mapping = "[dataset]\nslug = \"desk\"\ntitle = \"Desk\"\n[event]\nkey = \"{id}\"\ntitle = \"{title}\"\nkind = \"OTHER\"\n";
    let options = Options { mapping: Some(mapping.to_owned()), ..Options::default() };
    let file = b"id,title\n1,a\n2,\"n\0l\"\n3,b,c\n4\n5,e\n";
    let imported = try_import(&database, file, &options).await.unwrap();
    let told: Vec<_> = imported.rejects.iter().map(ToString::to_string).collect();
    assert_eq!(told[0], "line 3: the line has a NUL character, which no text may have");
    assert!(told[1].starts_with("line 4: the line has 3 fields, and the header 2"), "{told:?}");
    assert!(told[2].starts_with("line 5: the line has 1 fields, and the header 2"), "{told:?}");
    assert_eq!(one::<i64>(&database, "select count(*) from event").await, 2);
}

#[tokio::test]
async fn what_a_mac_adds_to_a_zip_is_passed_over() {
    let database = TestDatabase::new().await;
    let zip = zipped(&[("a.ndjson", DEMONSTRATION.as_bytes()), ("__MACOSX/._a.ndjson", b"x")]);
    let imported = try_import(&database, &zip, &Options::default()).await.unwrap();
    assert_eq!(imported.rejected, 0);
}
