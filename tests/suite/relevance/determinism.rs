//! Same question, same corpus: same bytes.

use jida::search::{AskReply, Filter, Page, Question, SearchReply, SearchRequest};

use crate::relevance::{ask, built, search, shared, wait};

const QUESTIONS: &[&str] = &[
    "备案要什么资料",
    "授权码",
    "换服务器",
    "網站能訪問嗎",
    "火锅",
];

fn bytes(mut found: SearchReply, mut asked: AskReply) -> String {
    for id in [&mut found.query_id, &mut asked.query_id] {
        id.clear();
    }
    (found.took_us, asked.took_us) = (0, 0);
    serde_json::to_string(&(found, asked)).expect("replies are JSON")
}

#[test]
fn a_hundred_runs_give_the_same_bytes() {
    for question in QUESTIONS {
        let first = bytes(search(shared(), question), ask(shared(), question));
        for _ in 0..100 {
            assert_eq!(
                bytes(search(shared(), question), ask(shared(), question)),
                first
            );
        }
    }
}

#[test]
fn a_rebuild_on_any_number_of_threads_gives_the_same_bytes() {
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        let rebuilt = pool.install(built);
        for question in QUESTIONS {
            assert_eq!(
                bytes(search(&rebuilt, question), ask(&rebuilt, question)),
                bytes(search(shared(), question), ask(shared(), question)),
                "{question} on {threads} threads"
            );
        }
    }
}

#[test]
fn confidence_does_not_depend_on_page_or_filter() {
    let whole = search(shared(), "接入备案 网站");
    for (limit, offset) in [(1, 0), (3, 2), (100, 5), (10, 1_000_000)] {
        let request = SearchRequest {
            question: Question::new("接入备案 网站").expect("a question"),
            filter: Filter::default(),
            page: Page { limit, offset },
        };
        let page = wait(shared().search(&request)).expect("a reply");
        let expected: Vec<_> = whole
            .hits
            .iter()
            .skip(offset)
            .take(limit)
            .cloned()
            .collect();
        assert_eq!(
            (page.total, page.hits),
            (whole.total, expected),
            "{limit} {offset}"
        );
    }
    for facet in &whole.facets.category {
        let category = Some(facet.value.clone());
        let request = SearchRequest {
            question: Question::new("接入备案 网站").expect("a question"),
            filter: Filter {
                category,
                tag: None,
            },
            page: Page {
                limit: 100,
                offset: 0,
            },
        };
        let part = wait(shared().search(&request)).expect("a reply");
        let inside = |hit: &&jida::search::Hit| hit.category.join("/") == facet.value;
        let expected: Vec<_> = whole.hits.iter().filter(inside).cloned().collect();
        assert_eq!(
            (part.total, part.hits),
            (facet.count, expected),
            "{}",
            facet.value
        );
    }
}
