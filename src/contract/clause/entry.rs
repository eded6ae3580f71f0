//! A clause of the contract.

/// One guarantee of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The id that findings cite, for instance `NAME-1` or `include_mp_deviceid`.
    pub id: &'static str,
    /// The guarantee in one sentence.
    pub sentence: &'static str,
    /// The page of mParticle's documentation, or `this project` for a clause of this project.
    pub source: &'static str,
    /// How to fix a violation.
    pub remedy: &'static str,
}

/// The one clause of this project itself: no event is lost, repeated or invented.
pub const DELIVERY: &str = "DELIVERY-1";

/// The edition of mParticle's documentation on which the clauses are based.
pub const EDITION: &str = "2023-10";

// The titles of mParticle's pages.
pub(super) const S3: &str = "Amazon S3 / Event";
pub(super) const REFERENCE: &str = "JSON Reference";
pub(super) const HTTP: &str = "HTTP API";
pub(super) const LIMITS: &str = "Default Service Limits";
pub(super) const BACKFILL: &str = "Blocked Data Backfill Guide";
pub(super) const HOSTING: &str = "Data Hosting Locations";

/// The source of clauses that are not in mParticle's documentation.
pub const OURS: &str = "this project";

pub(super) const fn clause(
    id: &'static str,
    source: &'static str,
    sentence: &'static str,
    remedy: &'static str,
) -> Clause {
    Clause { id, sentence, source, remedy }
}
