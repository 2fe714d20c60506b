//! An installation: the programs of one Postgres version on this machine (`initdb`, `pg_ctl`,
//! `postgres`), and the extensions that came with them.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest major version that Dateline's SQL runs on.
const OLDEST_MAJOR: u32 = 15;
const PROGRAMS: [&str; 3] = ["postgres", "initdb", "pg_ctl"];
const EXTENSIONS: [&str; 5] = ["postgis", "pg_trgm", "btree_gist", "unaccent", "uuid-ossp"];

/// Where packages put versions side by side: parent, how the entry begins, what follows it.
const SIDE_BY_SIDE: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),         // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                  // RPMs of postgresql.org
    ("/usr/lib", "postgresql", "bin"),          // openSUSE
    ("/usr/lib64", "postgresql-", "bin"),       // Gentoo
    ("/opt/homebrew/opt", "postgresql", "bin"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql", "bin"),    // Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];
/// Fedora and Arch, then Postgres's own `make install`.
const SINGLE: [&str; 2] = ["/usr/bin", "/usr/local/pgsql/bin"];

/// The programs of one Postgres version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The directory of `initdb`, `pg_ctl` and `postgres`.
    pub bin_dir: PathBuf,
    /// The number that decides whether a data directory fits: 17 for "17.2".
    pub major: u32,
    /// What the server calls itself: "15.14 (Debian 15.14-0+deb12u1)".
    pub version: String,
    /// The extensions Dateline needs that are not installed; empty when it can be used.
    pub missing_extensions: Vec<&'static str>,
}

/// Why no installation can be used. The text names the packages to install.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// Nothing on this machine, or nothing in the directory given.
    #[error("{}\n{}", nothing_found(.pg_bin.as_deref()), advice(None))]
    NotFound {
        /// The directory that was asked for, if one was.
        pg_bin: Option<PathBuf>,
    },
    /// Only versions before 15.
    #[error("PostgreSQL {version} in {} is too old: Dateline needs {OLDEST_MAJOR} or later.\n{}",
        .bin_dir.display(), advice(None))]
    TooOld {
        /// The newest of what was found.
        version: String,
        /// Where it is.
        bin_dir: PathBuf,
    },
    /// The server is there, `postgis` or the contributed extensions are not.
    #[error("PostgreSQL {major} in {} lacks extensions Dateline needs: {}.\n{}",
        .bin_dir.display(), .missing.join(", "), advice(Some(*.major)))]
    MissingExtensions {
        /// The newest of what was found.
        major: u32,
        /// Where it is.
        bin_dir: PathBuf,
        /// The names of the extensions.
        missing: Vec<&'static str>,
    },
}

impl Installation {
    /// The best installation: the newest that has every extension. With `pg_bin`, the one in that
    /// directory or none, since somebody who names a directory means that one.
    ///
    /// # Errors
    /// When nothing can be used; the text says what to install.
    pub fn find(pg_bin: Option<&Path>) -> Result<Self, InstallationError> {
        Self::choose(pg_bin, None)
    }

