//! Requests to IAM, KMS and STS: one file for each service and its SDK. They only read.

pub(super) mod iam;
pub(super) mod kms;
pub(super) mod role;
pub(super) mod sts;
mod texts;
