//! The log of allowed and refused actions. Its size depends on the number of principals and actions, not of requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One action of one principal on a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// The principal's ARN, `*` for requests without a signature.
    pub principal: String,
    /// The action, for instance `s3:PutObject`.
    pub action: String,
    /// How many times it was allowed.
    pub allowed: u64,
    /// How many times it was refused.
    pub refused: u64,
    /// The last decision: the request, and the deciding statement. A refusal is not overwritten.
    pub decision: String,
}

/// By bucket, principal and action.
type Records = BTreeMap<(String, String, String), AccessRecord>;

/// The records of all buckets.
#[derive(Debug, Clone, Default)]
pub struct AccessLog(Arc<Mutex<Records>>);

impl AccessLog {
    pub(super) fn add(&self, bucket: &str, principal: &str, action: &str, is_allowed: bool, decision: &str) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (bucket.to_owned(), principal.to_owned(), action.to_owned());
        let record = records.entry(key).or_insert_with(|| AccessRecord {
            principal: principal.to_owned(),
            action: action.to_owned(),
            allowed: 0,
            refused: 0,
            decision: String::new(),
        });
        if !is_allowed || record.refused == 0 {
            decision.clone_into(&mut record.decision);
        }
        match is_allowed {
            true => record.allowed += 1,
            false => record.refused += 1,
        }
    }

    /// Removes and returns the records of `bucket`.
    pub fn take(&self, bucket: &str) -> Vec<AccessRecord> {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.extract_if(.., |(of, ..), _| of == bucket).map(|(_, record)| record).collect()
    }
}
