//! The requests that test access before a case runs, and the log of the subject's requests.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;

use super::attempt::{Attempt, Expected, Trial};
use super::deployment::AccessKind;
use super::fixture::AccessFixture;
use super::rows::{ACLS, KEYS, NO_MORE, OTHERS, TLS, UNSIGNED, USER_ACL, VERIFICATION, WRITES};
use crate::access::{Policy, acl};
use crate::settings::Settings;
use crate::store::{Acl, Encryption, Object, S3Store, Store, StoreError};

/// The principals that a server has.
#[derive(Clone)]
pub enum Access {
    /// All principals, on the built-in S3.
    Fixture(Arc<AccessFixture>),
    /// Only the given credentials, and requests without a signature: the server has its own principals.
    Probed {
        /// The bucket without a signature; `None` if the server accepts any key.
        anonymous: Option<Arc<dyn Store>>,
    },
    /// Access is not tested, for this reason.
    NotTested(String),
}

/// An object that no subject writes.
const PROBE: &str = "access_20260101000000000000_10000.txt";
const VERIFICATION_OBJECT: &str = "mParticle_Bucket_Verification_20260101-000000.txt";

impl Access {
    /// Makes every request with an expected outcome, before the subject writes anything.
    pub async fn test(&self, settings: &Settings, store: &Arc<dyn Store>, root: &str) -> Trial {
        let mut trial = Trial::default();
        match self {
            Self::Fixture(fixture) => fixture.test(settings, &mut trial).await,
            Self::Probed { anonymous } => probe(anonymous.as_deref(), store.as_ref(), settings, root, &mut trial).await,
            Self::NotTested(reason) => {
                for row in super::rows::ALL {
                    trial.skipped.push((row, reason.clone()));
                }
            }
        }
        trial
    }

    /// Adds the log of the time when the subject ran.
    pub fn add_log(&self, trial: &mut Trial) {
        if let Self::Fixture(fixture) = self {
            trial.log = fixture.log.take(&fixture.bucket);
        }
    }

    /// The writer's ARN, if the server reports the writer.
    pub fn writer_name(&self) -> Option<&str> {
        match self {
            Self::Fixture(fixture) => Some(&fixture.writer_name),
            _ => None,
        }
    }

    /// How mParticle gets access, if known.
    pub fn access_kind(&self) -> Option<AccessKind> {
        match self {
            Self::Fixture(fixture) => Some(fixture.access_kind),
            _ => None,
        }
    }
}

/// Makes requests one after the other.
struct Requests<'a> {
    trial: &'a mut Trial,
    fixture: &'a AccessFixture,
    /// An object like those of the engine, without a key.
    object: Object,
    folder: String,
    /// The used keys. Each request has a key of its own, so that requests do not affect each other.
    keys: Vec<String>,
    /// The clause for the kind of access, and the writer's name in messages.
    clause: &'static str,
    who: &'static str,
}

