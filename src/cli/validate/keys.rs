//! A list of files to check: paths, URLs of objects, keys, or rows of an S3 Inventory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::ndjson::{Decoded, Lines};
use crate::settings::{BucketName, S3Url};

/// The longest line of a list: a key has at most 1,024 bytes, and a row of an inventory a few more columns.
const LONGEST: usize = 64 << 10;

/// The files of a list.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) files: Vec<PathBuf>,
    /// The keys of the objects of each bucket.
    pub(super) objects: BTreeMap<String, Vec<String>>,
}

/// The list cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeysError {
    #[error("cannot read the list `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "line {line} of the list `{}` is neither a path, an `s3://bucket/key`, nor a row of an S3 Inventory in CSV \
         (`\"bucket\",\"key\",…`): {reason}", path.display()
    )]
    Line { path: PathBuf, line: u64, reason: String },
}

impl Keys {
    /// Reads a list, plain or gzip. `bucket` is that of keys without one.
    pub(super) fn read(path: &Path, bucket: Option<&BucketName>) -> Result<Self, KeysError> {
        let failed = |source| KeysError::Read { path: path.to_owned(), source };
        let reader: Box<dyn Read> = match path == Path::new("-") {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(path).map_err(failed)?),
        };
        let mut lines = Lines::new(Decoded::new(reader).map_err(failed)?, LONGEST);
        let mut keys = Self::default();
        while let Some(line) = lines.next_line().map_err(failed)? {
            let text = std::str::from_utf8(line.bytes).map(|text| text.trim_end_matches('\r'));
            let added = match text {
                Ok("") => Ok(()),
                Ok(text) => keys.add(text, bucket),
                Err(_) => Err("it is not UTF-8".to_owned()),
            };
            added.map_err(|reason| KeysError::Line { path: path.to_owned(), line: line.number, reason })?;
        }
        Ok(keys)
    }

    fn add(&mut self, text: &str, bucket: Option<&BucketName>) -> Result<(), String> {
        let (bucket, key) = if let Some(row) = text.strip_prefix('"') {
            let mut columns = row.split("\",");
            let mut column = || columns.next().map(|text| text.trim_matches('"')).unwrap_or_default();
            // An inventory has keys as in a URL.
            let (bucket, key) = (column().to_owned(), crate::store::percent_decoded(column()));
            (bucket, String::from_utf8(key).map_err(|_| "the key is not UTF-8")?)
        } else if S3Url::is_meant(text) {
            let url: S3Url = text.parse().map_err(|error: crate::settings::Refusal| error.to_string())?;
            (url.bucket.as_str().to_owned(), url.prefix)
        } else if let Some(bucket) = bucket {
            (bucket.as_str().to_owned(), text.to_owned())
        } else {
            self.files.push(text.into());
            return Ok(());
        };
        bucket.parse::<BucketName>().map_err(|error| error.to_string())?;
        if key.is_empty() {
            return Err("it has no key".to_owned());
        }
        self.objects.entry(bucket).or_default().push(key);
        Ok(())
    }

    /// Whether it has nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.objects.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_urls_keys_and_rows_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let read = |text: &str, bucket: Option<&BucketName>| {
            std::fs::write(&path, text).unwrap();
            Keys::read(&path, bucket).map_err(|error| error.to_string())
        };
        let text = "a/b.txt\n\ns3://acme/x/1.txt\r\n\"acme\",\"x/a%20b%2Bc.txt\",\"12\",\"2026-03-01T00:00:00.000Z\"\n";
        let keys = read(text, None).unwrap();
        assert_eq!(keys.files, [PathBuf::from("a/b.txt")]);
        assert_eq!(
            keys.objects,
            BTreeMap::from([("acme".to_owned(), vec!["x/1.txt".to_owned(), "x/a b+c.txt".to_owned()])])
        );
        let bucket: BucketName = "other".parse().unwrap();
        assert_eq!(read("x/1.txt", Some(&bucket)).unwrap().objects["other"], ["x/1.txt"]);
        assert!(read("\n", None).unwrap().is_empty());
        for (wrong, part) in [("ok\ns3://Acme/x", "line 2"), ("\"acme\"", "no key"), ("s3://acme/", "no key")] {
            let error = read(wrong, None).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
