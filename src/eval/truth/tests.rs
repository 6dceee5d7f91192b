//! Reading labelled queries: what is taken, what is refused and how that is told.

use super::*;
use crate::eval::roster::Listed;

fn read_text(text: &str) -> Result<Vec<Written>, Vec<BadLine>> {
    read(text.as_bytes())
}

#[test]
fn only_the_query_and_its_labels_must_be_there() {
    let text = "\u{feff}{\"query\":\" 怎么退款 \",\"relevant\":[{\"question\":\"怎么申请退款？\"}]}\r\n\
        \n\
        {\"id\":\"q2\",\"query\":\"天气\",\"relevant\":[],\"note\":\"unrelated\",\"more\":1}";
    let read = read_text(text).expect("labelled queries");
    let shown: Vec<_> = read
        .iter()
        .map(|query| {
            (
                query.line,
                query.id.as_str(),
                query.kind.as_str(),
                query.labels.len(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [(1, "怎么退款", "unsorted", 1), (3, "q2", "out-of-scope", 0)]
    );
    assert_eq!(read[0].labels[0].grade, FULL);
    assert_eq!(read[1].note.as_deref(), Some("unrelated"));
    assert_eq!(read_text(""), Ok(Vec::new()));
}

#[test]
fn every_bad_line_is_told() {
    let mut bytes = Vec::new();
    for line in [
        r#"{"query":"a","relevant":[]}"#,
        r#"{"query":"b"}"#,
        r#"{"query":"c","relevant":["#,
        r#"{"query":"  ","relevant":[]}"#,
        r#"{"query":"d","relevant":[{"question":"x","grade":3}]}"#,
        r#"{"query":"e","relevant":[{"path":"x"}]}"#,
        r#"{"query":"a","relevant":[]}"#,
    ] {
        bytes.extend(line.as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend(b"\xff\n");
    let bad = read(&bytes).expect_err("bad lines");
    let told: Vec<String> = bad
        .iter()
        .map(|bad| format!("{}: {}", bad.line, bad.message(Locale::En)))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    2: not a labelled query: missing field `relevant` (column 13)
    3: not a labelled query: EOF while parsing a list (column 25)
    4: the question is empty
    5: there is no grade 3
    6: a label in relevant names no entry
    7: has the id of line 1 (without an id, the query counts as one)
    8: not encoded in UTF-8
    ");
    for locale in [Locale::Zh, Locale::En] {
        assert!(bad.iter().all(|bad| bad.hint(locale).is_some()));
    }
}

#[test]
fn a_label_that_moved_is_told_and_never_counted() {
    let listed = |id: &str, question: &str| Listed {
        id: id.to_owned(),
        file: "退款.md".to_owned(),
        question: question.to_owned(),
        category: Vec::new(),
    };
    let roster = Roster::new(vec![
        listed("r", "怎么申请退款？"),
        listed("s", "怎么开发票？"),
    ]);
    let text = r#"
{"query":"a","relevant":[{"path":"退款.md","question":"怎么开发票","grade":1},{"id":"r"},{"id":"s","grade":1}]}
{"query":"b","relevant":[{"path":"退款.md","question":"怎么开发票"},{"id":"gone"}]}
{"query":"c","relevant":[{"path":"旧.md","question":"怎么开发票"}]}
{"query":"d","relevant":[]}"#;
    let (labelled, moved) = resolve(read_text(text).expect("labelled queries"), &roster);
    let shown: Vec<String> = labelled
        .iter()
        .map(|query| format!("{} {:?} {:?}", query.id, query.grades, query.wanted))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    a {"r": 2, "s": 1} Some("怎么申请退款？")
    b {"s": 2} Some("怎么开发票？")
    d {} None
    "#);
    let told: Vec<String> = moved
        .iter()
        .map(|moved| format!("{}: {}", moved.line, moved.message(Locale::En)))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    3: the index has no #gone
    4: the index has no 旧.md “怎么开发票”, so the query does not count
    ");
}
