//! Help in both languages. The English words stand at the flags themselves; here are the Chinese ones, and
//! what clap has no place for.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory};
use jida::locale::Locale;

use super::flags::Cli;

/// Command (`""` for the top), argument (`""` for the command itself), words.
const CHINESE: &[(&str, &str, &str)] = &[
    (
        "",
        "",
        "用 Markdown 写的常见问题，直接回答提问。在终端上单独运行 jida 则可连续提问。",
    ),
    ("", "no_history", "不记住在交互提问里问过的话"),
    ("", "config", "配置文件 [默认：jida.toml，如果有]"),
    (
        "",
        "corpus",
        "Markdown 文件所在目录 [默认：索引所用的目录，否则 corpus]",
    ),
    ("", "index", "索引所在目录 [默认：index]"),
    (
        "",
        "engine",
        "索引由谁来存 [默认：embedded，写了集群地址则为 opensearch]",
    ),
    (
        "",
        "opensearch_url",
        "OpenSearch 集群各节点的网址，用逗号分开",
    ),
    ("", "server", "向这个地址的 jida 服务提问，不用本机的索引"),
    ("", "encoder", "用什么把文本变成向量 [默认：built-in]"),
    (
        "",
        "kb",
        "有几个知识库时用哪一个 [默认：第一个；index、serve、feedback：全部]",
    ),
    ("", "lang", "消息的语言 [默认：跟随系统]"),
    ("", "color", "何时使用颜色"),
    ("", "no_pager", "长结果也不交给 $PAGER 分页"),
    ("", "verbose", "多说一些；写两次说得更多"),
    ("", "quiet", "只输出结果和错误"),
    ("", "help", "显示帮助"),
    ("", "version", "显示版本"),
    ("index", "", "读取语料，建立索引"),
    ("index", "folder", "Markdown 文件所在目录，同 --corpus"),
    ("index", "json", "以一个 JSON 对象输出报告"),
    ("index", "verify", "不建索引：逐字节检查索引，报告损坏之处"),
    ("rollback", "", "不重建，退回较早的索引版本"),
    (
        "rollback",
        "to",
        "退回哪个版本，写名字或其开头 [默认：上一个]",
    ),
    ("rollback", "list", "不作改动：列出各个版本"),
    ("rollback", "json", "输出 JSON"),
    (
        "serve",
        "",
        "提供 HTTP 接口、搜索页和聊天挂件；索引缺失或过期时先建索引",
    ),
    ("serve", "addr", "监听地址 [默认：127.0.0.1:8080]"),
    (
        "serve",
        "public",
        "没有设管理密钥，也可监听其他机器能访问的地址",
    ),
    (
        "serve",
        "log_format",
        "日志格式 [默认：终端上用 text，否则 json]",
    ),
    ("ask", "", "回答一个问题"),
    ("search", "", "列出与问题相符的条目"),
    ("search", "limit", "最多列出几条"),
    ("search", "offset", "先跳过几条"),
    ("explain", "", "说明条目为何这样排序"),
    ("explain", "top", "拆解几条"),
    ("eval", "", "衡量提问能否找到答案"),
    (
        "eval",
        "queries",
        "标注过的问题，每行一个 JSON 对象；写 - 则从标准输入读取",
    ),
    ("eval", "own", "用语料自己的问题原样提问"),
    (
        "eval",
        "robustness",
        "用语料自己的问题变着样提问：错字、拼音、繁体等",
    ),
    (
        "eval",
        "fit",
        "按若干 FAQ 目录（问题各在其中的 queries.jsonl）重新拟合排序用的数值，并写出",
    ),
    ("eval", "sample", "最多取几个问题来变"),
    ("eval", "json", "输出一个 JSON 对象"),
    ("eval", "misses", "列出第一条不对的问题"),
    ("eval", "save", "保存结果，留作以后比较"),
    ("eval", "compare", "与保存的结果比较；有变差的，退出码为 1"),
    (
        "eval",
        "tolerance",
        "R@1、R@3、MRR 在总体和每个不少于 10 问的类型里最多可以少几问；答错的一个也不能多",
    ),
    (
        "eval",
        "dump",
        "每行一个 JSON 对象，写出每个问题的候选条目、信号和标注",
    ),
    ("feedback", "", "查看收到的反馈"),
    ("export", "", "每行一个 JSON 对象，输出每一票"),
    ("summary", "", "统计反馈"),
    (
        "unanswered",
        "",
        "列出没有答上的问题，问得多的在前；保存提问后才有",
    ),
    ("unanswered", "json", "输出一个 JSON 对象"),
    ("completions", "", "输出命令补全脚本"),
    ("completions", "shell", "哪种 shell"),
    ("man", "", "输出手册页"),
];

