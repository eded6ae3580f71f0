//! The formats of a report.

use std::io;
use std::path::Path;
use std::str::FromStr;

/// A format of a report. Each command offers the formats that have a meaning for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// A table for a terminal.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// JUnit XML, for test result viewers.
    Junit,
    /// Markdown, for a pull request.
    Markdown,
    /// An HTML page in one file.
    Html,
    /// A badge's JSON, for shields.io.
    Badge,
    /// SARIF, for code hosts.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// A format that a command does not offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown report {what} `{given}` (known: {known})")]
pub struct UnknownFormat {
    what: &'static str,
    given: String,
    known: String,
}

impl From<UnknownFormat> for io::Error {
    fn from(error: UnknownFormat) -> Self {
        Self::new(io::ErrorKind::Unsupported, error)
    }
}

impl UnknownFormat {
    /// The error for the unknown format `given`.
    pub fn name(given: &str, formats: &[Format]) -> Self {
        let known: Vec<&str> = formats.iter().map(|format| format.as_str()).collect();
        Self { what: "format", given: given.to_owned(), known: known.join(", ") }
    }

    /// The error for a path whose extension belongs to none of `formats`.
    fn file(path: &Path, formats: &[Format]) -> Self {
        let known: Vec<&str> = formats.iter().filter_map(|format| format.extension()).collect();
        let (what, given) = match path.extension() {
            Some(extension) => ("extension", format!(".{}", extension.to_string_lossy())),
            None => ("extension of", path.display().to_string()),
        };
        Self { what, given, known: known.join(", ") }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let format = Self::ALL.into_iter().find(|format| format.as_str() == name);
        format.ok_or_else(|| UnknownFormat::name(name, &Self::ALL))
    }
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Junit,
        Self::Markdown,
        Self::Html,
        Self::Sarif,
        Self::Badge,
        Self::Github,
    ];

    /// The formats of a report without checks.
    pub const BASIC: [Self; 3] = [Self::Human, Self::Json, Self::Jsonl];

    /// The formats of a report with checks.
    pub const COMMON: [Self; 7] =
        [Self::Human, Self::Json, Self::Jsonl, Self::Junit, Self::Markdown, Self::Html, Self::Github];

    /// The format's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Badge => "badge",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }

    /// The file name extension; annotations can only be written to stdout.
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Self::Human => Some(".txt"),
            Self::Json => Some(".json"),
            Self::Jsonl => Some(".jsonl"),
            Self::Junit => Some(".xml"),
            Self::Markdown => Some(".md"),
            Self::Html => Some(".html"),
            Self::Badge => Some("badge.json"),
            Self::Sarif => Some(".sarif"),
            Self::Github => None,
        }
    }

    /// The format of a report file, from the extension of its name.
    ///
    /// # Errors
    /// If none of `formats` has that extension.
    pub fn of_file(path: &Path, formats: &[Self]) -> Result<Self, UnknownFormat> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".ndjson") && formats.contains(&Self::Jsonl) {
            return Ok(Self::Jsonl);
        }
        // `.json` alone is a hidden file without an extension.
        let fits = |extension: &str| {
            name.strip_suffix(extension).is_some_and(|stem| !stem.is_empty() || extension == "badge.json")
        };
        let fitting = formats.iter().filter_map(|format| Some((format.extension().filter(|ext| fits(ext))?, *format)));
        // The longest extension decides: `badge.json` ends in `.json`, too.
        let longest = fitting.max_by_key(|(extension, _)| extension.len());
        longest.map(|(_, format)| format).ok_or_else(|| UnknownFormat::file(path, formats))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_give_the_format() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
            let Some(extension) = format.extension() else { continue };
            let path = format!("out/report{extension}");
            assert_eq!(Format::of_file(Path::new(&path), &Format::ALL), Ok(format), "{path}");
        }
        assert_eq!(Format::of_file(Path::new("badge.json"), &Format::ALL), Ok(Format::Badge));
        assert_eq!(Format::of_file(Path::new("badge.json"), &Format::BASIC), Ok(Format::Json));
        assert_eq!(Format::of_file(Path::new("a.ndjson"), &Format::BASIC), Ok(Format::Jsonl));
        let error = Format::of_file(Path::new("a.pdf"), &Format::BASIC).unwrap_err().to_string();
        assert_eq!(error, "unknown report extension `.pdf` (known: .txt, .json, .jsonl)");
        assert!(Format::of_file(Path::new(".json"), &Format::ALL).is_err());
    }
}
