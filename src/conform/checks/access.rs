//! ACC-1 to ACC-8: who may do what with the bucket. The requests are made before each case; here they are held against what
//! must come of them.

use super::definition::{Evidence, Promise, Verdict};
use crate::conform::access::{AccessKind, Attempt, Expected, rows};
use crate::report::{Finding, Place};

pub(super) const WAY: Promise = Promise {
    name: "way-of-access",
    clause: "ACC-1",
    title: "written by the principal that the settings choose",
    consequence_of: &[],
    check: |evidence| {
        let Some(writer) = evidence.scenario.access.writer_name() else {
            return Verdict::not_applicable("this server does not tell who wrote an object");
        };
        let mut verdict = Verdict::default();
        let puts = evidence.trial.log.iter().filter(|record| record.action == "s3:PutObject" && record.allowed > 0);
        let mut by_writer = 0;
        for record in puts {
            if record.principal == writer {
                by_writer += record.allowed;
            } else {
                let message =
                    format!("`{}` put {} objects, and only `{writer}` writes", record.principal, record.allowed);
                verdict.findings.push(finding(evidence, "ACC-1", message));
            }
        }
        if by_writer == 0 && !evidence.objects.is_empty() {
            let message = format!("objects are there, and `{writer}` put none of them");
            verdict.findings.push(finding(evidence, "ACC-1", message));
        }
        verdict.saw(
            match evidence.scenario.access.access_kind() {
                Some(AccessKind::UserBased) => "uploads by the IAM user",
                _ => "uploads by the writer role",
            },
            by_writer,
        );
        verdict
    },
};

pub(super) const ROLES: Promise = Promise {
    name: "roles",
    clause: "ACC-3",
    title: "mParticle's roles put objects, and nothing else",
    consequence_of: &[],
    check: |evidence| writer(evidence, "ACC-3", "access is user-based"),
};

pub(super) const NOBODY_ELSE: Promise = Promise {
    name: "nobody-else",
    clause: "ACC-3",
    title: "nobody else gets in",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::NOBODY_ELSE, |_| true),
};

pub(super) const UNSIGNED: Promise = Promise {
    name: "unsigned",
    clause: "ACC-3",
    title: "requests without a signature are refused",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::UNSIGNED, |_| true),
};

pub(super) const USER: Promise = Promise {
    name: "iam-user",
    clause: "ACC-4",
    title: "mParticle's IAM user puts, lists and reads, and nothing else",
    consequence_of: &[],
    check: |evidence| writer(evidence, "ACC-4", "access is role-based"),
};

pub(super) const TLS: Promise = Promise {
    name: "tls",
    clause: "ACC-5",
    title: "requests without TLS 1.2 are refused",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::TLS, |_| true),
};

pub(super) const KEYS: Promise = Promise {
    name: "kms-key",
    clause: "ACC-5",
    title: "a KMS key that is not granted is refused",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::KEYS, |_| true),
};

pub(super) const VERIFICATION: Promise = Promise {
    name: "verification-object",
    clause: "ACC-6",
    title: "the verification object may be put",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::VERIFICATION, |_| true),
};

pub(super) const ACLS: Promise = Promise {
    name: "acl",
    clause: "ACC-7",
    title: "ACLs that the bucket's ownership setting accepts",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::ACLS, |_| true),
};

pub(super) const USER_ACL: Promise = Promise {
    name: "user-acl",
    clause: "ACC-8",
    title: "an IAM user that sends an ACL is refused",
    consequence_of: &[],
    check: |evidence| tried(evidence, rows::USER_ACL, |_| true),
};

/// What the writer may and may not do, and that the subject asked for nothing else.
fn writer(evidence: &Evidence<'_>, clause: &'static str, other_way: &'static str) -> Verdict {
    let mut verdict = tried(evidence, rows::WRITES, |attempt| attempt.clause == clause);
    let more = tried(evidence, rows::NO_MORE, |attempt| attempt.clause == clause);
    for (what, count) in more.seen {
        verdict.saw(what, count);
    }
    verdict.findings.extend(more.findings);
    if verdict.seen.is_empty() {
        if evidence.trial.skipped.is_empty() || evidence.scenario.access.access_kind().is_some() {
            return Verdict::not_applicable(other_way);
        }
        return verdict;
    }
    let writer = evidence.scenario.access.writer_name().unwrap_or_default();
    for record in evidence.trial.log.iter().filter(|record| record.principal == writer && record.refused > 0) {
        let times = record.refused;
        let message = format!("the subject asked {times} times for what is refused: {}", record.decision);
        verdict.findings.push(finding(evidence, clause, message));
    }
    verdict
}

/// The attempts of a row.
fn tried(evidence: &Evidence<'_>, row: &str, is_meant: impl Fn(&Attempt) -> bool) -> Verdict {
    let mut verdict = Verdict::default();
    for attempt in evidence.trial.attempts.iter().filter(|attempt| attempt.row == row && is_meant(attempt)) {
        match attempt.problem() {
            Some(message) => verdict.findings.push(finding(evidence, attempt.clause, message)),
            None if attempt.expected == Expected::Granted => verdict.saw("granted", 1),
            None => verdict.saw("refused", 1),
        }
    }
    if verdict.seen.is_empty() {
        let reason = evidence.trial.skipped.iter().find(|(of, _)| *of == row).map(|(_, reason)| reason.clone());
        verdict.not_applicable = reason.map(Into::into);
    }
    verdict
}

fn finding(evidence: &Evidence<'_>, clause: &str, message: String) -> Finding {
    Finding {
        clause: clause.to_owned(),
        setting: None,
        place: Place { scenario: Some(evidence.scenario.name.clone()), ..Place::default() },
        message,
    }
}
