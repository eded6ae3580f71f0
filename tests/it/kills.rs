//! Runs of `forward --state` that end early in every way. The same command is repeated until everything is delivered, and then
//! the events in the bucket are counted: none may be lost, twice there or unconfirmed.
//!
//! `MP_FORWARDING_KILL_RUNS` sets the number of runs of each kind. The test prints a table.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{scope, sleep};
use std::time::Duration;

use mp_forwarding::access::{Partition, Policy};
use mp_forwarding::conform::read_back;
use mp_forwarding::store::{
    Conditions, CredentialSource, Embedded, Fault, Identity, Ownership, Rules, S3Config, S3Store, Store, Transport,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::program::PATH;
use crate::support::proxy::Proxy;
use crate::support::servers::Server;

const EVENTS: u64 = 1_200;
const BAD_LINES: u64 = 12;

/// How a run ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Kill,
    Terminate,
    ServerDies,
    ServerStaysDead,
    CredentialExpires,
    LedgerFull,
    QuarantineFull,
    StateFull,
    InputGrows,
    /// The input is a pipe, which gives nothing twice.
    KillWithPipe,
    TerminateWithPipe,
}

const ENDS: [End; 11] = [
    End::Kill,
    End::Terminate,
    End::ServerDies,
    End::ServerStaysDead,
    End::CredentialExpires,
    End::LedgerFull,
    End::QuarantineFull,
    End::StateFull,
    End::InputGrows,
    End::KillWithPipe,
    End::TerminateWithPipe,
];

/// The counts of all runs of a kind.
#[derive(Debug, Default)]
struct Row {
    runs: u64,
    starts: u64,
    cut: u64,
    lost: u64,
    twice: u64,
    unconfirmed: u64,
    quarantine_lost: u64,
}

struct Bench {
    runtime: Runtime,
    server: AnyServer,
}

/// The server with the buckets: one whose objects the writer may also read, and one into which it may only put.
enum AnyServer {
    BuiltIn(Embedded),
    SeaweedFs(&'static Server),
}

#[test]
fn no_end_of_a_run_with_a_state_loses_or_repeats_an_event() {
    let runtime = Runtime::new().unwrap();
    let server = AnyServer::BuiltIn(runtime.block_on(Embedded::start(None)).unwrap());
    end_in_every_way(&Bench { runtime, server });
}

/// The same on a real server, with the other user of SeaweedFS as the writer. No credential of it can expire within seconds.
#[test]
fn no_end_of_a_run_with_a_state_loses_or_repeats_an_event_on_seaweedfs() {
    let Some(server) = Server::shared_seaweedfs() else { return };
    end_in_every_way(&Bench { runtime: Runtime::new().unwrap(), server: AnyServer::SeaweedFs(server) });
}

fn end_in_every_way(bench: &Bench) {
    bench.create_buckets();
    let is_real = matches!(bench.server, AnyServer::SeaweedFs(_));
    let usual = if is_real { 1 } else { 2 };
    let runs = std::env::var("MP_FORWARDING_KILL_RUNS").map_or(usual, |runs| runs.parse().unwrap());
    let jobs: Vec<(End, bool, usize)> = (0..runs)
        .flat_map(|run| ENDS.into_iter().enumerate().map(move |(kind, end)| (end, (run + kind) % 2 == 0, run)))
        .filter(|(end, ..)| !is_real || *end != End::CredentialExpires)
        .collect();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<(End, bool), Row>::new()));
    scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                while let Some(&(end, may_read, run)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let one = Case::new(bench, end, may_read, run).run();
                    let mut rows = rows.lock().unwrap();
                    let row = rows.entry((end, may_read)).or_default();
                    row.runs += 1;
                    row.starts += one.starts;
                    row.cut += one.cut;
                    row.lost += one.lost;
                    row.twice += one.twice;
                    row.unconfirmed += one.unconfirmed;
                    row.quarantine_lost += one.quarantine_lost;
                }
            });
        }
    });
    println!("| end | may read | runs | starts | cut | lost | twice | unconfirmed | not in the quarantine |");
    for ((end, may_read), row) in rows.lock().unwrap().iter() {
        let Row { runs, starts, cut, lost, twice, unconfirmed, quarantine_lost } = row;
        println!(
            "| {end:?} | {may_read} | {runs} | {starts} | {cut} | {lost} | {twice} | {unconfirmed} | {quarantine_lost} |"
        );
        assert_eq!((*lost, *twice, *unconfirmed, *quarantine_lost), (0, 0, 0, 0), "{end:?}, may read: {may_read}");
    }
}

