//! How often the blocks inside a resource stand there, which Terraform leaves to the provider to judge.

use tf_provider::value::ValueAny;
use tf_provider::{AttributePath, Diagnostics};

use crate::schema_file::BlockEntry;

/// Reports every block that is missing or stands too often.
pub fn count(diags: &mut Diagnostics, entry: &BlockEntry, config: &ValueAny) {
    let ValueAny::Map(members) = config else { return };
    for (name, nested) in &entry.block_types {
        let blocks = match members.get(name) {
            Some(ValueAny::List(list)) => list.as_slice(),
            // What is not known yet may still be right.
            Some(ValueAny::Unknown) => continue,
            _ => &[],
        };
        // One that is not known may come to any number of them.
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
