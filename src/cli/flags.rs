//! The command line's shape. Flags stay dumb: the values they carry for settings are judged in
//! [`crate::config`], together with those from other places.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueHint};

use super::questions::QuestionArgs;

/// Answers questions from an FAQ written in Markdown. Alone on a terminal, jida asks for questions.
#[derive(Debug, Parser)]
#[command(name = "jida", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Don't remember what is asked at the prompt
    #[arg(long)]
    pub(super) no_history: bool,
    #[command(flatten)]
    pub(super) global: Global,
}

/// What every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Global {
    /// Settings file [default: jida.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// Folder of Markdown files [default: the index's, else corpus]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) corpus: Option<String>,
    /// Folder of built indexes [default: index]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) index: Option<String>,
    /// What keeps the indexes [default: embedded, or opensearch where a cluster is named]
    #[arg(long, global = true, value_name = "ENGINE", value_parser = ["embedded", "opensearch"])]
    pub(super) engine: Option<String>,
    /// Addresses of the OpenSearch cluster's nodes, separated by commas
    #[arg(long, global = true, value_name = "URLS", value_hint = ValueHint::Url)]
    pub(super) opensearch_url: Option<String>,
    /// Ask the jida server at this address instead of an index here
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url,
        conflicts_with_all = ["index", "corpus", "encoder", "engine", "opensearch_url"])]
    pub(super) server: Option<String>,
    /// What turns texts into vectors [default: built-in]
    #[arg(long, global = true, value_name = "KIND", value_parser = ["built-in", "openai", "tei", "none"])]
    pub(super) encoder: Option<String>,
    /// Which of several knowledge bases [default: the first; for index, serve and feedback all]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) kb: Option<String>,
    /// Language of messages [default: the system's]
    #[arg(long, global = true, value_name = "LANG", value_parser = ["zh-CN", "en"])]
    pub(super) lang: Option<String>,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_parser = ["auto", "always", "never"])]
    pub(super) color: Option<String>,
    /// Never show long results through $PAGER
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
    /// Tell more; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Print nothing but results and errors
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read the corpus and build the index
    Index(IndexArgs),
    /// Serve the HTTP API, the search page and the chat widget; builds a missing or stale index first
    Serve(ServeArgs),
    /// Serve an earlier generation of the index again, without building
    Rollback(RollbackArgs),
    /// Answer one question
    Ask(AskArgs),
    /// List the entries that fit a question
    Search(SearchArgs),
    /// Show why the entries stand in this order
    Explain(ExplainArgs),
    /// Measure how well questions find their answers
    Eval(EvalArgs),
    /// Read what people said about the answers
    Feedback(FeedbackArgs),
    /// Print a completion script
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    /// Folder of Markdown files; the same as --corpus
    #[arg(value_name = "CORPUS", value_hint = ValueHint::DirPath)]
    pub(super) folder: Option<String>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Build nothing: read every byte of the index and tell what is damaged
    #[arg(long, conflicts_with = "folder")]
    pub(super) verify: bool,
}

#[derive(Debug, Args)]
pub(super) struct RollbackArgs {
    /// Which generation, by its name or how that begins [default: the one before]
    #[arg(long, value_name = "GENERATION")]
    pub(super) to: Option<String>,
    /// Change nothing: list the generations
    #[arg(long, conflicts_with = "to")]
    pub(super) list: bool,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) addr: Option<String>,
    /// Allow an address that other machines can reach, though no admin key is set
    #[arg(long)]
    pub(super) public: bool,
    /// Folder in which feedback is kept [default: data, beside the index]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) data: Option<String>,
    /// Rebuild when the corpus changes, and reload when another process publishes an index
    #[arg(long)]
    pub(super) watch: bool,
    /// Shape of log lines [default: text on a terminal, else json]
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"])]
    pub(super) log_format: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct AskArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
}

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = jida::search::DEFAULT_LIMIT as u64,
        value_parser = clap::value_parser!(u64).range(1..=jida::search::MAX_LIMIT as u64))]
    pub(super) limit: u64,
    /// Skip this many first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) offset: usize,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    /// How many entries to take apart
    #[arg(long, value_name = "N", default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(1..=jida::search::MAX_LIMIT as u64))]
    pub(super) top: u64,
}

/// What to search in.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// Only entries in this category, its levels joined by /
    #[arg(long, value_name = "PATH")]
    category: Option<String>,
    /// Only entries with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
}

