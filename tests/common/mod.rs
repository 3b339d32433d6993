//! A workspace of its own and the real binary in a clean environment.

#[cfg(feature = "fetch")]
pub(crate) mod http;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary directory with helpers to fill it, run codey in it and look at the result.
pub(crate) struct Project {
    dir: TempDir,
}

/// How a command ended.
#[must_use]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    /// A project with one plan file, `plan.yaml`.
    pub(crate) fn with_plan(plan: &str) -> Self {
        let project = Self::new();
        project.write("plan.yaml", plan);
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let bytes = std::fs::read(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        String::from_utf8(bytes).unwrap()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// The binary with a clean environment, ready to be started here.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codey"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .stdin(Stdio::null());
        for name in [
            "PATH",
            "HOME",
            "LD_LIBRARY_PATH",
            "PIP_CERT",
            "PIP_INDEX_URL",
            "PIP_CONFIG_FILE",
        ] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("CODEY_CACHE_DIR", cache_dir())
            .env("XDG_CONFIG_HOME", self.path().join(".config"))
            .env("XDG_DATA_HOME", self.path().join(".data"))
            .env("CODEY_REDACT", "1")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    pub(crate) fn codey(&self, args: &[&str]) -> Ended {
        Ended::of(self.command(args).output().unwrap())
    }

    /// All files below `dir`, codey's own records and the plan apart, with their bytes.
    pub(crate) fn tree(&self, dir: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.path().join(dir);
        let mut files = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                if path.is_dir() && name != ".codey" && name != ".git" {
                    folders.push(path);
                } else if path.is_file() && name != "plan.yaml" {
                    let relative = path
                        .strip_prefix(&root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    files.push((relative, std::fs::read(&path).unwrap()));
                }
            }
        }
        files.sort();
        files
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code and shows what was printed when it is another.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "\nstdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }

    /// The ids of the nodes that ran, from the events of `--json`.
    pub(crate) fn ran(&self) -> Vec<String> {
        let events = self
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let mut ran: Vec<String> = events
            .filter(|event: &serde_json::Value| event["state"]["is"] == "running")
            .map(|event| event["id"].as_str().unwrap().to_owned())
            .collect();
        ran.sort();
        ran
    }
}

/// The virtual environment that codey made for the requirements of the application in `dir`.
pub(crate) fn venv_of(project: &Project, dir: &str) -> PathBuf {
    const FILES: [&str; 2] = ["requirements-dev.txt", "requirements.txt"];
    let environments = std::fs::read_dir(cache_dir()).unwrap();
    environments
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let same = |name: &&str| {
                let made = std::fs::read(path.join("requirements").join(name));
                made.is_ok_and(|text| text == project.read(&format!("{dir}/{name}")).as_bytes())
            };
            path.join("complete").exists() && FILES.iter().all(same)
        })
        .expect("codey run made a virtual environment")
}

/// Virtual environments are shared by all tests and kept between runs.
pub(crate) fn cache_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}
