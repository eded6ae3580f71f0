//! `mp-forwarding serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use hyper::header::HeaderValue;
use jiff::Timestamp;

use super::interrupt::interrupted;
use super::keep::check_keep;
use super::output::ReportArgs;
use super::target::{TargetArgs, connect};
use super::value::address;
use super::{ExitCode, Failure, Global, block_on, chain};
use crate::events_api::{Credentials, ExportFault, FaultyStore, Options, Received, Server, ServerError};
use crate::forward::{Engine, QuarantineFile, RunOptions, RunState, Summary};
use crate::report::ForwardingReport;
use crate::report::model::counted;
use crate::settings::{FolderName, Settings};
use crate::store::{CredentialSource, Embedded, S3Config, S3Store, Store};

/// Run a local server for mParticle's Events API, and forward what it accepts
///
/// Accepts batches like the Events API, adds what mParticle's platform adds, and forwards them with the connection's
/// settings. It is for tests of client libraries and of data pipelines. Objects are written to the built-in S3, or to a
/// bucket with --endpoint or --live. The URL is printed on stdout. SIGINT or SIGTERM forwards the rest and ends the
/// server; with --state, the rest stays in the state.
///
/// MPARTICLE_API_KEY and MPARTICLE_API_SECRET set the key and the secret that requests must have.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding serve --settings connection.toml
  mp-forwarding serve --settings connection.toml --keep objects
  mp-forwarding serve --settings connection.toml --listen 127.0.0.1:8080 \\
    --endpoint http://127.0.0.1:9000
  mp-forwarding serve --settings connection.toml --live --state serving/

Exit codes:
  0 stopped, and everything was written, 1 something was quarantined or is unconfirmed,
  2 the settings, variables, address or state cannot be used,
  3 the bucket is unreachable or refuses, or events are pending in --state: the same command
  writes them")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The address to listen on; port 0 selects a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    /// Keep the objects of the built-in S3 in this new or empty folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["endpoint", "live"])]
    keep: Option<PathBuf>,
    /// Write to the bucket and the folder in the settings
    #[arg(long)]
    live: bool,
    /// Allow requests from this origin in a browser (`Access-Control-Allow-Origin`)
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Option<HeaderValue>,
    /// Keep accepted batches in this folder (mode 0700) until they are written. A request is answered after its batches are
    /// synced. However the server ends, the same command continues it
    #[arg(long, value_name = "DIR", requires = "live")]
    state: Option<PathBuf>,
    /// Append input that cannot be forwarded to this file, with the reasons (mode 0600)
    #[arg(long, value_name = "FILE")]
    quarantine: Option<PathBuf>,
    /// Write the export with this fault, to test programs that watch it
    #[arg(long, value_name = "FAULT")]
    fault: Option<ExportFault>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<ForwardingReport>,
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| "an origin is `https://host` or `*`".to_owned())
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let mut settings =
        Settings::load_with(&args.settings, |typed| args.target.override_file(typed)).map_err(Failure::usage)?;
    let credentials = Credentials::of_environment().map_err(Failure::usage)?;
    let is_real = args.live || settings.engine.endpoint.is_some();
    if credentials.is_none() && (is_real || !args.listen.ip().is_loopback()) {
        let why = "a real bucket or an address that others can reach needs a key and a secret";
        return Err(Failure::usage(format!("{why}: set MPARTICLE_API_KEY and MPARTICLE_API_SECRET")));
    }
    if is_real && !args.live {
        settings.connection.folder_name = Some(own_folder(&settings)?);
    }
    args.report.keep_apart([&args.settings], &args.quarantine)?;
    let reports = args.report.open()?;
    let quarantine = match &args.quarantine {
        None => None,
        Some(path) => Some(QuarantineFile::open(path).map_err(|error| {
            Failure::usage(format!("cannot open the quarantine file `{}`: {error}", path.display()))
        })?),
    };
    let state = match &args.state {
        None => None,
        Some(folder) => {
            let options = RunOptions { quarantine: args.quarantine.clone(), ..RunOptions::default() };
            let state = RunState::open(folder, &settings, &[], &options).map_err(Failure::usage)?;
            Some(Arc::new(state))
        }
    };
    let started = Instant::now();
    let (allow_origin, seed) = (args.allow_origin.clone(), u64::from(std::process::id()));
    let options = Options { credentials, allow_origin, seed, state };
    let (target, received, summary) = block_on(serve(&args, settings, is_real, options, quarantine, global))??;
    if !global.quiet {
        let Received { requests, batches, historical_batches, refused } = received;
        let batches = counted(batches, "batch", "batches");
        let historical = match historical_batches {
            0 => String::new(),
            count => format!(", {} not forwarded", counted(count, "historical batch", "historical batches")),
        };
        let refused = counted(refused, "request", "requests");
        say!("accepted {} with {batches}{historical}; refused {refused}", counted(requests, "request", "requests"));
    }
    let report = super::forward::report_of(&summary, target, started);
    if let Some(error) = &summary.fault {
        say!("error: {}", chain(error));
    } else if let Some(error) = &summary.refusal {
        say!("error: {error}");
    }
    let code = super::forward::exit_code(&summary, args.state.is_some());
    if args.state.is_some() && code == ExitCode::Target {
        let events = counted(report.fates.pending, "event is", "events are");
        let least = if summary.uncounted { "at least " } else { "" };
        say!("{least}{events} pending in the state: the same command goes on from here");
    }
    Ok(reports.finish(&report, global.quiet, code))
}