/// Arguments that several commands share: their words stand once.
const CHINESE_SHARED: &[(&str, &str)] = &[
    ("question", "问题；写 - 则从标准输入读取"),
    ("json", "输出一个 JSON 对象，与接口的回复相同"),
    ("jsonl", "标准输入（-）每行一个问题，每行输出一个 JSON 对象"),
    ("category", "只在这个分类里找，各级之间用 / 分隔"),
    ("tag", "只找带有这个标签的条目"),
    ("watch", "语料有改动就重建索引，别的进程发布了索引就换上"),
    ("data", "存放反馈的目录 [默认：索引所在目录旁边的 data]"),
    (
        "since",
        "只看这一天或这一刻以来的，例如 2026-11-01 或 2026-11-01T08:00:00+08:00；一天从 UTC 零点算起",
    ),
];

const EXIT_CODES: &str = "\
Exit codes: 0 answered or found; 1 nothing confident, eval: a finding or a regression; 2 usage, input or configuration error; 130 interrupted.
Settings: flags win over JIDA_… variables, these over jida.toml, that over the defaults.";
const EXIT_CODES_ZH: &str = "\
退出码：0 已回答或找到；1 没有把握，eval 则是发现问题或结果变差；2 用法、输入或配置有误；130 被中断。
配置：命令行优先于环境变量 JIDA_…，环境变量优先于 jida.toml，jida.toml 优先于默认值。";

/// The heading above the options that every command takes.
const EVERYWHERE: &str = "Everywhere";
const EVERYWHERE_ZH: &str = "通用选项";

const TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}";
const TEMPLATE_ZH: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The command line in one language.
pub(super) fn command(locale: Locale) -> Command {
    let command = Cli::command()
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .global(true)
                .action(ArgAction::Help)
                .help_heading(EVERYWHERE)
                .help("Print help"),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help_heading(EVERYWHERE)
                .help("Print the version"),
        );
    match locale {
        Locale::En => command.help_template(TEMPLATE).after_help(EXIT_CODES),
        Locale::Zh => in_chinese(command, "").after_help(EXIT_CODES_ZH),
    }
}

/// What is left of English in a rendered Chinese help text: clap has no way to set it.
pub(super) fn finished(text: String, locale: Locale) -> String {
    match locale {
        Locale::En => text,
        Locale::Zh => text
            .replace("[OPTIONS]", "[选项]")
            .replace("<COMMAND>", "<命令>"),
    }
}

fn in_chinese(command: Command, name: &str) -> Command {
    let arguments: Vec<clap::Id> = command
        .get_arguments()
        .map(|arg| arg.get_id().clone())
        .collect();
    let mut command = command
        .help_template(TEMPLATE_ZH)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令");
    if let Some(words) = chinese(name, "") {
        command = command.about(words);
    }
    for id in arguments {
        command = command.mut_arg(&id, |arg| argument_in_chinese(arg, name));
    }
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    for name in subcommands {
        command = command.mut_subcommand(&name, |subcommand| in_chinese(subcommand, &name));
    }
    command
}

fn argument_in_chinese(arg: Arg, command: &str) -> Arg {
    let words = chinese(command, arg.get_id().as_str());
    let mut text = words.map(str::to_owned).unwrap_or_default();
    // clap would add these in English.
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    let takes_value = arg.get_action().takes_values();
    if takes_value && !defaults.is_empty() {
        text.push_str(&format!(" [默认：{}]", defaults.join("、")));
    }
    let possible: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if takes_value && !possible.is_empty() {
        text.push_str(&format!(" [可选：{}]", possible.join("、")));
    }
    let heading = match arg.get_help_heading() {
        Some(EVERYWHERE) => EVERYWHERE_ZH,
        _ if arg.is_positional() => "参数",
        _ => "选项",
    };
    arg.help(StyledStr::from(text))
        .help_heading(heading)
        .hide_default_value(takes_value)
        .hide_possible_values(takes_value)
}

fn chinese(command: &str, argument: &str) -> Option<&'static str> {
    let own = CHINESE
        .iter()
        .find(|&&(c, a, _)| (c, a) == (command, argument))
        .map(|&(_, _, words)| words);
    own.or_else(|| {
        let shared = CHINESE_SHARED.iter().find(|&&(a, _)| a == argument);
        shared.map(|&(_, words)| words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        for locale in [Locale::Zh, Locale::En] {
            command(locale).debug_assert();
        }
    }

    #[test]
    fn everything_has_words_in_both_languages() {
        for locale in [Locale::Zh, Locale::En] {
            let command = command(locale);
            let below = command.get_subcommands();
            let deeper = command.get_subcommands();
            let deeper = deeper.flat_map(Command::get_subcommands);
            for one in std::iter::once(&command).chain(below).chain(deeper) {
                let about = one.get_about().map(ToString::to_string);
                check(locale, one.get_name(), about);
                for arg in one.get_arguments() {
                    let help = arg.get_help().map(ToString::to_string);
                    check(
                        locale,
                        &format!("{} {}", one.get_name(), arg.get_id()),
                        help,
                    );
                }
            }
        }
    }

    fn check(locale: Locale, what: &str, words: Option<String>) {
        let words = words.unwrap_or_default();
        let chinese = words.chars().any(|c| ('一'..='鿿').contains(&c));
        assert!(
            !words.is_empty() && chinese == (locale == Locale::Zh),
            "{what} has no words in {}: {words:?}; add them in src/cli/help.rs",
            locale.tag()
        );
    }
}
