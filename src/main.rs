//! The program `dateline`.

use std::process::ExitCode;

/// Answers are made of thousands of small pieces of memory: see `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dateline::cli::main()
}
