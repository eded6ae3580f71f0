//! A double of the provider `hashicorp/aws`, served to Terraform from a filesystem mirror where the registry is out of
//! reach. It knows which arguments each resource takes, from a file made by `terraform providers schema -json`, so a
//! misspelled, missing or wrongly typed argument fails as it does on the real provider. It makes nothing: all but
//! validation is refused, and `mock_provider "aws"` plans in its place. What the schema does not say it cannot know:
//! the values that an argument takes, and what forces a new resource.

mod blocks;
mod double;
mod schema_file;

use anyhow::Context;

/// Names the schema file.
const SCHEMA: &str = "MP_FORWARDING_PROVIDER_SCHEMA";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let path = std::env::var_os(SCHEMA).with_context(|| format!("{SCHEMA} does not name the schema file"))?;
    let text = std::fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let provider = double::Double::new(&text).with_context(|| format!("failed to use {}", path.display()))?;
    tf_provider::serve("aws", provider).await
}
