//! Chooses the requests that a fault affects. The choice depends on a seed, the object key and the attempt, not on the
//! order of requests.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use super::fault::Fault;

/// The fault of one bucket, and the requests that it affects.
#[derive(Debug)]
pub(in crate::store::embedded) struct FaultPlan {
    pub(super) fault: Fault,
    seed: u64,
    access_key_id: String,
    requests: Mutex<Requests>,
}

#[derive(Debug, Default)]
struct Requests {
    /// The number of attempts by key and method.
    attempts: HashMap<(bool, String), u32>,
    unaffected: u64,
    affected: u64,
}

/// The largest number of affected attempts for one object, for a fault that ends by itself.
const MOST_IN_A_ROW: u32 = 3;

impl FaultPlan {
    /// Affects only requests that are signed with `access_key_id`.
    pub(in crate::store::embedded) fn new(fault: Fault, seed: u64, access_key_id: String) -> Self {
        Self { fault, seed, access_key_id, requests: Mutex::default() }
    }

    /// The number of affected requests.
    pub(in crate::store::embedded) fn affected(&self) -> u64 {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).affected
    }

    pub(super) fn is_for(&self, authorization: &str) -> bool {
        authorization.contains(&format!("Credential={}/", self.access_key_id))
    }

    /// Whether this attempt to put or get `key` is affected. The first key is always affected. A fault that lasts
    /// starts after a few objects.
    pub(super) fn affects(&self, is_put: bool, key: &str) -> bool {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = requests.attempts.is_empty();
        let attempts = requests.attempts.entry((is_put, key.to_owned())).or_default();
        let attempt = *attempts;
        *attempts += 1;
        let affects = if self.fault.lasts() {
            requests.unaffected > self.seed % 4
        } else if is_put {
            attempt < MOST_IN_A_ROW && (is_first || self.hash(key, attempt).is_multiple_of(2))
        } else {
            self.fault == Fault::TruncatedRead && attempt == 0
        };
        match affects {
            true => requests.affected += 1,
            false => requests.unaffected += 1,
        }
        affects
    }

    /// Whether an object is stored although the answer is an error.
    pub(super) fn stores(&self, key: &str) -> bool {
        self.hash(key, u32::MAX).is_multiple_of(2)
    }

    fn hash(&self, key: &str, attempt: u32) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, key, attempt).hash(&mut hasher);
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_passes_ends_and_one_that_lasts_does_not() {
        for seed in 0..20 {
            let passing = FaultPlan::new(Fault::SlowDown, seed, String::new());
            assert!(passing.affects(true, "a"), "the first request is always affected");
            for _ in 1..MOST_IN_A_ROW {
                passing.affects(true, "a");
            }
            assert!((MOST_IN_A_ROW..20).all(|_| !passing.affects(true, "a")), "it passes");

            let lasting = FaultPlan::new(Fault::ExpiredToken, seed, String::new());
            let affected: Vec<bool> = (0..20).map(|key| lasting.affects(true, &key.to_string())).collect();
            assert!(!affected[0] && affected[19] && affected.is_sorted());
        }
    }
}
