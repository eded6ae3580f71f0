//! Real S3 servers on free loopback ports. A server ends with the test that started it. A shared server ends with the
//! test process.
//!
//! Tests of servers that are not installed are skipped: see [`installed`].

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    array,
    ffi::OsString,
    fs::{self, File},
    io::{Read, Write, stderr},
    iter::zip,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant},
};

use super::tools::installed;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};

/// The timeout for the start of a server. SeaweedFS alone needs 3 s, and more while a compiler runs.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Another process can take a free port before the server uses it. Then the server ends, and another port is chosen.
const ATTEMPTS: usize = 3;

/// Runs a server until standard input is closed, at the latest when the test process ends. Then it kills the server
/// (SeaweedFS takes half a minute to end by itself) and removes the server's files.
const GUARD: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- & server=$!
(read -r _ <&3; kill -9 "$server"; rm -rf "$FOLDER" $LEFT_BEHIND) &
wait "$server"
"#;

/// A running server. Dropping it kills the process.
pub(crate) struct Server {
    name: &'static str,
    port: u16,
    guard: Child,
    folder: PathBuf,
}

/// The parameters of a server.
struct Launch {
    command: Command,
    /// The address of its S3 interface.
    port: u16,
    /// The URLs that return 200 when the server is ready.
    ready: Vec<(u16, &'static str)>,
    /// The files outside its folder that remain when it is killed, as a shell pattern.
    left_behind: String,
}

impl Server {
    /// The user who is allowed everything.
    pub(crate) const ACCESS_KEY_ID: &str = "AKIATESTROOT00000000";
    /// The secret of that user.
    pub(crate) const SECRET_ACCESS_KEY: &str = "only-for-tests-on-loopback";

    /// The other user of SeaweedFS, who has no permissions except by bucket policy.
    pub(crate) const OTHER_USER_KEY_ID: &str = "AKIATESTOTHER0000000";
    /// The secret of that user.
    pub(crate) const OTHER_USER_SECRET: &str = "only-for-tests-of-the-user";
    /// The name of that user in policies.
    pub(crate) const OTHER_USER: &str = "arn:aws:iam::000000000000:user/other";

    /// MinIO.
    pub(crate) fn minio() -> Option<Self> {
        let program = installed("minio")?;
        Some(Self::start("MinIO", |folder| {
            let [port, console] = free_ports();
            let mut command = Command::new(&program);
            command
                .args(["server", "--address", &format!("127.0.0.1:{port}")])
                .args(["--console-address", &format!("127.0.0.1:{console}")])
                .arg(folder.join("data"))
                .env("MINIO_ROOT_USER", Self::ACCESS_KEY_ID)
                .env("MINIO_ROOT_PASSWORD", Self::SECRET_ACCESS_KEY)
                .env("MINIO_BROWSER", "off")
                .env("MINIO_UPDATE", "off")
                // Without a key (32 bytes in base64) it answers 501 to every request for encryption.
                .env("MINIO_KMS_SECRET_KEY", format!("test-key:{}=", "A".repeat(43)));
            Launch { command, port, ready: vec![(port, "/minio/health/ready")], left_behind: String::new() }
        }))
    }

