//! Builds: what a new generation is made from, what it takes over, and how it comes about.

use std::fs;

use crate::corpus::{self, Corpus, Fingerprint, Problem, ProblemKind};
use crate::index::manifest::Fingerprints;
use crate::index::opening::Standing;
use crate::index::welcome::{OwnWords, WelcomeBuilder};
use crate::index::write::{GenerationWriter, has_answer_vectors};
use crate::index::{FITTED, Index, IndexError, IndexLocation};
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
    /// Entries that were sent to a cluster.
    pub sent: usize,
    /// Entries that a cluster took over from the generation before.
    pub kept: usize,
    /// Whether an equal generation served already and nothing was written.
    pub unchanged: bool,
    /// Whether an equal generation was there from before, and serves again.
    pub restored: bool,
}

/// Builds a generation from `corpus` at a location and makes it the current one. An unchanged corpus is
/// still read, for its problems, but nothing is written. If what it would build is there from before, and every
/// byte of it as it was written, that serves again. Nothing is held back any more.
///
/// # Errors
/// [`IndexError`]; the generation that served before goes on serving.
pub fn build(
    corpus: &Corpus,
    location: impl Into<IndexLocation>,
    language: &Language,
    progress: &mut dyn FnMut(BuildEvent<'_>),
) -> Result<BuildReport, IndexError> {
    let judge = Judge {
        name: "",
        fit: &mut |_| Ok(None),
    };
    build_and_fit(corpus, location, language, progress, judge)
}

/// Asks a finished generation, and gives what is to be kept with it.
type Fit<'a> = &'a mut dyn FnMut(Index) -> Result<Option<Vec<u8>>, IndexError>;

/// Who looks at a finished generation before it serves.
pub struct Judge<'a> {
    /// Names all that the judgement depends on beside the generation. Under another name nothing is unchanged.
    pub name: &'a str,
    /// What it gives is kept with the generation, see [`Index::fitted`]. Where it can't ask the index, nothing is
    /// published.
    pub fit: Fit<'a>,
}

/// Builds as [`build`] does, and lets `judge` look at the result.
///
/// # Errors
/// As [`build`].
pub fn build_and_fit(
    corpus: &Corpus,
    location: impl Into<IndexLocation>,
    language: &Language,
    progress: &mut dyn FnMut(BuildEvent<'_>),
    judge: Judge<'_>,
) -> Result<BuildReport, IndexError> {
    let build = Build {
        corpus,
        location: location.into(),
        language,
        before: fingerprints(corpus, language, judge.name)?,
    };
    if let Some(report) = build.restored(progress)? {
        return Ok(report);
    }
    let fit = judge.fit;
    let made = match build.made(progress, fit, true)? {
        None => build.made(progress, fit, false)?,
        made => made,
    };
    made.ok_or_else(|| IndexError::Engine("the index was made of nothing, in vain".to_owned()))
}

/// What a build is made from.
struct Build<'a> {
    corpus: &'a Corpus,
    location: IndexLocation,
    language: &'a Language,
    before: Fingerprints,
}

impl Build<'_> {
    /// Makes a generation serve that is there and is what this would make.
    fn restored(
        &self,
        progress: &mut dyn FnMut(BuildEvent<'_>),
    ) -> Result<Option<BuildReport>, IndexError> {
        let Some(there) = self.location.built_before(&self.before)? else {
            return Ok(None);
        };
        let Some(was_another) = self.location.restore(&there)? else {
            return Ok(None);
        };
        let mut report = self.begin(progress);
        report.unchanged = !was_another;
        report.restored = was_another;
        report.generation = there;
        read(self.corpus, self.language, None, &mut report, progress)?;
        Ok(Some(report))
    }

    /// Makes a generation, of what is there of the one before if it may. `None` if that turned out to be impossible:
    /// then it is to be made from nothing.
    fn made(
        &self,
        progress: &mut dyn FnMut(BuildEvent<'_>),
        fit: Fit<'_>,
        may_change: bool,
    ) -> Result<Option<BuildReport>, IndexError> {
        let (location, language, before) = (&self.location, self.language, &self.before);
        let bytes = self.corpus.bytes();
        let unchanged = location.unchanged(before);
        let changes = match may_change {
            true => {
                let answers = has_answer_vectors(language, bytes);
                let files = self.corpus.parsed_files();
                let entries = files.flat_map(|parsed| parsed.entries);
                unchanged.changes(before, answers, entries)?
            }
            false => None,
        };
        let draft = location.draft(before, changes)?;
        let mut report = self.begin(progress);
        let engine = draft.writer(language)?;
        let folder = draft.folder();
        let mut writer = GenerationWriter::create(folder, language, bytes, unchanged, engine);
        let corpus = read(
            self.corpus,
            language,
            Some(&mut writer),
            &mut report,
            progress,
        )?;
        (report.encoded, report.reused) = writer.complete(progress)?;
        progress(BuildEvent::Publishing);
        // A file may have changed since the first look: the generation is named by what went into it.
        let fingerprints = Fingerprints {
            corpus,
            ..before.clone()
        };
        report.generation = fingerprints.version();
        let Some((mut manifest, sent)) = writer.finish(fingerprints)? else {
            return Ok(None);
        };
        (report.sent, report.kept) = (sent.sent, sent.kept);
        let opened = draft.open(&manifest, language)?;
        if let Some(fitted) = fit(opened)? {
            let path = draft.folder().join(FITTED);
            fs::write(&path, fitted).map_err(IndexError::write(&path))?;
            manifest.add(draft.folder(), FITTED)?;
            manifest.write(draft.folder())?;
        }
        report.generation = draft.publish(&report.generation, &manifest)?;
        Ok(Some(report))
    }

    fn begin(&self, progress: &mut dyn FnMut(BuildEvent<'_>)) -> BuildReport {
        progress(BuildEvent::Started {
            files: self.corpus.file_count(),
        });
        BuildReport {
            generation: self.before.version(),
            files: 0,
            entries: 0,
            problems: Vec::new(),
            encoded: 0,
            reused: 0,
            sent: 0,
            kept: 0,
            unchanged: false,
            restored: false,
        }
    }
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

/// Whether the current generation at a location is what a build of `corpus` for a [`Judge`] of this name would
/// make; `false` if there is none or a quick look finds it damaged.
pub fn is_fresh(
    corpus: &Corpus,
    location: impl Into<IndexLocation>,
    language: &Language,
    judge: &str,
) -> bool {
    let opened = Index::open(location, language);
    opened.is_ok_and(|opened| opened.standing(corpus, language, judge) == Standing::Fresh)
}