impl Requests<'_> {
    fn object(&mut self) -> Object {
        let folder = self.folder.clone();
        self.object_in(&folder)
    }

    fn object_in(&mut self, folder: &str) -> Object {
        let key = format!("{folder}access_20260101000000000000_{}.txt", 10_000 + self.keys.len());
        self.keys.push(key.clone());
        Object { key, ..self.object.clone() }
    }

    async fn attempt(
        &mut self,
        (clause, row): (&'static str, &'static str),
        (who, action): (&'static str, &'static str),
        expected: Expected,
        request: impl Future<Output = Result<(), StoreError>>,
    ) {
        let _ = self.fixture.log.take(&self.fixture.bucket);
        let outcome = request.await;
        let log = self.fixture.log.take(&self.fixture.bucket);
        // A request can need several permissions. The refused one decides.
        let decided = log.iter().find(|action| action.refused > 0).or_else(|| log.first());
        let decision = decided.map(|action| action.decision.clone());
        self.trial.attempts.push(Attempt { clause, row, who, action, expected, outcome, decision, granted_with: None });
    }

    async fn put(
        &mut self,
        row: (&'static str, &'static str),
        who_and_action: (&'static str, &'static str),
        expected: Expected,
        store: &S3Store,
        change: impl FnOnce(&mut Object),
    ) {
        let mut object = self.object();
        change(&mut object);
        self.put_object(row, who_and_action, expected, store, object).await;
    }

    /// If the object must be accepted and is refused, and the policies have a condition on the ACL, the request is repeated with
    /// the other ACL that mParticle may send (U-2).
    async fn put_object(
        &mut self,
        row: (&'static str, &'static str),
        who_and_action: (&'static str, &'static str),
        expected: Expected,
        store: &S3Store,
        object: Object,
    ) {
        self.attempt(row, who_and_action, expected, store.put(&object)).await;
        let policies = &self.fixture.policies;
        let mut known = policies.rules.policy.iter().chain(&policies.user);
        let Some(last) = self.trial.attempts.last_mut() else { return };
        let is_refused = last.outcome.as_ref().is_err_and(|error| error.status == Some(403));
        if expected == Expected::Granted && is_refused && known.any(|policy| has_condition(policy, acl::KEY)) {
            let (other, name) = match object.acl {
                None => (Some(Acl::BucketOwnerFullControl), "with the ACL bucket-owner-full-control"),
                Some(_) => (None, "without an ACL"),
            };
            last.granted_with = store.put(&Object { acl: other, ..object }).await.is_ok().then_some(name);
        }
    }
}

impl AccessFixture {
    async fn test(&self, settings: &Settings, trial: &mut Trial) {
        let (clause, who) = match self.access_kind {
            AccessKind::RoleBased => ("ACC-3", "mParticle's writer role"),
            AccessKind::UserBased => ("ACC-4", "mParticle's IAM user"),
        };
        let folder = settings.connection.folder_name.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
        let (object, keys) = (as_the_engine_sends(settings), Vec::new());
        let mut requests = Requests { trial, fixture: self, object, folder, keys, clause, who };
        // An object for reading and deleting.
        let there = requests.object();
        let _ = self.admin.put(&there).await;
        self.try_writer(&mut requests, &there.key).await;
        self.try_others(&mut requests, &there.key).await;
        self.try_tls(&mut requests, &there.key).await;
        self.try_key(&mut requests).await;
        self.try_verification(&mut requests).await;
        self.try_acls(&mut requests).await;
        for key in &requests.keys {
            let _ = self.admin.delete(key).await;
        }
        let _ = self.log.take(&self.bucket);
    }

    async fn try_writer(&self, requests: &mut Requests<'_>, key: &str) {
        use Expected::{Granted, Refused};
        let (clause, who, writer) = (requests.clause, requests.who, &self.writer);
        requests.put((clause, WRITES), (who, "puts an object"), Granted, writer, |_| {}).await;
        let (row, own) = match self.access_kind {
            AccessKind::RoleBased => ((clause, NO_MORE), Refused),
            AccessKind::UserBased => ((clause, WRITES), Granted),
        };
        let prefix = requests.folder.clone();
        requests.attempt(row, (who, "lists the bucket"), own, list(writer.as_ref(), &prefix)).await;
        requests.attempt(row, (who, "reads an object"), own, get(writer.as_ref(), key)).await;
        requests.attempt(row, (who, "reads an object's metadata"), own, head(writer.as_ref(), key)).await;
        let doomed = requests.object();
        let _ = self.admin.put(&doomed).await;
        let row = (clause, NO_MORE);
        requests.attempt(row, (who, "deletes an object"), Refused, writer.delete(&doomed.key)).await;
        if self.policies.is_rendered {
            let outside = requests.object_in("outside/");
            requests.attempt(row, (who, "puts an object outside the folder"), Refused, writer.put(&outside)).await;
        }
    }

