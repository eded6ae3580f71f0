//! The selection of built-in cases.

use std::sync::LazyLock;

use super::super::completions::completed;
use super::super::value::number;
use crate::conform::checks::CHECKS;
use crate::conform::{Filter, Plan, Wanted, edges, far_edges, matrix, plans};
use crate::settings::BucketName;

/// The bucket of the built-in cases.
pub(super) const BUCKET: &str = "mp-forwarding-conform";

/// The names of the cases that are no combinations of settings.
static CASES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let named = |bucket: BucketName| [plans(&bucket), edges(&bucket), far_edges(&bucket)].concat();
    BUCKET.parse().map(named).unwrap_or_default().into_iter().map(|plan| plan.name).collect()
});

fn known_cases() -> Vec<&'static str> {
    CASES.iter().map(String::as_str).collect()
}

/// The ids of all checks, and their clauses.
fn known_checks() -> Vec<&'static str> {
    let mut names: Vec<&str> = CHECKS.iter().flat_map(|check| [check.id, check.clause]).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[derive(Debug, clap::Args)]
pub(super) struct CaseArgs {
    /// The cases to run: quick has a few, full combines every two values of all settings
    #[arg(long, value_name = "NAME", default_value = "quick")]
    pub(super) suite: SuiteName,
    /// Combine every value of N settings at a time in the full suite (2 = pairwise)
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = number::<u8>(2..=3))]
    pub(super) strength: u8,
    /// Run only this case; `*` matches any text; repeatable
    #[arg(long = "case", value_name = "NAME", value_parser = completed::<Wanted>(known_cases), hide_possible_values = true)]
    cases: Vec<Wanted>,
    /// Evaluate only this check, by its id or clause; `*` matches any text; repeatable
    #[arg(long = "check", value_name = "NAME", value_parser = completed::<Wanted>(known_checks), hide_possible_values = true)]
    checks: Vec<Wanted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SuiteName {
    Quick,
    Full,
}

impl CaseArgs {
    pub(super) fn cases(&self) -> Filter {
        self.cases.iter().cloned().collect()
    }

    pub(super) fn checks(&self) -> Filter {
        self.checks.iter().cloned().collect()
    }

    /// The cases of the suite.
    pub(super) fn plans(&self, bucket: &BucketName) -> Vec<Plan> {
        let mut plans = plans(bucket);
        plans.extend(edges(bucket));
        if self.suite == SuiteName::Full {
            plans.extend(far_edges(bucket));
            plans.extend(matrix(bucket, self.strength.into()));
        }
        plans
    }
}
