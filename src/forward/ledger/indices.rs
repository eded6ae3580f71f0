//! A compact list of event indices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Indices of events in a batch as received, from 0, ascending. They are stored as ranges with the first and the last
/// index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Indices(Vec<[u32; 2]>);

impl Indices {
    /// Adds an index that is greater than all others.
    pub fn push(&mut self, index: usize) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match self.0.last_mut() {
            Some([_, last]) if last.checked_add(1) == Some(index) => *last = index,
            _ => self.0.push([index, index]),
        }
    }

    /// The greatest of them.
    pub(crate) fn last(&self) -> Option<usize> {
        self.0.last().and_then(|[_, last]| usize::try_from(*last).ok())
    }

    /// The number of indices.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|[first, last]| u64::from(last - first) + 1).sum()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The indices.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|&[first, last]| first..=last)
    }
}

impl FromIterator<usize> for Indices {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut all = Self::default();
        indices.into_iter().for_each(|index| all.push(index));
        all.0.shrink_to_fit();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_run() {
        let indices = Indices::from_iter([0, 1, 2, 5, 7, 8]);
        assert_eq!(serde_json::to_string(&indices).unwrap(), "[[0,2],[5,5],[7,8]]");
        assert_eq!(indices.len(), 6);
        assert_eq!(indices.iter().collect::<Vec<_>>(), [0, 1, 2, 5, 7, 8]);
    }
}
