//! Which files of a validation were read, which are wrong, and which have corrected copies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::validation::{Validation, is_zero};
use crate::report::model::{Cell, Section};

/// How many corrected copies are shown unless all files are asked for.
const COPIES: usize = 20;

/// A file with faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongFile {
    /// Its path, or the URL of an object.
    pub file: String,
    /// How many faults it has.
    pub findings: u64,
}

/// Corrected copies of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// The folder that they are in.
    pub folder: String,
    /// The files that have one.
    pub files: Vec<RepairedFile>,
}

/// A file with a corrected copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairedFile {
    /// The file, which was not changed.
    pub file: String,
    /// Its corrected copy.
    pub copy: String,
    /// What was corrected, such as `2 blank lines removed`.
    pub corrections: Vec<String>,
}

/// What earlier runs have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resumed {
    /// The folder of the state.
    pub folder: String,
    /// The number of files that this run read.
    pub new_files: u64,
    /// The number of files that an earlier run read, and this one did not.
    pub known_files: u64,
}

/// A sample of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleOf {
    /// The requested share, for instance `1%`.
    pub share: String,
    /// The seed that selected the files.
    pub seed: u64,
    /// The number of selected files.
    pub selected: u64,
    /// The number of files before sampling.
    pub of: u64,
    /// The number of other objects of which the headers were read, to check their encryption (SSE-1).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub headers_read: u64,
}

/// Which files are wrong, and which were corrected.
pub(super) fn sections(summary: &Validation) -> Vec<Section> {
    let mut sections = Vec::new();
    let Validation { files, wrong_files, worst_files, repair, .. } = summary;
    if *files > 1 && !worst_files.is_empty() {
        let all =
            if (worst_files.len() as u64) < *wrong_files { ", the worst first; --show files lists all" } else { "" };
        sections.push(Section::Table {
            title: format!("Files with faults: {wrong_files} of {files}{all}"),
            columns: ["file", "faults"].map(str::to_owned).to_vec(),
            rows: worst_files.iter().map(|file| vec![Cell::text(&file.file), Cell::number(file.findings)]).collect(),
        });
    }
    if let Some(Repair { folder, files }) = repair {
        let shown = if summary.shows_files { files.len() } else { files.len().min(COPIES) };
        let row = |file: &RepairedFile| (file.copy.clone(), file.corrections.join(", "));
        let mut facts: Vec<(String, String)> = files.iter().take(shown).map(row).collect();
        match files.len() - shown {
            0 if shown == 0 => facts.push(("none".to_owned(), "nothing could be corrected".to_owned())),
            0 => {}
            more => facts.push(("…".to_owned(), format!("and {more} more; --show files lists all"))),
        }
        let title = format!("Corrected copies in {folder}, checked in place of their files");
        sections.push(Section::Facts { title, facts });
    }
    sections
}
