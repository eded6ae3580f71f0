//! Whether a file is in the folder of its batches' dates (LAY-3): it is if the folder is the date of any of them (U-28).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::faults::Faults;
use super::line_fault::LineFault;
use crate::report::model::Findings;

/// For each input, whether a batch has the date of its folder, and the batches that have another one.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct FolderDates {
    inputs: BTreeMap<usize, Batches>,
}

#[derive(Debug, Clone, Default)]
struct Batches {
    has_right: bool,
    wrong: u64,
    /// Batches of another date whose lines have no other fault.
    only_wrong: u64,
    /// The first batches of another date.
    first: BTreeMap<u64, LineFault>,
}

impl FolderDates {
    /// Notes a batch of the folder's date.
    pub(in crate::validate) fn add_right(&mut self, input: usize) {
        self.inputs.entry(input).or_default().has_right = true;
    }

    /// Notes a batch of another date. `is_only` is whether its line has no other fault.
    pub(in crate::validate) fn add_wrong(&mut self, input: usize, line: u64, fault: LineFault, is_only: bool) {
        let batches = self.inputs.entry(input).or_default();
        batches.wrong += 1;
        batches.only_wrong += u64::from(is_only);
        batches.put(line, fault);
    }

    pub(in crate::validate) fn merge(&mut self, other: Self) {
        for (input, more) in other.inputs {
            let own = self.inputs.entry(input).or_default();
            own.has_right |= more.has_right;
            own.wrong += more.wrong;
            own.only_wrong += more.only_wrong;
            more.first.into_iter().for_each(|(line, fault)| own.put(line, fault));
        }
    }

    /// Adds the batches of other dates: faults where no batch of the file has the folder's date, else open. Returns how many
    /// lines are wrong for this reason alone.
    pub(in crate::validate) fn evaluate(
        self,
        faults: &mut Faults,
        open: &mut Faults,
        name: impl Fn(usize) -> Arc<str>,
    ) -> u64 {
        let mut wrong_lines = 0;
        for (input, batches) in self.inputs.into_iter().filter(|(_, batches)| batches.wrong > 0) {
            let name = name(input);
            let mixed = |found: String| LineFault::new("U-28", "batches of one date in a file", found);
            let first = batches.first.into_iter().map(|(line, fault)| {
                let fault = if batches.has_right { mixed(fault.found) } else { fault };
                (name.clone(), line, fault)
            });
            let first = first.collect();
            if batches.has_right {
                open.add_all(batches.wrong, first);
            } else {
                faults.add_all(batches.wrong, first);
                faults.count_input(name, batches.wrong);
                wrong_lines += batches.only_wrong;
            }
        }
        wrong_lines
    }
}

impl Batches {
    fn put(&mut self, line: u64, fault: LineFault) {
        self.first.insert(line, fault);
        if self.first.len() > Findings::PLACES {
            self.first.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_right_if_any_batch_of_the_file_has_its_date() {
        let wrong = || LineFault::new("LAY-3", "its own date", "another one").at("");
        let (mut dates, mut others) = (FolderDates::default(), FolderDates::default());
        (1..=9).for_each(|line| dates.add_wrong(0, line, wrong(), line > 1));
        dates.add_wrong(1, 1, wrong(), true);
        // Another thread has seen the right one.
        others.add_right(1);
        dates.merge(others);
        let (mut faults, mut open) = (Faults::default(), Faults::default());
        let lines = dates.evaluate(&mut faults, &mut open, |input| input.to_string().into());
        assert_eq!((lines, faults.count(), faults.inputs(), open.count()), (8, 9, 1, 1));
    }
}
