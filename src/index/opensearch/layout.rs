//! How a generation lies in a cluster: names, fields, and what they mean.
//!
//! ```text
//! <prefix>-<kb>                           alias: leads to the generation that serves; moved at once
//! <prefix>-<kb>-held                      alias: leads to the generation that was rolled back from, if any
//! <prefix>-<kb>-<generation>              index: a document an entry, named by its key
//! <prefix>-<kb>-<generation>-knowledge    index: the files that a replica reads when it opens the generation,
//!                                         cut into pieces
//! ```
//!
//! Terms come ready-made from our own analyzer and are only cut at spaces, so that both engines see the same ones.
//! Nothing is kept of the texts that are searched; what ranking reads, tokens and the entry as shown are stored as
//! bytes, each to be fetched without the others.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::corpus::Entry;
use crate::index::analyzed::AnalyzedEntry;
use crate::index::entry_text::category_path;
use crate::index::manifest::Fingerprints;

/// Raised whenever the fields of an index change their meaning.
pub(super) const LAYOUT: u32 = 2;
/// What the name of an index of knowledge ends with.
const KNOWLEDGE: &str = "-knowledge";
/// What the name of the second alias ends with.
const HELD: &str = "-held";
/// What the name of an alias ends with by which an index is filled.
const FILLING: &str = ".filling";
/// Bytes of an id, a category or a tag that an engine's dictionary takes as they are; of longer ones it gets a hash.
const MAX_NAME: usize = 512;
/// Stands in every entry's fields, so that each counts as an entry that has them, as the embedded engine counts. No
/// text holds it: it is of no script.
const EVERYWHERE: char = '\u{e000}';

/// What is written of a generation into its index's mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// [`LAYOUT`] of the program that wrote it.
    pub(super) layout: u32,
    /// The alias that it is of: other names may begin with that, too.
    pub(super) alias: String,
    /// The index that it is of. A clone has that of its origin at first.
    pub(super) index: String,
    /// What it was built from.
    pub(super) fingerprints: Fingerprints,
    /// How many entries it holds.
    pub(super) entries: u64,
    /// When it was built, in seconds since 1970.
    pub(super) built: u64,
    /// When it was completed, in seconds since 1970; 0 before.
    #[serde(default)]
    pub(super) published: u64,
    /// The hash of its manifest, once all of it is there.
    pub(super) manifest: Option<String>,
}

/// The index of a generation.
pub(super) fn index_name(alias: &str, generation: &str) -> String {
    format!("{alias}-{generation}")
}

/// The index of its knowledge.
pub(super) fn knowledge_name(index: &str) -> String {
    format!("{index}{KNOWLEDGE}")
}

/// The alias by which an index is filled. A document for an index that is not there makes one, of no layout of ours;
/// one for an alias does not.
pub(super) fn filling(index: &str) -> String {
    format!("{index}{FILLING}")
}

/// The alias of what is held back.
pub(super) fn held_alias(alias: &str) -> String {
    format!("{alias}{HELD}")
}

/// The generation that an index holds; `None` if it is another's.
pub(super) fn generation_of<'n>(alias: &str, index: &'n str) -> Option<&'n str> {
    let name = index.strip_prefix(alias)?.strip_prefix('-')?;
    (!name.ends_with(KNOWLEDGE)).then_some(name)
}

/// The alias of a knowledge base. A name that no index may have is told apart by its hash.
pub(super) fn alias(prefix: &str, kb: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if kb.chars().all(plain) && !kb.is_empty() && kb.len() <= 64 {
        return format!("{prefix}-{kb}");
    }
    let slug: String = kb
        .to_ascii_lowercase()
        .chars()
        .filter(|&c| plain(c))
        .collect();
    let slug = slug.get(..slug.len().min(32)).unwrap_or_default();
    let hash = blake3::hash(kb.as_bytes()).to_hex();
    format!("{prefix}-{slug}_{}", &hash[..8])
}

/// Settings and fields of an index of entries, while it is filled: no copies, and nothing to be seen before the end.
pub(super) fn entries_index(shards: u32, meta: &Meta) -> Value {
    let terms = |similarity: &str, norms: bool| {
        json!({
            "type": "text",
            "analyzer": "terms",
            "similarity": similarity,
            "norms": norms,
            "index_options": "freqs",
        })
    };
    let name = json!({"type": "keyword", "doc_values": false, "norms": false});
    let bytes = json!({"type": "binary", "store": true});
    json!({
        "aliases": {filling(&meta.index): {}},
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "similarity": {
                "terms": {"type": "BM25", "k1": K1, "b": B},
                "variants": {"type": "BM25", "k1": K1, "b": 0.0},
            },
            "analysis": {
                "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 8191}},
                "analyzer": {"terms": {"type": "custom", "tokenizer": "spaces"}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"enabled": false},
            "_meta": {"jida": meta},
            "properties": {
                "key": {"type": "long"},
                "id": name,
                "question": terms("terms", true),
                "variants": terms("variants", false),
                "all": terms("terms", true),
                "category": name,
                "tag": name,
                "record": bytes,
                "tokens": bytes,
                "entry": bytes,
            },
        },
    })
}