    async fn try_others(&self, requests: &mut Requests<'_>, key: &str) {
        let prefix = requests.folder.clone();
        for (row, who, store) in [
            (OTHERS, "a role of another account", &self.outsider),
            (OTHERS, "a role of the owner's account without permissions", &self.other_role),
            (UNSIGNED, "a request without a signature", &self.anonymous),
        ] {
            let row = (requests.clause, row);
            requests.put(row, (who, "puts an object"), Expected::Refused, store, |_| {}).await;
            requests.attempt(row, (who, "lists the bucket"), Expected::Refused, list(store, &prefix)).await;
            requests.attempt(row, (who, "reads an object"), Expected::Refused, get(store, key)).await;
        }
    }

    async fn try_tls(&self, requests: &mut Requests<'_>, key: &str) {
        let has_rule = |policy: Option<&Policy>, key| policy.is_some_and(|policy| has_condition(policy, key));
        let (bucket, user) = (self.policies.rules.policy.as_ref(), self.policies.user.as_ref());
        let (row, who, expected) = (("ACC-5", TLS), requests.who, Expected::Refused);
        if has_rule(bucket, "aws:SecureTransport") || has_rule(user, "aws:SecureTransport") {
            requests.put(row, (who, "puts an object without TLS"), expected, &self.writer_without_tls, |_| {}).await;
        } else {
            let reason = "the policy has no rule on TLS: `policy check` shows what to add (no-tls)";
            requests.trial.skipped.push((TLS, reason.to_owned()));
        }
        if has_rule(bucket, "aws:SecureTransport") {
            let (plain, who) = (&self.reader_without_tls, "the owner's reader");
            requests.attempt(row, (who, "reads an object without TLS"), expected, get(plain, key)).await;
            requests.attempt(row, (who, "lists the bucket without TLS"), expected, list(plain, "")).await;
        }
        if has_rule(bucket, "s3:TlsVersion") || has_rule(user, "s3:TlsVersion") {
            requests.put(row, (who, "puts an object with TLS 1.1"), expected, &self.writer_with_old_tls, |_| {}).await;
        }
    }

    async fn try_key(&self, requests: &mut Requests<'_>) {
        let key_id = Some(self.policies.other_key_arn.clone());
        let who_and_action = (requests.who, "puts an object encrypted with a key that is not granted");
        let change = |object: &mut Object| object.encryption = Some(Encryption::AwsKms { key_id });
        requests.put(("ACC-5", KEYS), who_and_action, Expected::Refused, &self.writer, change).await;
    }

    /// The object stays in the bucket, so that readers must recognise it.
    async fn try_verification(&self, requests: &mut Requests<'_>) {
        let who = match self.access_kind {
            AccessKind::RoleBased => "mParticle's verify role",
            AccessKind::UserBased => requests.who,
        };
        let (row, who_and_action) =
            (("ACC-6", VERIFICATION), (who, "puts the verification object at the bucket's root"));
        let body = Bytes::from_static(b"{}");
        let object = Object { key: VERIFICATION_OBJECT.to_owned(), body, acl: None, ..requests.object.clone() };
        requests.put_object(row, who_and_action, Expected::Granted, &self.verifier, object).await;
    }

    async fn try_acls(&self, requests: &mut Requests<'_>) {
        let (who, writer) = (requests.who, &self.writer);
        let full = |object: &mut Object| object.acl = Some(Acl::BucketOwnerFullControl);
        let with_full = (who, "puts an object with the ACL bucket-owner-full-control");
        match self.access_kind {
            AccessKind::UserBased => {
                requests.put(("ACC-8", USER_ACL), with_full, Expected::Refused, writer, full).await;
                requests.trial.skipped.push((ACLS, "an IAM user sends no ACL (ACC-8)".to_owned()));
            }
            AccessKind::RoleBased => {
                let private = |object: &mut Object| object.acl = Some(Acl::Private);
                let with_private = (who, "puts an object with the ACL private");
                requests.put(("ACC-7", ACLS), with_private, Expected::WithoutAcl, writer, private).await;
                requests.put(("ACC-7", ACLS), with_full, Expected::Granted, writer, full).await;
                requests.trial.skipped.push((USER_ACL, "access is role-based".to_owned()));
            }
        }
    }
}

