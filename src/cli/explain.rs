//! `jida explain`: why this order, as tables.

use jida::locale::Locale;
use jida::search::{AskRequest, Context, ExplainReply, Question, StageTimes};

use super::Exit;
use super::ask::{decision_name, exit};
use super::failure::Failure;
use super::flags::ExplainArgs;
use super::layout::{FAINT, STRONG, Table, percent, printable, styled, wrapped};
use super::questions::{Answering, answer};
use super::source::{Refusal, Reply, Source};
use super::terminal::Terminal;
use crate::config::Config;

pub(super) fn run(
    args: &ExplainArgs,
    config: &Config,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    answer(&args.question, args, config, terminal)
}

impl Answering for ExplainArgs {
    type Reply = ExplainReply;

    async fn reply(
        &self,
        source: &Source,
        question: Question,
    ) -> Result<Reply<ExplainReply>, Refusal> {
        let request = AskRequest {
            filter: self.filter.filter(),
            top: usize::try_from(self.top).unwrap_or(jida::search::MAX_LIMIT),
            explain: true,
            ..AskRequest::new(question)
        };
        source.explain(&Context::default(), &request).await
    }

    fn exit(&self, reply: &ExplainReply) -> Exit {
        exit(reply.decision)
    }

    async fn show(
        &self,
        reply: &ExplainReply,
        _: &Question,
        _: &Source,
        terminal: Terminal,
    ) -> String {
        show(reply, terminal.locale, terminal.width())
    }
}

/// How long each stage took.
fn stages(times: StageTimes, locale: Locale) -> String {
    let StageTimes {
        analyse_us,
        encode_us,
        retrieve_us,
        rank_us,
        render_us,
    } = times;
    locale.pick(
        format!(
            "分析 {analyse_us} µs，编码 {encode_us} µs，召回 {retrieve_us} µs，排序 {rank_us} µs，整理 {render_us} µs"
        ),
        format!(
            "analyse {analyse_us} µs, encode {encode_us} µs, retrieve {retrieve_us} µs, rank {rank_us} µs, \
             render {render_us} µs"
        ),
    )
}

pub(super) fn show(reply: &ExplainReply, locale: Locale, width: usize) -> String {
    let explanation = &reply.explanation;
    let thresholds = &reply.thresholds;
    let mut facts = String::new();
    for (label, value) in [
        (locale.pick("问题", "question  "), printable(&reply.query)),
        (
            locale.pick("归一", "normalized"),
            printable(&explanation.normalized),
        ),
        (
            locale.pick("读作", "read as   "),
            printable(&explanation.readings.join(" / ")),
        ),
        (
            locale.pick("决定", "decision  "),
            decision_name(reply.decision, locale).to_owned(),
        ),
        (
            locale.pick("阈值", "thresholds"),
            locale.pick(
                format!(
                    "回答 {:.2}，反问 {:.2}（{}）",
                    thresholds.answer, thresholds.clarify, thresholds.origin
                ),
                format!(
                    "answer {:.2}, clarify {:.2} ({})",
                    thresholds.answer, thresholds.clarify, thresholds.origin
                ),
            ),
        ),
        (
            locale.pick("召回", "retrieved "),
            locale.pick(
                format!("{} 条", explanation.retrieved),
                format!("{} entries", explanation.retrieved),
            ),
        ),
        (
            locale.pick("用时", "took      "),
            stages(explanation.stages, locale),
        ),
    ] {
        // Most questions are read as they stand only.
        if value.is_empty() {
            continue;
        }
        facts.push_str(&format!("{FAINT}{label}{FAINT:#}  {value}\n"));
    }
    let mut out = facts + "\n" + &tokens(reply, locale);
    for (number, hit) in explanation.hits.iter().enumerate() {
        let rank = number + 1;
        let sure = percent(hit.confidence);
        let question = styled(&hit.question, STRONG);
        out.push_str(&format!("\n{rank:>2}. {sure:>4}  {question}\n"));
        let label = locale.pick("匹配", "matched");
        let matched: String = printable(&hit.matched.text).lines().take(1).collect();
        out.push_str(&format!(
            "    {FAINT}{label}{FAINT:#} {matched}  {FAINT}id{FAINT:#} {}\n",
            printable(&hit.id)
        ));
        out.push_str(&signals(
            &hit.signals,
            locale.pick("信号", "signal"),
            locale,
        ));
        out.push_str(&signals(
            &hit.judged_by,
            locale.pick("把握", "confidence"),
            locale,
        ));
    }
    if let Some(verdict) = &explanation.verdict {
        out.push('\n');
        out.push_str(&wrapped(&printable(verdict), width, ""));
    }
    out
}

fn tokens(reply: &ExplainReply, locale: Locale) -> String {
    let mut table = Table::new(&locale.pick(
        ["词元", "种类", ">位置", ">条目数", ">权重"],
        ["token", "kind", ">span", ">entries", ">weight"],
    ));
    for token in &reply.explanation.tokens {
        table.row(vec![
            token.term.clone(),
            token.kind.clone(),
            format!("{}..{}", token.start, token.end),
            token.entries.to_string(),
            format!("{:.3}", token.weight),
        ]);
    }
    table.render("")
}

/// What moves nothing is left out.
fn signals(parts: &[jida::search::ExplainedSignal], title: &str, locale: Locale) -> String {
    let [value, weight, contribution] = locale.pick(
        [">值", ">权重", ">贡献"],
        [">value", ">weight", ">contribution"],
    );
    let mut table = Table::new(&[title, value, weight, contribution]);
    let mut sum = 0.0;
    for signal in parts.iter().filter(|part| part.contribution != 0.0) {
        sum += signal.contribution;
        table.row(vec![
            signal.name.clone(),
            format!("{:.3}", signal.value),
            format!("{:.3}", signal.weight),
            format!("{:+.3}", signal.contribution),
        ]);
    }
    table.row(vec![
        locale.pick("合计", "sum").to_owned(),
        String::new(),
        String::new(),
        format!("{sum:+.3}"),
    ]);
    table.render("    ")
}
