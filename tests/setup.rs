//! The set-up script: what it would install where, with nothing but a faked search path.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs `.ci/setup --dry-run` where only the named commands exist.
fn setup(commands: &[&str], manager: &str, user: &str) -> Output {
    let bin = TempDir::new().unwrap();
    for name in commands {
        let script = format!("#!/bin/sh\n[ \"${{0##*/}}\" != id ] || echo {user}\n");
        let path = bin.path().join(name);
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    symlink("/bin/sh", bin.path().join("sh")).unwrap();
    Command::new("/bin/sh")
        .args([".ci/setup", "--dry-run"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("PATH", bin.path())
        .env("CODEY_SETUP_LIBRARIES", "/nonexistent")
        .env("CODEY_SETUP_MANAGER", manager)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let bytes = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn each_package_manager_gets_its_own_names() {
    let bare = ["cargo", "id"];
    for (manager, command) in [
        (
            "apt",
            "apt-get install -q -y --no-install-recommends cmake build-essential libclang-dev python3 python3-venv\n",
        ),
        (
            "dnf",
            "setup: dnf install -y cmake gcc gcc-c++ make clang-devel python3\n",
        ),
        ("pkg", "setup: pkg install -y cmake clang clang python\n"),
    ] {
        let output = setup(&bare, manager, "0");
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        assert!(said.contains(command), "{said}");
    }
    let said = said(&setup(&["cargo", "id", "cc", "c++"], "brew", "501"));
    assert!(
        said.contains("setup: brew install cmake llvm python\n"),
        "{said}"
    );
}

#[test]
fn sudo_is_used_only_where_it_is_needed_and_there() {
    let as_user = setup(&["cargo", "id", "sudo"], "apt", "1000");
    assert!(
        said(&as_user).contains("setup: sudo apt-get update"),
        "{}",
        said(&as_user)
    );
    let as_root = setup(&["cargo", "id", "sudo"], "apt", "0");
    assert!(!said(&as_root).contains("sudo"), "{}", said(&as_root));
    let without = setup(&["cargo", "id"], "apt", "1000");
    assert_eq!(without.status.code(), Some(1));
    assert!(
        said(&without).contains("as root, install: cmake"),
        "{}",
        said(&without)
    );
}

#[test]
fn what_it_cannot_do_is_said() {
    let no_rust = setup(&["id"], "apt", "0");
    assert_eq!(no_rust.status.code(), Some(1));
    assert!(said(&no_rust).contains("rustup"), "{}", said(&no_rust));
    let no_manager = setup(&["cargo", "id"], "none", "0");
    assert_eq!(no_manager.status.code(), Some(1));
    assert!(
        said(&no_manager).contains("no apt, dnf, brew or pkg"),
        "{}",
        said(&no_manager)
    );
}