/// Saturation of repeated terms and correction for length, as the embedded engine has them.
pub(super) const K1: f32 = 1.2;
pub(super) const B: f32 = 0.75;

/// Settings of an index that begins with the documents of another: so that it can be filled, and that no
/// document that was replaced is left, which would count in the rarity of terms.
pub(super) fn clone_of(index: &str) -> Value {
    json!({
        "aliases": {filling(index): {}},
        "settings": {
            "index.blocks.write": null,
            "index.number_of_replicas": 0,
            "index.refresh_interval": "-1",
            "index.merge.policy.expunge_deletes_allowed": 0,
        },
    })
}

/// Settings and fields of an index of knowledge.
pub(super) fn knowledge_index(index: &str) -> Value {
    json!({
        "aliases": {filling(index): {}},
        "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
        "mappings": {"dynamic": "strict", "properties": {"bytes": {"type": "binary"}}},
    })
}

/// An id, a category or a tag as the index has it.
pub(super) fn name(written: &str) -> String {
    if written.len() <= MAX_NAME {
        return written.to_owned();
    }
    format!("{EVERYWHERE}{}", blake3::hash(written.as_bytes()).to_hex())
}

/// Appends the document of an entry, with the line before that says where it goes. Of equal bytes `shown` all else is
/// equal, too, as long as texts are analysed and encoded alike.
pub(super) fn append_document(
    out: &mut Vec<u8>,
    key: u64,
    entry: &Entry,
    analyzed: &AnalyzedEntry,
    tokens: &[u8],
    shown: &[u8],
) -> Result<(), serde_json::Error> {
    let categories =
        (1..=entry.category.len()).map(|depth| category_path(&entry.category[..depth]));
    let AnalyzedEntry {
        question_terms,
        variant_terms,
        answer_terms,
        ..
    } = analyzed;
    let document = Document {
        key,
        id: name(entry.id.as_str()),
        question: terms([question_terms]),
        variants: terms([variant_terms]),
        all: terms([question_terms, variant_terms, answer_terms]),
        category: categories.map(|category| name(&category)).collect(),
        tag: entry.tags.iter().map(|tag| name(tag)).collect(),
        record: base64(&analyzed.record),
        tokens: (!tokens.is_empty()).then(|| base64(tokens)),
        entry: base64(shown),
    };
    out.extend(format!("{{\"index\":{{\"_id\":\"{key}\"}}}}\n").bytes());
    serde_json::to_writer(&mut *out, &document)?;
    out.push(b'\n');
    Ok(())
}

/// Appends the line that removes a document.
pub(super) fn append_removal(out: &mut Vec<u8>, key: impl std::fmt::Display) {
    out.extend(format!("{{\"delete\":{{\"_id\":\"{key}\"}}}}\n").bytes());
}

/// The terms of a field. Lengths count, so that the mark stands only where there is nothing else.
fn terms<const N: usize>(of: [&String; N]) -> String {
    let said = of.into_iter().filter(|terms| !terms.is_empty());
    let said: Vec<&str> = said.map(String::as_str).collect();
    match said.is_empty() {
        true => EVERYWHERE.to_string(),
        false => said.join(" "),
    }
}

#[derive(Serialize)]
struct Document {
    key: u64,
    id: String,
    question: String,
    variants: String,
    all: String,
    category: Vec<String>,
    tag: Vec<String>,
    record: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<String>,
    entry: String,
}

/// Bytes as JSON has them.
pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The bytes that [`base64()`] was made of; `None` if it is none.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knowledge_base_has_an_alias_of_its_own() {
        assert_eq!(alias("jida", "default"), "jida-default");
        let names = ["备案", "域名", "A", "a", "a-b", "a_b", "", "a.b"].map(|kb| alias("jida", kb));
        let lawful = |name: &String| {
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        };
        assert!(names.iter().all(lawful), "{names:?}");
        let mut apart = names.to_vec();
        apart.sort();
        apart.dedup();
        assert_eq!(apart.len(), names.len(), "{names:?}");
    }

    #[test]
    fn an_index_of_knowledge_is_no_generation() {
        let index = index_name("jida-a", "0f-2");
        assert_eq!(generation_of("jida-a", &index), Some("0f-2"));
        assert_eq!(generation_of("jida-a", &knowledge_name(&index)), None);
        assert_eq!(generation_of("jida-b", &index), None);
    }

    #[test]
    fn a_name_of_any_length_is_a_term() {
        assert_eq!(name("云/备案"), "云/备案");
        let (one, other) = ("备".repeat(20_000), "备".repeat(20_001));
        assert!(name(&one).len() < 100 && name(&one) != name(&other));
    }
}
