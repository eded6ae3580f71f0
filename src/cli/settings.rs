//! `mp-forwarding settings`

use std::path::PathBuf;

use super::output::print;
use super::{ExitCode, Failure, Global, chain};
use crate::settings::{SettingId, Settings, mask_secrets, template};

/// Check a settings file, or print one to fill in
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Check whether settings files are valid; if not, list all errors and exit with 2
    Check {
        /// The files, TOML or JSON
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a commented TOML file with the default of every setting; two settings must be filled in
    Template,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    match args.action {
        Action::Check { files } => {
            let mut code = ExitCode::Good;
            for file in files {
                match Settings::load(&file) {
                    Ok(_) if global.quiet => {}
                    Ok(settings) => {
                        let notes: String = settings.notes().iter().map(|note| format!("note: {note}\n")).collect();
                        print(&format!("{}: ok: {}\n{notes}", file.display(), mask_secrets(&summary(&settings))))?;
                    }
                    Err(error) => {
                        say!("error: {}", chain(&error));
                        code = ExitCode::Usage;
                    }
                }
            }
            Ok(code)
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
