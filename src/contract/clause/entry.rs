//! What a clause is.

/// One promise about the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The id that findings cite, for instance `NAME-1` or `include_mp_deviceid`.
    pub id: &'static str,
    /// What is promised, in one sentence.
    pub sentence: &'static str,
    /// The page of mParticle's documentation, or `this project` for a promise of our own.
    pub source: &'static str,
    /// What to do about a break of it.
    pub remedy: &'static str,
}

/// Nothing is lost, repeated or invented: the one promise that is our own.
pub const DELIVERY: &str = "DELIVERY-1";

/// The edition of mParticle's documentation that was read.
pub const EDITION: &str = "2023-10";

/// The source of what does not stand in mParticle's documentation.
pub const OURS: &str = "this project";
