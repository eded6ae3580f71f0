//! The policies of a user or a role, of which IAM has a limited number.

use super::super::snapshot::NamedText;
use crate::store::StoreError;

/// The largest number of policies. IAM has at most twenty for a user, a role or a group, and ten groups for a user.
const MOST: usize = 1_000;

/// The largest total of their bytes. IAM's own limits give less than 2 MiB.
const MOST_BYTES: usize = 4 << 20;

/// The policies that were read so far.
#[derive(Default)]
pub(super) struct Texts {
    found: Vec<NamedText>,
    bytes: usize,
}

impl Texts {
    /// Adds a policy of the principal `of`.
    ///
    /// # Errors
    /// If there are more than IAM can have.
    pub(super) fn add(&mut self, of: &str, name: String, text: String) -> Result<(), StoreError> {
        self.bytes += name.len() + text.len();
        self.found.push(NamedText { name, text });
        refuse_many(of, self.found.len())?;
        if self.bytes > MOST_BYTES {
            return Err(too_many(of, &format!("{} MiB of policies", MOST_BYTES >> 20)));
        }
        Ok(())
    }

    /// All policies.
    pub(super) fn into_all(self) -> Vec<NamedText> {
        self.found
    }
}

/// Refuses more policies of the principal `of` than IAM can have.
pub(super) fn refuse_many(of: &str, count: usize) -> Result<(), StoreError> {
    if count > MOST { Err(too_many(of, &format!("{MOST} policies"))) } else { Ok(()) }
}

fn too_many(of: &str, most: &str) -> StoreError {
    StoreError::too_slow("GetPolicy", of, format!("there are more than {most}, the limit"))
}
