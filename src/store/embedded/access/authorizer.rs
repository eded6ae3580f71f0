//! Allows or refuses each request by the policies, keys and ownership of its bucket, like AWS.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::super::encryption::Encryptions;
use super::identity_store::{IdentityStore, Signer};
use super::log::AccessLog;
use super::permissions::{Permission, S3Call};
use super::rules::{Identity, Key, Ownership, Rules, Transport};
use crate::access::evaluate::{self, Context, Policies, Principal, Request, decide};
use crate::access::{KmsRequest, Policy};
use crate::arn::account_of;

/// The rules of each bucket that has rules.
pub(in crate::store::embedded) type AllRules = Arc<RwLock<HashMap<String, Arc<Rules>>>>;

/// Refuses requests that real S3 refuses and the file system backend accepts.
pub(in crate::store::embedded) struct Authorizer {
    pub(in crate::store::embedded) root: PathBuf,
    pub(in crate::store::embedded) identities: IdentityStore,
    pub(in crate::store::embedded) rules: AllRules,
    pub(in crate::store::embedded) log: AccessLog,
    pub(in crate::store::embedded) encryptions: Encryptions,
}

#[async_trait]
impl S3Access for Authorizer {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let signer = context.credentials().and_then(|credentials| self.identities.find(&credentials.access_key));
        let transport = context.extensions_mut().get::<Transport>().copied().unwrap_or(Transport::Plain);
        let (bucket, key) = match context.s3_path().as_object() {
            Some((bucket, key)) => (Some(bucket), Some(key)),
            None => (context.s3_path().as_bucket(), None),
        };
        let call = S3Call {
            operation: context.s3_op().name(),
            bucket,
            key,
            query: context.uri().query().unwrap_or_default(),
            headers: context.headers(),
            transport,
        };
        match signer {
            Some(Signer::Admin) => {}
            Some(Signer::Identity(identity)) => self.authorize(&call, &identity)?,
            None => self.authorize(&call, &anonymous())?,
        }
        match (bucket, key) {
            (Some(bucket), Some(_)) if !self.root.join(bucket).is_dir() => Err(s3_error!(NoSuchBucket)),
            (Some(bucket), Some(key)) if !fits_backend(bucket, key) => Err(s3_error!(
                KeyTooLongError,
                "the built-in S3 accepts keys of up to about 140 bytes: shorten the app name or the folder, or use another server"
            )),
            _ => Ok(()),
        }
    }
}

impl Authorizer {
    fn authorize(&self, call: &S3Call<'_>, identity: &Identity) -> S3Result<()> {
        let principal = identity.principal.to_string();
        let bucket = call.bucket.unwrap_or_default();
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned();
        let Some(rules) = rules else {
            return Err(s3_error!(AccessDenied, "`{principal}` has no permissions on a bucket without rules"));
        };
        let mut context = Context::of(&identity.principal);
        for (name, values) in &identity.context {
            context.set(name, values.iter().cloned());
        }
        call.add_to(&mut context, &rules.owner);

        let exists = call.key.is_none_or(|key| self.exists(bucket, key));
        for Permission { action, resource } in call.permissions(rules.partition, exists) {
            let request = Request { principal: identity.principal.clone(), action, resource, context: context.clone() };
            self.decide(bucket, &request, identity, &rules.owner, rules.policy.as_ref())?;
        }
        if let Some((key, action)) = self.key(call, &rules, &identity.principal)? {
            let encrypted = format!("arn:{}:s3:::{bucket}/{}", rules.partition, call.key.unwrap_or_default());
            KmsRequest { key_arn: &key.arn, caller: &identity.principal, encrypted: &encrypted }.add_to(&mut context);
            let (action, resource) = (action.to_owned(), key.arn.clone());
            let request = Request { principal: identity.principal.clone(), action, resource, context };
            self.decide(bucket, &request, identity, account_of(&key.arn), Some(&key.policy))?;
        }
        let is_accepted = |acl: &str| acl == "bucket-owner-full-control";
        if rules.ownership == Ownership::BucketOwnerEnforced
            && call.sends_acl()
            && !call.header("x-amz-acl").is_some_and(is_accepted)
        {
            self.log.add(bucket, &principal, "s3:PutObjectAcl", false, "ACLs are off (BucketOwnerEnforced)");
            return Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs"));
        }
        Ok(())
    }

