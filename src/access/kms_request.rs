//! The condition keys of the request that S3 sends to KMS to encrypt or decrypt an object for a caller.

use super::evaluate::{Context, Principal};
use crate::arn::Arn;

/// A request from S3 to KMS on behalf of a caller.
#[derive(Debug, Clone, Copy)]
pub struct KmsRequest<'a> {
    /// The key's ARN.
    pub key_arn: &'a str,
    /// The caller of S3.
    pub caller: &'a Principal,
    /// The encryption context: the object's ARN, or the bucket's ARN if the bucket has a bucket key.
    pub encrypted: &'a str,
}

impl KmsRequest<'_> {
    /// Adds `kms:ViaService`, `kms:CallerAccount` and the encryption context to the condition keys.
    pub fn add_to(self, context: &mut Context) {
        let (partition, region) = Arn::parse(self.key_arn).map_or(("", ""), |arn| (arn.partition, arn.region));
        // Endpoints in China have another domain.
        let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        context.set("kms:ViaService", [format!("s3.{region}.{domain}")]);
        if let Some(account) = self.caller.account() {
            context.set("kms:CallerAccount", [account]);
        }
        context.set("kms:EncryptionContext:aws:s3:arn", [self.encrypted]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_has_the_domain_of_the_key_s_partition() {
        let caller: Principal = "arn:aws:iam::222233334444:role/writer".parse().unwrap();
        for (partition, region, service) in [
            ("aws", "eu-central-1", "s3.eu-central-1.amazonaws.com"),
            ("aws-cn", "cn-north-1", "s3.cn-north-1.amazonaws.com.cn"),
            ("aws-us-gov", "us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"),
        ] {
            let key_arn = format!("arn:{partition}:kms:{region}:111122223333:key/1");
            let encrypted = format!("arn:{partition}:s3:::exports/a.txt");
            let mut context = Context::new();
            KmsRequest { key_arn: &key_arn, caller: &caller, encrypted: &encrypted }.add_to(&mut context);
            assert_eq!(context.get("kms:ViaService").unwrap(), [service]);
            assert_eq!(context.get("kms:CallerAccount").unwrap(), ["222233334444"]);
            assert_eq!(context.get("kms:EncryptionContext:aws:s3:arn").unwrap(), [encrypted.as_str()]);
        }
    }
}
