//! ACC-1 to ACC-8: the permissions of each principal. The requests are made before each case. Here their outcomes are
//! compared with the expected ones.

use super::definition::{CaseResult, Definition, Snapshot};
use crate::conform::access::{ALLOW_KEY, AccessKind, Attempt, Expected, rows};
use crate::report::model::{Finding, Place, Severity, counted};

pub(super) const WRITER: Definition = Definition {
    id: "writer",
    clause: "ACC-1",
    title: "written by the principal that the settings choose",
    consequence_of: &[],
    evaluate: |snapshot| {
        let Some(writer) = snapshot.scenario.access.writer_name() else {
            return CaseResult::not_applicable("this server does not report which principal wrote an object");
        };
        let mut result = CaseResult::default();
        let puts = snapshot.trial.log.iter().filter(|record| record.action == "s3:PutObject" && record.allowed > 0);
        let mut by_writer = 0;
        for record in puts {
            if record.principal == writer {
                by_writer += record.allowed;
            } else {
                let found = format!("{} by `{}`", counted(record.allowed, "object", "objects"), record.principal);
                result.unexpected(Place::default(), format!("uploads by `{writer}` alone"), found);
            }
        }
        if by_writer == 0 && !snapshot.objects.is_empty() {
            let found = format!("none, and {}", counted(snapshot.objects.len() as u64, "object", "objects"));
            result.unexpected(Place::default(), format!("uploads by `{writer}`"), found);
        }
        result.saw(
            match snapshot.scenario.access.access_kind() {
                Some(AccessKind::UserBased) => "upload(s) by the IAM user",
                _ => "upload(s) by the writer role",
            },
            by_writer,
        );
        result
    },
};

pub(super) const ROLES: Definition = Definition {
    id: "roles",
    clause: "ACC-3",
    title: "mParticle's roles may put objects and nothing else",
    consequence_of: &[],
    evaluate: |snapshot| writer(snapshot, "ACC-3", "access is user-based"),
};

pub(super) const OTHERS: Definition = Definition {
    id: "other-principals",
    clause: "ACC-3",
    title: "requests of other principals are refused",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::OTHERS, |_| true),
};

pub(super) const UNSIGNED: Definition = Definition {
    id: "unsigned",
    clause: "ACC-3",
    title: "requests without a signature are refused",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::UNSIGNED, |_| true),
};

pub(super) const USER: Definition = Definition {
    id: "iam-user",
    clause: "ACC-4",
    title: "mParticle's IAM user may put, list and read and nothing else",
    consequence_of: &[],
    evaluate: |snapshot| writer(snapshot, "ACC-4", "access is role-based"),
};

pub(super) const TLS: Definition = Definition {
    id: "tls",
    clause: "ACC-5",
    title: "requests without TLS 1.2 are refused",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::TLS, |_| true),
};

pub(super) const KEYS: Definition = Definition {
    id: "kms-key",
    clause: "ACC-5",
    title: "a KMS key that is not granted is refused",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::KEYS, |_| true),
};

pub(super) const VERIFICATION: Definition = Definition {
    id: "verification-object",
    clause: "ACC-6",
    title: "the verification object may be put",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::VERIFICATION, |_| true),
};

pub(super) const ACLS: Definition = Definition {
    id: "acl",
    clause: "ACC-7",
    title: "ACLs that the bucket's ownership setting accepts",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::ACLS, |_| true),
};

pub(super) const USER_ACL: Definition = Definition {
    id: "user-acl",
    clause: "ACC-8",
    title: "an IAM user that sends an ACL is refused",
    consequence_of: &[],
    evaluate: |snapshot| tried(snapshot, rows::USER_ACL, |_| true),
};

/// Checks the permitted and the forbidden requests of the writer, and that no request of the subject was refused.
fn writer(snapshot: &Snapshot<'_>, clause: &'static str, otherwise: &'static str) -> CaseResult {
    let mut result = tried(snapshot, rows::WRITES, |attempt| attempt.clause == clause);
    let more = tried(snapshot, rows::NO_MORE, |attempt| attempt.clause == clause);
    for (what, count) in more.seen {
        result.saw(what, count);
    }
    result.findings.extend(more.findings);
    if result.seen.is_empty() {
        if snapshot.trial.skipped.is_empty() || snapshot.scenario.access.access_kind().is_some() {
            return CaseResult::not_applicable(otherwise);
        }
        return result;
    }
    let writer = snapshot.scenario.access.writer_name().unwrap_or_default();
    for record in snapshot.trial.log.iter().filter(|record| record.principal == writer && record.refused > 0) {
        let requests = counted(record.refused, "request", "requests");
        let message = format!("{requests} of the subject were refused: {}", record.decision);
        match record.action.starts_with("kms:") {
            true => {
                let finding = Finding::new("", Severity::Error, message).clause("ACC-5").remedy(ALLOW_KEY);
                result.findings.push(finding.at(Place::default()));
            }
            false => result.wrong(Place::default(), message),
        }
    }
    result
}

/// The requests of one row.
fn tried(snapshot: &Snapshot<'_>, row: &str, is_meant: impl Fn(&Attempt) -> bool) -> CaseResult {
    let mut result = CaseResult::default();
    for attempt in snapshot.trial.attempts.iter().filter(|attempt| attempt.row == row && is_meant(attempt)) {
        match attempt.finding() {
            Some(finding) => result.findings.push(finding.at(Place::default())),
            None if attempt.expected == Expected::Granted => result.saw("granted", 1),
            None => result.saw("refused", 1),
        }
    }
    if result.seen.is_empty() {
        let reason = snapshot.trial.skipped.iter().find(|(of, _)| *of == row).map(|(_, reason)| reason.clone());
        result.not_applicable = reason.map(Into::into);
    }
    result
}
