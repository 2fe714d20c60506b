//! Any bytes as a file of any format: the first byte chooses the format, the rest is the file. Nothing
//! may panic, hang or take memory without bound.

#![no_main]

use dateline::import::{Format, Options, read_through, suggest_mapping};
use libfuzzer_sys::fuzz_target;

const TABLE: &str = include_str!("../../docs/import/border-closures.toml");
const FEATURES: &str = include_str!("../../docs/import/crossings.toml");

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, file)) = bytes.split_first() else { return };
    let (format, mapping) = match choice % 10 {
        0 => (Some(Format::Dateline), None),
        1 => (Some(Format::UcdpGed), None),
        2 => (Some(Format::Acled), None),
        3 => (Some(Format::GdeltEvents), None),
        4 => (Some(Format::GdeltMentions), None),
        5 => (Some(Format::Csv), Some(TABLE.to_owned())),
        6 => (Some(Format::Geojson), Some(FEATURES.to_owned())),
        // What is the mapping itself, for a file that any mapping can read.
        7 => {
            let mapping = Some(String::from_utf8_lossy(file).into_owned());
            let options = Options { mapping, ..Options::default() };
            let _ = options.check();
            let _ = read_through(Box::new(&b"a,b,c\n1,2025-10-11,x\n"[..]), &options);
            return;
        }
        8 => {
            if let Ok(mapping) = suggest_mapping(file, "file.csv") {
                let options = Options { mapping: Some(mapping), ..Options::default() };
                assert!(options.check().is_ok(), "a suggested mapping is one");
            }
            return;
        }
        // Detected, packed or not.
        _ => (None, None),
    };
    let options = Options { format, mapping, ..Options::default() };
    let _ = read_through(Box::new(std::io::Cursor::new(file.to_vec())), &options);
});
