//! The pods in which mParticle hosts data, and the AWS roles that write for each (ACC-3).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::arn::{Arn, account_of, is_account};

/// All known pods and the date of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The month in which these values were published, as `yyyy-mm`.
    pub date: String,
    /// The pods, in the order of mParticle's own table.
    #[serde(rename = "pod")]
    pub pods: Vec<Pod>,
}

/// A pod: the place where mParticle hosts an organisation's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pod {
    /// Its name in lower case, for instance `eu1`.
    pub name: String,
    /// The AWS account that mParticle writes from, 12 digits.
    pub account: String,
    /// The role that uploads files.
    pub writer_role: String,
    /// The role that uploads the verification object when a connection is saved (ACC-6).
    pub verify_role: String,
    /// The pod's AWS region. A bucket in another region works, but transfer costs more.
    pub home_region: String,
}

/// Values that replace those of the catalogue, if mParticle gave you others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodOverrides {
    /// The AWS account, 12 digits.
    pub account: Option<String>,
    /// The name of the role that uploads files.
    pub writer_role: Option<String>,
    /// The name of the role that uploads the verification object.
    pub verify_role: Option<String>,
}

/// Why the values do not describe a pod.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownPod {
    /// No pod has that name.
    #[error("unknown pod `{}` (known as of {date}: {known})", given.escape_debug())]
    Name {
        /// What was given.
        given: String,
        /// The names that are known.
        known: String,
        /// The month of the catalogue.
        date: &'static str,
    },
    /// Neither a pod nor all of its values were given.
    #[error("no pod was given: use --pod, or --account, --writer-role and --verify-role")]
    Missing,
    /// A text that is not an AWS account id.
    #[error("`{}` is not an AWS account: write its 12 digits", .0.escape_debug())]
    Account(String),
    /// A text that is not a role name.
    #[error("`{}` is not the name of a role: IAM allows 1 to 64 letters, digits and `+=,.@_-`, after a path such as `team/`", .0.escape_debug())]
    Role(String),
}

/// The built-in catalogue.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let read = toml::from_str(include_str!("pods.toml"));
    // The file is compiled into the program and a test reads it, so the empty catalogue is never used.
    read.unwrap_or(Catalogue { date: String::new(), pods: Vec::new() })
});

impl Catalogue {
    /// The built-in catalogue.
    pub fn built_in() -> &'static Self {
        &CATALOGUE
    }

    /// The pod of that name, in any case.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&'static self, name: &str) -> Result<&'static Pod, UnknownPod> {
        self.pods.iter().find(|pod| pod.name.eq_ignore_ascii_case(name)).ok_or_else(|| UnknownPod::Name {
            given: name.to_owned(),
            known: self.pods.iter().map(|pod| format!("`{}`", pod.name)).collect::<Vec<_>>().join(", "),
            date: &self.date,
        })
    }

    /// The pod that writes from this AWS account.
    pub fn of_account(&self, account: &str) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.account == account)
    }
}

impl Pod {
    /// The two roles as principals of a policy.
    pub fn roles(&self, partition: Partition) -> Roles {
        let arn = |role: &str| format!("arn:{partition}:iam::{}:role/{role}", self.account);
        Roles { writer: arn(&self.writer_role), verify: arn(&self.verify_role) }
    }
}

/// The ARNs of the two roles that write for a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// The role that uploads files.
    pub writer: String,
    /// The role that uploads the verification object.
    pub verify: String,
}

impl Roles {
    /// The roles of a pod of the catalogue. Overrides replace its values, or give all values if there is no pod.
    ///
    /// # Errors
    /// If a value is missing or not valid.
    pub fn new(pod: Option<&Pod>, overrides: &PodOverrides, partition: Partition) -> Result<Self, UnknownPod> {
        let pick = |given: &Option<String>, known: fn(&Pod) -> &String| {
            given.clone().or_else(|| pod.map(|pod| known(pod).clone())).ok_or(UnknownPod::Missing)
        };
        let account = pick(&overrides.account, |pod| &pod.account)?;
        if !is_account(&account) {
            return Err(UnknownPod::Account(account));
        }
        let arn = |role: String| match is_role(&role) {
            true => Ok(format!("arn:{partition}:iam::{account}:role/{role}")),
            false => Err(UnknownPod::Role(role)),
        };
        let writer = arn(pick(&overrides.writer_role, |pod| &pod.writer_role)?)?;
        let verify = arn(pick(&overrides.verify_role, |pod| &pod.verify_role)?)?;
        Ok(Self { writer, verify })
    }

