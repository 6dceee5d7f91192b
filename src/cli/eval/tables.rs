//! A measurement as tables for a person.

use jida::eval::calibration::Bin;
use jida::eval::decisions::{Decisions, InScope, OutOfScope, Outcome};
use jida::eval::metrics::Recall;
use jida::eval::report::{Numbers, Report};
use jida::eval::robustness::Polarity;
use jida::eval::run::Judged;
use jida::locale::Locale;

use unicode_width::UnicodeWidthStr;

use super::super::index::counted as numbered;
use super::super::layout::{FAINT, Table, hanging, printable};
use super::super::terminal::Terminal;

/// Everything, blank lines between the parts.
pub(super) fn report(report: &Report, locale: Locale) -> String {
    let numbers = &report.numbers;
    let mut parts = vec![head(report, locale)];
    if numbers.overall.n > 0 {
        parts.push(recall(numbers, locale));
        parts.push(in_scope(&numbers.decisions, locale));
    }
    if numbers.decisions.out_of_scope.n > 0 {
        parts.push(out_of_scope(&numbers.decisions, locale));
    }
    parts.push(summary(report, locale));
    parts.push(reliability(&numbers.calibration.all.bins, locale));
    if let Some(turned) = &report.polarity {
        parts.push(polarity(turned, locale));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn head(report: &Report, locale: Locale) -> String {
    let (entries, queries) = (report.entries, report.queries);
    let inside = report.numbers.overall.n;
    let outside = report.numbers.decisions.out_of_scope.n;
    let mut out = locale.pick(
        format!("{entries} 条问答，{queries} 个提问：{inside} 个有答案，{outside} 个没有\n"),
        format!(
            "{}, {}: {inside} answerable, {outside} not\n",
            numbered(entries, "entry", "entries"),
            numbered(queries, "query", "queries")
        ),
    );
    let left_out = report.left_out;
    if left_out > 0 {
        out.push_str(&locale.pick(
            format!("{left_out} 个提问的标注在索引里找不到，没有计入\n"),
            format!("{left_out} left out, because the index has no entry that their labels name\n"),
        ));
    }
    out
}

fn recall(numbers: &Numbers, locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        ["类型", ">n", ">R@1", ">R@3", ">R@10", ">MRR@10", ">候选中"],
        ["kind", ">n", ">R@1", ">R@3", ">R@10", ">MRR@10", ">found"],
    ));
    let mut row = |name: &str, recall: &Recall| {
        let mut cells = vec![name.to_owned(), recall.n.to_string()];
        let shares = [
            recall.recall_1,
            recall.recall_3,
            recall.recall_10,
            recall.mrr_10,
            recall.recall_candidates,
        ];
        cells.extend(shares.map(percent));
        table.row(cells);
    };
    row(locale.pick("全部", "all"), &numbers.overall);
    for (kind, recall) in &numbers.kinds {
        row(kind, recall);
    }
    table.render("")
}

fn in_scope(decisions: &Decisions, locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        [
            "有答案的提问",
            ">n",
            ">答对",
            ">部分对",
            ">答错",
            ">反问含正确",
            ">反问不含",
            ">未答",
        ],
        [
            "answerable",
            ">n",
            ">right",
            ">partly",
            ">wrong",
            ">asked with",
            ">without",
            ">declined",
        ],
    ));
    let mut row = |name: &str, found: &InScope| {
        let counts = [
            found.n,
            found.answered_right,
            found.answered_partly,
            found.answered_wrong,
            found.clarified_with,
            found.clarified_without,
            found.declined,
        ];
        table.row(counted(name, &counts));
    };
    row(locale.pick("全部", "all"), &decisions.in_scope);
    for (kind, found) in &decisions.in_scope_by_kind {
        row(kind, found);
    }
    table.render("")
}

fn out_of_scope(decisions: &Decisions, locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        ["没有答案的提问", ">n", ">误答", ">反问", ">未答"],
        ["not answerable", ">n", ">answered", ">asked", ">declined"],
    ));
    let mut row = |name: &str, found: &OutOfScope| {
        let counts = [found.n, found.answered, found.clarified, found.declined];
        table.row(counted(name, &counts));
    };
    row(locale.pick("全部", "all"), &decisions.out_of_scope);
    for (note, found) in &decisions.out_of_scope_by_note {
        row(note, found);
    }
    table.render("")
}

fn counted(name: &str, counts: &[usize]) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    cells.extend(counts.iter().map(ToString::to_string));
    cells
}

