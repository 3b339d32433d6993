//! Licences and sources of everything that is linked or run in a build. The lists are here, as data.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that code may come under; any one alternative of an expression is enough.
const ALLOWED: [&str; 15] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // Certificates of the web: data, passed on with its licence.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "0BSD",
];

/// Packages that must not come in, and why.
const BANNED: [(&str, &str); 6] = [
    ("native-tls", "codey speaks to no network when it runs"),
    ("openssl-sys", "codey speaks to no network when it runs"),
    ("reqwest", "codey speaks to no network when it runs"),
    (
        "serde_yml",
        "it is unmaintained and unsound; plans are written by `yaml_serde`",
    ),
    ("tokio", "codey waits on threads and one channel"),
    ("async-std", "codey waits on threads and one channel"),
];

/// Packages of this repository.
const OWN: [&str; 2] = ["codey", "codey-matmul"];

/// The one registry packages come from, as Cargo.lock writes it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Most packages the lock file may name, those of other systems and of the tests included.
const MAX_PACKAGES: usize = 450;

#[test]
fn packages_come_from_the_registry_and_none_is_banned() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"));
    let lock: toml::Table = lock.unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    assert!(
        packages.len() <= MAX_PACKAGES,
        "{} packages",
        packages.len()
    );
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let source = package.get("source").map(|source| source.as_str().unwrap());
        let expected = (!OWN.contains(&name)).then_some(REGISTRY);
        assert_eq!(source, expected, "{name} comes from elsewhere");
        let banned = BANNED.iter().find(|(banned, _)| *banned == name);
        assert!(banned.is_none(), "{name}: {}", banned.unwrap().1);
    }
}

#[test]
fn every_licence_is_on_the_list() {
    for package in metadata()["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if OWN.contains(&name) {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence), "{name} is under {licence}");
    }
}

/// What Cargo knows of the packages this system builds.
fn metadata() -> Value {
    let cargo = env!("CARGO");
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(feature = "llama") {
        command.arg("--no-default-features");
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether an expression of licences can be met with allowed ones.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest) && rest.is_empty()
}

fn any(rest: &mut &[&str]) -> bool {
    let mut met = all(rest);
    while let ["OR", after @ ..] = rest {
        *rest = after;
        met |= all(rest);
    }
    met
}

fn all(rest: &mut &[&str]) -> bool {
    let mut met = one(rest);
    while let ["AND", after @ ..] = rest {
        *rest = after;
        met &= one(rest);
    }
    met
}

fn one(rest: &mut &[&str]) -> bool {
    match rest {
        ["(", after @ ..] => {
            *rest = after;
            let met = any(rest);
            let closed = rest.first() == Some(&")");
            *rest = rest.get(1..).unwrap_or_default();
            met && closed
        }
        [name, "WITH", exception, after @ ..] => {
            let name = format!("{name} WITH {exception}");
            *rest = after;
            ALLOWED.contains(&name.as_str())
        }
        [name, after @ ..] => {
            let met = ALLOWED.contains(name);
            *rest = after;
            met
        }
        [] => false,
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR GPL-2.0-only) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in [
        "",
        "none",
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "(MIT",
        "MIT WITH Classpath-exception-2.0",
        "MIT Apache-2.0",
    ] {
        assert!(!is_allowed(bad), "{bad}");
    }
}
