//! Few cases in which every combination of the values of any two (or three) factors occurs.
//!
//! Almost all faults of settings show in the interplay of two of them; all combinations of all would be millions of cases.

use std::collections::BTreeSet;

/// Candidates from which the best next case is taken; more give hardly fewer cases.
const CANDIDATES: usize = 12;

/// A value of a factor, as the place of the factor and of the value.
type Choice = (usize, usize);

/// Cases that cover every combination of the values of any `strength` factors, of which the first has `sizes[0]` values
/// and so on. A case is the place of a value for each factor. The same sizes give the same cases.
///
/// Each case begins with a combination that no case before it has; the other factors follow, each with the value that
/// adds most new combinations. Of several such cases, begun at different factors, the best is taken.
pub fn cover(sizes: &[usize], strength: usize) -> Vec<Vec<usize>> {
    let mut missing = combinations(sizes, strength).into_iter().collect::<BTreeSet<_>>();
    let mut cases = Vec::new();
    while let Some(first) = missing.first().cloned() {
        let candidates = (0..CANDIDATES).map(|turn| candidate(sizes, strength, &first, turn, &missing));
        // The first of equals, so that the result does not depend on how ties are broken elsewhere.
        let best = candidates.rev_max(|case| covered(case, strength).iter().filter(|new| missing.contains(*new)).count());
        covered(&best, strength).iter().for_each(|new| {
            missing.remove(new);
        });
        cases.push(best);
    }
    cases
}

/// Every combination of values of any `strength` factors.
pub fn combinations(sizes: &[usize], strength: usize) -> Vec<Vec<(usize, usize)>> {
    let mut all: Vec<Vec<Choice>> = vec![Vec::new()];
    for _ in 0..strength.min(sizes.len()) {
        let longer = |begun: &Vec<Choice>| {
            let next = begun.last().map_or(0, |(factor, _)| factor + 1);
            let choices = (next..sizes.len()).flat_map(|factor| (0..sizes[factor]).map(move |value| (factor, value)));
            choices.map(|choice| [begun.as_slice(), &[choice]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The combinations that a case covers.
pub fn covered(case: &[usize], strength: usize) -> Vec<Vec<(usize, usize)>> {
    let chosen = |combination: Vec<Choice>| combination.into_iter().map(|(factor, _)| (factor, case[factor])).collect();
    combinations(&vec![1; case.len()], strength).into_iter().map(chosen).collect()
}
