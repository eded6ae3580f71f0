//! The order in which everything is asked. What cannot be asked is noted with its reason, and the rest goes on.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout, timeout_at};

use super::answer::{Answer, Unanswered, is_unreachable, refuses_credentials, words};
use super::ask::iam::Iam;
use super::ask::kms::Kms;
use super::ask::sts;
use super::sight::{Caller, Expected, KeySight, Sight, UserSight, Write};
use super::write::Writer;
use crate::access::Roles;
use crate::settings::ServerSideEncryption;
use crate::store::{
    BucketConfiguration, DefaultEncryption, Presence, S3BucketConfiguration, Session, StoreError, Whereabouts,
};

/// So long the removal of an object may take whose upload was broken off.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Who asks.
#[derive(Debug)]
pub struct Parties {
    /// Reads the configuration.
    pub inspector: Session,
    /// Writes, if it is another: the user whose key the settings hold.
    pub writer: Option<Session>,
}

/// Asks, for no longer than until the deadline.
struct Asker {
    until: Instant,
    deadline: Duration,
}

impl Asker {
    /// # Errors
    /// If nobody answers at all, or nobody is known by these credentials: then asking on is in vain.
    async fn s3<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<Answer<T>, StoreError> {
        match timeout_at(self.until, work).await {
            Ok(Err(error)) if is_unreachable(&error) || refuses_credentials(&error) => Err(error),
            Ok(answer) => Ok(answer.map_err(Unanswered::from)),
            Err(_) => Ok(Err(self.late())),
        }
    }

