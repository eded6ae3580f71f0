//! What guests asked for and how it was decided, counted: bounded by who there is and what can be asked, not by requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One right that somebody used or wanted on a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Who: the principal's ARN, `*` for nobody who signs.
    pub who: String,
    /// The right, for instance `s3:PutObject`.
    pub action: String,
    /// How often it was granted.
    pub granted: u64,
    /// How often it was refused.
    pub refused: u64,
    /// The last decision: what was wanted and by which statement it was granted or refused. A refusal is not overwritten.
    pub decision: String,
}

/// By bucket, principal and right.
type Counted = BTreeMap<(String, String, String), Deed>;

/// What guests did, told by bucket.
#[derive(Debug, Clone, Default)]
pub struct Deeds(Arc<Mutex<Counted>>);

impl Deeds {
    pub(super) fn note(&self, bucket: &str, who: &str, action: &str, granted: bool, decision: &str) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (bucket.to_owned(), who.to_owned(), action.to_owned());
        let deed = counted.entry(key).or_insert_with(|| Deed {
            who: who.to_owned(),
            action: action.to_owned(),
            granted: 0,
            refused: 0,
            decision: String::new(),
        });
        if !granted || deed.refused == 0 {
            decision.clone_into(&mut deed.decision);
        }
        if granted {
            deed.granted += 1;
        } else {
            deed.refused += 1;
        }
    }

    /// What was done to `bucket` since this was asked last.
    pub fn take(&self, bucket: &str) -> Vec<Deed> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (taken, rest) = std::mem::take(&mut *counted).into_iter().partition(|((of, ..), _)| of == bucket);
        *counted = rest;
        let taken: Counted = taken;
        taken.into_values().collect()
    }
}
