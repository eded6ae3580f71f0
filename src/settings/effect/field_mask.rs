//! The fields that the settings remove from a record, as a tree: a record is read only as deep as the tree goes.

use std::collections::BTreeMap;

use super::super::{Connection, SettingId};

/// The places below one node of a record that a setting removes.
#[derive(Debug, Default)]
pub(crate) struct FieldMask {
    removed_by: Option<SettingId>,
    members: BTreeMap<String, FieldMask>,
    elements: Option<Box<FieldMask>>,
}

impl FieldMask {
    /// What is removed from a batch, `events` aside. The outbound form never has `ip` (U-18); no setting removes it, so
    /// it is not listed here.
    pub(crate) fn of_batch(connection: &Connection) -> Self {
        let mut mask = Self::default();
        if !connection.include_metadata {
            for node in ["application_info", "device_info", "source_info"] {
                mask.add([node], SettingId::IncludeMetadata);
            }
        }
        if !connection.include_consent_state {
            mask.add(["consent_state"], SettingId::IncludeConsentState);
        }
        if !connection.include_mp_deviceid {
            mask.add(["mp_deviceid"], SettingId::IncludeMpDeviceid);
        }
        if !connection.include_event_batch_location {
            mask.add(["context", "location"], SettingId::IncludeEventBatchLocation);
        }
        let exclusion = &connection.metadata_field_exclusion;
        if exclusion.device_name {
            mask.add(["device_info", "device"], SettingId::MetadataFieldExclusion);
        }
        if exclusion.ip_address {
            mask.add(["ip"], SettingId::MetadataFieldExclusion);
        }
        for pointer in &exclusion.pointers {
            mask.add(pointer.tokens().iter().map(String::as_str), SettingId::MetadataFieldExclusion);
        }
        mask
    }

    /// What is removed from an event's `data`; in a crash report also from its breadcrumbs (U-21).
    pub(crate) fn of_event_data(connection: &Connection, crash_report: bool) -> Self {
        let mut mask = Self::default();
        if !connection.include_location_information {
            let setting = SettingId::IncludeLocationInformation;
            mask.add(["location"], setting);
            if crash_report {
                let breadcrumbs = mask.members.entry("breadcrumbs".to_owned()).or_default();
                let breadcrumb = breadcrumbs.elements.get_or_insert_default();
                breadcrumb.add(["location"], setting);
                breadcrumb.add(["data", "location"], setting);
            }
        }
        mask
    }

    fn add<'a>(&mut self, path: impl IntoIterator<Item = &'a str>, setting: SettingId) {
        let node = path.into_iter().fold(self, |node, token| node.members.entry(token.to_owned()).or_default());
        // The wider setting comes first: it is the one that a user would have to change.
        node.removed_by.get_or_insert(setting);
    }

    /// The setting that removes this node, if one does.
    pub(crate) fn removed_by(&self) -> Option<SettingId> {
        self.removed_by
    }

    /// Whether nothing below this node is removed.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.elements.is_none()
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.members.get(name)
    }

    /// The mask of the element at `index`: a JSON Pointer may name one element, our own rules mean all.
    pub(crate) fn element(&self, index: usize) -> Option<&Self> {
        if self.members.is_empty() {
            return self.elements.as_deref();
        }
        self.members.get(index.to_string().as_str()).or(self.elements.as_deref())
    }
}