/// A folder of this run in the folder of the settings, so that readers of the export do not read generated data.
fn own_folder(settings: &Settings) -> Result<FolderName, Failure> {
    let run = format!("serve-{}", Timestamp::now().strftime("%Y%m%dT%H%M%SZ"));
    let folder = match &settings.connection.folder_name {
        Some(folder) => format!("{folder}/{run}"),
        None => run,
    };
    folder.parse().map_err(Failure::usage)
}

async fn serve(
    args: &Args,
    settings: Settings,
    is_real: bool,
    options: Options,
    quarantine: Option<QuarantineFile>,
    global: &Global,
) -> Result<(String, Received, Summary), Failure> {
    let stop = interrupted();
    let (store, embedded) = match is_real {
        true => (connect(&settings).await?, None),
        false => built_in(args, &settings).await?,
    };
    let place = match (&embedded, &settings.connection.folder_name) {
        (Some((_, hint)), _) => hint.clone(),
        (None, Some(folder)) if !args.live => format!("{}, below `{folder}`", store.name()),
        (None, _) => store.name(),
    };
    let store: Arc<dyn Store> = match args.fault {
        None => Arc::new(store),
        Some(fault) => Arc::new(FaultyStore::new(Arc::new(store), fault)),
    };
    let target = store.name();
    let state = options.state.clone();
    let (server, mut source) = Server::start(args.listen, options).await.map_err(|error| match error {
        ServerError::Address(error) => {
            Failure::usage(format!("cannot listen on {}: {error}; choose another with --listen", args.listen))
        }
        error => Failure::usage(error),
    })?;
    if !global.quiet {
        match &args.state {
            None => say!("batches are kept in memory until they are written: a crash loses what was accepted"),
            Some(folder) => say!("batches are synced to `{}` before they are accepted", folder.display()),
        }
        say!("objects go to {place}");
    }
    print_url(server.address());
    let mut engine = Engine::builder(settings, store);
    if let Some(file) = quarantine {
        engine = engine.quarantine(file);
    }
    if let Some(state) = &state {
        engine = engine.state(state.clone());
    }
    let engine = engine.build();
    // Without a state, the engine ends with the source, which ends when the server has stopped.
    let (stopped, stop_received) = tokio::sync::oneshot::channel();
    let (received, summary) = tokio::join!(
        async {
            stop.await;
            let received = server.stop().await;
            let _ = stopped.send(());
            received
        },
        engine.run(&mut source, async {
            match state {
                Some(_) => drop(stop_received.await),
                None => std::future::pending().await,
            }
        }),
    );
    drop((source, embedded));
    Ok((target, received, summary.map_err(Failure::usage)?))
}

/// Prints the URL on stdout, for scripts that use port 0.
fn print_url(address: SocketAddr) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "http://{address}").and_then(|()| out.flush());
}

/// The built-in S3 with the bucket of the settings, and how to access it.
async fn built_in(args: &Args, settings: &Settings) -> Result<(S3Store, Option<(Embedded, String)>), Failure> {
    check_keep(args.keep.as_deref())?;
    let server = Embedded::start(args.keep.as_deref()).await.map_err(Failure::target)?;
    let config: S3Config = server.config(settings.connection.s3_bucket_name.as_str());
    // The keys are constants of the program and give access only to this server.
    let keys = match &config.credentials {
        CredentialSource::Keys { access_key_id, secret_access_key } => {
            format!("AWS_ACCESS_KEY_ID={access_key_id} AWS_SECRET_ACCESS_KEY={secret_access_key}")
        }
        CredentialSource::Chain { .. } => String::new(),
    };
    let endpoint = config.endpoint.clone().unwrap_or_default();
    let hint = format!("the built-in S3 at {endpoint}, not to your bucket; read them with {keys}");
    let store = S3Store::connect(config).await.map_err(Failure::target)?;
    store.create_bucket().await.map_err(Failure::target)?;
    Ok((store, Some((server, hint))))
}