fn summary(report: &Report, locale: Locale) -> String {
    let numbers = &report.numbers;
    let answered = &numbers.decisions.answered;
    let auroc = &numbers.auroc;
    let calibration = &numbers.calibration;
    let mut lines: Vec<(&str, String)> = Vec::new();
    if let Some(precision) = answered.precision {
        let share = format!(
            "{}% ({}/{})",
            percent(precision),
            answered.right,
            answered.n
        );
        lines.push((locale.pick("作答正确率", "precision of answers"), share));
    }
    if let Some(coverage) = answered.coverage {
        let inside = numbers.decisions.in_scope.n;
        let share = format!("{}% ({}/{inside})", percent(coverage), answered.right);
        lines.push((locale.pick("作答覆盖率", "coverage of answers"), share));
    }
    for (label, value) in [
        (
            locale.pick("AUROC 有答案/没有", "AUROC answerable or not"),
            auroc.answerable,
        ),
        (
            locale.pick("AUROC 有答案/近似", "AUROC answerable or near miss"),
            auroc.answerable_near_miss,
        ),
        (
            locale.pick("AUROC 首条对/错", "AUROC first right or not"),
            auroc.right_first,
        ),
        (
            locale.pick("校准误差", "calibration error"),
            calibration.all.expected_error,
        ),
        (
            locale.pick("校准误差（有答案）", "calibration error, answerable"),
            calibration.in_scope.expected_error,
        ),
    ] {
        if let Some(value) = value {
            lines.push((label, format!("{value:.3}")));
        }
    }
    if let Some(took) = report.took_us {
        lines.push((
            locale.pick("用时", "time"),
            format!("p50 {} µs, p99 {} µs", took.p50, took.p99),
        ));
    }
    let mut table = Table::new(&locale.pick(["指标", "值"], ["measure", "value"]));
    for (label, value) in lines {
        table.row(vec![label.to_owned(), value]);
    }
    table.render("")
}

fn reliability(bins: &[Bin], locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        ["可信度", ">n", ">平均", ">首条对"],
        ["confidence", ">n", ">mean", ">first right"],
    ));
    for bin in bins {
        table.row(vec![
            format!("{:.1}–{:.1}", bin.from, bin.to),
            bin.n.to_string(),
            percent(bin.confidence),
            percent(bin.right),
        ]);
    }
    if bins.is_empty() {
        String::new()
    } else {
        table.render("")
    }
}

fn polarity(turned: &Polarity, locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        [
            "意思反过来的提问",
            ">n",
            ">仍答原条",
            ">答别条",
            ">反问",
            ">未答",
        ],
        [
            "turned around",
            ">n",
            ">answered the same",
            ">another",
            ">asked",
            ">declined",
        ],
    ));
    let counts = [
        turned.n,
        turned.answered_same,
        turned.answered_other,
        turned.clarified,
        turned.declined,
    ];
    table.row(counted(locale.pick("全部", "all"), &counts));
    table.render("")
}

/// Behind a blank line, three lines for each query that missed: the query, what came first, and what should
/// have. Then the questions turned around that were answered all the same.
pub(super) fn misses(report: &Report, terminal: Terminal) -> String {
    let (locale, width) = (terminal.locale, terminal.width());
    let missed = |judged: &&Judged| judged.in_scope && judged.rank != Some(1);
    let missed = report.results.iter().filter(missed);
    let heading = locale.pick("名次、可信度、提问", "rank, confidence, query");
    let mut out = listed(missed, heading, locale, width);
    let turned = report.polarity.iter().flat_map(|turned| &turned.results);
    let answered = turned.filter(|judged| judged.outcome == Outcome::AnsweredRight);
    let heading = locale.pick("意思反了，仍答原条", "turned around, answered the same");
    out.push_str(&listed(answered, heading, locale, width));
    out
}

fn listed<'a>(
    results: impl Iterator<Item = &'a Judged>,
    heading: &str,
    locale: Locale,
    width: usize,
) -> String {
    let mut out = String::new();
    for judged in results {
        let rank = judged.rank.map_or("–".to_owned(), |rank| rank.to_string());
        let sure = super::super::layout::percent(judged.confidence);
        let head = format!("{rank:>3}  {sure:>4}  ");
        let query = printable(&format!("{}  [{}]", judged.query, judged.kind));
        let indent = " ".repeat(head.width());
        out.push_str(&hanging(&query, width, &head, &indent));
        let (got, wanted) = locale.pick(("得到", "应为"), ("got   ", "wanted"));
        for (label, question) in [(got, &judged.got), (wanted, &judged.wanted)] {
            let question = printable(question.as_deref().unwrap_or("–"));
            let label = format!("{indent}{FAINT}{label}{FAINT:#} ");
            out.push_str(&hanging(
                &question,
                width,
                &label,
                &format!("{indent}       "),
            ));
        }
    }
    if out.is_empty() {
        return out;
    }
    format!("\n{FAINT}{heading}{FAINT:#}\n{out}")
}

/// In per cent, one decimal: what a hundred queries can tell.
fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}
