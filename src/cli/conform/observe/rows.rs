//! Promises that what is in a bucket can break by itself: which faults break which.

use crate::report::{Check, Finding, Status};
use crate::validate::{GroupedFault, Outcome};

/// So many findings of a check are kept word for word; the rest are counted.
const KEPT: usize = 50;

/// A promise, and the faults that break it.
pub(super) struct Row {
    name: &'static str,
    clause: &'static str,
    title: &'static str,
    /// Whether a fault of this clause breaks it.
    takes: fn(&str) -> bool,
    /// Whether nothing can be said of it unless the settings are declared.
    of_settings: bool,
    /// Whether files have to be read to their ends for it.
    reads: bool,
}

/// In the order of a report; a fault belongs to the first row that takes it.
pub(super) const ROWS: &[Row] = &[
    Row::new("file-names", "NAME-1", "file names", |clause| clause == "NAME-1"),
    Row { of_settings: true, ..Row::new("folder-name", "LAY-1", "under folder_name", |clause| clause == "LAY-1") },
    Row::new("date-form", "LAY-2", "date folders are YYYY-MM-DD", |clause| clause == "LAY-2"),
    Row {
        of_settings: true,
        reads: true,
        ..Row::new("date-folders", "LAY-3", "each batch in its date folder", |clause| clause == "LAY-3")
    },
    Row { reads: true, ..Row::new("lines", "FILE-1", "newline-delimited JSON", |clause| clause == "FILE-1") },
    Row {
        reads: true,
        ..Row::new("compression", "FILE-2", "plain or gzip as a whole, and as use_compression says", |clause| {
            matches!(clause, "FILE-2" | "use_compression")
        })
    },
    Row::new("verification-objects", "ACC-6", "verification objects hold `{}`", |clause| clause == "ACC-6"),
    Row {
        reads: true,
        ..Row::new("schema", "DTO-1", "every line keeps the schema", |clause| clause.starts_with("DTO-"))
    },
    Row { of_settings: true, reads: true, ..Row::new("settings", "SET-2", "what settings demand of lines", |_| true) },
];

impl Row {
    const fn new(name: &'static str, clause: &'static str, title: &'static str, takes: fn(&str) -> bool) -> Self {
        Self { name, clause, title, takes, of_settings: false, reads: false }
    }

    /// The check, with its share taken out of the faults.
    pub(super) fn check(&self, faults: &mut Vec<GroupedFault>, outcome: &Outcome, is_declared: bool) -> Check {
        let mut check = Check::new(self.name, self.clause, self.title);
        let (own, others) =
            std::mem::take(faults).into_iter().partition(|fault: &GroupedFault| (self.takes)(&fault.clause));
        *faults = others;
        let own: Vec<GroupedFault> = own;
        check.found = own.iter().map(|fault| fault.count).sum();
        check.findings = first_of_each(own);
        let data_files = outcome.files - outcome.verifications;
        check.seen = match (self.name, self.reads) {
            ("verification-objects", _) => format!("{} verification objects", outcome.verifications),
            (_, true) => format!("{data_files} files, {} lines", outcome.lines),
            (_, false) => format!("{data_files} keys"),
        };
        if check.found > 0 {
            check.status = Status::Fail;
            check.seen += &format!(", {} wrong", check.found);
        } else if self.of_settings && !is_declared {
            (check.status, check.reason) =
                (Status::Skip, Some("no settings were given: --settings FILE declares them".to_owned()));
        } else if let (true, Some(first)) = (self.reads, outcome.errors.first()) {
            let count = outcome.errors.len();
            let reason =
                format!("{count} objects could not be read to their end, so nothing is proven of all: {first}");
            (check.status, check.reason) = (Status::Skip, Some(reason));
        } else if self.name == "verification-objects" && outcome.verifications == 0 {
            (check.status, check.reason) = (Status::NotApplicable, Some("no verification object is there".to_owned()));
        }
        check
    }
}

/// The first findings of each cause, so that a frequent one does not hide the others.
fn first_of_each(faults: Vec<GroupedFault>) -> Vec<Finding> {
    let mut causes: Vec<_> = faults.into_iter().map(|fault| fault.findings.into_iter()).collect();
    let mut findings = Vec::new();
    while findings.len() < KEPT {
        let before = findings.len();
        findings.extend(causes.iter_mut().filter_map(Iterator::next).take(KEPT - before));
        if findings.len() == before {
            break;
        }
    }
    findings
}

/// A check that tells what was seen where nothing is promised; not one at all if there is nothing to tell.
pub(super) fn open(name: &str, clause: &str, title: &str, seen: String, told: &[String], why: &str) -> Check {
    let shown = told.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    let reason = match told.len() {
        0 => why.to_owned(),
        1..=10 => format!("{why}: {shown}"),
        more => format!("{why}: {shown} and {} more", more - 10),
    };
    Check { status: Status::Undefined, seen, reason: Some(reason), ..Check::new(name, clause, title) }
}