    /// The account of both roles.
    pub fn account(&self) -> &str {
        account_of(&self.writer)
    }

    /// The partition of both roles.
    pub fn partition(&self) -> Partition {
        let partition = Arn::parse(&self.writer).ok().and_then(|arn| arn.partition.parse().ok());
        partition.unwrap_or_default()
    }
}

fn is_role(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    let is_name = |name: &str| (1..=64).contains(&name.len()) && name.bytes().all(is_allowed);
    text.split('/').all(is_name)
}

/// A group of AWS regions with its own accounts and ARNs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Partition {
    /// The public regions.
    #[default]
    Aws,
    /// The regions in China.
    China,
    /// GovCloud (US).
    UsGov,
}

impl Partition {
    /// The name in ARNs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::UsGov => "aws-us-gov",
        }
    }
}

impl Display for Partition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An unknown partition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown partition `{}` (known: `aws`, `aws-cn`, `aws-us-gov`)", .0.escape_debug())]
pub struct UnknownPartition(String);

impl FromStr for Partition {
    type Err = UnknownPartition;

    fn from_str(text: &str) -> Result<Self, UnknownPartition> {
        [Self::Aws, Self::China, Self::UsGov]
            .into_iter()
            .find(|partition| partition.as_str() == text)
            .ok_or_else(|| UnknownPartition(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_the_documented_one() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.date, "2023-10");
        let rows: Vec<_> = catalogue
            .pods
            .iter()
            .map(|pod| [&*pod.name, &*pod.account, &*pod.writer_role, &*pod.verify_role, &*pod.home_region])
            .collect();
        assert_eq!(
            rows,
            [
                ["us1", "338661164609", "Prod-Role-DG12-Default", "role-lambda-verifyrequest", "us-east-1"],
                ["us2", "386705975570", "Prod-Role-DG12-Default", "verifyrequest_lambda", "us-east-1"],
                ["eu1", "583371261087", "Prod-Role-DG12-Default", "verifyrequest_lambda", "eu-central-1"],
                ["au1", "526464060896", "Prod-Role-DG12-Default", "verifyrequest_lambda", "ap-southeast-2"],
            ]
        );
    }

    #[test]
    fn a_pod_is_found_in_any_case_and_an_unknown_one_is_refused_with_the_known() {
        assert_eq!(Catalogue::built_in().find("EU1").unwrap().account, "583371261087");
        let message = Catalogue::built_in().find("eu2").unwrap_err().to_string();
        assert_eq!(message, "unknown pod `eu2` (known as of 2023-10: `us1`, `us2`, `eu1`, `au1`)");
    }

    #[test]
    fn every_value_can_be_overridden_and_is_checked() {
        let us1 = Catalogue::built_in().find("us1").unwrap();
        let given = |account: &str, writer: &str| PodOverrides {
            account: Some(account.to_owned()),
            writer_role: Some(writer.to_owned()),
            verify_role: None,
        };
        let roles = Roles::new(Some(us1), &given("111122223333", "team/writer"), Partition::UsGov).unwrap();
        assert_eq!(roles.writer, "arn:aws-us-gov:iam::111122223333:role/team/writer");
        assert_eq!(roles.verify, "arn:aws-us-gov:iam::111122223333:role/role-lambda-verifyrequest");
        for (overrides, pod, expected) in [
            (given("11112222333", "w"), Some(us1), "12 digits"),
            (given("111122223333", "w\"x"), Some(us1), "not the name of a role"),
            (given("111122223333", "*"), Some(us1), "not the name of a role"),
            (given("111122223333", "w"), None, "no pod was given"),
        ] {
            let message = Roles::new(pod, &overrides, Partition::Aws).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn partitions_read_as_they_are_written() {
        for partition in [Partition::Aws, Partition::China, Partition::UsGov] {
            assert_eq!(partition.as_str().parse(), Ok(partition));
        }
        assert!("aws-eu".parse::<Partition>().is_err());
    }
}
