//! How many objects are read at once.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::validate::input::Input;
use crate::validate::options::Options;

/// The number of objects that are read at once in the beginning: most of their time is the network's.
const FIRST: usize = 8;

/// The largest number that is chosen without being asked for. Each reader holds up to two blocks.
const MOST: usize = 64;

/// Limits the number of readers that read at once, and raises the limit while the checkers have nothing to do.
#[derive(Debug)]
pub(super) struct Fetches {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
}

#[derive(Debug)]
struct State {
    reading: usize,
    allowed: usize,
}

impl Fetches {
    /// As asked for, else one reader for each job, and for objects as many more as help.
    pub(super) fn of(inputs: &[&Input], options: &Options) -> Self {
        let jobs = options.jobs.get();
        let (first, most) = match options.fetches {
            Some(fetches) => (fetches.get(), fetches.get()),
            None if inputs.iter().any(|input| input.is_object()) => (jobs.max(FIRST), jobs.max(MOST)),
            None => (jobs, jobs),
        };
        let most = most.min(inputs.len()).max(1);
        Self { state: Mutex::new(State { reading: 0, allowed: first.min(most) }), changed: Condvar::new(), most }
    }

    /// The number of threads that read.
    pub(super) fn threads(&self) -> usize {
        self.most
    }

    /// Waits until one more may read.
    pub(super) fn begin(&self) -> Reading<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.changed.wait_while(state, |state| state.reading >= state.allowed);
        wait.unwrap_or_else(PoisonError::into_inner).reading += 1;
        Reading(self)
    }

    /// Allows one more, if that is of use.
    pub(super) fn raise(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.allowed < self.most {
            state.allowed += 1;
            self.changed.notify_one();
        }
    }
}

/// Held as long as an input is read.
pub(super) struct Reading<'a>(&'a Fetches);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).reading -= 1;
        self.0.changed.notify_one();
    }
}
