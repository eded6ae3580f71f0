//! What the keys and the bytes of a run depend on.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::settings::Settings;

use super::objects::sha256;

/// How much of the beginning and of the end of a file is compared.
const COMPARED: u64 = 1 << 20;

/// What the keys and the bytes of a run depend on: version, clock, seed, settings and input. The same identity gives the same
/// objects. It has no secret, and nothing that may change between two attempts, such as the endpoint or a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// The version of the program.
    pub version: String,
    /// The time of the run: its first start, or that of `--clock`.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub clock: Timestamp,
    /// The seed of the random numbers in file names.
    pub seed: u64,
    /// A hash of each setting that shapes keys or bytes, by name.
    pub settings: BTreeMap<String, String>,
    /// The inputs, in order.
    pub inputs: Vec<InputIdentity>,
}

/// An input by its content, whatever its name is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputIdentity {
    /// A file.
    File {
        /// Its bytes. A file that has grown since is read up to here.
        bytes: u64,
        /// The SHA-256 of its first MiB.
        first: String,
        /// The SHA-256 of its last MiB.
        last: String,
    },
    /// Something that cannot be read twice, such as stdin. What was taken from it is in the spool.
    Stream,
    /// Files that grow and are read on. The spool knows them by their first MiB.
    Followed,
}

fn write_time<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

fn read_time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

impl InputIdentity {
    /// The identity of the first `bytes` of a file.
    pub(super) fn of_file(path: &Path, bytes: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut part = |start: u64| {
            let mut text = Vec::new();
            file.seek(SeekFrom::Start(start))?;
            (&mut file).take(COMPARED.min(bytes)).read_to_end(&mut text)?;
            Ok::<_, io::Error>(sha256(&text))
        };
        let first = part(0)?;
        let last = part(bytes.saturating_sub(COMPARED))?;
        Ok(Self::File { bytes, first, last })
    }
}

/// A hash of each setting that shapes keys or bytes.
pub(super) fn shaping(settings: &Settings) -> BTreeMap<String, String> {
    settings.shaping().into_iter().map(|(name, value)| (name, sha256(value.to_string().as_bytes()))).collect()
}

impl RunIdentity {
    /// A seed that two different runs do not have in common.
    pub(super) fn derive_seed(&mut self) {
        let text = serde_json::to_vec(self).unwrap_or_default();
        let hash = sha256(&text);
        self.seed = u64::from_str_radix(&hash[..16], 16).unwrap_or_default();
    }

    /// The first setting that has another value.
    pub(super) fn other_setting<'a>(&'a self, now: &'a BTreeMap<String, String>) -> Option<&'a str> {
        let mut names = self.settings.keys().chain(now.keys());
        names.find(|name| self.settings.get(*name) != now.get(*name)).map(String::as_str)
    }
}
