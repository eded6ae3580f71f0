//! The role that reads the configuration.

use super::super::snapshot::{NamedText, Role};
use super::iam::{Iam, client, decoded};
use super::texts::Texts;
use crate::store::{Session, StoreError, failure};

/// A role, who may assume it, and its boundary.
pub(in crate::preflight) async fn role(session: &Session, name: &str) -> Result<Role, StoreError> {
    let (client, endpoint) = client(session);
    let answer = client.get_role().role_name(name).send().await;
    let answer = answer.map_err(|error| failure(endpoint, "GetRole", name, error))?;
    let Some(role) = answer.role() else {
        return Err(StoreError::unanswered("GetRole", name, true, "the answer does not describe the role"));
    };
    Ok(Role {
        arn: role.arn().to_owned(),
        trust: decoded(role.assume_role_policy_document().unwrap_or_default()),
        boundary: role.permissions_boundary().and_then(|one| one.permissions_boundary_arn()).map(str::to_owned),
    })
}

/// The inline and attached policies of a role. One page of each is enough because of IAM's own limits.
pub(in crate::preflight) async fn policies(session: &Session, name: &str) -> Result<Vec<NamedText>, StoreError> {
    let (client, endpoint) = client(session);
    let own = client.list_role_policies().role_name(name).send().await;
    let own = own.map_err(|error| failure(endpoint, "ListRolePolicies", name, error))?;
    let mut found = Texts::default();
    for policy in own.policy_names() {
        let one = client.get_role_policy().role_name(name).policy_name(policy).send().await;
        let one = one.map_err(|error| failure(endpoint, "GetRolePolicy", name, error))?;
        found.add(name, policy.clone(), decoded(one.policy_document()))?;
    }
    let attached = client.list_attached_role_policies().role_name(name).send().await;
    let attached = attached.map_err(|error| failure(endpoint, "ListAttachedRolePolicies", name, error))?;
    let iam = Iam::new(session, name);
    for arn in attached.attached_policies().iter().filter_map(|one| one.policy_arn()) {
        let NamedText { name: arn, text } = iam.managed(arn.to_owned()).await?;
        found.add(name, arn, text)?;
    }
    Ok(found.into_all())
}
