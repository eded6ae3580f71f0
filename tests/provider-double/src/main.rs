//! A test double of the provider `hashicorp/aws`, for machines without access to the registry. Terraform finds it in a
//! filesystem mirror. It knows the arguments of each resource from a file made by `terraform providers schema -json`,
//! so a misspelled, missing or wrongly typed argument fails as with the real provider. It supports only validation and
//! creates nothing; `mock_provider "aws"` makes the plans. It does not know what the schema does not contain: the valid
//! values of an argument, and which changes need a new resource.

mod blocks;
mod double;
mod schema_file;

use anyhow::Context;

/// The variable with the path of the schema file.
const SCHEMA: &str = "MP_FORWARDING_PROVIDER_SCHEMA";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let path = std::env::var_os(SCHEMA).with_context(|| format!("{SCHEMA} does not name the schema file"))?;
    let text = std::fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let provider = double::Double::new(&text).with_context(|| format!("failed to use {}", path.display()))?;
    tf_provider::serve("aws", provider).await
}