    /// Another service than S3 may not be there, or know other credentials: that ends nothing.
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

/// Looks at everything, writes the verification object if there is a writer, and says each step to `tell`.
///
/// # Errors
/// If the endpoint does not answer, or refuses the credentials.
pub async fn look(
    expected: Expected,
    parties: &Parties,
    writer: Option<&Writer>,
    deadline: Duration,
    tell: impl Fn(&'static str),
) -> Result<Sight, StoreError> {
    let asker = Asker { until: Instant::now() + deadline, deadline };
    let Parties { inspector, writer: other } = parties;
    tell("the bucket");
    let whereabouts = asker.s3(S3BucketConfiguration::new(inspector).whereabouts()).await?;
    let moved = region_elsewhere(&whereabouts, inspector);
    // Asked in its own region, the bucket tells the rest as well.
    let session = match &moved {
        Some(region) => &inspector.in_region(region),
        None => inspector,
    };
    let configuration = S3BucketConfiguration::new(session);
    let is_missing = matches!(&whereabouts, Ok(Whereabouts { presence: Presence::Missing, .. }));
    let absent = "there is no bucket";
    macro_rules! ask {
        ($what:literal, $method:ident) => {{
            tell($what);
            if is_missing { not_asked(absent) } else { asker.s3(configuration.$method()).await? }
        }};
    }
    let location = ask!("the bucket's region", location);
    let policy = ask!("the bucket policy", policy);
    let public_access_block = ask!("the public access block", public_access_block);
    let ownership = ask!("the object ownership", ownership);
    let encryption = ask!("the default encryption", default_encryption);
    let lifecycle = ask!("the lifecycle", lifecycle);
    tell("the KMS key");
    let key = match key_of(&expected, encryption.as_ref().ok()) {
        Some(id) => Some(key(&asker, session, id).await),
        None => None,
    };
    tell("who signs");
    let looked = asker.other(sts::caller(inspector)).await;
    let wrote = match other {
        Some(other) => asker.other(sts::caller(other)).await,
        None => looked.clone(),
    };
    tell("the user");
    let user = match expected.is_role_based() {
        true => None,
        false => Some(user(&asker, inspector, &expected, &wrote).await),
    };
    tell("the verification object");
    let write = match (writer, &moved) {
        _ if is_missing => not_asked(absent),
        (None, _) => not_asked("nothing was to be written (--no-write)"),
        (Some(_), Some(region)) => {
            not_asked(&format!("the bucket is in {region}, and mParticle is told to write elsewhere"))
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
    Ok(Sight {
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
        key,
        inspector: looked,
        user,
        write,
    })
}

/// The region that the bucket is in, if it is another than was asked.
fn region_elsewhere(whereabouts: &Answer<Whereabouts>, inspector: &Session) -> Option<String> {
    match whereabouts {
        Ok(Whereabouts { presence: Presence::Elsewhere, region: Some(region) }) => {
            Some(region.clone()).filter(|region| *region != inspector.config.region)
        }
        _ => None,
    }
}

/// The key that encrypts what mParticle writes, if it is one that somebody named.
fn key_of(expected: &Expected, default: Option<&Option<DefaultEncryption>>) -> Option<String> {
    match expected.method() {
        ServerSideEncryption::Aes256 => None,
        ServerSideEncryption::AwsKms | ServerSideEncryption::AwsKmsDsse => {
            expected.settings.engine.sse_kms_key_id.clone()
        }
        ServerSideEncryption::None => default?.as_ref()?.key_id.clone(),
    }
}

async fn key(asker: &Asker, session: &Session, id: String) -> KeySight {
    let kms = Kms::new(session);
    let key = asker.other(kms.describe(&id)).await;
    // A policy is asked for by the key itself: an alias will not do.
    let arn = key.as_ref().map_or_else(|_| id.clone(), |key| key.arn.clone());
    let policy = asker.other(kms.policy(&arn)).await;
    KeySight { id, key, policy }
}

async fn user(asker: &Asker, inspector: &Session, expected: &Expected, wrote: &Answer<Caller>) -> UserSight {
    let key_id = expected.settings.configuration.credentials.as_ref().map(|pair| pair.access_key_id.clone());
    let caller = match key_id {
        Some(_) => wrote.clone(),
        None => not_asked("the user's key is not in the settings"),
    };
    let signs = caller.as_ref().ok().and_then(|caller| user_name(&caller.arn));
    let Some(name) = signs.or_else(|| expected.settings.engine.iam_user.clone()) else {
        let why = caller.as_ref().err().cloned().unwrap_or_else(|| {
            Unanswered::NotAsked("which IAM user it is, is not known: name it in `engine.iam_user`".to_owned())
        });
        let (arn, policies) = (Err(why.clone()), Err(why.clone()));
        return UserSight { caller, arn, key_id, policies, keys: Err(why.clone()), simulated: Err(why) };
    };
    let iam = Iam::new(inspector, &name);
    let policies = asker.other(iam.policies()).await;
    let keys = asker.other(iam.access_keys()).await;
    let arn = match &caller {
        Ok(caller) if user_name(&caller.arn).is_some() => Ok(caller.arn.clone()),
        _ => asker.other(iam.arn()).await,
    };
    let simulated = match &arn {
        Ok(arn) => {
            let asked = [("s3:PutObject", expected.object_arn()), ("s3:PutObject", expected.verification_arn())];
            asker.other(iam.simulate(arn, &asked)).await
        }
        Err(why) => Err(why.clone()),
    };
    UserSight { caller, arn, key_id, policies, keys, simulated }
}

/// The name of the user, without its path.
fn user_name(arn: &str) -> Option<String> {
    let rest = arn.split(":user/").nth(1).filter(|_| arn.split(':').nth(2) == Some("iam"))?;
    rest.rsplit('/').next().map(str::to_owned)
}

/// Whether who signs is who writes for mParticle.
fn writes_for_mparticle(expected: &Expected, caller: &Answer<Caller>) -> bool {
    let Ok(Caller { arn }) = caller else { return false };
    match (&expected.roles, &expected.settings.engine.iam_user) {
        _ if !expected.is_role_based() => expected.settings.engine.iam_user == user_name(arn),
        (Some(Roles { writer, verify }), _) => [writer, verify].into_iter().any(|role| is_session_of(arn, role)),
        _ => false,
    }
}

/// Whether the ARN is of a session of the role. A session's ARN has lost its role's path.
fn is_session_of(arn: &str, role: &str) -> bool {
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    let session = arn.split(":assumed-role/").nth(1).and_then(|rest| rest.split('/').next());
    session.is_some() && session == role.rsplit('/').next() && account(arn) == account(role)
}

/// The deadline passed while the object was on its way.
async fn late_write(asker: &Asker, writer: &Writer, caller: Answer<Caller>, as_mparticle: bool) -> Answer<Write> {
    let Some(key) = writer.left() else { return Err(asker.late()) };
    // Not for ever: the server has shown that it may not answer.
    let removed = timeout(LAST_WORDS, writer.remove()).await.unwrap_or_else(|_| Some(Err(asker.late())));
    let detail = format!("no answer within the deadline of {} s", asker.deadline.as_secs());
    let outcome = Err(StoreError::unanswered("PutObject", key.as_str(), true, detail));
    Ok(Write { key, caller, as_mparticle, outcome, kept: Err(asker.late()), removed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_for_mparticle_is_told_by_the_arn() {
        let role = "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default";
        for (arn, expected) in [
            ("arn:aws:sts::583371261087:assumed-role/Prod-Role-DG12-Default/i-0abc", true),
            ("arn:aws:sts::111122223333:assumed-role/Prod-Role-DG12-Default/i-0abc", false),
            ("arn:aws:sts::583371261087:assumed-role/Other/i-0abc", false),
            ("arn:aws:iam::583371261087:user/Prod-Role-DG12-Default", false),
        ] {
            assert_eq!(is_session_of(arn, role), expected, "{arn}");
        }
    }

    #[test]
    fn a_user_is_named_without_its_path() {
        assert_eq!(user_name("arn:aws:iam::111122223333:user/export/mparticle").as_deref(), Some("mparticle"));
        assert_eq!(user_name("arn:aws:sts::123456789012:user/moto"), None);
        assert_eq!(user_name("arn:aws:iam::111122223333:root"), None);
    }
}
