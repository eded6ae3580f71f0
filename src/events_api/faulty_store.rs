//! Faults of an export, to test programs that watch it: a store that changes what it writes.

use std::io::{Read as _, Write as _};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use flate2::write::GzEncoder;

use crate::ndjson::{Compression, Decoded};
use crate::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};

/// The delay of a late object.
const LATE: Duration = Duration::from_secs(10);

/// A fault of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportFault {
    /// Each object is written ten seconds late.
    Late,
    /// The last event of each object is missing.
    Lost,
    /// Each object is written twice.
    Twice,
    /// A value is changed.
    Altered,
    /// Objects are in another folder.
    Folder,
    /// Date folders are of another day.
    Date,
    /// The time in the name has no microseconds.
    Name,
    /// Objects are compressed although compression is off, or plain although it is on.
    Compression,
    /// No encryption is requested.
    Encryption,
    /// Large integers are rounded as doubles.
    Digits,
    /// All batches of an object are on one line.
    Framing,
    /// The environment is not a known one.
    Environment,
    /// Batches have `mp_deviceid` although the setting removes it.
    Setting,
}

/// An unknown fault name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown fault `{}` (known: {})", .0.escape_debug(), ExportFault::ALL.map(|fault| fault.as_str()).join(", "))]
pub struct UnknownExportFault(String);

impl ExportFault {
    /// All faults.
    pub const ALL: [Self; 13] = [
        Self::Late,
        Self::Lost,
        Self::Twice,
        Self::Altered,
        Self::Folder,
        Self::Date,
        Self::Name,
        Self::Compression,
        Self::Encryption,
        Self::Digits,
        Self::Framing,
        Self::Environment,
        Self::Setting,
    ];

    /// The fault's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Lost => "lost",
            Self::Twice => "twice",
            Self::Altered => "altered",
            Self::Folder => "folder",
            Self::Date => "date",
            Self::Name => "name",
            Self::Compression => "compression",
            Self::Encryption => "encryption",
            Self::Digits => "digits",
            Self::Framing => "framing",
            Self::Environment => "environment",
            Self::Setting => "setting",
        }
    }

    /// The changed key and text.
    fn apply(self, key: &str, text: &str) -> (String, String) {
        let (folder, name) = key.rsplit_once('/').map_or((None, key), |(folder, name)| (Some(folder), name));
        let under = |folder: Option<&str>, name: &str| match folder {
            Some(folder) => format!("{folder}/{name}"),
            None => name.to_owned(),
        };
        let mut key = key.to_owned();
        let mut text = text.to_owned();
        match self {
            Self::Late | Self::Twice | Self::Compression | Self::Encryption => {}
            Self::Lost => text = without_last_event(&text),
            Self::Altered => text = text.replacen("東京", "京都", 1),
            Self::Folder => key = format!("elsewhere/{key}"),
            Self::Date => {
                let base = folder.and_then(|folder| folder.rsplit_once('/')).map(|(base, _)| base);
                key = under(Some(&under(base, "1999-12-31")), name);
            }
            Self::Name => {
                let parts: Vec<&str> = name.rsplitn(3, '_').collect();
                if let [number, time, app] = parts[..] {
                    key = under(folder, &format!("{app}_{}_{number}", time.get(..14).unwrap_or(time)));
                }
            }
            Self::Digits => text = text.replace("9007199254740993", "9007199254740992"),
            Self::Framing => text = text.trim_end().replace('\n', "") + "\n",
            Self::Environment => text = text.replace(r#""environment":"development""#, r#""environment":"test""#),
            Self::Setting => text = text.replace("{\"environment\"", "{\"mp_deviceid\":\"d\",\"environment\""),
        }
        (key, text)
    }
}

impl FromStr for ExportFault {
    type Err = UnknownExportFault;

    fn from_str(name: &str) -> Result<Self, UnknownExportFault> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == name).ok_or_else(|| UnknownExportFault(name.to_owned()))
    }
}

/// The text without the last event of its last line; empty if it is the only event.
fn without_last_event(text: &str) -> String {
    let (before, last) =
        text.trim_end().rsplit_once('\n').map_or(("", text.trim_end()), |(before, last)| (before, last));
    let mut kept = if before.is_empty() { String::new() } else { format!("{before}\n") };
    if let Ok(mut batch) = serde_json::from_str::<serde_json::Value>(last)
        && let Some(events) = batch["events"].as_array_mut()
        && events.len() > 1
    {
        events.pop();
        kept += &format!("{batch}\n");
    }
    kept
}

/// A store that applies a fault to everything that it writes.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    fault: ExportFault,
}

impl FaultyStore {
    /// Writes to `inner` with this fault.
    pub fn new(inner: Arc<dyn Store>, fault: ExportFault) -> Self {
        Self { inner, fault }
    }

    fn changed(&self, object: &Object) -> std::io::Result<Option<Object>> {
        let mut decoded = Decoded::new(&object.body[..])?;
        let mut is_gzip = decoded.compression() == Compression::Gzip;
        let mut text = String::new();
        decoded.read_to_string(&mut text)?;
        let (key, text) = self.fault.apply(&object.key, &text);
        if text.is_empty() {
            return Ok(None);
        }
        is_gzip ^= self.fault == ExportFault::Compression;
        let body = match is_gzip {
            false => Bytes::from(text),
            true => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(text.as_bytes())?;
                Bytes::from(encoder.finish()?)
            }
        };
        let encryption = object.encryption.clone().filter(|_| self.fault != ExportFault::Encryption);
        Ok(Some(Object { key, body, encryption, ..object.clone() }))
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn name(&self) -> String {
        self.inner.name()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        // An object that cannot be changed is written unchanged.
        let Some(changed) = self.changed(object).unwrap_or_else(|_| Some(object.clone())) else { return Ok(()) };
        match self.fault {
            ExportFault::Late => {
                let (inner, object) = (self.inner.clone(), changed);
                tokio::spawn(async move {
                    tokio::time::sleep(LATE).await;
                    if let Err(error) = inner.put(&object).await {
                        tracing::warn!(%error, "a late object could not be written");
                    }
                });
                Ok(())
            }
            ExportFault::Twice => {
                self.inner.put(&changed).await?;
                let (start, end) = changed.key.rsplit_once('_').unwrap_or((&changed.key, ""));
                let other = if end.starts_with("10000") { "10001" } else { "10000" };
                let key = format!("{start}_{other}{}", end.get(5..).unwrap_or_default());
                self.inner.put(&Object { key, ..changed }).await
            }
            _ => self.inner.put(&changed).await,
        }
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.inner.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        self.inner.head(key).await
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.inner.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.inner.create_bucket().await
    }
}
