//! Makes `dictionary/jieba.bin` of the list of words that jieba-rs ships.

use std::collections::{BTreeMap, VecDeque};

use jieba_rs::Jieba;

use crate::text::dictionary::{
    CHARACTERS, CHILDREN_BIT, ENTRY_BIT, SORTS_BIT, UNKNOWN, Unit, sort_bit,
};

/// No word is longer, in characters: a step has a bit for each length.
const LONGEST: usize = 32;

/// The file, its weights apart: their last bits are the C library's.
pub(super) struct Packed {
    pub(super) before: Vec<u8>,
    pub(super) weights: Vec<f64>,
    pub(super) behind: Vec<u8>,
}

impl Packed {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.before;
        bytes.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        bytes.extend(self.behind);
        bytes
    }
}

#[derive(Default)]
struct Node {
    /// Ascending by code.
    children: Vec<(u16, usize)>,
    entry: u16,
}

/// Packs lines of `word frequency tag`; `jieba` guesses the tags of characters that are not among them.
pub(super) fn pack(list: &str, jieba: &Jieba) -> Packed {
    let mut words: Vec<(&str, u64, &str)> = Vec::new();
    for line in list.lines() {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [word, frequency, tag] = fields[..] else {
            panic!("no word, frequency and tag: {line}");
        };
        assert!(word.chars().count() <= LONGEST, "{word} is too long");
        words.push((word, frequency.parse().expect("a frequency"), tag));
    }
    let total: u64 = words.iter().map(|&(_, frequency, _)| frequency).sum();
    let total = (total as f64).ln();

    let mut entries: BTreeMap<(u64, &str), u16> = BTreeMap::new();
    for &(_, frequency, tag) in &words {
        entries.insert((frequency, tag), 0);
    }
    let mut tags: Vec<&str> = entries.keys().map(|&(_, tag)| tag).collect();
    tags.sort_unstable();
    tags.dedup();
    let number = |tag: &str| tags.binary_search(&tag).expect("a known tag") as u8;
    let (mut weights, mut entry_tags) = (vec![0.0 - total], vec![0]);
    for (&(frequency, tag), entry) in &mut entries {
        *entry = u16::try_from(weights.len()).expect("few enough entries");
        weights.push((frequency as f64).ln() - total);
        entry_tags.push(number(tag));
    }

    let codes = codes(words.iter().map(|&(word, _, _)| word));
    let mut coded: Vec<(Vec<u16>, u16)> = words
        .iter()
        .map(|&(word, frequency, tag)| {
            let word = word.chars().map(|c| codes[c as usize]).collect();
            (word, entries[&(frequency, tag)])
        })
        .collect();
    coded.sort_unstable();
    let characters = codes.iter().copied().max().unwrap_or_default();
    let units = units(&nodes(&coded, characters));
    let guesses = guesses(jieba, &tags);

    let mut before = Vec::new();
    for count in [units.len(), weights.len(), guesses.len()] {
        before.extend((count as u32).to_le_bytes());
    }
    before.extend(units.iter().flat_map(|unit| unit.0.to_le_bytes()));
    before.extend(codes.iter().flat_map(|code| code.to_le_bytes()));
    let mut behind = entry_tags;
    behind.extend(guesses.iter().flat_map(|(c, _)| c.to_le_bytes()));
    behind.extend(guesses.iter().map(|&(_, tag)| tag));
    behind.extend(tags.join("\n").bytes());
    Packed {
        before,
        weights,
        behind,
    }
}

/// A code for each character, small where it is frequent, so that what is often read lies close.
fn codes<'w>(words: impl Iterator<Item = &'w str>) -> Vec<u16> {
    let mut counts = vec![0u32; CHARACTERS];
    for c in words.flat_map(str::chars) {
        counts[c as usize] += 1;
    }
    let mut used: Vec<usize> = (0..CHARACTERS).filter(|&c| counts[c] > 0).collect();
    used.sort_by_key(|&c| std::cmp::Reverse(counts[c]));
    let mut codes = vec![UNKNOWN; CHARACTERS];
    for (code, c) in (1..=u16::MAX).zip(used) {
        codes[c] = code;
    }
    codes
}

/// The trie of sorted words; the first node is its root, which has a child for each of `characters`.
fn nodes(words: &[(Vec<u16>, u16)], characters: u16) -> Vec<Node> {
    let children = (1..=characters).map(|code| (code, usize::from(code)));
    let mut nodes = vec![Node {
        children: children.collect(),
        entry: 0,
    }];
    nodes.extend((0..characters).map(|_| Node::default()));
    for (word, entry) in words {
        let mut at = usize::from(word[0]);
        for &code in &word[1..] {
            at = match nodes[at].children.last() {
                Some(&(last, child)) if last == code => child,
                _ => {
                    let child = nodes.len();
                    nodes[at].children.push((code, child));
                    nodes.push(Node::default());
                    child
                }
            };
        }
        assert_eq!(nodes[at].entry, 0, "a word is listed twice");
        nodes[at].entry = *entry;
    }
    nodes
}

/// All nodes breadth first, and one more.
fn units(nodes: &[Node]) -> Vec<Unit> {
    let mut waiting = VecDeque::from([(0, 0)]);
    let (mut units, mut children) = (Vec::new(), 1);
    while let Some((code, at)) = waiting.pop_front() {
        let node = &nodes[at];
        let sorts = node
            .children
            .iter()
            .fold(0, |sorts, &(code, _)| sorts | sort_bit(code));
        units.push(unit(code, node.entry, sorts, children));
        children += node.children.len();
        waiting.extend(&node.children);
    }
    units.push(unit(0, 0, 0, children));
    units
}

fn unit(code: u16, entry: u16, sorts: u64, children: usize) -> Unit {
    let children = children as u64;
    assert!(children < 1 << (64 - CHILDREN_BIT), "too many words");
    let low = u64::from(code) | u64::from(entry) << ENTRY_BIT;
    Unit(low | sorts << SORTS_BIT | children << CHILDREN_BIT)
}

/// The characters that the dictionary lacks and that are tagged otherwise than unknown ones.
fn guesses(jieba: &Jieba, tags: &[&str]) -> Vec<(u16, u8)> {
    let mut guesses = Vec::new();
    for c in (0x80..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let text = c.to_string();
        let tag = jieba.tag(&text, false)[0].tag;
        if tag == "x" || jieba.has_word(&text) {
            continue;
        }
        let number = tags.binary_search(&tag).expect("a tag of the dictionary") as u8;
        guesses.push((
            u16::try_from(u32::from(c)).expect("a common character"),
            number,
        ));
    }
    guesses
}
