//! What every engine must do, as tests: a further engine adds one line to the list at the end.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::corpus::{Corpus, Settings};
use crate::index::{EntryKey, Fetched, Index, Retrieval, RetrievalTerm, Scope, build};
use crate::locale::Locale;
use crate::semantic::Language;

/// Makes an index of the Markdown files given as `(path, text)`.
type Engine = fn(&[(&str, &str)], &Language) -> (TempDir, Index);

static LEXICAL: LazyLock<Language> = LazyLock::new(Language::lexical);

const FAQ: &[(&str, &str)] = &[
    (
        "云/备案.md",
        "### 备案要多久？ {#days}\n<!-- jida: tags=时间, 备案 -->\n二十天。\n\n### 备案收费吗？\n不收费，授权码也免费。\n",
    ),
    ("云/域名.md", "### 域名怎么买？\n在控制台购买。\n"),
    ("账号.md", "### 怎么注销 Account 账号？\n联系客服。\n"),
];

fn embedded(files: &[(&str, &str)], language: &Language) -> (TempDir, Index) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = folder.path().join("index");
    write(&folder.path().join("corpus"), files);
    let corpus = Corpus::open(&folder.path().join("corpus"), Settings::default());
    build(&corpus.expect("a corpus"), &index, language, &mut |_| {}).expect("a build");
    let opened = Index::open(&index, language).expect("an index");
    (folder, opened)
}

