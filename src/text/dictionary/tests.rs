//! The same words and tags as jieba-rs, to the last tie.

use std::ops::Range;
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use jieba_rs::Jieba;
use proptest::prelude::*;

use super::pack::pack;
use super::*;
use crate::text::character::is_ideograph;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dictionary/jieba.bin");

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// jieba-rs's own list, in the source of the version that `Cargo.lock` names.
fn list() -> String {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        command.output().expect("cargo runs")
    };
    let version = String::from_utf8(cargo(&["-vV"]).stdout).expect("cargo writes UTF-8");
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    // What only other systems need has not been downloaded.
    let here = ["--filter-platform", host.expect("cargo names its host")];
    let metadata = ["metadata", "--format-version", "1", "--offline", "--locked"];
    let metadata = cargo(&[&metadata[..], &here].concat());
    let metadata: serde_json::Value =
        serde_json::from_slice(&metadata.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let jieba = packages
        .iter()
        .find(|package| package["name"] == "jieba-rs");
    let manifest = jieba.and_then(|jieba| jieba["manifest_path"].as_str());
    let folder = manifest.and_then(|path| path.strip_suffix("Cargo.toml"));
    let folder = folder.expect("jieba-rs is a dependency");
    fs::read_to_string(format!("{folder}src/data/dict.txt")).expect("its list is in its source")
}

#[test]
fn the_file_holds_what_jieba_ships() {
    let packed = pack(&list(), &JIEBA);
    if env::var_os("JIDA_WRITE_DICTIONARY").is_some() {
        return fs::write(FILE, packed.into_bytes()).expect("the folder can be written to");
    }
    let (before, rest) = BYTES.split_at(packed.before.len().min(BYTES.len()));
    let (weights, behind) = rest.split_at((packed.weights.len() * 8).min(rest.len()));
    let advice = "another dictionary: see dictionary/README.md for how to write the file anew";
    assert!(
        before == packed.before && behind == packed.behind,
        "{advice}"
    );
    let (weights, _) = weights.as_chunks();
    for (&weight, expected) in weights.iter().zip(packed.weights) {
        let weight = f64::from_le_bytes(weight);
        assert!(
            (weight - expected).abs() < 1e-14 * expected.abs(),
            "{advice}"
        );
    }
}

/// Words, and those of two characters or more with their parts, the way `segment.rs` takes them.
fn ours(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut words, mut parts) = (Vec::new(), Vec::new());
    Cutter::new(&Dictionary::built_in()).words(text, |word| {
        parts.extend(word.parts());
        if word.is_long() {
            parts.push(word.range.clone());
        }
        words.push(word.range.clone());
    });
    (words, parts)
}

fn assert_same(text: &str) {
    let (words, parts) = ours(text);
    let theirs: Vec<_> = JIEBA
        .cut(text, false)
        .iter()
        .map(|word| word.byte_start..word.byte_end)
        .collect();
    assert_eq!(words, theirs, "{text}");
    let dictionary = Dictionary::built_in();
    for tag in JIEBA.tag(text, false) {
        assert_eq!(dictionary.tag(tag.word), tag.tag, "{} in {text}", tag.word);
    }
    if text.chars().all(is_ideograph) {
        let theirs = JIEBA.cut_for_search(text, false);
        let theirs = theirs.iter().filter(|word| word.end - word.start > 1);
        let theirs = theirs.map(|word| word.byte_start..word.byte_end).collect();
        // jieba tells those of two characters before those of three.
        let [parts, theirs] = [parts, theirs].map(|mut parts: Vec<Range<usize>>| {
            parts.sort_unstable_by_key(|part| (part.start, part.end));
            parts
        });
        assert_eq!(parts, theirs, "parts in {text}");
    }
}

#[test]
fn every_word_of_the_dictionary_is_cut_and_tagged_as_by_jieba() {
    let list = list();
    for line in list.lines() {
        assert_same(line.split(' ').next().unwrap_or_default());
    }
    // Words side by side overlap in new ones.
    let words: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    for step in [1, 1009, 65537] {
        for at in (0..words.len()).step_by(7) {
            let text: String = (0..6)
                .map(|n| words[(at + n * step) % words.len()])
                .collect();
            assert_same(&text);
        }
    }
}

#[test]
fn every_character_is_cut_and_tagged_as_by_jieba() {
    for c in ('\0'..=char::MAX).filter(|&c| c < '\u{40000}') {
        assert_same(&c.to_string());
        assert_same(&format!("中{c}国a{c}1"));
    }
}

#[test]
fn every_line_that_ships_is_cut_and_tagged_as_by_jieba() {
    let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned()];
    if let Ok(folder) = env::var("JIDA_TEXTS") {
        folders.push(folder);
    }
    let mut lines = 0;
    for folder in folders {
        let is_ours = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0
                || !(name.starts_with('.') || name == "target" || name == "node_modules")
        };
        for entry in walkdir::WalkDir::new(folder)
            .into_iter()
            .filter_entry(is_ours)
            .flatten()
        {
            let Ok(text) = fs::read_to_string(entry.path()) else {
                continue;
            };
            for line in text.lines().filter(|line| !line.is_ascii()) {
                assert_same(line);
                line.split(|c| !is_ideograph(c)).for_each(assert_same);
                lines += 1;
            }
        }
    }
    assert!(lines > 1000, "{lines} lines");
}

/// Characters of which words are made, and some of every other sort.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        6 => prop::sample::select("的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运".chars().collect::<Vec<_>>()),
        2 => prop::char::range('\u{4e00}', '\u{9fff}'),
        1 => prop::char::range('!', '~'),
        1 => any::<char>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_cut_and_tagged_as_by_jieba(chars in prop::collection::vec(character(), 0..60)) {
        let text: String = chars.into_iter().collect();
        assert_same(&text);
        text.split(|c| !is_ideograph(c)).for_each(assert_same);
    }
}
