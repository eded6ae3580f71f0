//! Builds the engine. Everything except the settings and the store has a default.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::forward::clock::{Clock, FixedClock, RecordedClock, SystemClock};
use crate::forward::quarantine::{KeepNone, Quarantine};
use crate::forward::state::RunState;
use crate::settings::Settings;
use crate::store::Store;

use super::probe::Questions;
use super::recorded::RecordedTime;
use super::summary::Observer;

/// Forwards records from a source to a store as configured in the settings. Created by [`Engine::builder`].
pub struct Engine {
    pub(super) settings: Settings,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    /// Draws the random numbers in file names (U-13). Without it, the number depends on the content of the file.
    pub(super) random: Option<ChaCha8Rng>,
    pub(super) quarantine: Box<dyn Quarantine>,
    pub(super) observer: Box<dyn Observer>,
    pub(super) fail_fast: bool,
    pub(super) waits: bool,
    pub(super) state: Option<Arc<RunState>>,
    pub(super) recorded: Option<RecordedTime>,
    pub(super) questions: Option<Questions>,
}

/// Collects what an [`Engine`] needs.
pub struct EngineBuilder {
    settings: Settings,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    quarantine: Box<dyn Quarantine>,
    observer: Box<dyn Observer>,
    fail_fast: bool,
    waits: bool,
    state: Option<Arc<RunState>>,
    recorded: Option<RecordedTime>,
    questions: Option<Questions>,
}

impl EngineBuilder {
    /// The clock for the time of receipt, file names and the age of files. The default is the system clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The seed of the random numbers in file names (U-13). The default is a random seed. With a
    /// [`FixedClock`](crate::forward::FixedClock) and without a seed, the number of a file depends on its content: the same input
    /// gives the same names, and another input gives others.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Receives input that cannot be forwarded. The default is [`KeepNone`], which only counts it.
    #[must_use]
    pub fn quarantine(mut self, quarantine: impl Quarantine + 'static) -> Self {
        self.quarantine = Box::new(quarantine);
        self
    }

    /// Receives events of the run. The default does nothing.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Answers these questions about the run. [`Probe::new`](super::Probe::new) makes them.
    #[must_use]
    pub fn probe(mut self, questions: Questions) -> Self {
        self.questions = Some(questions);
        self
    }

    /// Whether the first line that cannot be forwarded ends the run. The default is `false`.
    #[must_use]
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = fail_fast;
        self
    }

    /// Whether an upload that the target refuses is tried again until the deadline, in case somebody removes the cause. The default
    /// is `true`.
    #[must_use]
    pub fn waits_for_target(mut self, waits: bool) -> Self {
        self.waits = waits;
        self
    }

    /// Records the progress of the run in `state`, with the clock and the seed of its identity. The source must have the inputs
    /// of [`RunState::inputs`]. If the run is [spooled](RunState::is_spooled), its blocks must be [`Spooled`](crate::forward::Spooled),
    /// and their times are those of the run. A run that is stopped keeps open windows and files open: they come again.
    #[must_use]
    pub fn state(mut self, state: Arc<RunState>) -> Self {
        let (time, seed) = (state.identity().clock, state.identity().seed);
        if state.is_spooled() {
            let clock = Arc::new(RecordedClock::new(time));
            self.clock = clock.clone();
            self.recorded = Some(RecordedTime::new(clock, seed, state.fixed_clock().is_none()));
        } else {
            self.clock = Arc::new(FixedClock(time));
        }
        self.seed = Some(seed);
        self.state = Some(state);
        self
    }

    /// Builds the engine.
    pub fn build(self) -> Engine {
        let Self { settings, store, clock, seed, quarantine, observer, fail_fast, waits, state, recorded, questions } =
            self;
        // Two processes at the same time must not draw the same numbers.
        let random_seed = || clock.runs().then_some(RandomState::new().hash_one(std::process::id()));
        let random = seed.or_else(random_seed).map(ChaCha8Rng::seed_from_u64);
        Engine { settings, store, clock, random, quarantine, observer, fail_fast, waits, state, recorded, questions }
    }
}

impl Engine {
    /// Starts to build an engine that forwards to `store` as configured in `settings`.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use mp_forwarding::forward::{Engine, FixedClock};
    /// # use mp_forwarding::settings::Settings;
    /// # use mp_forwarding::store::Store;
    /// # fn engine(settings: Settings, store: Arc<dyn Store>) -> Result<Engine, Box<dyn std::error::Error>> {
    /// let engine = Engine::builder(settings, store)
    ///     .clock(FixedClock("2026-03-01T00:00:00Z".parse()?))
    ///     .seed(7)
    ///     .build();
    /// # Ok(engine) }
    /// ```
    pub fn builder(settings: Settings, store: Arc<dyn Store>) -> EngineBuilder {
        EngineBuilder {
            settings,
            store,
            clock: Arc::new(SystemClock),
            seed: None,
            quarantine: Box::new(KeepNone),
            observer: Box::new(()),
            fail_fast: false,
            waits: true,
            state: None,
            recorded: None,
            questions: None,
        }
    }
}
