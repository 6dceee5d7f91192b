//! Builds: what a new generation is made from, what it takes over, and how it comes about.

use std::fs;
use std::path::Path;

use crate::corpus::{self, Corpus, Fingerprint, Problem, ProblemKind};
use crate::index::embedded::Embedded;
use crate::index::generation::{GENERATIONS, Lock};
use crate::index::knowledge::Knowledge;
use crate::index::manifest::{Fingerprints, Manifest};
use crate::index::opening::{Look, Standing};
use crate::index::pointer::Pointer;
use crate::index::unchanged::Unchanged;
use crate::index::welcome::{OwnWords, WelcomeBuilder};
use crate::index::write::GenerationWriter;
use crate::index::{FITTED, Index, IndexError, generation};
use crate::semantic::{Encoder, Language};
use crate::text::Analyzer;
use crate::text::lexicon::{Lexicon, LexiconProblem, LexiconProblemKind, WordList};

/// What a build tells while it runs.
#[derive(Debug, Clone, Copy)]
pub enum BuildEvent<'a> {
    /// This many files are to be read.
    Started {
        /// Number of files.
        files: usize,
    },
    /// A file has been added.
    File {
        /// Relative path.
        file: &'a str,
        /// Entries in it.
        entries: usize,
    },
    /// So many texts have their vectors, those taken over from the generation before among them.
    Encoded {
        /// Number of texts.
        texts: usize,
    },
    /// All files are in; the generation is being written out, and looked at.
    Publishing,
}

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BuildReport {
    /// The content hash that names the generation which serves now.
    pub generation: String,
    /// Files read.
    pub files: usize,
    /// Entries indexed.
    pub entries: usize,
    /// Everything odd, in corpus order.
    pub problems: Vec<Problem>,
    /// Texts that were encoded.
    pub encoded: usize,
    /// Texts whose vectors were taken over from the generation before.
    pub reused: usize,
    /// Whether an equal generation served already and nothing was written.
    pub unchanged: bool,
    /// Whether an equal generation was there from before, and serves again.
    pub restored: bool,
}

/// Builds a generation from `corpus` in `dir` and makes it the current one. An unchanged corpus is
/// still read, for its problems, but nothing is written. If what it would build is there from before, and every
/// byte of it as it was written, that serves again. Nothing is held back any more.
///
/// # Errors
/// [`IndexError`]; the generation that served before goes on serving.
pub fn build(
    corpus: &Corpus,
    dir: &Path,
    language: &Language,
    progress: &mut dyn FnMut(BuildEvent<'_>),
) -> Result<BuildReport, IndexError> {
    let judge = Judge {
        name: "",
        fit: &mut |_| None,
    };
    build_and_fit(corpus, dir, language, progress, judge)
}

/// Who looks at a finished generation before it serves.
pub struct Judge<'a> {
    /// Names all that the judgement depends on beside the generation. Under another name nothing is unchanged.
    pub name: &'a str,
    /// What it gives is kept with the generation, see [`Index::fitted`].
    pub fit: &'a mut dyn FnMut(Index) -> Option<Vec<u8>>,
}

