//! The command line as a person or a script meets it: the real binary, in a folder of its own.

mod answers;
mod ask;
mod bases;
mod conformance;
mod encoder;
mod eval;
mod faults;
mod feedback;
mod fit;
mod help;
mod index;
mod lines;
mod opening;
mod prompt;
mod remote;
mod rollback;
mod search;
pub(crate) mod serve;
mod settings;
mod streams;
mod watch;
mod welcome;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use assert_cmd::cargo::CommandCargoExt;

/// A small corpus whose answers are beyond doubt.
pub(crate) const REFUNDS: &str = "\
# 退款

## 怎么申请退款？

在订单页点击“申请退款”，三个工作日内到账。

## 怎么开发票？

在订单页点击“开发票”，填写抬头后提交。
";

/// A folder with a corpus, in which `jida` runs.
pub(crate) struct Desk {
    folder: PathBuf,
    /// Removes the folder in the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Desk {
    /// An empty folder.
    pub(crate) fn empty() -> Desk {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        Desk {
            folder: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// A folder with [`REFUNDS`] as its corpus, not indexed.
    pub(crate) fn with_corpus() -> Desk {
        let desk = Desk::empty();
        desk.write("corpus/退款.md", REFUNDS);
        desk
    }

    /// A folder with [`REFUNDS`] as its corpus, indexed.
    fn indexed() -> Desk {
        static FOLDER: OnceLock<PathBuf> = OnceLock::new();
        let original = FOLDER.get_or_init(|| {
            build_once("cli-refunds", |corpus| {
                fs::write(corpus.join("退款.md"), REFUNDS).expect("a file can be written");
            })
        });
        let desk = Desk::empty();
        copy_folder(original, &desk.folder);
        desk
    }

    /// The corpus that ships, indexed once for all tests. Nothing may be changed in it.
    fn shipped() -> Desk {
        static FOLDER: OnceLock<PathBuf> = OnceLock::new();
        let folder = FOLDER.get_or_init(|| {
            build_once("cli-shipped", |corpus| {
                copy_folder(
                    &Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"),
                    corpus,
                );
            })
        });
        Desk {
            folder: folder.clone(),
            _temporary: None,
        }
    }

    /// `jida`, in this folder, speaking English whatever this machine speaks.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("jida").expect("the binary is built");
        command.current_dir(&self.folder).args(arguments);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("JIDA_") || name.starts_with("CLICOLOR") || name == "NO_COLOR" {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "en_US.UTF-8");
        // Unoptimised, the built-in encoder takes seconds for each text.
        command.env("JIDA_ENCODER", "none");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output())
    }

    /// Runs with `input` on standard input.
    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let file = self.temporary_input(input);
        Run::of(self.command(arguments).stdin(file).output())
    }

    fn temporary_input(&self, input: &[u8]) -> fs::File {
        use std::io::{Seek, SeekFrom, Write};

        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(input).expect("the input can be written");
        file.seek(SeekFrom::Start(0))
            .expect("a file can be rewound");
        file
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        let folder = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

/// A folder with a corpus and its index, made anew in each run of the tests: one left over may be another
/// version's.
fn build_once(name: &str, fill: impl FnOnce(&Path)) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("corpus")).expect("a folder for the corpus");
    fill(&folder.join("corpus"));
    let desk = Desk {
        folder,
        _temporary: None,
    };
    let run = desk.run(&["index"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    desk.folder
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be read") {
        let entry = entry.expect("a folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    fn of(output: std::io::Result<Output>) -> Run {
        let output = output.expect("the binary runs");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?} {:?}", self.stdout, self.stderr))
    }

    /// Output with what may change from one fit of the weights to the next replaced.
    fn steady_output(&self) -> String {
        steady(&self.stdout)
    }
}

/// Replaces percentages and index versions.
fn steady(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\n']) {
        let bare = word.trim_end();
        let space = &word[bare.len()..];
        let is_percentage = bare
            .strip_suffix('%')
            .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
        let is_version = bare.len() == 16 && bare.bytes().all(|b| b.is_ascii_hexdigit());
        match (is_percentage, is_version) {
            (true, _) => out.push_str("NN%"),
            (_, true) => out.push_str("VERSION"),
            _ => out.push_str(bare),
        }
        out.push_str(space);
    }
    out
}
