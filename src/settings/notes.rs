//! What a settings file asks for in vain, and what else its author may not expect.

use super::{Problem, Settings};

/// What files with compressed content and names without `.gz` do to query engines (U-12).
pub const HIDDEN_GZIP: &str = "query engines such as Athena, Trino and Spark take gzip under a name that ends in `.txt` for text, and count wrong \
     without an error (U-12): turn compression off if they read mParticle's files, or copy the files to names that end in `.txt.gz`; \
     `engine.gzip_suffix` is for files of this program";

impl Settings {
    /// Whether files are gzip under names that do not say so (U-12).
    pub fn hides_gzip(&self) -> bool {
        self.connection.use_compression && !self.engine.gzip_suffix
    }

    /// Settings and options that have no effect or not all of the effect that their names promise. The file can be used as it
    /// is.
    pub fn notes(&self) -> Vec<Problem> {
        let Self { configuration, connection, engine } = self;
        let mut notes = Vec::new();
        let mut add = |applies: bool, path: &str, message: &str| {
            if applies {
                notes.push(Problem::new(path, message));
            }
        };
        let exclusion = &connection.metadata_field_exclusion;
        let path = "connection.metadata_field_exclusion";
        add(
            exclusion.ip_address && !connection.raw_data_feed && !engine.keep_ip,
            path,
            "`IP Address` has no effect: `ip` is written only with `connection.raw_data_feed` or `engine.keep_ip` (U-31)",
        );
        add(
            !connection.include_metadata && (exclusion.device_name || !exclusion.pointers.is_empty()),
            path,
            "it has no effect on `application_info`, `device_info` and `source_info`: `connection.include_metadata` is off \
             and removes them as a whole",
        );
        add(
            connection.wait_for_complete_batch,
            "connection.wait_for_complete_batch",
            "Android events without a session id are not held, because the end of their session is not known: they follow \
             `connection.send_as_batch` (U-32)",
        );
        add(self.hides_gzip(), "connection.use_compression", HIDDEN_GZIP);
        add(
            configuration.credentials.is_some() && engine.profile.is_some(),
            "engine.profile",
            "uploads are signed with the key pair of these settings: only `preflight` uses the profile",
        );

        let defaults: Vec<_> = super::Engine::default().values();
        let changed: Vec<&str> =
            engine.values().into_iter().filter(|value| !defaults.contains(value)).map(|(name, _)| name).collect();
        let (batch, wait) = (connection.send_as_batch, connection.wait_for_complete_batch);
        for (option, has_effect, reason) in [
            ("gzip_level", connection.use_compression, "`connection.use_compression` is off"),
            ("gzip_suffix", connection.use_compression, "`connection.use_compression` is off"),
            ("window_seconds", batch, "`connection.send_as_batch` is off"),
            ("session_release_seconds", wait, "`connection.wait_for_complete_batch` is off"),
            ("default_key", engine.default_encryption.uses_kms(), "`engine.default_encryption` does not use KMS"),
            ("keep_ip", !connection.raw_data_feed, "`connection.raw_data_feed` is on, and keeps `ip`"),
        ] {
            let message = format!("it has no effect: {reason}");
            add(!has_effect && changed.contains(&option), &format!("engine.{option}"), &message);
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "s3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";

    /// The settings that have a note.
    fn notes(text: &str) -> Vec<String> {
        let settings =
            Settings::from_toml(&format!("connection.{}\n{text}", LEAST.trim().replace('\n', "\nconnection.")));
        settings.unwrap().notes().into_iter().map(|note| note.path).collect()
    }

    #[test]
    fn what_has_no_effect_is_noted_and_nothing_else() {
        for (text, expected) in [
            ("", vec![]),
            ("connection.metadata_field_exclusion = ['ip address']", vec!["connection.metadata_field_exclusion"]),
            ("connection.metadata_field_exclusion = ['IP Address']\nconnection.raw_data_feed = true", vec![]),
            ("connection.metadata_field_exclusion = ['Device Name']", vec![]),
            ("connection.use_compression = true", vec!["connection.use_compression"]),
            ("connection.use_compression = true\nengine.gzip_suffix = true", vec![]),
            (
                "connection.metadata_field_exclusion = ['/device_info/a']\nconnection.include_metadata = false",
                vec!["connection.metadata_field_exclusion"],
            ),
            ("connection.wait_for_complete_batch = true", vec!["connection.wait_for_complete_batch"]),
            ("engine.gzip_level = 9\nengine.gzip_suffix = true", vec!["engine.gzip_level", "engine.gzip_suffix"]),
            ("engine.gzip_level = 9\nengine.gzip_suffix = true\nconnection.use_compression = true", vec![]),
            ("engine.gzip_level = 4\nengine.window_seconds = 600", vec![]),
            ("engine.window_seconds = 5\nconnection.send_as_batch = false", vec!["engine.window_seconds"]),
            ("engine.session_release_seconds = 5", vec!["engine.session_release_seconds"]),
            ("engine.default_key = 'alias/x'", vec!["engine.default_key"]),
            ("engine.default_key = 'alias/x'\nengine.default_encryption = 'AES256'", vec!["engine.default_key"]),
            ("engine.default_key = 'alias/x'\nengine.default_encryption = 'aws:kms'", vec![]),
            ("engine.keep_ip = true", vec![]),
            ("engine.keep_ip = true\nconnection.raw_data_feed = true", vec!["engine.keep_ip"]),
            (
                "engine.profile = 'a'\nconfiguration.access_key_id = 'AKIA1'\nconfiguration.secret_access_key = 'hush'",
                vec!["engine.profile"],
            ),
        ] {
            assert_eq!(notes(text), expected, "{text}");
        }
    }
}
