//! The pages of a listing, one after the other.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::{Page, Store, StoreError};

/// Lists the objects under a prefix page by page.
///
/// It ends with an error if the server gives a continuation token a second time: such a listing has no end.
pub struct Listing<'a> {
    store: &'a dyn Store,
    prefix: &'a str,
    next: Next,
    /// The hashes of the tokens that were given so far. A listing of a million objects has a thousand tokens.
    given: HashSet<u64>,
    hasher: RandomState,
}

enum Next {
    First,
    After(String),
    End,
}

impl<'a> Listing<'a> {
    /// The objects whose keys begin with `prefix`. No request is sent yet.
    pub fn new(store: &'a dyn Store, prefix: &'a str) -> Self {
        Self { store, prefix, next: Next::First, given: HashSet::new(), hasher: RandomState::new() }
    }

    /// The next page; `None` after the last one. After an error the same page is requested again.
    ///
    /// # Errors
    /// If the bucket cannot be listed, or if the listing has no end.
    pub async fn next_page(&mut self) -> Result<Option<Page>, StoreError> {
        let token = match &self.next {
            Next::First => None,
            Next::After(token) => Some(token.as_str()),
            Next::End => return Ok(None),
        };
        let mut page = self.store.list(self.prefix, token).await?;
        self.next = match page.continuation.take() {
            None => Next::End,
            Some(token) if self.given.insert(self.hasher.hash_one(&token)) => Next::After(token),
            Some(_) => return Err(StoreError::endless_listing(self.prefix)),
        };
        Ok(Some(page))
    }
}
