//! Finds keys without hashing each byte. Two words and the length distinguish a key from every other known key.

use crate::json::scan::Word;

/// A set of known keys with their indices. A look-up needs two multiplications and one comparison.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    seed: u64,
    /// The number of lower bits of a hash that are dropped. The upper bits depend on the whole word and are the slot.
    shift: u32,
    /// Empty if there are no names, or if no seed gives each name its own slot.
    slots: Vec<Option<Slot>>,
    names: Vec<Box<[u8]>>,
    /// The usual spelling of each name in an object: `,"name":`; none for a name that needs escapes or is not ASCII.
    tokens: Vec<Option<Box<[u8]>>>,
    /// The index of its first guess among those of all tables.
    pub(super) guesses: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    word: Word,
    index: u16,
}

/// The number of seeds that are tried for each size of a table, and the number of sizes.
const SEEDS: u64 = 256;
const SIZES: u32 = 5;

impl Table {
    /// The table of `names`, which must differ. Their indices are their positions.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<Box<[u8]>> = names.into_iter().map(|name| name.as_bytes().into()).collect();
        let tokens = names.iter().map(|name| token(name)).collect();
        let words: Vec<Word> = names.iter().map(|name| Word::of(name, 0, name.len())).collect();
        let smallest = (words.len().max(1) * 2).next_power_of_two().trailing_zeros();
        let tries = (smallest..smallest + SIZES).flat_map(|bits| (1..=SEEDS).map(move |seed| (bits, seed)));
        for (bits, seed) in tries {
            let (seed, shift) = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, 64 - bits);
            let mut slots = vec![None; 1 << bits];
            let free = words.iter().enumerate().all(|(index, word)| {
                let slot = &mut slots[(word.mixed(seed) >> shift) as usize];
                slot.replace(Slot { word: *word, index: index as u16 }).is_none()
            });
            if free {
                return Self { seed, shift, slots, names, tokens, guesses: 0 };
            }
        }
        Self { names, tokens, ..Self::default() }
    }

    /// The index of the key `text[start..end]`.
    #[inline]
    pub(super) fn find(&self, text: &[u8], start: usize, end: usize, word: Word) -> Option<usize> {
        let slot = match self.slots.get((word.mixed(self.seed) >> self.shift) as usize) {
            Some(slot) => slot.as_ref()?,
            None => return self.names.iter().position(|name| **name == text[start..end]),
        };
        if slot.word != word {
            return None;
        }
        let index = usize::from(slot.index);
        // Up to 16 bytes, the two words contain the whole key.
        if word.is_whole() || *self.names[index] == text[start..end] { Some(index) } else { None }
    }

    /// The index of a complete text.
    pub(super) fn position(&self, text: &[u8]) -> Option<usize> {
        self.find(text, 0, text.len(), Word::of(text, 0, text.len()))
    }

    /// The length of the token of a name, if `text[at..]` starts with it. The first member has no comma.
    #[inline]
    pub(super) fn length_at(&self, index: usize, text: &[u8], at: usize, first: bool) -> Option<usize> {
        let token = self.tokens.get(index)?.as_ref()?.get(usize::from(first)..)?;
        if same_start(text.get(at..)?, token) { Some(token.len()) } else { None }
    }

    /// The number of names.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The names, in the order of their indices.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(|name| &**name)
    }
}

fn token(name: &[u8]) -> Option<Box<[u8]>> {
    let plain = name.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
    plain.then(|| [b",\"", name, b"\":"].concat().into())
}

/// Whether `text` starts with `token`, compared by words. For so few bytes a call would cost more than the comparison.
#[inline]
fn same_start(text: &[u8], token: &[u8]) -> bool {
    let Some(text) = text.get(..token.len()) else { return false };
    let (Some(last), Some(token_last)) = (text.last_chunk::<8>(), token.last_chunk::<8>()) else {
        return text == token;
    };
    let words = text.as_chunks::<8>().0.iter().zip(token.as_chunks::<8>().0);
    words.fold(*last == *token_last, |same, (word, token)| same & (word == token))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_that_differ_only_in_the_middle_are_distinguished() {
        let table = Table::new(["external_disk_space_free_bytes"]);
        assert_eq!(table.position(b"external_disk_space_free_bytes"), Some(0));
        assert_eq!(table.position(b"external_hole_space_free_bytes"), None);
        assert_eq!(Table::new([]).position(b""), None);
        // Equal words: such keys are searched one by one.
        let alike = Table::new(["external_disk_space_free_bytes", "external_hole_space_free_bytes"]);
        assert_eq!(alike.position(b"external_hole_space_free_bytes"), Some(1));
    }

    proptest! {
        #[test]
        fn finds_each_key_and_no_other(names in prop::collection::hash_set("[a-c_]{0,20}", 0..120), other in "[a-c_]{0,20}", after in "[a-z]{0,9}") {
            let names: Vec<String> = names.into_iter().collect();
            let table = Table::new(names.iter().map(String::as_str));
            for (index, name) in names.iter().enumerate() {
                let text = format!("\"{name}\"{after}");
                let word = Word::of(text.as_bytes(), 1, 1 + name.len());
                prop_assert_eq!(table.find(text.as_bytes(), 1, 1 + name.len(), word), Some(index));
            }
            prop_assert_eq!(table.position(other.as_bytes()), names.iter().position(|name| *name == other));
        }
    }
}
