//! The requests that are made before a case runs, and what the subject asked for while it ran.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;

use super::attempt::{Attempt, Trial, Wanted};
use super::deployment::Way;
use super::premises::Premises;
use super::rows::{ACLS, KEYS, NO_MORE, NOBODY_ELSE, TLS, UNSIGNED, USER_ACL, VERIFICATION, WRITES};
use crate::access::Policy;
use crate::settings::Settings;
use crate::store::{Acl, Encryption, Object, S3Store, Store, StoreError};

/// Who can be played at the server of a case.
#[derive(Clone)]
pub enum Access {
    /// Everybody, on the embedded S3.
    Judged(Arc<Premises>),
    /// A server that has its own rules and its own principals: whoever's credentials are at hand, and nobody.
    Probed {
        /// The same bucket without a signature; none where the server takes any key.
        anonymous: Option<Arc<dyn Store>>,
    },
    /// Nobody, for this reason.
    Untried(String),
}

/// The name of an object that no subject writes.
const PROBE: &str = "access_20260101000000000000_10000.txt";
const VERIFICATION_OBJECT: &str = "mParticle_Bucket_Verification_20260101-000000.txt";

impl Access {
    /// Makes every request that must be granted or refused before the subject writes anything.
    pub async fn try_all(&self, settings: &Settings, store: &Arc<dyn Store>, root: &str) -> Trial {
        let mut trial = Trial::default();
        match self {
            Self::Judged(premises) => premises.try_all(settings, &mut trial).await,
            Self::Probed { anonymous } => probe(anonymous.as_deref(), store.as_ref(), settings, root, &mut trial).await,
            Self::Untried(reason) => {
                for row in super::rows::ALL {
                    trial.untried.push((row, reason.clone()));
                }
            }
        }
        trial
    }

    /// Adds what was done while the subject ran.
    pub fn settle(&self, trial: &mut Trial) {
        if let Self::Judged(premises) = self {
            trial.deeds = premises.deeds.take(&premises.bucket);
        }
    }

    /// Who writes, if the server tells who does.
    pub fn writer_name(&self) -> Option<&str> {
        match self {
            Self::Judged(premises) => Some(&premises.writer_name),
            _ => None,
        }
    }

    /// How mParticle is let in, if that is known.
    pub fn way(&self) -> Option<Way> {
        match self {
            Self::Judged(premises) => Some(premises.way),
            _ => None,
        }
    }
}

/// Requests that are made and noted one after the other.
struct Tries<'a> {
    trial: &'a mut Trial,
    premises: &'a Premises,
    /// An object as the engine would send it, without a key.
    object: Object,
    folder: String,
    /// The keys that were used: each request has its own, so that none meets what another has left.
    keys: Vec<String>,
    /// The clause of the way of access, and what the writer is called.
    clause: &'static str,
    who: &'static str,
}

impl Tries<'_> {
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
        (who, deed): (&'static str, &'static str),
        wanted: Wanted,
        request: impl Future<Output = Result<(), StoreError>>,
    ) {
        let _ = self.premises.deeds.take(&self.premises.bucket);
        let outcome = request.await;
        let deeds = self.premises.deeds.take(&self.premises.bucket);
        // Of several rights that one request needs, the one that is refused decides.
        let decided = deeds.iter().find(|deed| deed.refused > 0).or_else(|| deeds.first());
        let because = decided.map(|deed| deed.decision.clone());
        self.trial.attempts.push(Attempt { clause, row, who, deed, wanted, outcome, because });
    }

    async fn put(
        &mut self,
        row: (&'static str, &'static str),
        told: (&'static str, &'static str),
        wanted: Wanted,
        store: &S3Store,
        change: impl FnOnce(&mut Object),
    ) {
        let mut object = self.object();
        change(&mut object);
        self.attempt(row, told, wanted, store.put(&object)).await;
    }
}

