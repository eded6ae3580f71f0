//! Reads everything in order. If a value cannot be read, the reason is recorded and reading continues.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout, timeout_at};

use super::answer::{Answer, Unanswered, is_unreachable, refuses_credentials, words};
use super::ask::iam::Iam;
use super::ask::kms::Kms;
use super::ask::{role, sts};
use super::snapshot::{Caller, Expected, KeySnapshot, RoleSnapshot, Snapshot, UserSnapshot, Write};
use super::write::Writer;
use crate::access::Roles;
use crate::access::evaluate::Principal;
use crate::arn::Arn;
use crate::settings::ServerSideEncryption;
use crate::store::{
    BucketConfiguration, DefaultEncryption, Presence, S3BucketConfiguration, Session, StoreError, Whereabouts,
};

/// How long the removal of an object may take after an interrupted upload.
const REMOVAL_TIMEOUT: Duration = Duration::from_secs(5);

/// The sessions for reading and for writing.
#[derive(Debug)]
pub struct Parties {
    /// Reads the configuration.
    pub inspector: Session,
    /// Writes the object, if another principal than the inspector writes it: the user whose access key is in the
    /// settings.
    pub writer: Option<Session>,
}

/// Sends requests until the deadline.
struct Asker {
    until: Instant,
    deadline: Duration,
}

impl Asker {
    /// # Errors
    /// If the endpoint is unreachable or refuses the credentials. Then every further request would fail too.
    async fn s3<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<Answer<T>, StoreError> {
        match timeout_at(self.until, work).await {
            Ok(Err(error)) if is_unreachable(&error) || refuses_credentials(&error) => Err(error),
            Ok(answer) => Ok(answer.map_err(Unanswered::from)),
            Err(_) => Ok(Err(self.late())),
        }
    }

    /// Requests to other services than S3. The service may be missing or need other credentials, so only its own
    /// answers are missing.
    async fn other<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Answer<T> {
        match timeout_at(self.until, work).await {
            Ok(answer) => answer.map_err(|error| match refuses_credentials(&error) {
                true => Unanswered::Unsupported(words(&error)),
                false => error.into(),
            }),
            Err(_) => Err(self.late()),
        }
    }

    fn late(&self) -> Unanswered {
        Unanswered::NotAsked(format!("no answer came within the deadline of {} s", self.deadline.as_secs()))
    }
}

fn not_asked<T>(reason: &str) -> Answer<T> {
    Err(Unanswered::NotAsked(reason.to_owned()))
}