/// An object like those of the engine, without a key.
fn as_the_engine_sends(settings: &Settings) -> Object {
    Object {
        key: String::new(),
        body: Bytes::from_static(b"{}\n"),
        content_type: "text/plain; charset=utf-8",
        encryption: Encryption::of(settings),
        acl: settings.engine.acl.map(|_| Acl::BucketOwnerFullControl),
    }
}

/// Makes the requests that are possible on a server with its own principals.
async fn probe(anonymous: Option<&dyn Store>, own: &dyn Store, settings: &Settings, root: &str, trial: &mut Trial) {
    let name = own.name();
    let folder = settings.connection.folder_name.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
    let object = |name: &str, acl| Object {
        key: format!("{folder}{name}"),
        body: Bytes::from_static(b"{}"),
        content_type: "text/plain; charset=utf-8",
        encryption: None,
        acl,
    };
    let verification = object(VERIFICATION_OBJECT, None);
    let mut attempt = |clause, row, who, action, expected, outcome| {
        let (decision, granted_with) = (None, None);
        trial.attempts.push(Attempt { clause, row, who, action, expected, outcome, decision, granted_with });
    };
    let (who, action) = ("the user of these credentials", "puts a verification object into the folder");
    attempt("ACC-6", VERIFICATION, who, action, Expected::Granted, own.put(&verification).await);
    let who = "a request without a signature";
    let probe = object(PROBE, None);
    match anonymous {
        Some(anonymous) => {
            attempt("ACC-3", UNSIGNED, who, "puts an object", Expected::Refused, anonymous.put(&probe).await);
            attempt("ACC-3", UNSIGNED, who, "lists the bucket", Expected::Refused, list(anonymous, root).await);
            attempt(
                "ACC-3",
                UNSIGNED,
                who,
                "reads an object",
                Expected::Refused,
                get(anonymous, &verification.key).await,
            );
            let _ = own.delete(&probe.key).await;
        }
        None => trial.skipped.push((UNSIGNED, format!("{name} accepts any key"))),
    }

    let private = object(PROBE, Some(Acl::Private));
    match own.put(&private).await {
        Err(error) if error.code.as_deref() == Some("AccessControlListNotSupported") => {
            let (who, action) = ("the user of these credentials", "puts an object with the ACL private");
            attempt("ACC-7", ACLS, who, action, Expected::WithoutAcl, Err(error));
        }
        Err(error) => trial.skipped.push((ACLS, format!("{name} gave no answer: {error}"))),
        Ok(()) => trial.skipped.push((ACLS, format!("{name} accepts any ACL, or has ACLs on"))),
    }
    let _ = own.delete(&private.key).await;
    for row in [WRITES, NO_MORE, OTHERS, TLS, KEYS, USER_ACL] {
        trial.skipped.push((row, format!("cannot be tested here: {name} has no mParticle roles")));
    }
}

/// Whether a statement has a condition on this key.
fn has_condition(policy: &Policy, key: &str) -> bool {
    let mut conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    conditions.any(|condition| condition.key.eq_ignore_ascii_case(key))
}

async fn list(store: &dyn Store, prefix: &str) -> Result<(), StoreError> {
    store.list(prefix, None).await.map(drop)
}

async fn get(store: &dyn Store, key: &str) -> Result<(), StoreError> {
    store.get(key).await.map(drop)
}

async fn head(store: &dyn Store, key: &str) -> Result<(), StoreError> {
    store.head(key).await.map(drop)
}
