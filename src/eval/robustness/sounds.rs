//! Characters that sound alike: what an input method offers, and what ears and accents confuse.

use std::collections::BTreeMap;

use encoding_rs::GBK;
use pinyin::ToPinyin;

/// Initials that many speakers do not tell apart.
const INITIALS: &[(&str, &str)] = &[
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("n", "l"),
    ("f", "h"),
];
/// Finals that many speakers do not tell apart.
const FINALS: &[(&str, &str)] = &[("ang", "an"), ("eng", "en"), ("ing", "in")];

/// The syllable of a character as it is typed, without a tone; `None` for what is no ideograph. Of a
/// character with several readings the most usual.
pub(super) fn syllable(c: char) -> Option<String> {
    Some(c.to_pinyin()?.plain().replace('ü', "v"))
}

/// The characters in daily use by sound.
pub(super) struct Sounds {
    by_syllable: BTreeMap<String, Vec<char>>,
}

impl Sounds {
    /// Sorts the 3,755 characters that GB 2312 counts as most used.
    pub(super) fn new() -> Sounds {
        let mut by_syllable: BTreeMap<String, Vec<char>> = BTreeMap::new();
        let codes = (0xb0..=0xd7u8).flat_map(|high| (0xa1..=0xfeu8).map(move |low| [high, low]));
        for code in codes {
            // The last row is not full: what it lacks is no ideograph with a sound.
            let (text, _, malformed) = GBK.decode(&code);
            let spelt = text.chars().next().filter(|_| !malformed);
            if let Some((c, syllable)) = spelt.and_then(|c| Some((c, syllable(c)?))) {
                by_syllable.entry(syllable).or_default().push(c);
            }
        }
        Sounds { by_syllable }
    }

    /// Other characters of the same sound, tone aside.
    pub(super) fn homophones(&self, c: char) -> Vec<char> {
        let found = syllable(c).and_then(|syllable| self.by_syllable.get(&syllable));
        let others = found.into_iter().flatten().copied();
        others.filter(|&other| other != c).collect()
    }

    /// Characters of a sound that is easily taken for this one.
    pub(super) fn near_homophones(&self, c: char) -> Vec<char> {
        let Some(syllable) = syllable(c) else {
            return Vec::new();
        };
        let near = near(&syllable);
        let found = near.iter().filter_map(|near| self.by_syllable.get(near));
        found.flatten().copied().collect()
    }
}

/// The syllable with one of initial and final confused; some of these do not exist.
fn near(syllable: &str) -> Vec<String> {
    let mut found = Vec::new();
    for &(one, other) in INITIALS {
        // zh begins with z: the longer is looked for first.
        if let Some(rest) = syllable.strip_prefix(one) {
            found.push(format!("{other}{rest}"));
        } else if let Some(rest) = syllable.strip_prefix(other)
            && !rest.starts_with('h')
        {
            found.push(format!("{one}{rest}"));
        }
    }
    for &(one, other) in FINALS {
        if let Some(rest) = syllable.strip_suffix(one) {
            found.push(format!("{rest}{other}"));
        } else if let Some(rest) = syllable.strip_suffix(other) {
            found.push(format!("{rest}{one}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_that_are_confused() {
        for (syllable, expected) in [
            ("zhang", &["zang", "zhan"][..]),
            ("si", &["shi"]),
            ("shi", &["si"]),
            ("liang", &["niang", "lian"]),
            ("xin", &["xing"]),
            ("hui", &["fui"]),
            ("chen", &["cen", "cheng"]),
            ("ma", &[]),
        ] {
            assert_eq!(near(syllable), expected, "{syllable}");
        }
    }

    #[test]
    fn characters_that_sound_alike() {
        let sounds = Sounds::new();
        let count: usize = sounds.by_syllable.values().map(Vec::len).sum();
        assert_eq!(count, 3755);
        let same = sounds.homophones('备');
        assert!(same.contains(&'北') && same.contains(&'被') && !same.contains(&'备'));
        let near = sounds.near_homophones('申');
        assert!(near.contains(&'森') && near.contains(&'生') && !near.contains(&'身'));
        for c in ['A', '1', '？'] {
            assert!(sounds.homophones(c).is_empty() && sounds.near_homophones(c).is_empty());
        }
        assert_eq!(syllable('绿').as_deref(), Some("lv"));
    }
}
