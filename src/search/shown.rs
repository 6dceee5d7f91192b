//! Entries as they are shown, ready-made: people get the same few answers again and again.

use std::sync::{Arc, Mutex, OnceLock};

use lru::LruCache;

use crate::corpus::Entry;
use crate::index::EntryKey;
use crate::search::html;
use crate::search::reply::RelatedEntry;

/// Memory for entries of all shelves together, bytes: some thousand answers.
const MAX_BYTES: usize = 16 << 20;
/// So many requests at once hardly ever want the same shelf.
const SHELVES: usize = 16;
/// What an entry takes besides its texts, about.
const ENTRY_BYTES: usize = 512;

/// An entry, and what is made of it when it is first shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// By which the index finds it.
    pub(super) key: EntryKey,
    /// As the index keeps it.
    pub(super) entry: Entry,
    html: OnceLock<String>,
    /// The questions that stand beside its answer.
    pub(super) related: OnceLock<Vec<RelatedEntry>>,
}

impl Shown {
    pub(super) fn new(key: EntryKey, entry: Entry) -> Shown {
        Shown {
            key,
            entry,
            html: OnceLock::new(),
            related: OnceLock::new(),
        }
    }

    /// The answer as HTML that is safe to put into any page.
    pub(super) fn html(&self) -> &str {
        self.html
            .get_or_init(|| html::render(&self.entry.answer.markdown))
    }

    /// What it takes in memory, about; HTML is somewhat longer than its Markdown.
    fn bytes(&self) -> usize {
        let answer = &self.entry.answer;
        ENTRY_BYTES + answer.text.len() + 3 * answer.markdown.len()
    }
}

/// The entries shown last, bounded in bytes.
#[derive(Debug)]
pub(super) struct ShownEntries {
    shelves: [Mutex<Shelf>; SHELVES],
    max_bytes: usize,
}

#[derive(Debug)]
struct Shelf {
    entries: LruCache<EntryKey, Arc<Shown>>,
    bytes: usize,
}

impl Default for ShownEntries {
    fn default() -> ShownEntries {
        ShownEntries::within(MAX_BYTES)
    }
}

impl ShownEntries {
    fn within(bytes: usize) -> ShownEntries {
        let shelf = || Shelf {
            entries: LruCache::unbounded(),
            bytes: 0,
        };
        ShownEntries {
            shelves: std::array::from_fn(|_| Mutex::new(shelf())),
            max_bytes: bytes / SHELVES,
        }
    }

    /// An entry that was kept and not yet crowded out. Nobody waits: where another thread is at the shelf, it is as
    /// if the entry were not there.
    pub(super) fn get(&self, key: EntryKey) -> Option<Arc<Shown>> {
        let mut shelf = self.shelf(key).try_lock().ok()?;
        shelf.entries.get(&key).cloned()
    }

    /// Keeps an entry; those that were not shown for longest make room.
    pub(super) fn keep(&self, key: EntryKey, shown: &Arc<Shown>) {
        let Ok(mut shelf) = self.shelf(key).try_lock() else {
            return;
        };
        let shelf = &mut *shelf;
        shelf.bytes += shown.bytes();
        if let Some((_, old)) = shelf.entries.push(key, shown.clone()) {
            shelf.bytes -= old.bytes();
        }
        while shelf.bytes > self.max_bytes
            && let Some((_, old)) = shelf.entries.pop_lru()
        {
            shelf.bytes -= old.bytes();
        }
    }

    fn shelf(&self, key: EntryKey) -> &Mutex<Shelf> {
        &self.shelves[key.number() % SHELVES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{EntryId, Source};

    fn shown(text: &str) -> Arc<Shown> {
        let mut entry = Entry {
            id: EntryId::new(text),
            question: String::new(),
            variants: Vec::new(),
            answer: crate::corpus::Answer::default(),
            category: Vec::new(),
            tags: Vec::new(),
            related: Vec::new(),
            source: Source {
                file: String::new(),
                line: 1,
                question: 0..0,
                answer_line: 1,
                answer: 0..0,
                url: None,
            },
        };
        entry.answer.markdown = text.to_owned();
        Arc::new(Shown::new(key(0), entry))
    }

    fn key(number: usize) -> EntryKey {
        serde_json::from_value(number.into()).expect("a key is a number")
    }

    #[test]
    fn what_was_shown_last_stays_within_the_bounds() {
        let [a, b, c] = ["a", "b", "c"].map(shown);
        let shelf = |number: usize| key(number * SHELVES);
        let kept = ShownEntries::within(2 * a.bytes() * SHELVES);
        kept.keep(shelf(0), &a);
        kept.keep(shelf(1), &b);
        assert!(kept.get(shelf(0)).is_some());
        kept.keep(shelf(2), &c);
        let there = [0, 1, 2].map(|number| kept.get(shelf(number)).is_some());
        assert_eq!(there, [true, false, true], "nobody asked for the second");
        kept.keep(shelf(2), &shown(&"c".repeat(10_000)));
        assert!(kept.get(shelf(2)).is_none(), "too large to be kept");
        let held = kept.shelves[0].try_lock().expect("nobody else");
        assert_eq!(held.bytes, 0);
        assert!(kept.get(shelf(0)).is_none(), "nobody waits");
    }

    #[test]
    fn html_is_made_once() {
        let shown = shown("**a**");
        assert_eq!(shown.html(), "<p><strong>a</strong></p>\n");
        assert!(std::ptr::eq(shown.html(), shown.html()));
    }
}