impl Premises {
    async fn try_all(&self, settings: &Settings, trial: &mut Trial) {
        let (clause, who) = match self.way {
            Way::RoleBased => ("ACC-3", "mParticle's writer role"),
            Way::UserBased => ("ACC-4", "mParticle's IAM user"),
        };
        let folder = settings.connection.folder_name.as_ref().map(|folder| format!("{folder}/")).unwrap_or_default();
        let (object, keys) = (as_the_engine_sends(settings), Vec::new());
        let mut tries = Tries { trial, premises: self, object, folder, keys, clause, who };
        // Something to read and to delete.
        let there = tries.object();
        let _ = self.house.put(&there).await;
        self.try_writer(&mut tries, &there.key).await;
        self.try_others(&mut tries, &there.key).await;
        self.try_tls(&mut tries, &there.key).await;
        self.try_key(&mut tries).await;
        self.try_verification(&mut tries).await;
        self.try_acls(&mut tries).await;
        for key in &tries.keys {
            let _ = self.house.delete(key).await;
        }
        let _ = self.deeds.take(&self.bucket);
    }

    async fn try_writer(&self, tries: &mut Tries<'_>, key: &str) {
        use Wanted::{Granted, Refused};
        let (clause, who, writer) = (tries.clause, tries.who, &self.writer);
        tries.put((clause, WRITES), (who, "puts an object"), Granted, writer, |_| {}).await;
        let (row, own) = match self.way {
            Way::RoleBased => ((clause, NO_MORE), Refused),
            Way::UserBased => ((clause, WRITES), Granted),
        };
        let prefix = tries.folder.clone();
        tries.attempt(row, (who, "lists the bucket"), own, list(writer.as_ref(), &prefix)).await;
        tries.attempt(row, (who, "reads an object"), own, get(writer.as_ref(), key)).await;
        tries.attempt(row, (who, "looks at an object"), own, head(writer.as_ref(), key)).await;
        let victim = tries.object();
        let _ = self.house.put(&victim).await;
        let row = (clause, NO_MORE);
        tries.attempt(row, (who, "deletes an object"), Refused, writer.delete(&victim.key)).await;
        if self.in_force.is_rendered {
            let outside = tries.object_in("outside/");
            tries.attempt(row, (who, "puts an object outside the folder"), Refused, writer.put(&outside)).await;
        }
    }

    async fn try_others(&self, tries: &mut Tries<'_>, key: &str) {
        let prefix = tries.folder.clone();
        for (row, who, store) in [
            (NOBODY_ELSE, "a role of another account", &self.stranger),
            (NOBODY_ELSE, "a role of the owner's account that nothing is granted to", &self.colleague),
            (UNSIGNED, "somebody who does not sign", &self.anonymous),
        ] {
            let row = (tries.clause, row);
            tries.put(row, (who, "puts an object"), Wanted::Refused, store, |_| {}).await;
            tries.attempt(row, (who, "lists the bucket"), Wanted::Refused, list(store, &prefix)).await;
            tries.attempt(row, (who, "reads an object"), Wanted::Refused, get(store, key)).await;
        }
    }

    async fn try_tls(&self, tries: &mut Tries<'_>, key: &str) {
        let has_rule = |policy: Option<&Policy>, key| policy.is_some_and(|policy| speaks_of(policy, key));
        let (bucket, user) = (self.in_force.rules.policy.as_ref(), self.in_force.user.as_ref());
        let (row, who, wanted) = (("ACC-5", TLS), tries.who, Wanted::Refused);
        if has_rule(bucket, "aws:SecureTransport") || has_rule(user, "aws:SecureTransport") {
            tries.put(row, (who, "puts an object without TLS"), wanted, &self.writer_without_tls, |_| {}).await;
        } else {
            let reason = "the policy has no rule on TLS: `policy check` tells what to add (no-tls)";
            tries.trial.untried.push((TLS, reason.to_owned()));
        }
        if has_rule(bucket, "aws:SecureTransport") {
            let (plain, who) = (&self.reader_without_tls, "the owner's loader");
            tries.attempt(row, (who, "reads an object without TLS"), wanted, get(plain, key)).await;
            tries.attempt(row, (who, "lists the bucket without TLS"), wanted, list(plain, "")).await;
        }
        if has_rule(bucket, "s3:TlsVersion") || has_rule(user, "s3:TlsVersion") {
            tries.put(row, (who, "puts an object with TLS 1.1"), wanted, &self.writer_with_old_tls, |_| {}).await;
        }
    }

    async fn try_key(&self, tries: &mut Tries<'_>) {
        let key_id = Some(self.in_force.other_key_arn.clone());
        let told = (tries.who, "puts an object encrypted with a key that is not granted");
        let change = |object: &mut Object| object.encryption = Some(Encryption::AwsKms { key_id });
        tries.put(("ACC-5", KEYS), told, Wanted::Refused, &self.writer, change).await;
    }