/// Reads everything. With a `writer`, it also writes the verification object. `progress` is called before each step.
///
/// # Errors
/// If the endpoint does not answer, or refuses the credentials.
pub async fn collect(
    expected: Expected,
    parties: &Parties,
    writer: Option<&Writer>,
    deadline: Duration,
    progress: impl Fn(&'static str),
) -> Result<Snapshot, StoreError> {
    let asker = Asker { until: Instant::now() + deadline, deadline };
    let Parties { inspector, writer: other } = parties;
    progress("the bucket");
    let whereabouts = asker.s3(S3BucketConfiguration::new(inspector).whereabouts()).await?;
    let moved = region_elsewhere(&whereabouts, inspector);
    // The bucket answers the other requests only in its own region.
    let session = match &moved {
        Some(region) => &inspector.in_region(region),
        None => inspector,
    };
    let configuration = S3BucketConfiguration::new(session);
    let is_missing = matches!(&whereabouts, Ok(Whereabouts { presence: Presence::Missing, .. }));
    let absent = "the bucket does not exist";
    macro_rules! ask {
        ($what:literal, $method:ident) => {{
            progress($what);
            if is_missing { not_asked(absent) } else { asker.s3(configuration.$method()).await? }
        }};
    }
    let location = ask!("the bucket's region", location);
    let policy = ask!("the bucket policy", policy);
    let public_access_block = ask!("the public access block", public_access_block);
    let ownership = ask!("the object ownership", ownership);
    let encryption = ask!("the default encryption", default_encryption);
    let lifecycle = ask!("the lifecycle", lifecycle);
    let requester_pays = ask!("who pays", requester_pays);
    let grants = ask!("the bucket's ACL", grants);
    let policy_is_public = ask!("the status of the policy", policy_is_public);
    let object_lock = ask!("the object lock", object_lock);
    let is_versioned = ask!("the versioning", is_versioned);
    progress("the KMS key");
    let key = match key_of(&expected, encryption.as_ref().ok()) {
        Some(id) => Some(key(&asker, session, id).await),
        None => None,
    };
    progress("the credentials");
    let inspected = asker.other(sts::caller(inspector)).await;
    let wrote = match other {
        Some(other) => asker.other(sts::caller(other)).await,
        None => inspected.clone(),
    };
    progress("the role");
    let role = match inspected.as_ref().ok().and_then(|caller| role_name(&caller.arn)) {
        Some(name) => Some(RoleSnapshot {
            role: asker.other(role::role(inspector, &name)).await,
            policies: asker.other(role::policies(inspector, &name)).await,
        }),
        None => None,
    };
    progress("the user");
    let user = match expected.is_role_based() {
        true => None,
        false => {
            let policy = policy.as_ref().ok().and_then(Option::as_deref);
            Some(user(&asker, inspector, &expected, &wrote, policy).await)
        }
    };
    progress("the verification object");
    let write = match (writer, &moved) {
        _ if is_missing => not_asked(absent),
        (None, _) => not_asked("nothing was written (--no-write)"),
        (Some(_), Some(region)) => {
            not_asked(&format!("the bucket is in {region}, but the settings have another region"))
        }
        (Some(writer), None) => {
            let as_mparticle = other.is_some() || writes_for_mparticle(&expected, &wrote);
            let work = writer.write(&expected.settings, Timestamp::now(), wrote.clone(), as_mparticle);
            match timeout_at(asker.until, work).await {
                Ok(write) => Ok(write),
                Err(_) => late_write(&asker, writer, wrote, as_mparticle).await,
            }
        }
    };
    Ok(Snapshot {
        is_aws: inspector.is_aws(),
        is_plain_http: inspector.endpoint().is_some_and(|endpoint| endpoint.to_ascii_lowercase().starts_with("http:")),
        at: Timestamp::now(),
        expected,
        whereabouts,
        location,
        policy,
        public_access_block,
        ownership,
        encryption,
        lifecycle,
        requester_pays,
        grants,
        policy_is_public,
        object_lock,
        is_versioned,
        key,
        inspector: inspected,
        role,
        user,
        write,
    })
}

/// The region of the bucket, if it differs from that of the session.
fn region_elsewhere(whereabouts: &Answer<Whereabouts>, inspector: &Session) -> Option<String> {
    match whereabouts {
        Ok(Whereabouts { presence: Presence::Elsewhere, region: Some(region) }) => {
            Some(region.clone()).filter(|region| *region != inspector.config.region)
        }
        _ => None,
    }
}

/// The key that encrypts mParticle's objects, if the settings or the bucket name one.
fn key_of(expected: &Expected, default: Option<&Option<DefaultEncryption>>) -> Option<String> {
    match expected.method() {
        ServerSideEncryption::Aes256 => None,
        ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse => {
            expected.settings.engine.sse_kms_key_id.clone()
        }
        ServerSideEncryption::None => default?.as_ref()?.key_id.clone(),
    }
}

async fn key(asker: &Asker, session: &Session, id: String) -> KeySnapshot {
    let kms = Kms::new(session);
    let key = asker.other(kms.describe(&id)).await;
    // This request does not accept an alias.
    let arn = key.as_ref().map_or_else(|_| id.clone(), |key| key.arn.clone());
    let policy = asker.other(kms.policy(&arn)).await;
    KeySnapshot { id, key, policy }
}

async fn user(
    asker: &Asker,
    inspector: &Session,
    expected: &Expected,
    wrote: &Answer<Caller>,
    bucket_policy: Option<&str>,
) -> UserSnapshot {
    let key_id = expected.settings.configuration.credentials.as_ref().map(|pair| pair.access_key_id.clone());
    let caller = match key_id {
        Some(_) => wrote.clone(),
        None => not_asked("the user's access key is not in the settings"),
    };
    let signs = caller.as_ref().ok().and_then(|caller| user_name(&caller.arn));
    let Some(name) = signs.or_else(|| expected.settings.engine.iam_user.clone()) else {
        let why = caller.as_ref().err().cloned().unwrap_or_else(|| {
            Unanswered::NotAsked("the IAM user is not known: name it in `engine.iam_user`".to_owned())
        });
        let (arn, policies) = (Err(why.clone()), Err(why.clone()));
        let (keys, boundary) = (Err(why.clone()), Err(why.clone()));
        return UserSnapshot { caller, arn, boundary, key_id, policies, keys, simulated: Err(why) };
    };
    let iam = Iam::new(inspector, &name);
    let policies = asker.other(iam.policies()).await;
    let keys = asker.other(iam.access_keys()).await;
    let found = asker.other(iam.user()).await;
    let arn = match &caller {
        Ok(caller) if user_name(&caller.arn).is_some() => Ok(caller.arn.clone()),
        _ => found.clone().map(|(arn, _)| arn),
    };
    let boundary = match found {
        Ok((_, Some(arn))) => asker.other(iam.managed(arn)).await.map(Some),
        Ok((_, None)) => Ok(None),
        Err(why) => Err(why),
    };
    let encryption = Some(expected.method()).filter(|method| *method != ServerSideEncryption::None);
    let simulated = match &arn {
        Ok(arn) => {
            let asked = [("s3:PutObject", expected.object_arn()), ("s3:PutObject", expected.verification_arn())];
            let header = encryption.map(|method| method.as_str().to_owned());
            asker.other(iam.simulate(arn, &asked, bucket_policy, header.as_deref())).await
        }
        Err(why) => Err(why.clone()),
    };
    UserSnapshot { caller, arn, boundary, key_id, policies, keys, simulated }
}

/// The name of the user, without its path.
fn user_name(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn).ok().filter(|arn| arn.service == "iam")?;
    arn.name_of("user")?.rsplit('/').next().map(str::to_owned)
}

