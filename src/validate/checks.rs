//! The checks that `validate` makes, and what each one needs.

use std::collections::BTreeMap;

use super::findings::LineFault;
use super::observations;
use super::outcome::Outcome;
use super::partial::Terms;
use crate::report::model::{Check, Finding, Outcome as CheckOutcome, Severity, counted};

/// A check on exported files: which faults belong to it, and what it needs.
#[derive(Debug)]
pub struct CheckKind {
    /// Its id, that of the check of `conform` on the same clause.
    pub id: &'static str,
    /// Its clause.
    pub clause: &'static str,
    /// What it checks, in a few words.
    pub title: &'static str,
    /// Whether faults of this clause belong to it.
    covers: fn(&str) -> bool,
    needs: &'static [Need],
    /// Why what it finds is reported and is not a fault.
    open: Option<&'static str>,
}

/// What a check needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Names of inputs that are checked.
    Names,
    /// The settings of the connection.
    Settings,
    /// Files that are read to their end.
    WholeFiles,
    /// The option for limits.
    Limits,
    /// Verification objects among the inputs.
    VerificationObjects,
    /// Objects of a bucket: a check that needs these is left out where there are none.
    Objects,
}

/// The checks in the order of a report. A fault belongs to the first one that covers its clause.
pub const CHECKS: &[CheckKind] = &[
    CheckKind::new("file-names", "NAME-1", "file names", |clause| clause == "NAME-1", &[Need::Names]),
    CheckKind::new(
        "folder-name",
        "LAY-1",
        "under folder_name",
        |clause| clause == "LAY-1",
        &[Need::Settings, Need::Names],
    ),
    CheckKind::new("date-form", "LAY-2", "date folders are YYYY-MM-DD", |clause| clause == "LAY-2", &[Need::Names]),
    CheckKind::new(
        "date-folders",
        "LAY-3",
        "each batch in its date folder",
        |clause| clause == "LAY-3",
        &[Need::Settings, Need::Names, Need::WholeFiles],
    ),
    CheckKind::new("lines", "FILE-1", "newline-delimited JSON", |clause| clause == "FILE-1", &[Need::WholeFiles]),
    CheckKind::new(
        "line-ends",
        "U-11",
        "LF after every line, none blank",
        |clause| clause == "U-11",
        &[Need::WholeFiles],
    )
    .open("the documentation promises newline-delimited JSON and no more; `--strict` makes these faults"),
    CheckKind::new(
        "compression",
        "FILE-2",
        "plain or entirely gzip, as set by use_compression",
        |clause| matches!(clause, "FILE-2" | "use_compression"),
        &[Need::WholeFiles],
    ),
    CheckKind::new(
        "encryption",
        "SSE-1",
        "objects are encrypted as in the settings",
        |clause| clause == "SSE-1",
        &[Need::Objects, Need::Settings],
    ),
    CheckKind::new(
        "verification-objects",
        "ACC-6",
        "verification objects hold `{}`",
        |clause| clause == "ACC-6",
        &[Need::VerificationObjects],
    ),
    CheckKind::new(
        "schema",
        "DTO-1",
        "every line matches the schema",
        |clause| clause.starts_with("DTO-"),
        &[Need::WholeFiles],
    ),
    CheckKind::new(
        "limits",
        "LIM-1",
        "documented limits",
        |clause| clause.starts_with("LIM-"),
        &[Need::Limits, Need::WholeFiles],
    ),
    CheckKind::new(
        "own-promises",
        "U-28",
        "no file twice, one app and one date in each",
        |clause| clause == "U-28",
        &[Need::WholeFiles],
    )
    .open("the documentation does not promise it"),
    CheckKind::new("settings", "SET-2", "lines match the settings", |_| true, &[Need::Settings, Need::WholeFiles]),
];

impl CheckKind {
    const fn new(
        id: &'static str,
        clause: &'static str,
        title: &'static str,
        covers: fn(&str) -> bool,
        needs: &'static [Need],
    ) -> Self {
        Self { id, clause, title, covers, needs, open: None }
    }

    /// The same check, whose findings are not faults, for this reason.
    const fn open(mut self, reason: &'static str) -> Self {
        self.open = Some(reason);
        self
    }

