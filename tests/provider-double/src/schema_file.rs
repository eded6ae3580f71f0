//! The output of `terraform providers schema -json`.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock, Schema};

/// The file.
#[derive(Deserialize)]
pub struct File {
    /// The schemas by the provider's address.
    pub provider_schemas: HashMap<String, Provider>,
}

/// Everything that one provider supports.
#[derive(Deserialize)]
pub struct Provider {
    /// The arguments of a `provider` block; a file with only some resources may lack it.
    pub provider: Option<Entry>,
    /// The resources by type, for instance `aws_s3_bucket`.
    pub resource_schemas: HashMap<String, Entry>,
    /// The data sources by type.
    pub data_source_schemas: HashMap<String, Entry>,
}

/// One resource or data source.
#[derive(Deserialize)]
pub struct Entry {
    version: i64,
    /// The arguments.
    pub block: BlockEntry,
}

/// Arguments and nested blocks.
#[derive(Deserialize)]
pub struct BlockEntry {
    #[serde(default)]
    attributes: HashMap<String, AttributeEntry>,
    /// The arguments by name.
    #[serde(default)]
    pub block_types: HashMap<String, NestedEntry>,
    #[serde(default)]
    deprecated: bool,
}

#[derive(Deserialize)]
struct AttributeEntry {
    r#type: Value,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    computed: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    deprecated: bool,
}

/// A nested block.
#[derive(Deserialize)]
pub struct NestedEntry {
    nesting_mode: String,
    /// The arguments.
    pub block: BlockEntry,
    /// The minimum number of blocks.
    #[serde(default)]
    pub min_items: usize,
    /// The maximum number of blocks; 0 means any number.
    #[serde(default)]
    pub max_items: usize,
}

impl Entry {
    /// The type as in the protocol.
    pub fn schema(&self) -> anyhow::Result<Schema> {
        Ok(Schema { version: self.version, block: self.block.block(self.version)? })
    }
}

impl BlockEntry {
    fn block(&self, version: i64) -> anyhow::Result<Block> {
        let attributes = self.attributes.iter().map(|(name, entry)| Ok((name.clone(), entry.attribute()?)));
        let blocks = self.block_types.iter().map(|(name, entry)| Ok((name.clone(), entry.nested()?)));
        Ok(Block {
            version,
            attributes: attributes.collect::<anyhow::Result<_>>()?,
            blocks: blocks.collect::<anyhow::Result<_>>()?,
            description: Description::plain(""),
            deprecated: self.deprecated,
        })
    }
}

impl AttributeEntry {
    fn attribute(&self) -> anyhow::Result<Attribute> {
        Ok(Attribute {
            attr_type: attribute_type(&self.r#type)?,
            description: Description::plain(""),
            constraint: match (self.required, self.optional, self.computed) {
                (true, ..) => AttributeConstraint::Required,
                (_, true, true) => AttributeConstraint::OptionalComputed,
                (_, true, false) => AttributeConstraint::Optional,
                _ => AttributeConstraint::Computed,
            },
            sensitive: self.sensitive,
            deprecated: self.deprecated,
        })
    }
}

impl NestedEntry {
    /// The library cannot express the minimum number of a block: [`crate::blocks`] checks it.
    fn nested(&self) -> anyhow::Result<NestedBlock> {
        let block = self.block.block(0)?;
        Ok(match self.nesting_mode.as_str() {
            "list" if self.max_items == 1 => NestedBlock::Optional(block),
            "list" => NestedBlock::List(block),
            "set" => NestedBlock::Set(block),
            "map" => NestedBlock::Map(block),
            // The library requires a `Single` block to exist.
            "single" | "group" => NestedBlock::Group(block),
            other => anyhow::bail!("`{other}` is not a nesting mode"),
        })
    }
}

fn attribute_type(value: &Value) -> anyhow::Result<AttributeType> {
    let unknown = || anyhow::anyhow!("`{value}` is not a type");
    if let Some(name) = value.as_str() {
        return Ok(match name {
            "string" => AttributeType::String,
            "number" => AttributeType::Number,
            "bool" => AttributeType::Bool,
            "dynamic" => AttributeType::Any,
            _ => return Err(unknown()),
        });
    }
    let [kind, of] = value.as_array().map(Vec::as_slice).ok_or_else(unknown)? else { return Err(unknown()) };
    let inner = || attribute_type(of).map(Box::new);
    Ok(match kind.as_str().ok_or_else(unknown)? {
        "list" => AttributeType::List(inner()?),
        "set" => AttributeType::Set(inner()?),
        "map" => AttributeType::Map(inner()?),
        "object" => {
            let members = of.as_object().ok_or_else(unknown)?;
            let members = members.iter().map(|(name, of)| Ok((name.clone(), attribute_type(of)?)));
            AttributeType::Object(members.collect::<anyhow::Result<_>>()?)
        }
        _ => return Err(unknown()),
    })
}
