//! Whether exported lines keep the contract.
//!
//! Two checks that must agree: a *fast* one reads the bytes once and says yes or no ([`Validator`]); where it says no, a *slow*
//! one gives the reasons with the published schema itself. Both are made from the types of [`crate::contract`].
//!
//! The slow one needs the feature `explain`, and objects of a bucket the feature `store`:
//!
//! ```
//! # #[cfg(feature = "explain")] {
//! use mp_forwarding::contract::schema::{Edition, Form};
//! use mp_forwarding::validate::{Options, validate_reader};
//!
//! let options = Options::new(Edition { form: Form::Outbound, strict: false });
//! let report = validate_reader("example", &b"{\"environment\":\"prod\"}\n"[..], &options);
//! assert_eq!(report.findings[0].place.as_deref(), Some("/environment"));
//! assert!(!report.is_ok());
//! # }
//! ```

#[cfg(feature = "explain")]
mod checks;
#[cfg(feature = "explain")]
mod contents;
#[cfg(feature = "explain")]
mod findings;
#[cfg(feature = "explain")]
mod input;
#[cfg(feature = "explain")]
mod known;
#[cfg(feature = "explain")]
mod line_checker;
#[cfg(feature = "explain")]
mod observations;
#[cfg(feature = "explain")]
mod options;
#[cfg(feature = "explain")]
mod outcome;
#[cfg(feature = "explain")]
mod partial;
#[cfg(feature = "explain")]
mod repair;
#[cfg(feature = "explain")]
mod report;
#[cfg(feature = "explain")]
mod rules;
#[cfg(feature = "explain")]
mod run;
mod validator;

#[cfg(feature = "explain")]
pub use checks::{CHECKS, CheckKind};
#[cfg(feature = "explain")]
pub use contents::{Days, Files, KeptByHash, Repeats, Tally};
#[cfg(feature = "explain")]
pub use findings::{Faults, LineFault};
#[cfg(all(feature = "explain", feature = "store"))]
pub use input::Bucket;
#[cfg(feature = "explain")]
pub use input::{Input, InputError, Moment, ObjectError, Sample, Selected, Selection};
#[cfg(feature = "explain")]
pub use known::{Known, KnownError};
#[cfg(feature = "canary")]
pub(crate) use known::{compare_members, compare_values};
#[cfg(feature = "explain")]
pub use options::Options;
#[cfg(feature = "explain")]
pub use outcome::Outcome;
#[cfg(feature = "explain")]
pub use partial::{MergeError, Partial, PartialDocument, PartialError, Shard, ShardError};
#[cfg(feature = "explain")]
pub use repair::{RepairError, RepairFolder};
#[cfg(feature = "explain")]
pub use rules::Explainer;
#[cfg(feature = "explain")]
pub use run::{Cancel, validate, validate_path, validate_reader};
pub use validator::{Checker, EventFacts, LineFacts, Span, Validator};