fn write(root: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(root).expect("a folder");
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn term(term: &str) -> RetrievalTerm {
    RetrievalTerm {
        term: term.to_owned(),
        question_boost: 1.0,
        answer_boost: 1.0,
    }
}

/// The keys of the candidates.
fn keys(index: &Index, retrieval: &Retrieval) -> Vec<EntryKey> {
    let fetched = Fetched::default();
    let retrieved = wait(index.retrieve(retrieval, &fetched)).expect("a retrieval");
    let found = retrieved.candidates.iter();
    found.map(|candidate| candidate.key).collect()
}

fn questions(index: &Index, retrieval: &Retrieval) -> Vec<String> {
    let entries = wait(index.entries(&keys(index, retrieval))).expect("entries");
    entries.into_iter().map(|entry| entry.question).collect()
}

fn finds(index: &Index, terms: &[&str]) -> Vec<String> {
    let terms = terms.iter().copied().map(term).collect();
    let mut found = questions(
        index,
        &Retrieval {
            terms,
            limit: 10,
            ..Retrieval::default()
        },
    );
    found.sort();
    found
}

fn any_term_in_question_or_answer_makes_a_candidate(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    for (terms, expected) in [
        (vec!["备案"], vec!["备案收费吗？", "备案要多久？"]),
        (vec!["授权"], vec!["备案收费吗？"]),
        (vec!["account"], vec!["怎么注销 Account 账号？"]),
        (vec!["多久", "控制台"], vec!["域名怎么买？", "备案要多久？"]),
        (vec!["火星"], vec![]),
        (vec![], vec![]),
    ] {
        assert_eq!(finds(&index, &terms), expected, "{terms:?}");
    }
}

fn the_limit_keeps_the_best_and_ties_stand_in_corpus_order(engine: Engine) {
    let same = "### 备案收费吗？\n不。\n";
    let (_folder, index) = engine(&[("a.md", same), ("b.md", same), ("c.md", same)], &LEXICAL);
    let retrieval = Retrieval {
        terms: vec![term("备案")],
        limit: 2,
        ..Retrieval::default()
    };
    let entries = wait(index.entries(&keys(&index, &retrieval))).expect("entries");
    let files: Vec<_> = entries
        .iter()
        .map(|entry| entry.source.file.as_str())
        .collect();
    assert_eq!(files, ["a.md", "b.md"]);
}

fn many_variants_do_not_push_an_entry_out(engine: Engine) {
    let variants: Vec<String> = (0..40).map(|n| format!("另一件事的第{n}种说法")).collect();
    let wanted = format!(
        "### 想要的？\n<!-- jida: 相似问=备案授权码怎么申请 | {} -->\n是。\n",
        variants.join(" | ")
    );
    let others: String = (0..160)
        .map(|n| format!("### 备案第{n}步怎么申请？\n是。\n\n"))
        .collect();
    let (_folder, index) = engine(&[("a.md", &wanted), ("b.md", &others)], &LEXICAL);
    let terms = ["备案", "授权", "怎么", "申请"].map(term).to_vec();
    let found = questions(
        &index,
        &Retrieval {
            terms,
            limit: 100,
            ..Retrieval::default()
        },
    );
    assert!(found.contains(&"想要的？".to_owned()));
}

fn a_scope_narrows_candidates_and_lists_but_not_counts(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    let cloud = Scope {
        category: Some("云".to_owned()),
        tag: None,
    };
    let time = Scope {
        category: None,
        tag: Some("时间".to_owned()),
    };
    let terms = vec![term("备案"), term("注销")];
    for (scope, expected) in [(cloud.clone(), 2), (time, 1), (Scope::default(), 3)] {
        let retrieval = Retrieval {
            terms: terms.clone(),
            scope: scope.clone(),
            limit: 10,
            ..Retrieval::default()
        };
        let fetched = Fetched::default();
        let retrieved = wait(index.retrieve(&retrieval, &fetched)).expect("a retrieval");
        assert_eq!(retrieved.candidates.len(), expected, "{scope:?}");
        assert_eq!(retrieved.entries_with, [2, 1], "{scope:?}");
    }
    let (total, page) = wait(index.list(&cloud, 1, 1)).expect("a list");
    let entries = wait(index.entries(&page)).expect("entries");
    assert_eq!((total, entries[0].question.as_str()), (3, "备案要多久？"));
}

fn what_means_the_same_is_found_without_a_common_word(engine: Engine) {
    let (_folder, index) = engine(FAQ, &Language::built_in());
    let vector = Language::built_in().encoding("网址去哪儿买");
    let fetched = Fetched::default();
    let near = |scope: Scope, neighbours| {
        let retrieval = Retrieval {
            encoding: vector.clone(),
            scope,
            neighbours,
            ..Retrieval::default()
        };
        wait(index.retrieve(&retrieval, &fetched))
            .expect("a retrieval")
            .candidates
    };
    let all = near(Scope::default(), 10);
    assert_eq!(all.len(), 4);
    assert_eq!(all[0].text.question.text, "域名怎么买?");
    let cosine = |at: usize| all[at].similarity.questions[0];
    assert!((1..4).all(|at| cosine(0) > cosine(at)));
    assert!(all.iter().all(|found| found.similarity.parts > 0.0));
    let elsewhere = Scope {
        category: Some("账号".to_owned()),
        tag: None,
    };
    assert_eq!(near(elsewhere, 10).len(), 1);
    assert_eq!(near(Scope::default(), 2), all[..2]);
}

fn a_category_of_any_length_can_be_filtered_by(engine: Engine) {
    let heading = "类".repeat(30_000);
    let text = format!("## {heading}\n### 一？\n1\n\n### 二？\n2\n");
    let (_folder, index) = engine(&[("a.md", &text)], &LEXICAL);
    let categories = index.catalog().categories.clone();
    assert_eq!(categories.len(), 1);
    let scope = Scope {
        category: Some(categories[0].0.clone()),
        tag: None,
    };
    assert_eq!(wait(index.list(&scope, 0, 10)).expect("a list").0, 2);
}

fn lists_page_through_everything_in_corpus_order(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    for (offset, limit, expected) in [
        (0, 10, 4),
        (3, 10, 1),
        (4, 10, 0),
        (usize::MAX, usize::MAX, 0),
    ] {
        let (total, page) = wait(index.list(&Scope::default(), offset, limit)).expect("a list");
        assert_eq!((total, page.len()), (4, expected), "{offset} {limit}");
    }
}

fn an_entry_is_found_by_its_id_and_comes_back_whole(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    let key = wait(index.find("days"))
        .expect("a search")
        .expect("an entry");
    let entry = wait(index.entries(&[key])).expect("entries").remove(0);
    assert_eq!(
        (entry.question.as_str(), entry.answer.markdown.as_str()),
        ("备案要多久？", "二十天。")
    );
    assert_eq!(entry.tags, ["时间", "备案"]);
    assert_eq!(wait(index.find("nights")).expect("a search"), None);
}

fn the_owners_words_and_explained_abbreviations_are_known(engine: Engine) {
    let (_folder, index) = engine(
        &[
            (
                "lexicon/synonyms.txt",
                "# 产品名\n云服务器, 雲主機, CVM, 小鸡\n孤单\n",
            ),
            ("lexicon/words.txt", "幕布照片\n"),
            (
                "a.md",
                "### 怎么买负载均衡（CLB）？\n买。\n\n### CLB（负载均衡）贵吗？\n不贵。\n\n\
                 ### 云服务器和 CVM\n云主机。\n\n### 雲服務器\n一样。\n",
            ),
        ],
        &LEXICAL,
    );
    let same = |term| index.synonyms().same_as(term).collect::<Vec<_>>();
    assert_eq!(same("云主机"), ["云服务器", "cvm"]);
    assert_eq!(same("cvm"), ["云服务器", "云主机"]);
    assert_eq!(same("clb"), ["负载均衡"]);
    assert_eq!(same("负载均衡"), ["clb"]);
    assert_eq!(same("孤单"), Vec::<&str>::new());
    // Words that no entry says lead nowhere; they lead to the others.
    assert_eq!(same("小鸡"), ["云服务器", "云主机", "cvm"]);
    assert!(!index.synonyms().is_said("小鸡"));
    for word in ["幕布照片", "云主机"] {
        assert!(index.vocabulary().contains(word), "{word}");
    }
}

fn the_owners_message_is_kept_as_plain_text_and_is_no_entry(engine: Engine) {
    let (_folder, index) = engine(
        &[
            ("a.md", "### 备案收费吗？\n不。\n"),
            ("no_answer.md", "没找到？请致电**前台**：\n\n- 分机 8000\n"),
            ("sub/no_answer.md", "### 子目录里的呢？\n是问答。\n"),
        ],
        &LEXICAL,
    );
    assert_eq!(index.len(), 2);
    let said = Some("没找到？请致电前台：\n分机 8000");
    assert_eq!(index.no_answer().text(Locale::Zh), said);
    assert_eq!(index.no_answer().text(Locale::En), said);
    let (_folder, index) = engine(&[("no_answer.en.md", "Call 8000.\n")], &LEXICAL);
    assert_eq!(index.no_answer().text(Locale::Zh), None);
    assert_eq!(index.no_answer().text(Locale::En), Some("Call 8000."));
}

fn the_catalog_and_the_counts_are_of_the_whole_corpus(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    let catalog = index.catalog();
    assert!(catalog.has_category("云") && catalog.has_category("云/备案"));
    assert!(
        !catalog.has_category("备案")
            && !catalog.has_category("云/备")
            && !catalog.has_category("")
    );
    assert!(catalog.has_tag("时间") && !catalog.has_tag("云"));
    assert_eq!(index.len(), 4);
    assert_eq!(
        [index.entries_asking("备案"), index.entries_asking("授权")],
        [2, 0]
    );
}

fn latin_words_are_completed(engine: Engine) {
    let (_folder, index) = engine(FAQ, &LEXICAL);
    for (prefix, expected) in [
        ("acc", vec!["account"]),
        ("account", vec!["account"]),
        ("zzz", vec![]),
    ] {
        assert_eq!(
            wait(index.complete(prefix, 5)).expect("terms"),
            expected,
            "{prefix}"
        );
    }
}

fn equal_corpora_make_equal_versions_and_changed_ones_do_not(engine: Engine) {
    let version = |files: &[(&str, &str)]| engine(files, &LEXICAL).1.version().to_owned();
    let text = "### 备案收费吗？\n不。\n";
    assert_eq!(version(&[("a.md", text)]), version(&[("a.md", text)]));
    assert_ne!(version(&[("a.md", text)]), version(&[("b.md", text)]));
    assert_ne!(
        version(&[("a.md", text)]),
        version(&[("a.md", "### 备案收费吗？\n是。\n")])
    );
}

fn an_empty_corpus_answers_nothing_and_fails_nothing(engine: Engine) {
    let (_folder, index) = engine(&[], &LEXICAL);
    assert!(index.is_empty());
    assert!(finds(&index, &["备案"]).is_empty());
    assert_eq!(
        wait(index.list(&Scope::default(), 0, 10)).expect("a list"),
        (0, vec![])
    );
    assert_eq!(wait(index.find("x")).expect("a search"), None);
    assert!(wait(index.complete("a", 5)).expect("terms").is_empty());
}

macro_rules! contract {
    ($engine:ident: $($promise:ident)*) => {
        mod $engine {
            $(#[test]
            fn $promise() {
                super::$promise(super::$engine);
            })*
        }
    };
}

mod engines {
    use super::*;

    contract!(embedded:
        any_term_in_question_or_answer_makes_a_candidate
        the_limit_keeps_the_best_and_ties_stand_in_corpus_order
        many_variants_do_not_push_an_entry_out
        a_scope_narrows_candidates_and_lists_but_not_counts
        a_category_of_any_length_can_be_filtered_by
        what_means_the_same_is_found_without_a_common_word
        lists_page_through_everything_in_corpus_order
        an_entry_is_found_by_its_id_and_comes_back_whole
        the_owners_words_and_explained_abbreviations_are_known
        the_owners_message_is_kept_as_plain_text_and_is_no_entry
        the_catalog_and_the_counts_are_of_the_whole_corpus
        latin_words_are_completed
        equal_corpora_make_equal_versions_and_changed_ones_do_not
        an_empty_corpus_answers_nothing_and_fails_nothing
    );
}
