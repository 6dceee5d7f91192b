//! Tests that the cluster finds what the embedded engine finds: the same candidates, texts, nearness and counts.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::corpus::{Corpus, Settings};
use crate::index::opensearch::{MAX_CLAUSES, OwnCluster, is_there};
use crate::index::{
    Candidate, Fetched, Index, IndexLocation, Retrieval, RetrievalTerm, Scope, build,
    distinct_ranges,
};
use crate::semantic::Language;

/// Both engines, of the same corpus.
struct Pair {
    language: Language,
    embedded: Index,
    cluster: Index,
    _cluster: OwnCluster,
}

impl Pair {
    fn of(corpus: &Path) -> Pair {
        let language = Language::built_in();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cluster = OwnCluster::new();
        let corpus = Corpus::open(corpus, Settings::default()).expect("a corpus");
        let opened = |location: IndexLocation| {
            build(&corpus, &location, &language, &mut |_| {}).expect("a build");
            Index::open(&location, &language).expect("an index")
        };
        Pair {
            embedded: opened(folder.path().into()),
            cluster: opened(cluster.index().into()),
            language,
            _cluster: cluster,
        }
    }

    fn retrieval(&self, question: &str) -> Retrieval {
        retrieval(&self.language, question)
    }
}

/// What is looked for to answer a question.
pub(super) fn retrieval(language: &Language, question: &str) -> Retrieval {
    let analysis = language.analyzer.analyze(question);
    let mut seen = HashSet::new();
    let terms = distinct_ranges(&analysis.tokens).map(|token| analysis.term(token));
    let terms = terms.filter(|term| seen.insert(*term));
    Retrieval {
        terms: terms
            .map(|term| RetrievalTerm {
                term: term.to_owned(),
                question_boost: 2.0,
                answer_boost: 1.0,
            })
            .collect(),
        encoding: language.encoding(question),
        scope: Scope::default(),
        limit: 20,
        neighbours: 10,
    }
}

/// What an engine finds, and how it scored that.
pub(super) fn scored<'i>(
    index: &'i Index,
    retrieval: &Retrieval,
    fetched: &'i Fetched,
) -> (Vec<Candidate<'i>>, Vec<u64>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let retrieved = runtime.block_on(index.retrieve(retrieval, fetched));
    let retrieved = retrieved.expect("a retrieval");
    (retrieved.candidates, retrieved.entries_with)
}

/// What an engine finds, to the last byte but its own scores, which need only choose the same.
pub(super) fn found<'i>(
    index: &'i Index,
    retrieval: &Retrieval,
    fetched: &'i Fetched,
) -> (Vec<Candidate<'i>>, Vec<u64>) {
    let (candidates, counts) = scored(index, retrieval, fetched);
    let candidates = candidates.into_iter().map(|found| Candidate {
        engine_score: 0.0,
        ..found
    });
    (candidates.collect(), counts)
}

/// Questions of every length with and without variants, some said again and again.
fn many(root: &Path) {
    let mut text = String::new();
    for n in 0..150 {
        let subject = ["备案", "域名", "账号", "CVM 实例", "授权码"][n % 5];
        let asks = ["要多久", "怎么申请", "收费吗", "在哪里看", "可以转给别人吗"][n / 5 % 5];
        let variants = match n % 3 {
            0 => String::new(),
            1 => format!("<!-- jida: 相似问={subject}{asks}呢 | 第{n}步的{subject} -->\n"),
            _ => format!("<!-- jida: 相似问={subject}，{subject}，{subject}{asks} -->\n"),
        };
        let answer = format!("{subject}的第{n}条说明。").repeat(1 + n % 7);
        text += &format!("### {subject}{asks}，第{n}种情况？\n{variants}{answer}\n\n");
    }
    fs::write(root.join("faq.md"), text).expect("a file");
}

#[test]
fn candidates_are_those_of_the_embedded_engine() {
    if !is_there("candidates_are_those_of_the_embedded_engine") {
        return;
    }
    let corpus = tempfile::tempdir().expect("a temporary folder");
    many(corpus.path());
    let pair = Pair::of(corpus.path());
    for (question, tag) in [
        ("备案要多久", None),
        ("怎么申请授权码，可以转给别人吗？", None),
        ("cvm 实例在哪里看", None),
        ("第37种情况", None),
        ("网址的有效期", None),
        ("火星", None),
        ("备案要多久", Some("没有")),
    ] {
        let mut retrieval = pair.retrieval(question);
        retrieval.scope.tag = tag.map(str::to_owned);
        let (here, there) = (Fetched::default(), Fetched::default());
        let expected = found(&pair.embedded, &retrieval, &here);
        // Asked twice: the second time nothing is sent for.
        for _ in 0..2 {
            let (candidates, counts) = found(&pair.cluster, &retrieval, &there);
            assert_eq!(counts, expected.1, "{question}");
            let keys = |found: &[Candidate<'_>]| -> Vec<_> {
                found.iter().map(|candidate| candidate.key).collect()
            };
            assert_eq!(keys(&candidates), keys(&expected.0), "{question}");
            assert_eq!(candidates, expected.0, "{question}");
        }
    }
}

#[test]
fn a_question_of_more_terms_than_a_query_may_have_is_answered() {
    if !is_there("a_question_of_more_terms_than_a_query_may_have_is_answered") {
        return;
    }
    let corpus = tempfile::tempdir().expect("a temporary folder");
    many(corpus.path());
    let pair = Pair::of(corpus.path());
    let fetched = Fetched::default();
    let mut retrieval = pair.retrieval("第37种情况");
    let wanted = retrieval.terms.len();
    let more = (0..MAX_CLAUSES).map(|n| RetrievalTerm {
        term: match n % 2 {
            0 => format!("第{}", n / 2),
            _ => format!("没有{n}"),
        },
        question_boost: 0.1,
        answer_boost: 0.1,
    });
    retrieval.terms.extend(more);
    let (candidates, counts) = found(&pair.cluster, &retrieval, &fetched);
    assert_eq!(counts.len(), wanted + MAX_CLAUSES);
    let (expected, all) = found(&pair.embedded, &retrieval, &fetched);
    assert_eq!(counts, all);
    assert_eq!(candidates[0].key, expected[0].key);
}