/// The name of the role of a session.
fn role_name(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn).ok().filter(|arn| arn.service == "sts")?;
    arn.name_of("assumed-role")?.split('/').next().map(str::to_owned)
}

/// Whether the caller writes for mParticle.
fn writes_for_mparticle(expected: &Expected, caller: &Answer<Caller>) -> bool {
    let Ok(Caller { arn }) = caller else { return false };
    match (&expected.roles, &expected.settings.engine.iam_user) {
        _ if !expected.is_role_based() => expected.settings.engine.iam_user == user_name(arn),
        (Some(Roles { writer, verify }), _) => arn
            .parse()
            .is_ok_and(|caller: Principal| [writer, verify].into_iter().any(|role| caller.is_session_of(role))),
        _ => false,
    }
}

/// The result of a write whose deadline passed during the upload.
async fn late_write(asker: &Asker, writer: &Writer, caller: Answer<Caller>, as_mparticle: bool) -> Answer<Write> {
    let Some(key) = writer.left() else { return Err(asker.late()) };
    let removed = timeout(REMOVAL_TIMEOUT, writer.remove()).await.unwrap_or_else(|_| Some(Err(asker.late())));
    let detail = format!("no answer within the deadline of {} s", asker.deadline.as_secs());
    let outcome = Err(StoreError::unanswered("PutObject", key.as_str(), true, detail));
    Ok(Write { key, caller, as_mparticle, outcome, stored: Err(asker.late()), removed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_without_its_path() {
        assert_eq!(user_name("arn:aws:iam::111122223333:user/export/mparticle").as_deref(), Some("mparticle"));
        assert_eq!(user_name("arn:aws:sts::123456789012:user/moto"), None);
        assert_eq!(user_name("arn:aws:iam::111122223333:root"), None);
        assert_eq!(role_name("arn:aws:sts::111122223333:assumed-role/reader/ci-7").as_deref(), Some("reader"));
        assert_eq!(role_name("arn:aws:iam::111122223333:user/a"), None);
    }
}
