//! `mp-forwarding settings`

use std::path::PathBuf;

use super::output::print;
use super::{ExitCode, Failure, Global};
use crate::settings::{SettingId, Settings, mask_secrets, template};

/// Check a settings file, or print one to fill in
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Check whether a settings file is valid; if not, list all errors and exit with 2
    Check {
        /// The file, TOML or JSON
        file: PathBuf,
    },
    /// Print a commented TOML file with the default of every setting; two settings must be filled in
    Template,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    match args.action {
        Action::Check { file } => {
            let settings = Settings::load(&file).map_err(Failure::usage)?;
            if global.quiet {
                Ok(ExitCode::Good)
            } else {
                let notes: String = settings.notes().iter().map(|note| format!("note: {note}\n")).collect();
                print(&format!("{}: ok: {}\n{notes}", file.display(), mask_secrets(&summary(&settings))))
            }
        }
        Action::Template => print(&template()),
    }
}

/// The access, the bucket and the settings that differ from the defaults.
fn summary(settings: &Settings) -> String {
    let access = if settings.is_role_based() { "role-based" } else { "user-based" };
    let bucket = &settings.connection.s3_bucket_name;
    let chosen = [SettingId::S3BucketName, SettingId::AccessKeyId, SettingId::SecretAccessKey];
    let changed: Vec<String> = SettingId::ALL
        .iter()
        .filter(|id| !chosen.contains(id))
        .map(|id| (*id, settings.value_text(*id)))
        .filter(|(id, value)| value != id.default_text())
        .map(|(id, value)| format!("{id} = {value}"))
        .collect();
    format!("{access} access to `{bucket}`; differs from the defaults: {}", changed.join(", "))
}
