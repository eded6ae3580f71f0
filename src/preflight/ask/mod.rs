//! What is asked of AWS besides S3: one small file for each service, which alone names its SDK. Nothing is changed.

pub(super) mod iam;
pub(super) mod kms;
pub(super) mod sts;
