//! Two measurements side by side for a person.

use jida::eval::compare::{Change, Comparison, Measure, Regression};
use jida::eval::decisions::Outcome;
use jida::locale::Locale;

use super::super::layout::{FAINT, STRONG, Table, printable, styled};
use super::super::terminal::Terminal;

/// Behind a blank line: what changed, for better and for worse, and what must not have.
pub(super) fn comparison(comparison: &Comparison, terminal: Terminal) -> String {
    let locale = terminal.locale;
    let (common, before, after) = (
        comparison.common,
        comparison.only_before,
        comparison.only_after,
    );
    let mut out = locale.pick(
        format!("\n与保存的结果比较：共有 {common} 问，只在从前 {before} 问，只在现在 {after} 问\n"),
        format!(
            "\ncompared with what was saved: {common} queries in common, {before} only then, {after} only now\n"
        ),
    );
    if !comparison.measures.is_empty() {
        out.push('\n');
        out.push_str(&measures(&comparison.measures, locale));
    }
    for (label, changes) in [
        (locale.pick("变好", "better"), &comparison.better),
        (locale.pick("变差", "worse"), &comparison.worse),
    ] {
        out.push_str(&format!("\n{} {}\n", styled(label, STRONG), changes.len()));
        out.push_str(&queries(changes, locale));
    }
    out.push('\n');
    match comparison.regressions.as_slice() {
        [] => out.push_str(locale.pick(
            "没有变差到容差之外\n",
            "nothing lost beyond the tolerance\n",
        )),
        regressions => {
            for regression in regressions {
                out.push_str(&told(regression, locale));
            }
        }
    }
    out
}

fn measures(measures: &[Measure], locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        ["指标", ">从前", ">现在", ">变化"],
        ["measure", ">before", ">after", ">change"],
    ));
    // Who wants these has `--json`.
    let told = |measure: &&Measure| !measure.name.starts_with("decisions.in_scope_by_kind.");
    for measure in measures.iter().filter(told) {
        let number = |number: Option<f64>| number.map_or("–".to_owned(), plain);
        let change = measure.before.zip(measure.after);
        let change = change.map_or(String::new(), |(before, after)| {
            let sign = if after > before { "+" } else { "" };
            format!("{sign}{}", plain(after - before))
        });
        table.row(vec![
            measure.name.clone(),
            number(measure.before),
            number(measure.after),
            change,
        ]);
    }
    table.render("")
}

/// A count as a count, a share with three decimals.
fn plain(number: f64) -> String {
    match number.fract() == 0.0 {
        true => format!("{number:.0}"),
        false => format!("{number:.3}"),
    }
}

fn queries(changes: &[Change], locale: Locale) -> String {
    let mut out = String::new();
    for Change { before, after } in changes {
        let rank = |rank: Option<usize>| rank.map_or("–".to_owned(), |rank| rank.to_string());
        let mut moves = Vec::new();
        if before.rank != after.rank {
            moves.push(format!("{} → {}", rank(before.rank), rank(after.rank)));
        }
        if before.outcome != after.outcome {
            let name = |outcome| outcome_name(outcome, locale);
            moves.push(format!(
                "{} → {}",
                name(before.outcome),
                name(after.outcome)
            ));
        }
        out.push_str(&format!(
            "  {}  {FAINT}[{}]{FAINT:#} {}\n",
            printable(&after.query),
            printable(&after.kind),
            moves.join(locale.pick("，", ", "))
        ));
    }
    out
}

fn outcome_name(outcome: Outcome, locale: Locale) -> &'static str {
    match outcome {
        Outcome::AnsweredRight => locale.pick("答对", "answered right"),
        Outcome::AnsweredPartly => locale.pick("部分答对", "answered partly"),
        Outcome::AnsweredWrong => locale.pick("答错", "answered wrong"),
        Outcome::ClarifiedWith => locale.pick("反问含正确", "asked with the right one"),
        Outcome::ClarifiedWithout => locale.pick("反问不含正确", "asked without it"),
        Outcome::Declined => locale.pick("未答", "declined"),
    }
}

fn told(regression: &Regression, locale: Locale) -> String {
    let Regression { name, lost } = regression;
    let lost = plain(*lost);
    match name.as_str() {
        "wrong_answers" => locale.pick(
            format!("变差：答错的多了 {lost} 个\n"),
            format!("regression: wrong answers are {lost} more\n"),
        ),
        _ => locale.pick(
            format!("变差：{name} 少了 {lost} 问\n"),
            format!("regression: {name} lost {}\n", queries_lost(&lost)),
        ),
    }
}

fn queries_lost(lost: &str) -> String {
    let noun = if lost == "1" { "query" } else { "queries" };
    format!("{lost} {noun}")
}
