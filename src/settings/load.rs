//! From a file or a text to proven settings.

use super::{Configuration, Connection, Engine};

/// All settings, proven: every rule of one setting and between settings holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The account's.
    pub configuration: Configuration,
    /// The connection's.
    pub connection: Connection,
    /// The engine's own options.
    pub engine: Engine,
}

impl Settings {
    /// Role-based settings around `connection`, with the default of everything else.
    pub fn new(connection: Connection) -> Self {
        Self { configuration: Configuration::default(), connection, engine: Engine::default() }
    }

    /// Whether mParticle's own roles write, rather than a user with a key pair (ACC-1).
    pub fn is_role_based(&self) -> bool {
        self.configuration.credentials.is_none()
    }
}
