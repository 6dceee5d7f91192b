//! Help, usage errors, completions and the manual.

use insta::assert_snapshot;

use super::{Desk, Run};

const COMMANDS: [&str; 9] = [
    "index",
    "serve",
    "ask",
    "search",
    "explain",
    "eval",
    "feedback",
    "completions",
    "man",
];

#[test]
fn help_speaks_both_languages() {
    let desk = Desk::empty();
    for (lang, usage, heading) in [
        ("en", "Usage: jida", "Commands:"),
        ("zh-CN", "用法：jida", "命令:"),
    ] {
        let run = desk.run(&["--help", "--lang", lang]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains(usage), "{run:?}");
        assert!(run.stdout.contains(heading), "{run:?}");
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{command}: {run:?}");
        }
    }
}

#[test]
fn the_language_is_the_flags_then_the_variables_then_the_systems() {
    let desk = Desk::empty();
    for (flag, variable, system, chinese) in [
        (None, None, "en_US.UTF-8", false),
        (None, None, "zh_CN.UTF-8", true),
        (None, None, "C", false),
        (None, None, "de_DE.UTF-8", false),
        (None, Some("zh-CN"), "en_US.UTF-8", true),
        (None, Some("en"), "zh_CN.UTF-8", false),
        (Some("en"), Some("zh-CN"), "zh_CN.UTF-8", false),
    ] {
        let mut command = desk.command(&["--help"]);
        command.env("LC_ALL", system).env_remove("LANGUAGE");
        command.envs(variable.map(|variable| ("JIDA_LANG", variable)));
        command.args(flag.iter().flat_map(|flag| ["--lang", flag]));
        let run = Run::of(command.output());
        assert_eq!(
            run.stdout.contains("用法"),
            chinese,
            "{flag:?} {variable:?} {system}"
        );
    }
}

#[test]
fn the_language_of_the_file_holds_for_help_and_errors_too() {
    let desk = Desk::empty();
    desk.write("jida.toml", "lang = 'zh-CN'\n");
    assert!(desk.run(&["--help"]).stdout.contains("用法"));
    assert!(desk.run(&["ask"]).stderr.starts_with("错误："));
    assert!(
        desk.run(&["ask", "--lang", "en"])
            .stderr
            .starts_with("error: ")
    );
}

