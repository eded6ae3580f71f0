//! A compact list of event indices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Indices of events in a batch as received, from 0, ascending. They are stored as ranges with the first and the last
/// index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<[u32; 2]>", into = "Vec<[u32; 2]>")]
pub struct Indices {
    // Most batches have one range, which needs no memory of its own.
    first: Option<[u32; 2]>,
    rest: Vec<[u32; 2]>,
}

impl Indices {
    /// Adds an index that is greater than all others.
    pub fn push(&mut self, index: usize) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match self.rest.last_mut().or(self.first.as_mut()) {
            Some([_, last]) if last.checked_add(1) == Some(index) => *last = index,
            Some(_) => self.rest.push([index, index]),
            None => self.first = Some([index, index]),
        }
    }

    fn ranges(&self) -> impl Iterator<Item = [u32; 2]> + '_ {
        self.first.into_iter().chain(self.rest.iter().copied())
    }

    /// The greatest of them.
    pub(crate) fn last(&self) -> Option<usize> {
        self.ranges().last().and_then(|[_, last]| usize::try_from(last).ok())
    }

    /// The number of indices.
    pub fn len(&self) -> u64 {
        self.ranges().map(|[first, last]| u64::from(last - first) + 1).sum()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The indices.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges().flat_map(|[first, last]| first..=last)
    }
}

impl From<Vec<[u32; 2]>> for Indices {
    fn from(ranges: Vec<[u32; 2]>) -> Self {
        let mut ranges = ranges.into_iter();
        Self { first: ranges.next(), rest: ranges.collect() }
    }
}

impl From<Indices> for Vec<[u32; 2]> {
    fn from(indices: Indices) -> Self {
        indices.ranges().collect()
    }
}

impl FromIterator<usize> for Indices {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut all = Self::default();
        indices.into_iter().for_each(|index| all.push(index));
        all.rest.shrink_to_fit();
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