impl FilterArgs {
    pub(super) fn filter(&self) -> jida::search::Filter {
        jida::search::Filter {
            category: self.category.clone(),
            tag: self.tag.clone(),
        }
    }
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["queries", "own", "robustness", "fit"]))]
pub(super) struct EvalArgs {
    /// Labelled queries, one JSON object a line, or - for standard input
    #[arg(value_name = "QUERIES.jsonl", value_hint = ValueHint::FilePath)]
    pub(super) queries: Option<PathBuf>,
    /// Ask the corpus's own questions as they are written
    #[arg(long)]
    pub(super) own: bool,
    /// Ask the corpus's own questions mistyped, in pinyin, in Traditional characters and the like
    #[arg(long)]
    pub(super) robustness: bool,
    /// Fit the ranking's numbers to FAQ folders, each with its queries in queries.jsonl, and write them
    #[arg(long, num_args = 2.., value_names = ["OUT.toml", "DIR"], value_hint = ValueHint::AnyPath,
        conflicts_with_all = ["sample", "json", "misses", "save", "compare", "tolerance", "dump"])]
    pub(super) fit: Option<Vec<PathBuf>>,
    /// How many questions to vary at most
    #[arg(long, value_name = "N", conflicts_with_all = ["queries", "own"],
        default_value_t = jida::eval::robustness::SAMPLE)]
    pub(super) sample: usize,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// List the queries whose first entry is not right
    #[arg(long)]
    pub(super) misses: bool,
    /// Keep the result, to compare another with it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) save: Option<PathBuf>,
    /// Tell what changed since a result was saved; exit code 1 if something became worse
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) compare: Option<PathBuf>,
    /// How many queries R@1, R@3 or MRR may lose, overall and in each kind of 10 or more; wrong answers
    /// may never become more
    #[arg(long, value_name = "N", requires = "compare",
        default_value_t = jida::eval::compare::TOLERANCE)]
    pub(super) tolerance: u32,
    /// Write every query's candidates with their signals and grades, one JSON object a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) dump: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct FeedbackArgs {
    #[command(subcommand)]
    pub(super) command: FeedbackCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FeedbackCommand {
    /// Print every vote, one JSON object a line
    Export(KeptArgs),
    /// Count the votes
    Summary(KeptArgs),
    /// List questions that got no answer, those asked most first, where questions are kept
    Unanswered(UnansweredArgs),
}

/// Which questions, and how they are shown.
#[derive(Debug, Args)]
pub(super) struct UnansweredArgs {
    #[command(flatten)]
    pub(super) kept: KeptArgs,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// What of all that is kept.
#[derive(Debug, Args)]
pub(super) struct KeptArgs {
    /// Folder in which feedback is kept [default: data, beside the index]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) data: Option<String>,
    /// Only what came since this day or time, such as 2026-11-01 or 2026-11-01T08:00:00+08:00; a day begins in UTC
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
}

impl FeedbackCommand {
    /// What of all that is kept is meant.
    pub(super) fn kept(&self) -> &KeptArgs {
        match self {
            FeedbackCommand::Export(kept) | FeedbackCommand::Summary(kept) => kept,
            FeedbackCommand::Unanswered(args) => &args.kept,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

impl Cli {
    /// The settings among the flags: key, flag, value.
    pub(super) fn settings(&self) -> Vec<(&'static str, &'static str, String)> {
        let global = &self.global;
        let (positional, addr, log_format) = match &self.command {
            Some(Command::Index(args)) => (args.folder.as_ref(), None, None),
            Some(Command::Serve(args)) => (None, args.addr.as_ref(), args.log_format.as_ref()),
            _ => (None, None, None),
        };
        let data = match &self.command {
            Some(Command::Serve(args)) => args.data.as_ref(),
            Some(Command::Feedback(args)) => args.command.kept().data.as_ref(),
            _ => None,
        };
        let watch = matches!(&self.command, Some(Command::Serve(args)) if args.watch);
        let watch = watch.then(|| "true".to_owned());
        let public = matches!(&self.command, Some(Command::Serve(args)) if args.public);
        let public = public.then(|| "true".to_owned());
        let quiet = self.global.quiet.then(|| "error".to_owned());
        let verbose = match global.verbose {
            0 => None,
            1 => Some("debug".to_owned()),
            _ => Some("trace".to_owned()),
        };
        let no_history = self.no_history.then(|| "false".to_owned());
        [
            ("client.history", "--no-history", no_history.as_ref()),
            ("corpus", "--corpus", global.corpus.as_ref()),
            ("corpus", "CORPUS", positional),
            ("index", "--index", global.index.as_ref()),
            ("data", "--data", data),
            ("serve.watch", "--watch", watch.as_ref()),
            ("serve.public", "--public", public.as_ref()),
            ("engine", "--engine", global.engine.as_ref()),
            (
                "opensearch.urls",
                "--opensearch-url",
                global.opensearch_url.as_ref(),
            ),
            ("client.server", "--server", global.server.as_ref()),
            ("encoder.kind", "--encoder", global.encoder.as_ref()),
            ("kb", "--kb", global.kb.as_ref()),
            ("lang", "--lang", global.lang.as_ref()),
            ("color", "--color", global.color.as_ref()),
            ("serve.addr", "--addr", addr),
            ("log.format", "--log-format", log_format),
            ("log.level", "--quiet", quiet.as_ref()),
            ("log.level", "--verbose", verbose.as_ref()),
        ]
        .into_iter()
        .filter_map(|(key, flag, value)| Some((key, flag, value?.clone())))
        .collect()
    }
}