    /// SeaweedFS.
    pub(crate) fn seaweedfs() -> Option<Self> {
        let program = installed("seaweedfs")?;
        Some(Self::start("SeaweedFS", |folder| {
            let (data, identities) = (folder.join("data"), folder.join("s3.json"));
            fs::create_dir_all(&data).unwrap();
            fs::write(&identities, seaweedfs_identities()).unwrap();

            let parts = ["s3", "master", "volume", "filer"];
            let [s3, master, volume, filer, grpc_ports @ ..] = free_ports::<8>();
            let mut command = Command::new(&program);
            command.args(["server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]);
            for (part, (port, grpc_port)) in zip(parts, zip([s3, master, volume, filer], grpc_ports)) {
                command.arg(format!("-{part}.port={port}")).arg(format!("-{part}.port.grpc={grpc_port}"));
            }
            let sockets = zip(parts, grpc_ports).map(|(part, port)| format!("/tmp/seaweedfs-{part}-grpc-{port}.sock "));
            command
                .arg(option("-dir=", &data))
                .arg(option("-s3.config=", &identities))
                .arg(option("-s3.localSocket=", &folder.join("s3.sock")))
                .arg(option("-filer.localSocket=", &folder.join("filer.sock")))
                // As on S3, a bucket does not exist until it is created.
                .arg("-s3.autoCreateBucket=false")
                // No other ports, and no telemetry.
                .args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"])
                // A bucket uses seven volumes.
                .args(["-master.volumeSizeLimitMB=64", "-volume.max=200"])
                .env("WEED_S3_SSE_KEY", "0".repeat(64))
                // The folder of its logs.
                .env("TMPDIR", folder);
            // The master assigns places for writing only after a volume server has joined, which happens last.
            let ready = vec![(s3, "/healthz"), (master, "/dir/assign")];
            Launch { command, port: s3, ready, left_behind: sockets.collect() }
        }))
    }

    /// moto: the AWS APIs of S3, IAM, STS and KMS on one port. It accepts any credentials and any request until a POST
    /// to `/moto-api/reset-auth` sets the number of requests that it still accepts.
    pub(crate) fn moto() -> Option<Self> {
        let program = installed("moto")?;
        Some(Self::start("moto", |_| {
            let [port] = free_ports();
            let mut command = Command::new(&program);
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            Launch { command, port, ready: vec![(port, "/moto-api/data.json")], left_behind: String::new() }
        }))
    }

    /// versitygw, which copies the answers of S3 to a bucket policy.
    pub(crate) fn versitygw() -> Option<Self> {
        let program = installed("versitygw")?;
        Some(Self::start("versitygw", |folder| {
            let [port] = free_ports();
            let (data, metadata) = (folder.join("data"), folder.join("metadata"));
            [&data, &metadata].into_iter().for_each(|folder| fs::create_dir_all(folder).unwrap());
            let mut command = Command::new(&program);
            command
                .args(["--port", &format!("127.0.0.1:{port}"), "--health", "/health", "--quiet"])
                .args(["--access", Self::ACCESS_KEY_ID, "--secret", Self::SECRET_ACCESS_KEY, "posix", "--sidecar"])
                .args([metadata, data]);
            Launch { command, port, ready: vec![(port, "/health")], left_behind: String::new() }
        }))
    }

    /// A MinIO server for all tests. Each test uses its own buckets.
    pub(crate) fn shared_minio() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER.get_or_init(Self::minio).as_ref()
    }

    /// A SeaweedFS server for all tests. Each test uses its own buckets.
    pub(crate) fn shared_seaweedfs() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER.get_or_init(Self::seaweedfs).as_ref()
    }

    /// The server's name, for messages.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The URL of its S3 interface.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An S3 client of the root user, with which a test inspects the server independently of the tested code.
    pub(crate) fn client(&self) -> aws_sdk_s3::Client {
        self.client_of(Self::ACCESS_KEY_ID, Self::SECRET_ACCESS_KEY, None)
    }

    /// An S3 client with this access key.
    pub(crate) fn client_of(&self, id: &str, secret: &str, token: Option<String>) -> aws_sdk_s3::Client {
        let credentials = Credentials::new(id, secret, token, None, "test");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(credentials)
            .endpoint_url(self.endpoint())
            .force_path_style(true)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// moto's IAM in the account of this access key. Any key has an account.
    pub(crate) fn iam(&self, id: &str, secret: &str, token: Option<String>) -> aws_sdk_iam::Client {
        let config = aws_sdk_iam::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(id, secret, token, None, "test"))
            .endpoint_url(self.endpoint())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .build();
        aws_sdk_iam::Client::from_conf(config)
    }

    /// moto's KMS.
    pub(crate) fn kms(&self, region: &'static str) -> aws_sdk_kms::Client {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(Self::ACCESS_KEY_ID, Self::SECRET_ACCESS_KEY, None, None, "test"))
            .endpoint_url(self.endpoint())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new(region))
            .build();
        aws_sdk_kms::Client::from_conf(config)
    }

    /// An S3 client in a session of a role that moto creates with this policy, in any account.
    pub(crate) async fn session_of_role(&self, arn: &str, policy: Option<&serde_json::Value>) -> aws_sdk_s3::Client {
        let (id, secret, token) = self.keys_of_role(arn, policy).await;
        self.client_of(&id, &secret, Some(token))
    }

