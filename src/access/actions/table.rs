//! Reads the table and answers questions about it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::access::evaluate::matches_action;

/// The table of actions and condition keys.
#[derive(Debug)]
pub struct Table {
    /// The list from which the table was made.
    pub source: String,
    /// The date of that list, `yyyy-mm-dd`. What AWS added later is not in the table.
    pub date: String,
    global: Vec<String>,
    services: BTreeMap<String, Service>,
}

/// The actions and condition keys of one service.
#[derive(Debug)]
pub struct Service {
    keys: Vec<String>,
    sets: Vec<Vec<String>>,
    /// By name in lower case.
    actions: BTreeMap<String, Action>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The action with its service, for instance `s3:PutObject`.
    pub name: String,
    /// The resources that the action can be granted on. Empty for an action without a resource.
    pub levels: Vec<Level>,
    set: usize,
}

/// The kind of resource of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A bucket.
    Bucket,
    /// The objects of a bucket.
    Object,
    /// A KMS key.
    Key,
    /// Any other resource, such as an access point.
    Other,
}

/// The form of `table.json`.
#[derive(Deserialize)]
struct Written {
    source: String,
    date: String,
    global: Vec<String>,
    #[serde(flatten)]
    services: BTreeMap<String, WrittenService>,
}

#[derive(Deserialize)]
struct WrittenService {
    keys: Vec<String>,
    sets: Vec<Vec<String>>,
    actions: BTreeMap<String, WrittenAction>,
}

#[derive(Deserialize)]
struct WrittenAction {
    on: Vec<Level>,
    keys: usize,
}

static BUILT_IN: LazyLock<Table> = LazyLock::new(|| {
    let written: Written = match serde_json::from_str(include_str!("table.json")) {
        Ok(written) => written,
        Err(error) => unreachable!("a test reads table.json: {error}"),
    };
    let services = written.services.into_iter().map(|(service, written)| {
        let actions = written.actions.into_iter().map(|(name, action)| {
            let whole = format!("{service}:{name}");
            (name.to_ascii_lowercase(), Action { name: whole, levels: action.on, set: action.keys })
        });
        let actions = actions.collect();
        (service, Service { keys: written.keys, sets: written.sets, actions })
    });
    Table { source: written.source, date: written.date, global: written.global, services: services.collect() }
});

impl Table {
    /// The built-in table.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// A service by its prefix in any case, if it is in the table: `s3`, `kms` or `sts`.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        self.services.get(&prefix.to_ascii_lowercase())
    }

    /// An action with its service, in any case. None for an unknown one and for a pattern.
    pub fn action(&self, text: &str) -> Option<&Action> {
        let (service, name) = text.split_once(':')?;
        self.service(service)?.actions.get(&name.to_ascii_lowercase())
    }

    /// The actions of a service that a pattern matches.
    pub fn matching(&self, service: &str, pattern: &str) -> Vec<&Action> {
        let all = self.service(service).into_iter().flat_map(|service| service.actions.values());
        all.filter(|action| matches_action(pattern, &action.name)).collect()
    }

    /// Whether every request can have this condition key: `aws:…`.
    pub fn is_global_key(&self, key: &str) -> bool {
        self.global.iter().any(|known| is_key(known, key))
    }

    /// Whether the service has this condition key.
    pub fn is_key_of(&self, service: &str, key: &str) -> bool {
        self.service(service).is_some_and(|service| service.keys.iter().any(|known| is_key(known, key)))
    }

    /// Whether requests for this action can have this condition key of its service.
    pub fn has_key(&self, action: &Action, key: &str) -> bool {
        let service = action.name.split_once(':').and_then(|(service, _)| self.service(service));
        let set = service.and_then(|service| service.sets.get(action.set));
        set.is_some_and(|set| set.iter().any(|known| is_key(known, key)))
    }

    /// The known condition key that is spelled most like this one.
    pub fn nearest_key(&self, service: &str, key: &str) -> Option<&str> {
        let own = self.service(service).into_iter().flat_map(|service| &service.keys);
        nearest(key, self.global.iter().chain(own).map(String::as_str))
    }

    /// The known action that is spelled most like this one.
    pub fn nearest_action(&self, service: &str, text: &str) -> Option<&str> {
        let all = self.service(service)?.actions.values();
        nearest(text, all.map(|action| action.name.as_str()))
    }
}

impl Action {
    /// Whether the action can be granted on this kind of resource.
    pub fn is_on(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }

    /// Whether the action has no resource, so that it is granted on `*`.
    pub fn has_no_resource(&self) -> bool {
        self.levels.is_empty()
    }
}

/// Whether the key is the known one, in any case. A known key that ends in `*` has a free part, such as a tag.
fn is_key(known: &str, key: &str) -> bool {
    match known.strip_suffix('*') {
        Some(start) => {
            key.len() > start.len() && key.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
        }
        None => known.eq_ignore_ascii_case(key),
    }
}

fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let near = known.map(|known| (strsim::damerau_levenshtein(&lower, &known.to_ascii_lowercase()), known));
    near.filter(|(distance, _)| *distance <= 3).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_has_its_resources_and_condition_keys() {
        let table = Table::built_in();
        let put = table.action("S3:putobject").unwrap();
        assert!(put.name == "s3:PutObject" && put.is_on(Level::Object) && !put.is_on(Level::Bucket));
        assert!(table.has_key(put, "s3:x-amz-acl") && table.has_key(put, "s3:RequestObjectTag/team"));
        assert!(!table.has_key(put, "s3:prefix") && table.is_key_of("s3", "S3:Prefix"));
        assert!(table.action("s3:ListAllMyBuckets").unwrap().has_no_resource());
        assert!(table.action("kms:GenerateDataKey").unwrap().is_on(Level::Key));
        assert!(table.has_key(table.action("kms:Decrypt").unwrap(), "kms:EncryptionContext:aws:s3:arn"));
        assert!(table.action("sts:AssumeRole").is_some() && table.action("s3:PutObjct").is_none());
        assert!(table.is_global_key("aws:PrincipalTag/team") && !table.is_global_key("aws:SourceIP2"));
        assert_eq!(table.nearest_action("s3", "s3:PutObjct"), Some("s3:PutObject"));
        assert!(table.matching("s3", "s3:Put*").len() > 20 && table.date.len() == 10);
    }
}
