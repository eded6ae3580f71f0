//! The part of a run that checks blocks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use super::read_inputs::{Sent, Shared};
use crate::validate::input::Block;
use crate::validate::line_checker::BlockOrigin;

impl Shared<'_> {
    /// Checks blocks until no reader is left. A check that panics stops the run; the blocks behind it are taken and not checked,
    /// because a reader that waits for room would wait for ever.
    pub(super) fn check_blocks(
        &self,
        receiver: &Mutex<Receiver<Sent>>,
        mut check: impl FnMut(&BlockOrigin, &Block) -> Vec<u64>,
    ) {
        loop {
            self.idle.fetch_add(1, Ordering::Relaxed);
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            self.idle.fetch_sub(1, Ordering::Relaxed);
            // No reader is left.
            let Ok((origin, block)) = next else { return };
            if !self.is_stopped() && !self.is_past(origin.input, block.first) {
                match catch_unwind(AssertUnwindSafe(|| check(&origin, &block))) {
                    Ok(lines) => self.count(origin.input, lines),
                    Err(_) => {
                        self.failed.fetch_add(1, Ordering::Relaxed);
                        self.stop();
                    }
                }
            }
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(block.emptied());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::super::fetches::Fetches;
    use super::*;
    use crate::contract::schema::{Edition, Form};
    use crate::validate::input::Input;
    use crate::validate::options::Options;

    #[test]
    fn a_check_that_panics_stops_the_run_and_lets_the_readers_end() {
        let options = Options::new(Edition { form: Form::Outbound, strict: false });
        let input = Input::reader("a", std::io::Cursor::new("{}\n".repeat(1 << 20)));
        let inputs = [&input];
        let shared = Shared::new(&inputs, &options, &|_| {}, Fetches::of(&inputs, &options));
        let (sender, receiver) = sync_channel(1);
        let receiver = Mutex::new(receiver);
        let mut checked = 0;
        std::thread::scope(|scope| {
            let shared = &shared;
            scope.spawn(move || shared.read_inputs(&sender, crate::validate::outcome::Outcome::empty()));
            shared.check_blocks(&receiver, |_, _| {
                checked += 1;
                panic!("a bug")
            });
        });
        assert_eq!((checked, shared.failed_checkers()), (1, 1));
    }
}