    /// The id, the secret and the token of a session of a role in any account of moto, which need not exist yet.
    pub(crate) async fn assume_role(&self, arn: &str) -> (String, String, String) {
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(Self::ACCESS_KEY_ID, Self::SECRET_ACCESS_KEY, None, None, "root"))
            .endpoint_url(self.endpoint())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .build();
        let sts = aws_sdk_sts::Client::from_conf(config);
        let session = sts.assume_role().role_arn(arn).role_session_name("test").send().await.unwrap();
        let key = session.credentials.unwrap();
        (key.access_key_id, key.secret_access_key, key.session_token)
    }

    /// The id, the secret and the token of a session of a role that moto creates with this policy, in any account.
    pub(crate) async fn keys_of_role(&self, arn: &str, policy: Option<&serde_json::Value>) -> (String, String, String) {
        let (id, secret, token) = self.assume_role(arn).await;
        let iam = self.iam(&id, &secret, Some(token.clone()));
        let name = arn.rsplit('/').next().unwrap();
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}"#;
        iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        if let Some(policy) = policy {
            let put = iam.put_role_policy().role_name(name).policy_name("own").policy_document(policy.to_string());
            put.send().await.unwrap();
        }
        (id, secret, token)
    }

    /// From now on moto accepts only keys that its IAM created, and evaluates policies.
    pub(crate) fn ask_for_keys(&self) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let request =
            "POST /moto-api/reset-auth HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 1\r\n\r\n0";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn start(name: &'static str, launch: impl Fn(&Path) -> Launch) -> Self {
        for _ in 0..ATTEMPTS {
            let folder = tempfile::Builder::new().prefix("mp-forwarding-server-").tempdir().unwrap().keep();
            let Launch { command, port, ready, left_behind } = launch(&folder);
            let log = File::create(folder.join("log")).unwrap();
            let guard = Command::new("sh")
                .args(["-c", GUARD, "sh"])
                .arg(command.get_program())
                .args(command.get_args())
                .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
                .env("FOLDER", &folder)
                .env("LEFT_BEHIND", left_behind)
                .current_dir(&folder)
                .stdin(Stdio::piped())
                .stdout(log.try_clone().unwrap())
                .stderr(log)
                .spawn()
                .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
            let mut server = Self { name, port, guard, folder };
            if server.becomes_ready(&ready) {
                return server;
            }
        }
        panic!("{name} ended at once, {ATTEMPTS} times");
    }

    /// Waits until all URLs in `ready` answer. Returns false if the process has ended.
    fn becomes_ready(&mut self, ready: &[(u16, &str)]) -> bool {
        let deadline = Instant::now() + READY_WITHIN;
        while !ready.iter().all(|(port, path)| answers(*port, path)) {
            if let Some(status) = self.guard.try_wait().unwrap() {
                let _ = writeln!(stderr(), "{} ended with {status}: {}", self.name, self.log());
                return false;
            }
            assert!(Instant::now() < deadline, "{} is not ready after {READY_WITHIN:?}: {}", self.name, self.log());
            sleep(Duration::from_millis(50));
        }
        true
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The text of a path or a policy, of which some bytes are written as hexadecimal digits.
pub(crate) fn url_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Free ports. They are bound at the same time, so that they differ, and then released.
fn free_ports<const N: usize>() -> [u16; N] {
    let bound: [TcpListener; N] = array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    bound.map(|listener| listener.local_addr().unwrap().port())
}

/// Whether `GET path` returns 200.
fn answers(port: u16, path: &str) -> bool {
    let ask = || {
        let wait = Duration::from_secs(5);
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), wait)?;
        stream.set_read_timeout(Some(wait))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut status_line = [0; 12];
        stream.read_exact(&mut status_line).map(|()| status_line)
    };
    ask().is_ok_and(|status_line| status_line == *b"HTTP/1.1 200")
}

/// `-name=path`, for a path with any bytes.
fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

fn seaweedfs_identities() -> String {
    let identity = |name: &str, id: &str, secret: &str, actions: &str| {
        format!(
            r#"{{"name":"{name}","credentials":[{{"accessKey":"{id}","secretKey":"{secret}"}}],"actions":[{actions}]}}"#
        )
    };
    let everything = r#""Admin","Read","Write","List","Tagging""#;
    let root = identity("root", Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY, everything);
    let other = identity("other", Server::OTHER_USER_KEY_ID, Server::OTHER_USER_SECRET, "");
    format!(r#"{{"identities":[{root},{other}]}}"#)
}
