//! The user's own policies for the built-in S3.

use std::net::IpAddr;
use std::path::PathBuf;

use super::super::Failure;
use super::super::policy::input;
use crate::access::input::first_address;
use crate::access::{Catalogue, Partition};
use crate::conform::access::Deployment;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Access")]
pub(super) struct PolicyArgs {
    /// Use this policy instead of the rendered one: the policy of a bucket, an IAM user or a key, recognised by its
    /// content; repeatable. Without --settings one case runs, on the bucket in the policy
    #[arg(long = "policy", value_name = "FILE", conflicts_with_all = ["endpoint", "live"])]
    policies: Vec<PathBuf>,
    /// The pod whose roles write to the built-in S3 (default: the pod in the policy, else us1)
    #[arg(long, value_name = "POD", conflicts_with_all = ["endpoint", "live"])]
    pod: Option<String>,
    /// A range of addresses that mParticle writes from, for rules on `aws:SourceIp`: the first address is used
    #[arg(long, value_name = "CIDR", value_parser = first_address, conflicts_with_all = ["endpoint", "live"])]
    mparticle_cidr: Option<IpAddr>,
}

impl PolicyArgs {
    /// Whether policies were given.
    pub(super) fn are_given(&self) -> bool {
        !self.policies.is_empty()
    }

    /// Reads the policies.
    pub(super) fn deployment(&self) -> Result<Deployment, Failure> {
        let pod =
            self.pod.as_deref().map(|name| Catalogue::built_in().find(name)).transpose().map_err(Failure::usage)?;
        let roles = pod.map(|pod| pod.roles(Partition::Aws));
        let mut deployment = Deployment { roles, source_ip: self.mparticle_cidr, ..Deployment::default() };
        for path in &self.policies {
            for found in input::policies(path)? {
                deployment.take(found.policy).map_err(Failure::usage)?;
            }
        }
        Ok(deployment)
    }
}