    /// Like [`Self::find`], but the version that made the cluster in `data_dir` comes before newer
    /// ones: a newer Postgres beside the old one must not lock people out of their data.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_for(data_dir: &Path, pg_bin: Option<&Path>) -> Result<Self, InstallationError> {
        let version = fs::read_to_string(data_dir.join("postgres/PG_VERSION"));
        let major = version.ok().and_then(|text| text.trim().parse().ok());
        Self::choose(pg_bin, major)
    }

    /// Everything found on this machine, usable or not, newest first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut seen = HashSet::new();
        let mut found: Vec<Self> = candidate_directories()
            .into_iter()
            .filter(|directory| {
                let real = directory.join("postgres").canonicalize();
                real.is_ok_and(|program| seen.insert(program))
            })
            .filter_map(|directory| Self::in_directory(&directory))
            .collect();
        found.sort_by_key(|installation| std::cmp::Reverse(installation.major));
        found
    }

    /// Whether the version is new enough and every extension is there.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.major >= OLDEST_MAJOR && self.missing_extensions.is_empty()
    }

    /// Whether `postgis` is installed for this version.
    #[must_use]
    pub fn has_postgis(&self) -> bool {
        !self.missing_extensions.contains(&"postgis")
    }

    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin_dir.join(name)
    }

    fn choose(pg_bin: Option<&Path>, major: Option<u32>) -> Result<Self, InstallationError> {
        let found = match pg_bin {
            Some(directory) => Self::in_directory(directory).into_iter().collect(),
            None => Self::all(),
        };
        let usable = || found.iter().filter(|installation| installation.is_usable());
        let fitting = usable().find(|installation| Some(installation.major) == major);
        if let Some(best) = fitting.or_else(|| usable().next()) {
            return Ok(best.clone());
        }
        let Some(newest) = found.into_iter().next() else {
            let pg_bin = pg_bin.map(Path::to_path_buf);
            return Err(InstallationError::NotFound { pg_bin });
        };
        let Self { bin_dir, major, version, missing_extensions: missing } = newest;
        if major < OLDEST_MAJOR {
            return Err(InstallationError::TooOld { version, bin_dir });
        }
        Err(InstallationError::MissingExtensions { major, bin_dir, missing })
    }

    fn in_directory(directory: &Path) -> Option<Self> {
        // The server is started from another working directory, so the path has to be absolute.
        let bin_dir = std::path::absolute(directory).ok()?;
        if !PROGRAMS.iter().all(|program| bin_dir.join(program).is_file()) {
            return None;
        }
        let (major, version) = version_of(&bin_dir)?;
        let extension_dirs = extension_directories(&bin_dir, major);
        let is_missing = |name: &&str| {
            let file = format!("{name}.control");
            !extension_dirs.iter().any(|directory| directory.join(&file).is_file())
        };
        let missing_extensions = EXTENSIONS.into_iter().filter(is_missing).collect();
        Some(Self { bin_dir, major, version, missing_extensions })
    }
}

#[expect(clippy::disallowed_methods, reason = "where programs are is what PATH says")]
fn candidate_directories() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for (parent, beginning, rest) in SIDE_BY_SIDE {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let versions = entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning))
            .map(|entry| entry.path().join(rest));
        directories.extend(versions);
    }
    directories.extend(SINGLE.map(PathBuf::from));
    let path = env::var_os("PATH").unwrap_or_default();
    directories.extend(env::split_paths(&path).filter(|directory| directory.is_absolute()));
    directories
}

/// From "postgres (`PostgreSQL`) 15.14 (Debian 15.14-0+deb12u1)".
fn version_of(bin_dir: &Path) -> Option<(u32, String)> {
    let output = first_line(Command::new(bin_dir.join("postgres")).arg("--version"))?;
    let (_, version) = output.split_once("(PostgreSQL) ")?;
    let digits = version.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some((digits.parse().ok()?, version.to_owned()))
}

/// `pg_config` knows the directory, but comes in another package on some systems.
fn extension_directories(bin_dir: &Path, major: u32) -> Vec<PathBuf> {
    let asked = first_line(Command::new(bin_dir.join("pg_config")).arg("--sharedir"));
    let shares = match asked {
        Some(share) => vec![PathBuf::from(share)],
        None => vec![
            PathBuf::from(format!("/usr/share/postgresql/{major}")),
            bin_dir.join("../share/postgresql"),
            bin_dir.join("../share/pgsql"),
            bin_dir.join("../share"),
        ],
    };
    shares.into_iter().map(|share| share.join("extension")).collect()
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.lines().next()?.to_owned())
}

fn nothing_found(pg_bin: Option<&Path>) -> String {
    match pg_bin {
        Some(directory) => format!(
            "{} does not hold a PostgreSQL server (initdb, pg_ctl and postgres).",
            directory.display()
        ),
        None => "No PostgreSQL server is installed.".to_owned(),
    }
}

fn advice(major: Option<u32>) -> String {
    let debian = match major {
        Some(major) => format!("postgresql-{major} postgresql-{major}-postgis-3"),
        None => "postgresql postgresql-postgis".to_owned(),
    };
    format!(
        "Install PostgreSQL {OLDEST_MAJOR} or later with PostGIS and the contributed extensions:
  Debian, Ubuntu  sudo apt-get install {debian}
  Fedora          sudo dnf install postgresql-server postgresql-contrib postgis
  macOS           brew install postgresql@17 postgis
  Windows         run Dateline inside WSL, as on Ubuntu
Or name the directory of another installation with --pg-bin,
or the database of a server that is running with DATABASE_URL."
    )
}