/// Builds as [`build`] does, and lets `judge` look at the result.
///
/// # Errors
/// As [`build`].
pub fn build_and_fit(
    corpus: &Corpus,
    dir: &Path,
    language: &Language,
    progress: &mut dyn FnMut(BuildEvent<'_>),
    judge: Judge<'_>,
) -> Result<BuildReport, IndexError> {
    let before = fingerprints(corpus, language, judge.name)?;
    let mut report = BuildReport {
        generation: before.version(),
        files: 0,
        entries: 0,
        problems: Vec::new(),
        encoded: 0,
        reused: 0,
        unchanged: false,
        restored: false,
    };
    progress(BuildEvent::Started {
        files: corpus.file_count(),
    });
    if let Some(there) = built_before(&before, dir) {
        let restored = restore(&there, dir)?;
        report.unchanged = restored == Some(false);
        report.restored = restored == Some(true);
        if restored.is_some() {
            report.generation = there;
            read(corpus, language, None, &mut report, progress)?;
            return Ok(report);
        }
    }
    let draft = generation::Draft::new(dir)?;
    let unchanged = unchanged(&before, dir);
    let mut writer = GenerationWriter::create(draft.folder(), language, corpus.bytes(), unchanged)?;
    let corpus = read(corpus, language, Some(&mut writer), &mut report, progress)?;
    (report.encoded, report.reused) = writer.complete(progress)?;
    progress(BuildEvent::Publishing);
    // A file may have changed since the first look: the generation is named by what went into it.
    let fingerprints = Fingerprints { corpus, ..before };
    report.generation = fingerprints.version();
    let mut manifest = writer.finish(fingerprints)?;
    let opened = Index::open_generation(draft.folder(), language, Look::Small(0))?;
    if let Some(fitted) = (judge.fit)(opened) {
        let path = draft.folder().join(FITTED);
        fs::write(&path, fitted).map_err(IndexError::write(&path))?;
        manifest.add(draft.folder(), FITTED)?;
        manifest.write(draft.folder())?;
    }
    report.generation = draft.publish(&report.generation)?;
    Ok(report)
}

/// Reads everything once, for `writer` if there is one; returns the fingerprint of what was read.
fn read(
    corpus: &Corpus,
    language: &Language,
    mut writer: Option<&mut GenerationWriter<'_>>,
    report: &mut BuildReport,
    progress: &mut dyn FnMut(BuildEvent<'_>),
) -> Result<String, IndexError> {
    let mut fingerprint = Fingerprint::default();
    let lists = corpus.lexicon();
    fingerprint.add_lexicon(&lists);
    let (lexicon, odd) = owners_words(&lists, &language.analyzer);
    report.problems.extend(lists.problems);
    report.problems.extend(odd);
    let messages = corpus.messages();
    fingerprint.add_messages(&messages);
    report.problems.extend(messages.problems);
    if let Some(writer) = &mut writer {
        writer.add_lexicon(lexicon);
    }
    let mut welcome = WelcomeBuilder::default();
    let of_files = report.problems.len();
    for parsed in corpus.parsed_files() {
        fingerprint.add(&parsed);
        welcome.add(&parsed);
        report.files += 1;
        report.entries += parsed.entries.len();
        progress(BuildEvent::File {
            file: &parsed.file,
            entries: parsed.entries.len(),
        });
        report.problems.extend(parsed.problems);
        if let Some(writer) = &mut writer {
            for entry in parsed.entries {
                writer.add(entry, progress)?;
            }
        }
    }
    let (welcome_entries, odd) = welcome.finish();
    report.problems.extend(odd);
    // Back to where their files stand.
    report.problems[of_files..].sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    if let Some(writer) = writer {
        writer.add_words(OwnWords {
            no_answer: messages.no_answer,
            welcome: messages.welcome,
            welcome_entries,
        });
    }
    Ok(fingerprint.finish())
}

/// The words of the owner's lists, and the lines that can't be used.
fn owners_words(lists: &corpus::Lexicon, analyzer: &Analyzer) -> (Lexicon, Vec<Problem>) {
    let named = |name: &str| -> Vec<WordList<'_>> {
        let lists = lists.lists.iter().filter(|list| list.file == name);
        let borrowed = lists.map(|list| WordList {
            file: &list.file,
            text: &list.text,
        });
        borrowed.collect()
    };
    let (words, synonyms) = (named(corpus::WORDS), named(corpus::SYNONYMS));
    let (lexicon, odd) = Lexicon::read(&words, &synonyms, analyzer);
    let problem = |odd: LexiconProblem| Problem {
        file: odd.file,
        line: Some(odd.line),
        kind: match odd.kind {
            LexiconProblemKind::LoneSynonym { word } => ProblemKind::LoneSynonym { word },
            LexiconProblemKind::BadWord { text } => ProblemKind::BadWord { text },
        },
    };
    (lexicon, odd.into_iter().map(problem).collect())
}

pub(super) fn fingerprints(
    corpus: &Corpus,
    language: &Language,
    judge: &str,
) -> Result<Fingerprints, IndexError> {
    Ok(Fingerprints {
        analyzer: language.analyzer.fingerprint(),
        encoder: encoder_name(language)?,
        corpus: corpus.fingerprint(),
        judge: judge.to_owned(),
    })
}

pub(super) fn encoder_name(language: &Language) -> Result<String, IndexError> {
    let encoder = language.encoder.as_deref();
    let name = encoder.map_or(Ok("none".to_owned()), Encoder::fingerprint);
    name.map_err(IndexError::Encode)
}

/// What of the current generation a build can take over: vectors of the same encoder, if it is readable.
fn unchanged(fingerprints: &Fingerprints, dir: &Path) -> Unchanged {
    let open = || -> Option<Unchanged> {
        let generation = generation::current(dir).ok()?;
        let manifest = Manifest::read(&generation).ok()?;
        let same = manifest.fingerprints.encoder == fingerprints.encoder;
        same.then(|| Unchanged::of(&generation, &manifest))
    };
    open().unwrap_or_default()
}

/// The generation that was built from exactly this and of which every byte is as it was written: the current
/// one, or another.
fn built_before(fingerprints: &Fingerprints, dir: &Path) -> Option<String> {
    let current = Pointer::read(dir).ok().map(|pointer| pointer.current);
    let others = generation::all(dir).unwrap_or_default();
    let mut names = current.into_iter().chain(others);
    names.find(|name| {
        let folder = dir.join(GENERATIONS).join(name);
        let open = || -> Result<bool, IndexError> {
            let manifest = Manifest::read(&folder)?;
            if manifest.fingerprints != *fingerprints {
                return Ok(false);
            }
            manifest.check_all(&folder)?;
            let entries = manifest.statistics.entries;
            Knowledge::open(&folder, manifest)?;
            Embedded::open(&folder, entries).map(|_| true)
        };
        open().unwrap_or(false)
    })
}

/// Makes a generation that is there the current one, with nothing held back. Whether it was another one before;
/// `None` if it has just been removed.
fn restore(name: &str, dir: &Path) -> Result<Option<bool>, IndexError> {
    let is_current = |pointer: &Pointer| pointer.current == name;
    if Pointer::read(dir).is_ok_and(|pointer| is_current(&pointer) && pointer.held.is_none()) {
        return Ok(Some(false));
    }
    let _lock = Lock::take(dir)?;
    if !dir.join(GENERATIONS).join(name).is_dir() {
        return Ok(None);
    }
    let before = Pointer::read(dir).ok();
    let was_another = !before.as_ref().is_some_and(is_current);
    Pointer::publishing(before, name).write(dir)?;
    Ok(Some(was_another))
}

/// Whether the current generation in `dir` is what a build of `corpus` for a [`Judge`] of this name would
/// make; `false` if there is none or a quick look finds it damaged.
pub fn is_fresh(corpus: &Corpus, dir: &Path, language: &Language, judge: &str) -> bool {
    let opened = Index::open(dir, language);
    opened.is_ok_and(|opened| opened.standing(corpus, language, judge) == Standing::Fresh)
}
