//! Environments of Python packages, made by a Python that answers by script.
#![expect(clippy::disallowed_methods, reason = "the scripted Python makes files")]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use codey::diagnostic::Finding;
use codey::validate::ensure;

/// A Python installation that answers by script.
struct Fake {
    calls: Vec<String>,
    venv: (i32, &'static str),
    pip: (i32, &'static str),
}

impl Fake {
    fn new() -> Self {
        Self {
            calls: Vec::new(),
            venv: (0, ""),
            pip: (0, ""),
        }
    }

    fn run(&mut self, words: &[String]) -> (i32, String) {
        self.calls.push(words.join(" "));
        let (code, text) = match words[2].as_str() {
            "venv" => {
                let bin = Utf8Path::new(&words[3]).join("bin");
                fs::create_dir_all(&bin).unwrap();
                fs::write(bin.join("python"), "").unwrap();
                self.venv
            }
            "pip" => self.pip,
            _ => (0, "3.12.1"),
        };
        (code, text.to_owned())
    }
}

fn wanted() -> Vec<(Utf8PathBuf, String)> {
    vec![
        (
            "requirements-dev.txt".into(),
            "-r requirements.txt\npytest==8\n".to_owned(),
        ),
        ("requirements.txt".into(), "flask==3\n".to_owned()),
    ]
}

#[test]
fn an_environment_is_made_once_for_its_requirements() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap().join("venvs");
    let mut fake = Fake::new();
    let first = ensure(&cache, "python3", &wanted(), &mut |words| {
        Ok(fake.run(words))
    })
    .unwrap();
    assert!(first.made && first.bin.join("python").exists());
    assert_eq!(fake.calls.len(), 3);
    let file = fake.calls[2].split(' ').next_back().unwrap();
    assert!(fake.calls[2].contains("-m pip install --disable-pip-version-check --no-input -q -r "));
    assert_eq!(fs::read_to_string(file).unwrap(), wanted()[0].1);
    assert!(
        Utf8Path::new(file)
            .with_file_name("requirements.txt")
            .exists()
    );

    let second = ensure(&cache, "python3", &wanted(), &mut |words| {
        Ok(fake.run(words))
    })
    .unwrap();
    assert_eq!((second.made, &second.bin), (false, &first.bin));
    assert_eq!(fake.calls.len(), 4);

    let mut other = wanted();
    other[1].1.push_str("click==8\n");
    let third = ensure(&cache, "python3", &other, &mut |words| Ok(fake.run(words))).unwrap();
    assert!(third.made && third.bin != first.bin);
}

#[test]
fn an_environment_that_was_not_finished_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap();
    let mut fake = Fake::new();
    fake.pip = (1, "ERROR: No matching distribution found for flask==3\n");
    let finding = ensure(
        cache,
        "python3",
        &wanted(),
        &mut |words| Ok(fake.run(words)),
    )
    .unwrap_err();
    assert_eq!(finding.code, "venv::install");
    assert!(
        finding.message.contains("No matching distribution"),
        "{}",
        finding.message
    );
    fake.pip = (0, "");
    assert!(
        ensure(
            cache,
            "python3",
            &wanted(),
            &mut |words| Ok(fake.run(words))
        )
        .unwrap()
        .made
    );
}

#[test]
fn what_an_environment_lacks_is_said_plainly() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap();
    let ask = |fake: &mut Fake, files: &[(Utf8PathBuf, String)]| {
        ensure(cache, "python3", files, &mut |words| Ok(fake.run(words))).unwrap_err()
    };
    let mut fake = Fake::new();
    fake.pip = (
        1,
        "WARNING: Retrying after NameResolutionError\nERROR: none",
    );
    assert_eq!(ask(&mut fake, &wanted()).code, "venv::offline");
    fake.venv = (
        1,
        "The virtual environment was not created because ensurepip is not available.",
    );
    let finding = ask(&mut fake, &wanted());
    assert_eq!(finding.code, "venv::no-venv");
    assert!(finding.help.contains("python3-venv"));
    let outside = [("../requirements.txt".into(), String::new())];
    assert_eq!(ask(&mut Fake::new(), &outside).code, "venv::requirements");
    let missing = ensure(cache, "python3", &[], &mut |_| {
        Err(Finding::error("proc", "not found"))
    });
    let finding = missing.unwrap_err();
    assert_eq!(finding.code, "venv::no-python");
    assert!(finding.help.contains("Install Python 3"));
}
