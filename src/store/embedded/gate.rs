//! What the server lets in: every request is held against the policies, keys and settings of its bucket, as AWS would.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::deeds::Deeds;
use super::encryption::Encryptions;
use super::guests::{Guests, Signer};
use super::rights::{Asked, Need};
use super::rules::{Guest, Key, Ownership, Rules, Transport};
use crate::access::Policy;
use crate::access::evaluate::{Context, Identity, Policies, Principal, Request, decide};

/// The rules of each bucket that has any.
pub(super) type AllRules = Arc<RwLock<HashMap<String, Arc<Rules>>>>;

/// What a real S3 refuses and the file system backend lets through.
pub(super) struct Gate {
    pub(super) root: PathBuf,
    pub(super) guests: Guests,
    pub(super) rules: AllRules,
    pub(super) deeds: Deeds,
    pub(super) encryptions: Encryptions,
}

#[async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let signer = context.credentials().and_then(|credentials| self.guests.find(&credentials.access_key));
        let transport = context.extensions_mut().get::<Transport>().copied().unwrap_or(Transport::Plain);
        let (bucket, key) = match context.s3_path().as_object() {
            Some((bucket, key)) => (Some(bucket), Some(key)),
            None => (context.s3_path().as_bucket(), None),
        };
        let asked = Asked {
            operation: context.s3_op().name(),
            bucket,
            key,
            query: context.uri().query().unwrap_or_default(),
            headers: context.headers(),
            transport,
        };
        match signer {
            Some(Signer::House) => {}
            Some(Signer::Guest(guest)) => self.judge(&asked, &guest)?,
            None => self.judge(&asked, &anonymous())?,
        }
        match (bucket, key) {
            (Some(bucket), Some(_)) if !self.root.join(bucket).is_dir() => Err(s3_error!(NoSuchBucket)),
            (Some(bucket), Some(key)) if !is_keepable(bucket, key) => Err(s3_error!(
                KeyTooLongError,
                "the embedded S3 keeps keys of about 140 bytes: shorten the app name or the folder, or use another server"
            )),
            _ => Ok(()),
        }
    }
}

impl Gate {
    fn judge(&self, asked: &Asked<'_>, guest: &Guest) -> S3Result<()> {
        let who = guest.principal.to_string();
        let bucket = asked.bucket.unwrap_or_default();
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned();
        let Some(rules) = rules else {
            return Err(s3_error!(AccessDenied, "`{who}` is nobody to a bucket without rules"));
        };
        let mut context = Context::of(&guest.principal);
        for (name, values) in &guest.context {
            context.set(name, values.iter().cloned());
        }
        asked.describe(&mut context, &rules.owner);

        let is_there = asked.key.is_none_or(|key| self.is_there(bucket, key));
        for Need { action, resource } in asked.needs(rules.partition, is_there) {
            let request = Request { principal: guest.principal.clone(), action, resource, context: context.clone() };
            self.decide(bucket, &request, guest, &rules.owner, rules.policy.as_ref())?;
        }
        if let Some((key, action)) = self.key(asked, &rules)? {
            let region = key.arn.split(':').nth(3).unwrap_or_default();
            let object = format!("arn:{}:s3:::{bucket}/{}", rules.partition, asked.key.unwrap_or_default());
            context.set("kms:ViaService", [format!("s3.{region}.amazonaws.com")]);
            context.set("kms:EncryptionContext:aws:s3:arn", [object]);
            if let Some(account) = guest.principal.account() {
                context.set("kms:CallerAccount", [account]);
            }
            let (action, resource) = (action.to_owned(), key.arn.clone());
            let request = Request { principal: guest.principal.clone(), action, resource, context };
            let owner = key.arn.split(':').nth(4).unwrap_or_default();
            self.decide(bucket, &request, guest, owner, Some(&key.policy))?;
        }
        let is_taken = |acl: &str| acl == "bucket-owner-full-control";
        if rules.ownership == Ownership::BucketOwnerEnforced
            && asked.sends_acl()
            && !asked.header("x-amz-acl").is_some_and(is_taken)
        {
            self.deeds.note(bucket, &who, "s3:PutObjectAcl", false, "ACLs are off (BucketOwnerEnforced)");
            return Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs"));
        }
        Ok(())
    }

    /// Asks the policies, keeps the answer, and says which statement refused.
    fn decide(
        &self,
        bucket: &str,
        request: &Request,
        guest: &Guest,
        owner: &str,
        resource: Option<&Policy>,
    ) -> S3Result<()> {
        let named: Option<Vec<(&str, &Policy)>> = guest
            .policies
            .as_ref()
            .map(|policies| policies.iter().map(|(name, policy)| (name.as_str(), policy)).collect());
        let identity = named.as_deref().map_or(Identity::Assumed, Identity::Known);
        let (granted, decision) = match decide(request, &Policies { identity, resource, owner: Some(owner) }) {
            Ok(decision) => (decision.is_allowed(), decision.to_string()),
            Err(error) => (false, format!("AWS would not store the policy: {error}")),
        };
        let Request { principal, action, resource, .. } = request;
        let decision = format!("`{action}` on `{resource}` by `{principal}` is {decision}");
        self.deeds.note(bucket, &principal.to_string(), action, granted, &decision);
        if granted { Ok(()) } else { Err(S3Error::with_message(S3ErrorCode::AccessDenied, decision)) }
    }

    /// The key that the request makes S3 use, and for what. A request for `aws:kms` that names no key uses one of AWS's own,
    /// of which no policy of the bucket's owner speaks.
    fn key<'a>(&self, asked: &Asked<'_>, rules: &'a Rules) -> S3Result<Option<(&'a Key, &'static str)>> {
        let (named, action) = if asked.stores() {
            let uses_kms =
                asked.header("x-amz-server-side-encryption").is_some_and(|method| method.starts_with("aws:kms"));
            let named = asked.header("x-amz-server-side-encryption-aws-kms-key-id").filter(|_| uses_kms);
            (named.map(str::to_owned), "kms:GenerateDataKey")
        } else if asked.operation == "GetObject" {
            let stored = self.encryptions.of(asked.bucket.unwrap_or_default(), asked.key.unwrap_or_default());
            (stored.and_then(|stored| stored.key_id), "kms:Decrypt")
        } else {
            return Ok(None);
        };
        let Some(named) = named else { return Ok(None) };
        match rules.keys.iter().find(|key| key.arn == named || key.arn.ends_with(&format!("/{named}"))) {
            Some(key) => Ok(Some((key, action))),
            None => {
                let code = S3ErrorCode::Custom("KMS.NotFoundException".into());
                let mut error = S3Error::with_message(code, format!("there is no key `{named}`"));
                error.set_status_code(hyper::StatusCode::BAD_REQUEST);
                Err(error)
            }
        }
    }

    fn is_there(&self, bucket: &str, key: &str) -> bool {
        // What does not only lead downwards is refused later; it is not there.
        let leads_down = Path::new(key).components().all(|part| matches!(part, Component::Normal(_)));
        leads_down && self.root.join(bucket).join(key).is_file()
    }
}

/// Nobody who signs.
fn anonymous() -> Guest {
    Guest { principal: Principal::Anonymous, policies: None, context: Vec::new() }
}

/// The backend keeps what it knows of an object in a file whose name spells bucket and key in base64, and a file's name
/// has 255 bytes.
fn is_keepable(bucket: &str, key: &str) -> bool {
    let base64 = |text: &str| (text.len() * 4).div_ceil(3);
    base64(bucket) + base64(key) + ".bucket-.object-.metadata.json".len() <= 255
}
