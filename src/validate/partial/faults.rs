//! Faults in a partial.

use super::document::{AlikeFiles, CauseEntry, FaultList, PlaceEntry};
use super::read::{Damaged, hex, of_hex};
use crate::contract::clause::known_id;
use crate::json::without_indices;
use crate::report::model::Findings;
use crate::validate::contents::{Alike, SameFiles};
use crate::validate::findings::{Cause, Faults, Group, Location};

impl FaultList {
    pub(super) fn of(faults: &Faults) -> Self {
        let causes = faults.groups().map(|(cause, group)| CauseEntry {
            clause: cause.clause.to_owned(),
            place: cause.place.clone(),
            expected: cause.expected.clone(),
            count: group.count,
            places: group.locations.iter().map(PlaceEntry::of).collect(),
        });
        let worst_files = faults.worst(usize::MAX).into_iter().map(|(name, count)| (name.as_ref().to_owned(), count));
        let worst_files: std::collections::BTreeMap<String, u64> = worst_files.collect();
        Self {
            causes: causes.collect(),
            unlisted: faults.unlisted().iter().map(|(clause, count)| ((*clause).to_owned(), *count)).collect(),
            more_files: faults.inputs() - worst_files.len() as u64,
            worst_files,
        }
    }

    pub(super) fn read(self) -> Result<Faults, Damaged> {
        let clause = |id: &str| known_id(id).ok_or(Damaged("a clause that is not known"));
        let mut faults = Faults::default();
        if self.causes.len() > Findings::CAUSES {
            return Err(Damaged("more than a thousand causes"));
        }
        for entry in self.causes {
            if entry.places.len() > Findings::PLACES || entry.count < entry.places.len() as u64 {
                return Err(Damaged("a cause whose places do not fit its count"));
            }
            let cause = Cause { clause: clause(&entry.clause)?, place: entry.place, expected: entry.expected };
            let is_of = |place: &PlaceEntry| place.pointer.as_deref().map(without_indices) == cause.place;
            if !entry.places.iter().all(is_of) {
                return Err(Damaged("a place that is not of its cause"));
            }
            let mut locations: Vec<Location> = entry.places.into_iter().map(PlaceEntry::read).collect();
            locations.sort();
            faults.put(cause, Group { count: entry.count, locations });
        }
        for (id, count) in self.unlisted {
            faults.count_unlisted(clause(&id)?, count);
        }
        self.worst_files.into_iter().for_each(|(name, count)| faults.count_input(name.into(), count));
        faults.add_unnamed_inputs(self.more_files);
        Ok(faults)
    }
}

impl PlaceEntry {
    fn of(location: &Location) -> Self {
        Self {
            object: location.object.as_ref().to_owned(),
            line: location.line,
            pointer: location.pointer.clone(),
            found: location.found.clone(),
        }
    }

    fn read(self) -> Location {
        Location { object: self.object.into(), line: self.line, pointer: self.pointer, found: self.found }
    }
}

impl AlikeFiles {
    pub(super) fn of(alike: &Alike) -> Vec<Self> {
        let group = |(content, (), files): (u64, &(), &SameFiles)| Self {
            content: hex(content),
            count: files.count,
            first: files.first.iter().map(|(name, bytes)| (name.as_ref().to_owned(), hex(*bytes))).collect(),
        };
        alike.groups.hashed().map(group).collect()
    }

    pub(super) fn read(groups: Vec<Self>, not_compared: u64) -> Result<Alike, Damaged> {
        let mut alike = Alike { others: not_compared, ..Alike::default() };
        for group in groups {
            if group.first.is_empty() || group.count < group.first.len() as u64 {
                return Err(Damaged("a content without files"));
            }
            let first = group.first.into_iter().map(|(name, bytes)| Ok((name.into(), of_hex(&bytes)?)));
            let first = first.collect::<Result<_, Damaged>>()?;
            alike.put(of_hex(&group.content)?, SameFiles { count: group.count, first });
        }
        Ok(alike)
    }
}