    /// The id of the check that faults of this clause belong to.
    pub(super) fn id_of(clause: &str) -> &'static str {
        CHECKS.iter().find(|kind| (kind.covers)(clause)).map_or("settings", |kind| kind.id)
    }

    fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }

    fn check(&self, wrong: u64, read: &Read<'_>) -> Check {
        let outcome = read.outcome;
        let mut check = Check::new(self.id, Some(self.clause), self.title);
        let data_files = outcome.files - outcome.verifications;
        check.seen = if self.needs(Need::Objects) {
            observations::encryption(&outcome.observed)
        } else if self.needs(Need::VerificationObjects) {
            counted(outcome.verifications, "verification object", "verification objects")
        } else if self.needs(Need::WholeFiles) {
            let lines = counted(outcome.lines, "line", "lines");
            format!("{}, {lines}", counted(data_files, "file", "files"))
        } else {
            counted(outcome.names, "name", "names")
        };
        if wrong > 0 {
            check.seen += &format!(", {wrong} {}", if self.open.is_some() { "open" } else { "wrong" });
            check.outcome = self.open.map_or(CheckOutcome::Fail, CheckOutcome::open);
        } else {
            check.outcome = self.without_faults(read);
        }
        check
    }

    /// The outcome of a check that found nothing wrong.
    fn without_faults(&self, read: &Read<'_>) -> CheckOutcome {
        let Read { outcome, terms, missing } = *read;
        if self.needs(Need::Settings) && terms.settings.is_none() {
            CheckOutcome::skip("no settings were given (--settings FILE)")
        } else if self.needs(Need::Objects) && !terms.encrypted {
            CheckOutcome::not_applicable("the settings ask for no encryption: the bucket decides")
        } else if self.needs(Need::Limits) && !terms.limits {
            CheckOutcome::not_applicable("limits are checked only with --limits")
        } else if self.needs(Need::Names) && outcome.names == 0 {
            CheckOutcome::not_applicable("names of files are checked only with --names")
        } else if let (true, Some(first)) = (self.needs(Need::WholeFiles), outcome.errors.first()) {
            let count = counted(outcome.errors.len() as u64 + outcome.more_errors, "input", "inputs");
            CheckOutcome::skip(format!("{count} could not be read to the end: {first}"))
        } else if let Some(missing) = missing {
            CheckOutcome::skip(missing)
        } else if outcome.cancelled {
            CheckOutcome::skip("the run was interrupted")
        } else if outcome.unread > 0 {
            CheckOutcome::skip(format!("{} not read", counted(outcome.unread, "file was", "files were")))
        } else if self.needs(Need::VerificationObjects) && outcome.verifications == 0 {
            CheckOutcome::not_applicable("there is no verification object")
        } else if self.needs(Need::WholeFiles) && !outcome.has_data() {
            CheckOutcome::skip("nothing to check")
        } else {
            CheckOutcome::Pass
        }
    }
}

/// What the checks found.
pub(super) struct Checked {
    /// Every check and its outcome.
    pub(super) checks: Vec<Check>,
    /// What is wrong, in the order of the first places.
    pub(super) findings: Vec<Finding>,
    /// The number of faults that are counted and not listed, by check.
    pub(super) unlisted: BTreeMap<String, u64>,
}

/// What was read, for the outcomes of the checks.
#[derive(Clone, Copy)]
struct Read<'a> {
    outcome: &'a Outcome,
    terms: &'a Terms,
    /// What was not read at all.
    missing: Option<&'a str>,
}

impl Outcome {
    /// Takes the faults out, and gives each check its outcome. `missing` is what was not read at all.
    pub(super) fn check(&mut self, terms: &Terms, missing: Option<&str>) -> Checked {
        let mut unlisted = BTreeMap::new();
        for (clause, count) in self.faults.unlisted().iter().chain(self.open.unlisted()) {
            *unlisted.entry(CheckKind::id_of(clause).to_owned()).or_default() += count;
        }
        let mut findings = std::mem::take(&mut self.faults).into_findings(Severity::Error, CheckKind::id_of);
        findings.extend(std::mem::take(&mut self.open).into_findings(Severity::Note, CheckKind::id_of));
        let wrong = |id: &str| {
            let listed = findings.iter().filter(|finding| finding.check == id).map(|finding| finding.count);
            listed.sum::<u64>() + unlisted.get(id).copied().unwrap_or_default()
        };
        let read = Read { outcome: self, terms, missing };
        let has_objects = self.observed.objects + self.observed.foreign > 0;
        let kinds = CHECKS.iter().filter(|kind| has_objects || !kind.needs(Need::Objects));
        let mut checks: Vec<Check> = kinds.map(|kind| kind.check(wrong(kind.id), &read)).collect();
        if has_objects {
            checks.extend(observations::of(self));
            findings.extend(self.tally.iter().flat_map(observations::repeats));
        }
        Checked { checks, findings, unlisted }
    }

    /// Adds files that hold the same as others to what is open (U-28).
    pub(super) fn report_alike(&mut self) {
        for (count, files) in std::mem::take(&mut self.alike).repeated() {
            let fault = |found: String| LineFault::new("U-28", "no file twice", found);
            self.open.add_all(count, files.into_iter().map(|(name, found)| (name, 0, fault(found))).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::clause::CLAUSES;

    #[test]
    fn every_clause_belongs_to_one_check() {
        let ids =
            |clause: &str| CHECKS.iter().filter(|kind| (kind.covers)(clause)).map(|kind| kind.id).collect::<Vec<_>>();
        for clause in CLAUSES {
            // The last check covers the rest.
            assert!(ids(clause.id).len() <= 2 && CheckKind::id_of(clause.id) == ids(clause.id)[0], "{}", clause.id);
        }
        for kind in CHECKS {
            assert_eq!(CheckKind::id_of(kind.clause), kind.id);
        }
    }
}
