//! The allowed number of each block in a resource. Terraform leaves this check to the provider.

use tf_provider::value::ValueAny;
use tf_provider::{AttributePath, Diagnostics};

use crate::schema_file::BlockEntry;

/// Reports every block that is missing or occurs too often.
pub fn count(diags: &mut Diagnostics, entry: &BlockEntry, config: &ValueAny) {
    let ValueAny::Map(members) = config else { return };
    for (name, nested) in &entry.block_types {
        let blocks = match members.get(name) {
            Some(ValueAny::List(list)) => list.as_slice(),
            // A value that is not known yet may be valid.
            Some(ValueAny::Unknown) => continue,
            _ => &[],
        };
        // A block that is not known may occur any number of times.
        let known = !blocks.iter().any(|block| matches!(block, ValueAny::Unknown));
        if known && blocks.len() < nested.min_items {
            let detail = format!("at least {} `{name}` blocks are required", nested.min_items);
            diags.error(format!("Insufficient {name} blocks"), detail, AttributePath::new(name.clone()));
        }
        if nested.max_items > 0 && blocks.len() > nested.max_items {
            let detail = format!("no more than {} `{name}` blocks are allowed", nested.max_items);
            diags.error(format!("Too many {name} blocks"), detail, AttributePath::new(name.clone()));
        }
        for block in blocks {
            count(diags, &nested.block, block);
        }
    }
}
