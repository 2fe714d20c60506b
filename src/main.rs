//! The program `dateline`.

use std::process::ExitCode;

/// Each field of an answer takes a piece of memory for a moment, which this one finds sooner.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dateline::cli::main()
}