/// One run with all its starts.
struct Case<'a> {
    bench: &'a Bench,
    end: End,
    folder: TempDir,
    bucket: &'static str,
    /// The folder in the bucket.
    prefix: String,
    proxy: Proxy,
    /// The next random number.
    random: u64,
    /// The pipe, which stays open while the program is not running, and the events that were put into it.
    pipe: Option<(File, u64)>,
}

impl<'a> Case<'a> {
    fn new(bench: &'a Bench, end: End, may_read: bool, run: usize) -> Self {
        let bucket = if may_read { READABLE } else { WRITE_ONLY };
        let prefix = format!("{}-{run}", format!("{end:?}").to_lowercase());
        let random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(run as u64 + 1) ^ (end as u64) << 7;
        let folder = TempDir::new().unwrap();
        Self { bench, end, folder, bucket, prefix, proxy: Proxy::start(&bench.endpoint()), random, pipe: None }
    }

    fn draw(&mut self, from: u64, to: u64) -> Duration {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(from + (self.random >> 33) % (to - from))
    }

    /// A new access key of the writer.
    fn key(&self, name: &str) -> (String, String) {
        let server = match &self.bench.server {
            AnyServer::BuiltIn(server) => server,
            AnyServer::SeaweedFs(_) => return (Server::OTHER_USER_KEY_ID.into(), Server::OTHER_USER_SECRET.into()),
        };
        let principal = format!("arn:aws:iam::{ACCOUNT}:user/{}-{name}", self.prefix).parse().unwrap();
        let policy = writer_policy(self.bucket, None);
        let policies = Some(vec![("writer".to_owned(), Policy::parse(&policy).unwrap())]);
        let credentials = server.register(Identity { principal, policies, context: Vec::new() });
        let S3Config { credentials, .. } = server.config_of(self.bucket, credentials, Transport::Tls12);
        let CredentialSource::Keys { access_key_id, secret_access_key } = credentials else { panic!("no keys") };
        (access_key_id, secret_access_key)
    }