    /// Evaluates the policies and logs the decision. A refusal names the statement.
    fn decide(
        &self,
        bucket: &str,
        request: &Request,
        identity: &Identity,
        owner: &str,
        resource: Option<&Policy>,
    ) -> S3Result<()> {
        let named: Option<Vec<(&str, &Policy)>> = identity
            .policies
            .as_ref()
            .map(|policies| policies.iter().map(|(name, policy)| (name.as_str(), policy)).collect());
        let identity = named.as_deref().map_or(evaluate::Identity::Assumed, evaluate::Identity::Known);
        let (is_allowed, decision) = match decide(request, &Policies { identity, resource, owner: Some(owner) }) {
            Ok(decision) => (decision.is_allowed(), decision.to_string()),
            Err(error) => (false, format!("AWS would not store the policy: {error}")),
        };
        let Request { principal, action, resource, .. } = request;
        let decision = format!("`{action}` on `{resource}` by `{principal}` is {decision}");
        self.log.add(bucket, &principal.to_string(), action, is_allowed, &decision);
        if is_allowed { Ok(()) } else { Err(S3Error::with_message(S3ErrorCode::AccessDenied, decision)) }
    }

    /// The KMS key of the request, and the action on it. A request for `aws:kms` without a key uses a key of AWS, to which
    /// no policy of the bucket's owner applies; one without a method uses the bucket's default.
    fn key<'a>(
        &self,
        call: &S3Call<'_>,
        rules: &'a Rules,
        principal: &Principal,
    ) -> S3Result<Option<(&'a Key, &'static str)>> {
        let (named, action) = if call.stores() {
            let named = match call.header("x-amz-server-side-encryption") {
                Some(method) => {
                    let named = call.header("x-amz-server-side-encryption-aws-kms-key-id");
                    named.filter(|_| method.starts_with("aws:kms")).map(str::to_owned)
                }
                None => {
                    let default =
                        rules.default_encryption.as_ref().filter(|default| default.method.starts_with("aws:kms"));
                    let named = default.and_then(|default| default.key_id.clone());
                    let is_owner = account_of(&principal.to_string()) == rules.owner;
                    if let Some(named) = named.as_ref().filter(|named| !named.starts_with("arn:") && !is_owner) {
                        let reason =
                            "the bucket's default key is looked up in the requester's account: name it by its ARN";
                        return Err(no_key(&format!("{named}`; {reason} (ACC-10): `{principal}")));
                    }
                    named
                }
            };
            (named, "kms:GenerateDataKey")
        } else if call.operation == "GetObject" {
            let stored = self.encryptions.get(call.bucket.unwrap_or_default(), call.key.unwrap_or_default());
            (stored.and_then(|stored| stored.key_id), "kms:Decrypt")
        } else {
            return Ok(None);
        };
        let Some(named) = named else { return Ok(None) };
        match rules.keys.iter().find(|key| key.arn == named || key.arn.ends_with(&format!("/{named}"))) {
            Some(key) => Ok(Some((key, action))),
            None => Err(no_key(&named)),
        }
    }

    fn exists(&self, bucket: &str, key: &str) -> bool {
        // A key with `..` or a leading slash is refused later.
        let is_below = Path::new(key).components().all(|part| matches!(part, Component::Normal(_)));
        is_below && self.root.join(bucket).join(key).is_file()
    }
}

fn no_key(named: &str) -> S3Error {
    let code = S3ErrorCode::Custom("KMS.NotFoundException".into());
    let mut error = S3Error::with_message(code, format!("there is no key `{named}`"));
    error.set_status_code(hyper::StatusCode::BAD_REQUEST);
    error
}

/// The identity of a request without a signature.
fn anonymous() -> Identity {
    Identity { principal: Principal::Anonymous, policies: None, context: Vec::new() }
}

/// Whether the backend accepts the key. It stores an object's metadata in a file whose name contains bucket and key in
/// base64. A file name has at most 255 bytes.
fn fits_backend(bucket: &str, key: &str) -> bool {
    let base64 = |text: &str| (text.len() * 4).div_ceil(3);
    base64(bucket) + base64(key) + ".bucket-.object-.metadata.json".len() <= 255
}
