//! Finds clauses by id.

use super::entry::Clause;
use super::register::CLAUSES;
use super::undefined::UNDEFINED;

/// The clause with this id.
pub fn find(id: &str) -> Option<&'static Clause> {
    CLAUSES.iter().find(|clause| clause.id == id)
}

/// The id of a clause or an open question that is spelled like this.
pub fn known_id(id: &str) -> Option<&'static str> {
    let undefined = || UNDEFINED.iter().find(|entry| entry.id == id).map(|entry| entry.id);
    find(id).map(|clause| clause.id).or_else(undefined)
}

/// Whether a clause or an open question has this id.
pub fn is_known(id: &str) -> bool {
    known_id(id).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::entry::DELIVERY;
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for (index, clause) in CLAUSES.iter().enumerate() {
            assert_eq!(CLAUSES.iter().position(|other| other.id == clause.id), Some(index), "{}", clause.id);
            assert_eq!(find(clause.id), Some(clause));
            assert!(clause.sentence.ends_with('.') && !clause.source.is_empty(), "{}", clause.id);
            assert!(clause.remedy.ends_with('.'), "{}", clause.id);
        }
        assert_eq!(find("NAME-2"), None);
    }

    #[test]
    fn every_clause_of_the_contract_is_there() {
        let families = [
            ("ACC", 8),
            ("SET", 3),
            ("DTO", 9),
            ("LIM", 2),
            ("BAT", 3),
            ("FILE", 2),
            ("NAME", 1),
            ("LAY", 5),
            ("SSE", 1),
        ];
        for (family, last) in families {
            for number in 1..=last {
                assert!(find(&format!("{family}-{number}")).is_some(), "{family}-{number}");
            }
        }
        assert!(find("SEC-6").is_some() && find(DELIVERY).is_some());
        let settings = CLAUSES.iter().filter(|clause| !clause.id.contains('-')).count();
        assert_eq!(settings, 26);
    }

    #[test]
    fn every_open_question_is_numbered_and_answered() {
        for (index, entry) in UNDEFINED.iter().enumerate() {
            assert_eq!(entry.id, format!("U-{}", index + 1));
            assert!(entry.question.ends_with('?') && entry.choice.ends_with('.'), "{}", entry.id);
        }
        assert_eq!(UNDEFINED.len(), 34);
    }
}