    fn settings(&self, (id, secret): &(String, String)) {
        let text = format!(
            "[configuration]\naccess_key_id = \"{id}\"\nsecret_access_key = \"{secret}\"\n\n\
             [engine]\nendpoint = \"{}\"\nmax_file_lines = 10\nuploads = 4\n\n\
             [connection]\ns3_bucket_name = \"{}\"\nfolder_name = \"{}\"\nstore_data_in_folders_by_date = \"event_time\"\nsend_as_batch = {}\n",
            self.proxy.endpoint(),
            self.bucket,
            self.prefix,
            self.random.is_multiple_of(2),
        );
        fs::write(self.path("connection.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command, which is the same at each start but for the disks that are full.
    fn start(&self, is_first: bool) -> Child {
        let full = |end, name| if is_first && self.end == end { "/dev/full".into() } else { self.path(name) };
        // A file larger than this cannot be written, as on a full disk.
        let limit = if is_first && self.end == End::StateFull { "ulimit -f 200; " } else { "" };
        let deadline = if self.end == End::ServerStaysDead { "1" } else { "60" };
        Command::new("sh")
            .args(["-c", &format!("trap '' XFSZ; {limit}exec \"$0\" \"$@\"")])
            .arg(PATH)
            .args(["forward", "--format", "json", "--deadline", deadline, "--settings"])
            .arg(self.path("connection.toml"))
            .arg("--input")
            .arg(self.path(if self.has_pipe() { "pipe" } else { "batches.ndjson" }))
            .arg("--state")
            .arg(self.path("state"))
            .arg("--ledger")
            .arg(full(End::LedgerFull, "ledger.ndjson"))
            .arg("--quarantine")
            .arg(full(End::QuarantineFull, "quarantine.ndjson"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run(mut self) -> Row {
        let mut row = Row { runs: 1, ..Row::default() };
        let key = self.key("first");
        self.settings(&key);
        fs::write(self.path("batches.ndjson"), input(1, EVENTS)).unwrap();
        if self.has_pipe() {
            assert!(Command::new("mkfifo").arg(self.path("pipe")).status().unwrap().success());
            let pipe = OpenOptions::new().read(true).write(true).open(self.path("pipe")).unwrap();
            self.pipe = Some((pipe, 0));
        }
        if let (End::CredentialExpires, AnyServer::BuiltIn(server)) = (self.end, &self.bench.server) {
            server.set_fault(self.bucket, Fault::ExpiredToken, self.random, &key.0);
        }
        loop {
            row.starts += 1;
            assert!(row.starts < 12, "{:?}: it does not end", self.end);
            let child = self.start(row.starts == 1);
            let (code, stdout, stderr) = self.disturb(child, row.starts);
            // Quarantined lines give 1, and a file that grew gives 2 although everything of its beginning is delivered.
            let grew = self.end == End::InputGrows && code == Some(2);
            if code == Some(1) || code == Some(0) || grew {
                let report: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
                assert_eq!(report["fates"]["pending"], 0, "{report:#}{stderr}");
                row.unconfirmed += report["fates"]["unconfirmed"].as_u64().unwrap();
                break;
            }
            row.cut += 1;
            assert!(code.is_none() || [2, 3].contains(&code.unwrap()), "{:?}: {code:?} {stderr}", self.end);
            if self.end == End::CredentialExpires {
                // A rotated key belongs to the same run.
                self.settings(&self.key("second"));
            }
        }
        self.count(&mut row);
        row
    }

    /// Ends the run as its kind says, and waits for it.
    fn disturb(&mut self, mut child: Child, start: u64) -> (Option<i32>, String, String) {
        let pid = child.id().to_string();
        let signal = |name: &str| drop(Command::new("kill").args([name, &pid]).status());
        match self.end {
            End::Kill if start <= 3 => {
                sleep(self.draw(50, 700));
                let _ = child.kill();
            }
            End::Terminate if start <= 3 => {
                sleep(self.draw(50, 600));
                signal("-TERM");
            }
            End::ServerDies if start == 1 => {
                sleep(self.draw(200, 700));
                self.proxy.set_dead(true);
                sleep(Duration::from_secs(5));
                self.proxy.set_dead(false);
            }
            End::ServerStaysDead if start == 1 => {
                sleep(self.draw(200, 700));
                self.proxy.set_dead(true);
                sleep(Duration::from_secs(4));
                self.proxy.set_dead(false);
            }
            // The credential was expired while the program waits for a new one.
            End::CredentialExpires if start == 1 => {
                sleep(Duration::from_secs(3));
                signal("-TERM");
            }
            End::InputGrows if start <= 2 => {
                sleep(self.draw(50, 500));
                let mut file = OpenOptions::new().append(true).open(self.path("batches.ndjson")).unwrap();
                file.write_all(input(EVENTS + 1, 50).as_bytes()).unwrap();
                sleep(self.draw(1, 300));
                let _ = child.kill();
            }
            End::KillWithPipe if start <= 3 => {
                self.feed(EVENTS / 4, true);
                sleep(self.draw(1, 200));
                let _ = child.kill();
            }
            // The program takes what it has begun, so nothing needs to be waited for.
            End::TerminateWithPipe if start <= 3 => {
                self.feed(EVENTS / 4, false);
                sleep(self.draw(1, 200));
                signal("-TERM");
            }
            End::KillWithPipe | End::TerminateWithPipe => {
                self.feed(EVENTS, false);
                self.pipe = None;
            }
            _ => {}
        }
        let output = child.wait_with_output().unwrap();
        let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code(), stdout, stderr)
    }

    fn has_pipe(&self) -> bool {
        matches!(self.end, End::KillWithPipe | End::TerminateWithPipe)
    }

    /// Puts up to `count` more events into the pipe. What was read from a pipe and not yet written is lost by a kill, so `wait` waits
    /// until they are in the spool.
    fn feed(&mut self, count: u64, wait: bool) {
        let (mut pipe, mut fed) = self.pipe.take().unwrap();
        let end = (fed + count).min(EVENTS);
        while fed < end {
            let next = (end - fed).min(self.draw(1, 60).as_millis() as u64);
            pipe.write_all(input(fed + 1, next).as_bytes()).unwrap();
            fed += next;
        }
        let last = format!("\"event_id\":\"{fed}\"");
        let is_spooled = || {
            let files = fs::read_dir(self.path("state/spool")).into_iter().flatten();
            let texts = files.map(|file| fs::read(file.unwrap().path()).unwrap());
            texts.into_iter().any(|text| text.windows(last.len()).any(|window| window == last.as_bytes()))
        };
        while wait && !is_spooled() {
            sleep(Duration::from_millis(5));
        }
        // A bad line may follow the last event.
        sleep(Duration::from_millis(if wait { 20 } else { 0 }));
        self.pipe = Some((pipe, fed));
    }

    fn count(&self, row: &mut Row) {
        let objects = self.bench.runtime.block_on(async {
            let store = self.bench.store(self.bucket).await;
            read_back(&store, &format!("{}/", self.prefix), None).await.unwrap()
        });
        let mut found = BTreeMap::<u64, u64>::new();
        for object in &objects {
            for line in object.text.as_ref().unwrap().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let batch: Value = serde_json::from_slice(line).unwrap();
                for event in batch["events"].as_array().unwrap() {
                    *found.entry(event["data"]["event_id"].as_str().unwrap().parse().unwrap()).or_default() += 1;
                }
            }
        }
        row.lost += (1..=EVENTS).filter(|id| !found.contains_key(id)).count() as u64;
        row.twice += found.values().map(|count| count - 1).sum::<u64>();
        let kept = fs::read_to_string(self.path("quarantine.ndjson")).unwrap();
        let places: std::collections::BTreeSet<u64> =
            kept.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()?["line"].as_u64()).collect();
        row.quarantine_lost += BAD_LINES - places.len() as u64;
    }
}

const READABLE: &str = "mp-forwarding-kills-readable";
const WRITE_ONLY: &str = "mp-forwarding-kills-write-only";
const ACCOUNT: &str = "111122223333";

/// What the writer may do in a bucket, as a policy of the user, or of the bucket for this principal.
fn writer_policy(bucket: &str, principal: Option<&str>) -> String {
    let actions = match bucket {
        READABLE => json!(["s3:PutObject", "s3:GetObject", "s3:ListBucket"]),
        _ => json!(["s3:PutObject"]),
    };
    let resources = [format!("arn:aws:s3:::{bucket}"), format!("arn:aws:s3:::{bucket}/*")];
    let mut statement = json!({"Sid": "Writer", "Effect": "Allow", "Action": actions, "Resource": resources});
    if let Some(principal) = principal {
        statement["Principal"] = json!({"AWS": principal});
    }
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

impl Bench {
    fn endpoint(&self) -> String {
        match &self.server {
            AnyServer::BuiltIn(server) => server.config(READABLE).endpoint.unwrap(),
            AnyServer::SeaweedFs(server) => server.endpoint(),
        }
    }

    fn create_buckets(&self) {
        for bucket in [READABLE, WRITE_ONLY] {
            self.runtime.block_on(async { self.store(bucket).await.create_bucket().await }).unwrap();
            match &self.server {
                AnyServer::BuiltIn(server) => server.set_rules(
                    bucket,
                    Rules {
                        partition: Partition::Aws,
                        owner: ACCOUNT.to_owned(),
                        policy: None,
                        ownership: Ownership::BucketOwnerEnforced,
                        default_encryption: None,
                        keys: Vec::new(),
                    },
                ),
                AnyServer::SeaweedFs(server) => {
                    let policy = writer_policy(bucket, Some(Server::OTHER_USER));
                    let put = server.client().put_bucket_policy().bucket(bucket).policy(policy);
                    self.runtime.block_on(put.send()).unwrap();
                }
            }
        }
    }

    /// The bucket as its owner sees it.
    async fn store(&self, bucket: &str) -> Arc<dyn Store> {
        let config = match &self.server {
            AnyServer::BuiltIn(server) => server.config(bucket),
            AnyServer::SeaweedFs(server) => S3Config {
                bucket: bucket.to_owned(),
                region: "us-east-1".to_owned(),
                endpoint: Some(server.endpoint()),
                path_style: true,
                ca_bundle: None,
                credentials: CredentialSource::Keys {
                    access_key_id: Server::ACCESS_KEY_ID.to_owned(),
                    secret_access_key: Server::SECRET_ACCESS_KEY.to_owned(),
                },
                assume_role: None,
                checksums: true,
                conditions: Conditions::Sent,
            },
        };
        Arc::new(S3Store::connect(config).await.unwrap())
    }
}

/// Batches of one event each on three days, and some lines that cannot be forwarded.
fn input(from: u64, count: u64) -> String {
    let mut text = String::new();
    for id in from..from + count {
        let (mpid, time) = (id % 40, 1_772_000_000_000 + id * 200_000);
        text += &format!(
            r#"{{"environment":"production","mpid":"{mpid}","timestamp_unixtime_ms":"{time}","application_info":{{"application_name":"kills"}},"events":[{{"event_type":"custom_event","data":{{"event_name":"e","event_id":"{id}","timestamp_unixtime_ms":"{time}"}}}}]}}"#
        );
        text.push('\n');
        if id <= EVENTS && id % (EVENTS / BAD_LINES) == 0 {
            text += "{\"environment\": nonsense}\n";
        }
    }
    text
}
