//! The command line as a person or a script meets it: the real binary, in a folder of its own.

mod ask;
mod help;
mod index;
mod lines;
mod opening;
mod search;
mod serve;
mod settings;
mod streams;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use assert_cmd::cargo::CommandCargoExt;

/// A small corpus whose answers are beyond doubt.
const REFUNDS: &str = "\
# 退款

## 怎么申请退款？

在订单页点击“申请退款”，三个工作日内到账。

## 怎么开发票？

在订单页点击“开发票”，填写抬头后提交。
";

/// A folder with a corpus, in which `jida` runs.
struct Desk {
    folder: PathBuf,
    /// Removes the folder in the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Desk {
    /// An empty folder.
    fn empty() -> Desk {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        Desk {
            folder: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// A folder with [`REFUNDS`] as its corpus, not indexed.
    fn with_corpus() -> Desk {
        let desk = Desk::empty();
        desk.write("corpus/退款.md", REFUNDS);
        desk
    }

    /// A folder with [`REFUNDS`] as its corpus, indexed.
    fn indexed() -> Desk {
        let desk = Desk::with_corpus();
        let run = desk.run(&["index"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        desk
    }

    /// The corpus that ships, indexed once for all tests. Nothing may be changed in it.
    fn shipped() -> Desk {
        static FOLDER: OnceLock<PathBuf> = OnceLock::new();
        let folder = FOLDER.get_or_init(|| {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-shipped");
            // Left over from an earlier run, perhaps of another version.
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("corpus")).expect("a folder for the corpus");
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
            for name in ["备案.md", "接入备案.md"] {
                fs::copy(corpus.join(name), folder.join("corpus").join(name))
                    .expect("the corpus can be copied");
            }
            let desk = Desk {
                folder: folder.clone(),
                _temporary: None,
            };
            let run = desk.run(&["index"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            folder
        });
        Desk {
            folder: folder.clone(),
            _temporary: None,
        }
    }

    /// `jida`, in this folder, speaking English whatever this machine speaks.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("jida").expect("the binary is built");
        command.current_dir(&self.folder).args(arguments);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("JIDA_") || name.starts_with("CLICOLOR") || name == "NO_COLOR" {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "en_US.UTF-8");
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
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

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        let folder = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

/// What a command did.
#[derive(Debug)]
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
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

    fn json(&self) -> serde_json::Value {
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