#[test]
fn chinese_help_of_a_command_has_no_english_sentence() {
    let desk = Desk::empty();
    let run = desk.run(&["search", "--help", "--lang", "zh-CN"]);
    assert_snapshot!(run.stdout, @r"
    列出与问题相符的条目

    用法：jida search [选项] <QUESTION>

    参数:
      <QUESTION>  问题；写 - 则从标准输入读取

    选项:
          --json             输出一个 JSON 对象，与接口的回复相同
          --jsonl            标准输入（-）每行一个问题，每行输出一个 JSON 对象
          --category <PATH>  只在这个分类里找，各级之间用 / 分隔
          --tag <TAG>        只找带有这个标签的条目
          --limit <N>        最多列出几条 [默认：10]
          --offset <N>       先跳过几条 [默认：0]

    通用选项:
          --config <FILE>          配置文件 [默认：jida.toml，如果有]
          --corpus <DIR>           Markdown 文件所在目录 [默认：索引所用的目录，否则 corpus]
          --index <DIR>            索引所在目录 [默认：index]
          --engine <ENGINE>        索引由谁来存 [默认：embedded，写了集群地址则为 opensearch] [可选：embedded、opensearch]
          --opensearch-url <URLS>  OpenSearch 集群各节点的网址，用逗号分开
          --server <URL>           向这个地址的 jida 服务提问，不用本机的索引
          --encoder <KIND>         用什么把文本变成向量 [默认：built-in] [可选：built-in、openai、tei、none]
          --kb <NAME>              有几个知识库时用哪一个 [默认：第一个；index、serve、feedback：全部]
          --lang <LANG>            消息的语言 [默认：跟随系统] [可选：zh-CN、en]
          --color <WHEN>           何时使用颜色 [可选：auto、always、never]
          --no-pager               长结果也不交给 $PAGER 分页
      -v, --verbose...             多说一些；写两次说得更多
      -q, --quiet                  只输出结果和错误
      -h, --help                   显示帮助
    ");
}

#[test]
fn a_wrong_command_line_is_refused_with_a_next_step() {
    let desk = Desk::empty();
    for (arguments, message) in [
        (
            &["serch", "x"][..],
            "error: unknown command serch\nhint: did you mean serve, search?\n",
        ),
        (
            &["ask"],
            "error: missing argument <QUESTION>\nhint: usage: jida ask <QUESTION>\n",
        ),
        (
            &["ask", "x", "--jsno"],
            "error: unexpected argument --jsno\nhint: did you mean --json?\n",
        ),
        (
            &["ask", "开", "发", "票"],
            "error: unexpected argument 发\nhint: put a question of several words in quotes: jida ask \"…\"\n",
        ),
        (
            &["--lang", "zh-CN", "search", "开", "发票"],
            "错误：没有 发票 这个参数\n提示：问题里有空格时用引号括起来：jida search \"…\"\n",
        ),
        (
            &["man", "x"],
            "error: unexpected argument x\nhint: see jida --help\n",
        ),
        (
            &["ask", "x", "--lang", "fr"],
            "error: --lang <LANG> can't be \"fr\"\nhint: expected one of zh-CN, en\n",
        ),
        (
            &["ask", "-", "--json", "--jsonl"],
            "error: --json can't be used with --jsonl\nhint: see jida --help\n",
        ),
        (
            &["--lang", "zh-CN", "serch", "x"],
            "错误：没有 serch 这个命令\n提示：是不是 serve、search？\n",
        ),
        (
            &["备案要多久"],
            "error: unknown command 备案要多久\nhint: to ask that, write jida ask 备案要多久\n",
        ),
        (
            &["--lang", "zh-CN", "备案要多久"],
            "错误：没有 备案要多久 这个命令\n提示：要提问，写 jida ask 备案要多久\n",
        ),
        (
            &["ask", "x", "--sever", "http://localhost"],
            "error: unexpected argument --sever\nhint: did you mean --server?\n",
        ),
        (
            &["--lang", "zh-CN", "ask", "x", "--jsno"],
            "错误：没有 --jsno 这个参数\n提示：是不是 --json？\n",
        ),
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, 2, "{run:?}");
        assert_eq!(run.stderr, message, "{arguments:?}");
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn no_command_prints_help_and_fails() {
    let run = Desk::empty().run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("Usage: jida"), "{run:?}");
}

#[test]
fn completions_know_every_command() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = desk.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{run:?}");
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{shell} lacks {command}");
        }
        for flag in ["server", "no-pager", "no-history"] {
            assert!(run.stdout.contains(flag), "{shell} lacks --{flag}");
        }
    }
}

#[test]
fn the_manual_describes_every_command_and_its_options() {
    let desk = Desk::empty();
    for lang in ["en", "zh-CN"] {
        let run = desk.run(&["man", "--lang", lang]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains(".TH jida 1"), "{run:?}");
        for command in COMMANDS {
            let heading = format!(".SH \"JIDA {}\"", command.to_uppercase());
            assert!(run.stdout.contains(&heading), "{lang}: {heading}");
        }
        for option in [
            "limit",
            "jsonl",
            "addr",
            "config",
            "server",
            "no\\-pager",
            "no\\-history",
        ] {
            assert!(
                run.stdout.contains(&format!("\\-\\-{option}")),
                "{lang}: --{option}"
            );
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let run = Desk::empty().run(&["--version"]);
    assert_eq!(run.stdout, format!("jida {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(run.code, 0);
}
