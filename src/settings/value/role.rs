//! `engine.role_arn` and `engine.external_id`: a role that the engine assumes before it writes; `engine.iam_user`: the user
//! by whose key mParticle writes; `engine.pod`.

use crate::arn::{Arn, is_account};
use crate::settings::error::{Refusal, shown};

/// Checks the form of an IAM role's ARN.
pub(in crate::settings) fn check_role_arn(arn: &str) -> Result<(), Refusal> {
    let is_role = |arn: Arn<'_>| {
        arn.partition.starts_with("aws")
            && (arn.service, arn.region) == ("iam", "")
            && is_account(arn.account)
            && arn.name_of("role").is_some()
    };
    match Arn::parse(arn) {
        Ok(parts) if is_role(parts) => Ok(()),
        _ => Err(Refusal::new(format!(
            "`{}` is not the ARN of a role: write it as `arn:aws:iam::123456789012:role/NAME`",
            shown(arn)
        ))),
    }
}

/// Checks what STS allows as an external id.
pub(in crate::settings) fn check_external_id(id: &str) -> Result<(), Refusal> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&byte);
    if (2..=1224).contains(&id.len()) && id.bytes().all(is_allowed) {
        Ok(())
    } else {
        Err(Refusal::new(format!(
            "`{}` is not an external id: STS takes 2 to 1,224 letters, digits and `_+=,.@:/-`",
            shown(id)
        )))
    }
}

/// Checks the form of a pod's name. The catalogue of pods is not part of the settings.
pub(in crate::settings) fn check_pod(name: &str) -> Result<(), Refusal> {
    match name.as_bytes() {
        [first, second, number]
            if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && number.is_ascii_digit() =>
        {
            Ok(())
        }
        _ => Err(Refusal::new(format!(
            "`{}` is not the name of a pod: write it as `us1`; `mp-forwarding policy pods` lists them",
            shown(name)
        ))),
    }
}

/// Checks the form of an IAM user's name.
pub(in crate::settings) fn check_user(name: &str) -> Result<(), Refusal> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(is_allowed) {
        Ok(())
    } else {
        Err(Refusal::new(format!(
            "`{}` is not the name of an IAM user: write it without its ARN and path, 1 to 64 letters, digits and `+=,.@_-`",
            shown(name)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_arns() {
        for good in ["arn:aws:iam::123456789012:role/writer", "arn:aws-cn:iam::123456789012:role/path/to/writer"] {
            assert_eq!(check_role_arn(good), Ok(()));
        }
        for bad in [
            "writer",
            "arn:aws:iam::12345678901:role/writer",
            "arn:aws:iam::123456789012:user/writer",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam:us-east-1:123456789012:role/writer",
            "arn:aws:sts::123456789012:assumed-role/writer/session",
        ] {
            assert!(check_role_arn(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn users() {
        for (name, good) in [("mparticle-export", true), ("", false), ("path/user", false), ("arn:aws:iam", false)] {
            assert_eq!(check_user(name).is_ok(), good, "{name}");
        }
    }

    #[test]
    fn external_ids() {
        for (id, good) in [("ab", true), ("a", false), ("acme:eu/1", true), ("a b", false)] {
            assert_eq!(check_external_id(id).is_ok(), good, "{id}");
        }
        assert!(check_external_id(&"a".repeat(1224)).is_ok() && check_external_id(&"a".repeat(1225)).is_err());
    }
}
