//! Why a request cannot be evaluated.

/// Why a request cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The operator does not exist.
    #[error("`{}` is not a condition operator", .0.escape_debug())]
    Operator(String),
    /// The value is not valid for the operator.
    #[error("the value `{}` of `{}` is not valid for `{}`", value.escape_debug(), key.escape_debug(), operator.escape_debug())]
    Value {
        /// The operator.
        operator: String,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// A condition lists no value.
    #[error("`{}` lists no value for `{}`", operator.escape_debug(), key.escape_debug())]
    NoValue {
        /// The operator.
        operator: String,
        /// The key.
        key: String,
    },
    /// The principal is not valid.
    #[error("`{}` is not a valid principal", .0.escape_debug())]
    Principal(String),
    /// The action is not valid.
    #[error("`{}` is not a valid action", .0.escape_debug())]
    Action(String),
    /// The resource is not valid.
    #[error("`{}` is not a valid resource", .0.escape_debug())]
    Resource(String),
    /// A statement has no resource.
    #[error("a statement names no resource")]
    NoResource,
    /// A policy of an identity names a principal.
    #[error(
        "{statement} of `{policy}` names a principal: pass the policy of a bucket or a key as the resource's policy"
    )]
    IdentityWithPrincipal {
        /// The policy.
        policy: String,
        /// The statement.
        statement: String,
    },
    /// A policy of a resource names no principal.
    #[error(
        "{0} of the resource's policy names no principal: pass the policy of a user or a role as the identity's policy"
    )]
    ResourceWithoutPrincipal(String),
}
