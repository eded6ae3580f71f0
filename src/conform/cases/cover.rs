//! Selects few cases that contain every combination of the values of any two (or three) factors.
//!
//! Almost all faults of settings depend on two of them. All combinations of all settings would be millions of cases.

use std::collections::BTreeSet;

/// The number of candidates for the next case. More candidates hardly reduce the number of cases.
const CANDIDATES: usize = 12;

/// A value of a factor: the index of the factor and of the value.
type Choice = (usize, usize);

/// Cases that cover every combination of the values of any `strength` factors. The first factor has `sizes[0]` values
/// and so on. A case has the index of a value for each factor. The same sizes give the same cases.
///
/// Each case starts with a combination that no earlier case has. The other factors follow, each with the value that
/// adds most new combinations. Several such cases are built, starting at different factors, and the best is selected.
pub(super) fn cover(sizes: &[usize], strength: usize) -> Vec<Vec<usize>> {
    let mut missing = combinations(sizes, strength).into_iter().collect::<BTreeSet<_>>();
    let mut cases = Vec::new();
    while let Some(first) = missing.first().cloned() {
        let new = |case: &Vec<usize>| covered(case, strength).iter().filter(|it| missing.contains(*it)).count();
        let candidates = (0..CANDIDATES).map(|turn| candidate(sizes, strength, &first, turn, &missing));
        let Some(best) = candidates.max_by_key(new) else { break };
        covered(&best, strength).iter().for_each(|combination| {
            missing.remove(combination);
        });
        cases.push(best);
    }
    cases
}

/// A case that starts with `first` and continues with the factor `turn`.
fn candidate(
    sizes: &[usize],
    strength: usize,
    first: &[Choice],
    turn: usize,
    missing: &BTreeSet<Vec<Choice>>,
) -> Vec<usize> {
    let mut chosen = first.to_vec();
    let step = sizes.len().div_ceil(CANDIDATES);
    for factor in (0..sizes.len()).map(|nth| (nth + turn * step) % sizes.len()) {
        if chosen.iter().any(|(known, _)| *known == factor) {
            continue;
        }
        let others = subsets(&chosen, strength - 1);
        let new = |value: &usize| {
            let with = |others: &Vec<Choice>| {
                let at = others.partition_point(|(other, _)| *other < factor);
                [&others[..at], &[(factor, *value)], &others[at..]].concat()
            };
            others.iter().filter(|others| missing.contains(&with(others))).count()
        };
        // Starts with another value each time, so that ties do not always select the same value.
        let values = (0..sizes[factor]).map(|nth| (nth + turn) % sizes[factor]);
        let value = values.max_by_key(new).unwrap_or_default();
        let at = chosen.partition_point(|(other, _)| *other < factor);
        chosen.insert(at, (factor, value));
    }
    chosen.into_iter().map(|(_, value)| value).collect()
}

/// All subsets of `count` choices, in order.
fn subsets(of: &[Choice], count: usize) -> Vec<Vec<Choice>> {
    let Some(less) = count.checked_sub(1) else { return vec![Vec::new()] };
    let from = |at: usize| subsets(&of[at + 1..], less).into_iter().map(move |rest| [&of[at..=at], &rest].concat());
    (0..of.len()).flat_map(from).collect()
}

/// All combinations of the values of any `strength` factors.
pub(super) fn combinations(sizes: &[usize], strength: usize) -> Vec<Vec<(usize, usize)>> {
    let factors = (0..sizes.len()).map(|factor| (factor, 0)).collect::<Vec<_>>();
    let with_values = |factors: Vec<Choice>| {
        factors.into_iter().fold(vec![Vec::new()], |begun: Vec<Vec<Choice>>, (factor, _)| {
            let longer = |begun: &Vec<Choice>| {
                let begun = begun.clone();
                (0..sizes[factor]).map(move |value| [begun.as_slice(), &[(factor, value)]].concat())
            };
            begun.iter().flat_map(longer).collect()
        })
    };
    subsets(&factors, strength).into_iter().flat_map(with_values).collect()
}

/// The combinations that a case covers.
pub(super) fn covered(case: &[usize], strength: usize) -> Vec<Vec<(usize, usize)>> {
    subsets(&case.iter().copied().enumerate().collect::<Vec<_>>(), strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_counted_as_the_formula_says() {
        assert_eq!(combinations(&[2, 3, 4], 2).len(), 2 * 3 + 2 * 4 + 3 * 4);
        assert_eq!(combinations(&[2, 3, 4], 3).len(), 24);
        assert_eq!(combinations(&[2; 10], 3).len(), 120 * 8);
        assert_eq!(covered(&[1, 0, 2], 2), [vec![(0, 1), (1, 0)], vec![(0, 1), (2, 2)], vec![(1, 0), (2, 2)]]);
    }

    #[test]
    fn every_combination_occurs_and_no_case_is_for_nothing() {
        for (sizes, strength, most) in [
            (vec![2, 2], 2, 4),
            (vec![2; 20], 2, 14),
            (vec![3, 4, 5, 2, 2, 2], 2, 24),
            (vec![1, 2, 3], 2, 6),
            (vec![2; 8], 3, 24),
        ] {
            let cases = cover(&sizes, strength);
            let mut missing = combinations(&sizes, strength).into_iter().collect::<BTreeSet<_>>();
            for case in &cases {
                assert!(case.iter().zip(&sizes).all(|(value, size)| value < size));
                let before = missing.len();
                missing.retain(|combination| !covered(case, strength).contains(combination));
                assert!(missing.len() < before, "{case:?}");
            }
            assert_eq!(missing.len(), 0);
            assert!(cases.len() <= most, "{} cases for {sizes:?}", cases.len());
            assert_eq!(cases, cover(&sizes, strength));
        }
    }
}