    /// It stays where it is: whoever reads the bucket must know it.
    async fn try_verification(&self, tries: &mut Tries<'_>) {
        let who = match self.way {
            Way::RoleBased => "mParticle's verify role",
            Way::UserBased => tries.who,
        };
        let (row, told) = (("ACC-6", VERIFICATION), (who, "puts the verification object at the bucket's root"));
        let body = Bytes::from_static(b"{}");
        let object = Object { key: VERIFICATION_OBJECT.to_owned(), body, acl: None, ..tries.object.clone() };
        tries.attempt(row, told, Wanted::Granted, self.verifier.put(&object)).await;
    }

    async fn try_acls(&self, tries: &mut Tries<'_>) {
        let (who, writer) = (tries.who, &self.writer);
        let full = |object: &mut Object| object.acl = Some(Acl::BucketOwnerFullControl);
        let with_full = (who, "puts an object with the ACL bucket-owner-full-control");
        match self.way {
            Way::UserBased => {
                tries.put(("ACC-8", USER_ACL), with_full, Wanted::Refused, writer, full).await;
                tries.trial.untried.push((ACLS, "an IAM user sends no ACL (ACC-8)".to_owned()));
            }
            Way::RoleBased => {
                let private = |object: &mut Object| object.acl = Some(Acl::Private);
                let with_private = (who, "puts an object with the ACL private");
                tries.put(("ACC-7", ACLS), with_private, Wanted::WithoutAcl, writer, private).await;
                tries.put(("ACC-7", ACLS), with_full, Wanted::Granted, writer, full).await;
                tries.trial.untried.push((USER_ACL, "access is role-based".to_owned()));
            }
        }
    }
}

/// An object as the engine would send it, without a key.
fn as_the_engine_sends(settings: &Settings) -> Object {
    Object {
        key: String::new(),
        body: Bytes::from_static(b"{}\n"),
        content_type: "text/plain; charset=utf-8",
        encryption: Encryption::of(settings),
        acl: settings.engine.acl.map(|_| Acl::BucketOwnerFullControl),
    }
}

/// Asks a server of somebody else's what can be asked without its principals.
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
    let mut attempt = |clause, row, who, deed, wanted, outcome| {
        trial.attempts.push(Attempt { clause, row, who, deed, wanted, outcome, because: None });
    };
    let (who, deed) = ("whoever runs this", "puts a verification object into the folder");
    attempt("ACC-6", VERIFICATION, who, deed, Wanted::Granted, own.put(&verification).await);
    let who = "somebody who does not sign";
    let probe = object(PROBE, None);
    match anonymous {
        Some(anonymous) => {
            attempt("ACC-3", UNSIGNED, who, "puts an object", Wanted::Refused, anonymous.put(&probe).await);
            attempt("ACC-3", UNSIGNED, who, "lists the bucket", Wanted::Refused, list(anonymous, root).await);
            attempt(
                "ACC-3",
                UNSIGNED,
                who,
                "reads an object",
                Wanted::Refused,
                get(anonymous, &verification.key).await,
            );
            let _ = own.delete(&probe.key).await;
        }
        None => trial.untried.push((UNSIGNED, format!("{name} takes any key, so it refuses nobody"))),
    }

    let private = object(PROBE, Some(Acl::Private));
    match own.put(&private).await {
        Err(error) if error.code.as_deref() == Some("AccessControlListNotSupported") => {
            let (who, deed) = ("whoever runs this", "puts an object with the ACL private");
            attempt("ACC-7", ACLS, who, deed, Wanted::WithoutAcl, Err(error));
        }
        Err(error) => trial.untried.push((ACLS, format!("{name} does not tell: {error}"))),
        Ok(()) => trial.untried.push((ACLS, format!("{name} takes any ACL, or has ACLs on"))),
    }
    let _ = own.delete(&private.key).await;
    for row in [WRITES, NO_MORE, NOBODY_ELSE, TLS, KEYS, USER_ACL] {
        trial
            .untried
            .push((row, format!("{name} has principals of its own: only the embedded S3 lets mParticle's be played")));
    }
}

/// Whether a statement has a condition on this key.
fn speaks_of(policy: &Policy, key: &str) -> bool {
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
