//! The end of an input: open windows and files close file by file. While one file is encoded and uploaded, the windows of the next are
//! merged, and their memory is free again.

use std::collections::{HashMap, VecDeque};

use crate::forward::batch::{Batcher, Group};
use crate::forward::files::Files;

use super::state::Run;

/// What is left to close.
#[derive(Debug)]
pub(super) struct Ending {
    /// The files in the order of their opening, each with the numbers of the windows whose lines belong to it.
    files: VecDeque<(Group, VecDeque<u64>)>,
}

impl Ending {
    /// Everything that is open.
    pub(super) fn of(batcher: &Batcher, files: &Files) -> Self {
        let mut ordered: VecDeque<(Group, VecDeque<u64>)> =
            files.groups().map(|group| (group.clone(), VecDeque::new())).collect();
        let mut places: HashMap<Group, usize> =
            ordered.iter().enumerate().map(|(place, (group, _))| (group.clone(), place)).collect();
        for (number, group) in batcher.open_windows() {
            let place = *places.entry(group).or_insert_with_key(|group| {
                ordered.push_back((group.clone(), VecDeque::new()));
                ordered.len() - 1
            });
            ordered[place].1.push_back(number);
        }
        Self { files: ordered }
    }
}

impl Run<'_> {
    /// Closes windows and files until one waits for its upload. Returns whether something is left to close.
    pub(super) fn close_until_full(&mut self) -> bool {
        let mut ending = self.ending.take().unwrap_or_else(|| Ending::of(&self.batcher, &self.files));
        let mut is_left = true;
        while is_left && self.closed.is_empty() {
            is_left = self.close_next(&mut ending);
        }
        self.ending = Some(ending);
        is_left
    }

    /// Closes the next window, or the file of which all windows are closed. Returns whether there was one.
    pub(super) fn close_next(&mut self, ending: &mut Ending) -> bool {
        let Some((group, windows)) = ending.files.front_mut() else { return false };
        if let Some(number) = windows.pop_front() {
            let lines = self.batcher.complete(number).into_iter().collect();
            self.fill_files(lines);
        } else {
            let closed = self.files.close(group).into_iter().collect();
            ending.files.pop_front();
            self.enqueue(closed);
        }
        true
    }
}
