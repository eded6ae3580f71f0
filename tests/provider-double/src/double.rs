//! The provider. It supports only validation.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};
use tf_provider::value::{ValueAny, ValueEmpty};
use tf_provider::{AttributePath, DataSource, Diagnostics, DynamicDataSource, DynamicResource, Provider, Resource};

use crate::blocks;
use crate::schema_file::{BlockEntry, Entry, File};

/// The test double of the provider.
pub struct Double {
    provider: Schema,
    resources: Vec<(String, Thing)>,
    data_sources: Vec<(String, Thing)>,
}

/// A resource or a data source.
#[derive(Clone)]
struct Thing {
    schema: Schema,
    block: Arc<BlockEntry>,
}

impl Double {
    /// Reads the text of a schema file.
    pub fn new(text: &[u8]) -> anyhow::Result<Self> {
        let file: File = serde_json::from_slice(text)?;
        let found = file.provider_schemas.into_iter().find(|(address, _)| address.ends_with("/hashicorp/aws"));
        let (_, served) = found.context("it has no `hashicorp/aws`")?;
        let provider = served.provider.map_or_else(|| Ok(region_only()), |entry| entry.schema())?;
        Ok(Self {
            provider,
            resources: things(served.resource_schemas)?,
            data_sources: things(served.data_source_schemas)?,
        })
    }
}

fn things(entries: HashMap<String, Entry>) -> anyhow::Result<Vec<(String, Thing)>> {
    let thing = |(name, entry): (String, Entry)| {
        let schema = entry.schema().with_context(|| name.clone())?;
        let name = name.strip_prefix("aws_").with_context(|| format!("`{name}` does not begin with `aws_`"))?;
        Ok((name.to_owned(), Thing { schema, block: Arc::new(entry.block) }))
    };
    entries.into_iter().map(thing).collect()
}

/// Reads a file without the provider's own arguments, which a module's caller sets.
fn region_only() -> Schema {
    let region = Attribute {
        attr_type: AttributeType::String,
        description: Description::plain(""),
        constraint: AttributeConstraint::Optional,
        ..Attribute::default()
    };
    let attributes = HashMap::from([("region".to_owned(), region)]);
    Schema { version: 0, block: Block { version: 0, attributes, ..Block::default() } }
}

fn refuse(diags: &mut Diagnostics) {
    let detail = "It only validates. Plan with `mock_provider \"aws\" {}`, or use the real provider.";
    diags.error("This is a double of hashicorp/aws", detail, AttributePath::default());
}

#[async_trait]
impl Provider for Double {
    type Config<'a> = ValueAny;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.provider.clone())
    }

    fn get_resources(&self, _: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        Some(self.resources.iter().map(|(name, thing)| (name.clone(), thing.clone().into())).collect())
    }

    fn get_data_sources(&self, _: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(self.data_sources.iter().map(|(name, thing)| (name.clone(), thing.clone().into())).collect())
    }
}

#[async_trait]
impl DataSource for Thing {
    type State<'a> = ValueAny;
    type ProviderMetaState<'a> = ValueAny;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.schema.clone())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: ValueAny) -> Option<()> {
        blocks::count(diags, &self.block, &config);
        Some(())
    }

    async fn read<'a>(&self, diags: &mut Diagnostics, _: ValueAny, _: ValueAny) -> Option<ValueAny> {
        refuse(diags);
        None
    }
}

#[async_trait]
impl Resource for Thing {
    type State<'a> = ValueAny;
    type PrivateState<'a> = ValueAny;
    type ProviderMetaState<'a> = ValueAny;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.schema.clone())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: ValueAny) -> Option<()> {
        blocks::count(diags, &self.block, &config);
        Some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<(ValueAny, ValueAny)> {
        refuse(diags);
        None
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<(ValueAny, ValueAny)> {
        refuse(diags);
        None
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<(ValueAny, ValueAny, Vec<AttributePath>)> {
        refuse(diags);
        None
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<ValueAny> {
        refuse(diags);
        None
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<(ValueAny, ValueAny)> {
        refuse(diags);
        None
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
        _: ValueAny,
    ) -> Option<(ValueAny, ValueAny)> {
        refuse(diags);
        None
    }

    async fn destroy<'a>(&self, diags: &mut Diagnostics, _: ValueAny, _: ValueAny, _: ValueAny) -> Option<()> {
        refuse(diags);
        None
    }
}
