//! Paths and files of a workspace, by the kernel's way and by the step-by-step way.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;

use super::{Durability, Kind, Workspace};
use crate::id::Digest;

/// A folder with a workspace `in` and a neighbour `out` that must never be reached.
struct Place {
    _folder: tempfile::TempDir,
    inside: Utf8PathBuf,
    outside: Utf8PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let top = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let (inside, outside) = (top.join("in"), top.join("out"));
    for folder in [&inside, &outside] {
        make_folder(folder);
    }
    put(&outside.join("a"), "secret");
    Place {
        _folder: folder,
        inside,
        outside,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests set up folders by another way"
)]
fn make_folder(path: &Utf8Path) {
    std::fs::create_dir_all(path).unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests set up files by another way"
)]
fn put(path: &Utf8Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// Both ways of resolving paths.
fn both(place: &Place) -> [Workspace; 2] {
    let open = || Workspace::open(&place.inside).unwrap();
    [open(), open().walking()]
}

fn kind<T: std::fmt::Debug>(answer: Result<T, super::WorkspaceError>) -> Kind {
    answer.unwrap_err().kind
}

#[test]
fn what_is_written_is_read_and_looked_at() {
    let place = place();
    for (workspace, path) in both(&place).iter().zip(["one/two/x.txt", "one/two/y.txt"]) {
        let path = Utf8Path::new(path);
        assert_eq!(workspace.read(path).unwrap(), None);
        let written = workspace.write(path, b"hello", Durability::Synced).unwrap();
        assert_eq!(workspace.read(path).unwrap().unwrap(), b"hello");
        assert_eq!(workspace.stat(path).unwrap(), Some(written));
        assert_eq!(workspace.digest(path).unwrap(), Some(Digest::of(b"hello")));
        assert!(written.is_file && !written.is_dir && written.bytes == 5);
        assert!(workspace.stat("one".into()).unwrap().unwrap().is_dir);
        assert_eq!(workspace.locate(path).unwrap(), place.inside.join(path));
    }
}

#[test]
fn a_replaced_file_keeps_its_permissions_and_leaves_no_draft() {
    let place = place();
    let script = place.inside.join("run.sh");
    put(&script, "old");
    let executable = std::fs::Permissions::from_mode(0o750);
    std::fs::set_permissions(&script, executable).unwrap();
    let [workspace, _] = both(&place);
    let before = workspace.stat("run.sh".into()).unwrap().unwrap();
    let after = workspace
        .write("run.sh".into(), b"new", Durability::Cached)
        .unwrap();
    assert_ne!(before.inode, after.inode);
    assert_eq!(script.metadata().unwrap().mode() & 0o777, 0o750);
    workspace
        .copy("run.sh".into(), "copy.sh".into(), Durability::Cached)
        .unwrap();
    assert_eq!(
        place.inside.join("copy.sh").metadata().unwrap().mode() & 0o777,
        0o750
    );
    assert_eq!(names(&place.inside), ["copy.sh", "run.sh"]);
}

fn names(folder: &Utf8Path) -> Vec<String> {
    let entries = folder.read_dir_utf8().unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_no_draft() {
    let place = place();
    put(&place.inside.join("a"), "old");
    let [workspace, _] = both(&place);
    let mut full = |_: &mut std::fs::File| Err(std::io::Error::from(rustix::io::Errno::NOSPC));
    let wanted = super::write::Wanted {
        durability: Durability::Cached,
        is_new: false,
        mode: None,
    };
    let failed = workspace.replace("write", "a".into(), &wanted, &mut full);
    assert_eq!(kind(failed), Kind::DiskFull);
    assert_eq!(workspace.read("a".into()).unwrap().unwrap(), b"old");
    assert_eq!(names(&place.inside), ["a"]);
}

#[test]
fn folders_are_made_once_and_files_deleted_once() {
    let place = place();
    for workspace in both(&place) {
        assert!(workspace.mkdir_all("with space/b/c".into()).unwrap());
        assert!(!workspace.mkdir_all("with space/b/c".into()).unwrap());
        assert!(!workspace.mkdir_all(".".into()).unwrap());
        put(&place.inside.join("with space/x"), "");
        assert!(workspace.remove_file("with space/x".into()).unwrap());
        assert!(!workspace.remove_file("with space/x".into()).unwrap());
        assert!(!workspace.remove_file("no/such/x".into()).unwrap());
        #[expect(clippy::disallowed_methods, reason = "the next round starts afresh")]
        std::fs::remove_dir_all(place.inside.join("with space")).unwrap();
    }
}

#[test]
fn paths_that_lead_out_by_their_text_are_refused() {
    let place = place();
    for workspace in both(&place) {
        for path in ["/etc/passwd", "../out/a", "x/../../out/a", "x/.."] {
            assert_eq!(kind(workspace.read(path.into())), Kind::Outside, "{path}");
            let written = workspace.write(path.into(), b"", Durability::Cached);
            assert_eq!(kind(written), Kind::Outside, "{path}");
        }
        for path in ["", "a\0b", "folder/", "a/.", "."] {
            let written = workspace.write(path.into(), b"", Durability::Cached);
            assert_eq!(kind(written), Kind::Malformed, "{path:?}");
        }
    }
}

#[test]
fn links_are_followed_inside_and_refused_outside() {
    let place = place();
    make_folder(&place.inside.join("real"));
    put(&place.inside.join("real/x"), "inside");
    for (target, link) in [
        ("real", "alias"),
        ("real/x", "alias-x"),
        ("../out", "leak"),
        ("../out/a", "leak-a"),
        (place.outside.as_str(), "absolute"),
        ("loop", "loop"),
        ("../in/real", "there-and-back"),
    ] {
        symlink(target, place.inside.join(link)).unwrap();
    }
    for workspace in both(&place) {
        assert_eq!(
            workspace.read("alias/x".into()).unwrap().unwrap(),
            b"inside"
        );
        assert_eq!(
            workspace.read("alias-x".into()).unwrap().unwrap(),
            b"inside"
        );
        for path in ["leak/a", "leak-a", "absolute/a", "loop", "there-and-back/x"] {
            assert_eq!(kind(workspace.read(path.into())), Kind::Outside, "{path}");
            assert_eq!(kind(workspace.stat(path.into())), Kind::Outside, "{path}");
        }
        for path in ["leak/new", "absolute/new", "leak/new/deep"] {
            let written = workspace.write(path.into(), b"x", Durability::Cached);
            assert_eq!(kind(written), Kind::Outside, "{path}");
            assert_eq!(
                kind(workspace.mkdir_all(path.into())),
                Kind::Outside,
                "{path}"
            );
            assert_eq!(
                kind(workspace.remove_file(path.into())),
                Kind::Outside,
                "{path}"
            );
        }
        // A link that is the file itself is neither written through nor replaced.
        let written = workspace.write("alias-x".into(), b"x", Durability::Cached);
        assert_eq!(kind(written), Kind::NotRegular);
    }
    assert_eq!(names(&place.outside), ["a"]);
}

#[test]
fn what_is_no_file_is_neither_read_nor_replaced() {
    let place = place();
    make_folder(&place.inside.join("folder"));
    let fifo = place.inside.join("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        fifo.as_str(),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    put(&place.inside.join("file"), "x");
    for workspace in both(&place) {
        for path in ["folder", "fifo"] {
            assert_eq!(
                kind(workspace.read(path.into())),
                Kind::NotRegular,
                "{path}"
            );
            let written = workspace.write(path.into(), b"x", Durability::Cached);
            assert_eq!(kind(written), Kind::NotRegular, "{path}");
        }
        assert_eq!(
            kind(workspace.remove_file("folder".into())),
            Kind::NotRegular
        );
        assert_eq!(kind(workspace.mkdir_all("file/x".into())), Kind::NotRegular);
        assert_eq!(workspace.read("file/x".into()).unwrap(), None);
    }
}

#[test]
fn what_git_and_codey_keep_is_not_changed() {
    let place = place();
    let [workspace, _] = both(&place);
    for path in [
        ".git/config",
        "a/.GIT/hooks/x",
        ".codey/journal",
        "./.codey/x",
        ".git",
    ] {
        let written = workspace.write(path.into(), b"x", Durability::Cached);
        assert_eq!(kind(written), Kind::Protected, "{path}");
    }
    for path in [".gitignore", ".github/x", "a/.codey/x"] {
        workspace
            .write(path.into(), b"x", Durability::Cached)
            .unwrap();
    }
}

#[test]
fn the_state_folder_hides_itself_from_git() {
    let place = place();
    let [workspace, _] = both(&place);
    let state = workspace.state_dir().unwrap();
    assert_eq!(state, place.inside.join(".codey"));
    assert_eq!(
        std::fs::read_to_string(state.join(".gitignore")).unwrap(),
        "*\n"
    );
    assert_eq!(workspace.state_dir().unwrap(), state);
}

#[test]
fn a_workspace_is_made_with_its_parents() {
    let place = place();
    let root = place.inside.join("new/deep");
    assert_eq!(kind(Workspace::open(&root)), Kind::NotFound);
    assert_eq!(Workspace::create(&root).unwrap().root(), root);
    assert_eq!(
        kind(Workspace::open("/proc/version".into())),
        Kind::NotRegular
    );
}

/// One thing in a random tree.
#[derive(Clone, Debug)]
enum Thing {
    Folder,
    File,
    Link(String),
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(name(), 1..4).prop_map(|names| names.join("/"))
}

fn target() -> impl Strategy<Value = String> {
    let step = prop::sample::select(vec!["a", "b", "c", "..", ".", "in", "out"]);
    let relative = prop::collection::vec(step, 1..5).prop_map(|names| names.join("/"));
    prop_oneof![4 => relative, 1 => Just("/ROOT/out".to_owned()), 1 => Just("/ROOT/in/a".to_owned())]
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        Just(Thing::Folder),
        Just(Thing::File),
        target().prop_map(Thing::Link)
    ]
}

/// A path as a caller might give it, with what must be refused among it.
fn request() -> impl Strategy<Value = String> {
    let step = prop::sample::select(vec!["a", "a", "b", "b", "c", "c", ".", "..", "", "out"]);
    prop::collection::vec(step, 1..5).prop_map(|names| names.join("/"))
}

fn grow(place: &Place, tree: &[(String, Thing)]) {
    let top = place.inside.parent().unwrap();
    for (path, thing) in tree {
        let at = place.inside.join(path);
        // What is in the way of an earlier thing is left out; links may send it outside, which
        // the next lines must not follow.
        let Ok(parent) = at.parent().unwrap().canonicalize_utf8() else {
            continue;
        };
        if !parent.is_dir()
            || !parent.starts_with(&place.inside)
            || std::fs::symlink_metadata(&at).is_ok()
        {
            continue;
        }
        match thing {
            Thing::Folder => make_folder(&at),
            Thing::File => put(&at, path),
            Thing::Link(target) => {
                symlink(target.replace("/ROOT", top.as_str()), &at).unwrap();
            }
        }
    }
}

/// Every file below `folder` with its content, without following links.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            found.push((path.display().to_string(), Vec::new()));
            found.extend(content(&path));
        } else if kind.is_file() {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is read lies inside by the system's own account, and both ways agree on it.
    #[test]
    fn nothing_outside_is_read(
        tree in prop::collection::vec((path(), thing()), 0..10),
        requests in prop::collection::vec(request(), 1..12),
    ) {
        let place = place();
        grow(&place, &tree);
        let [kernel, walk] = both(&place);
        for request in &requests {
            let path = Utf8Path::new(request);
            let answers = [kernel.read(path), walk.read(path)];
            for answer in &answers {
                if let Ok(Some(bytes)) = answer {
                    let real = place.inside.join(path).canonicalize_utf8().unwrap();
                    prop_assert!(real.starts_with(&place.inside), "{} is {}", path, real);
                    prop_assert_eq!(bytes, &std::fs::read(&real).unwrap());
                }
            }
            let [by_kernel, by_walk] = answers.map(|answer| answer.map_err(|error| error.kind));
            prop_assert_eq!(by_kernel, by_walk, "{}", path);
            let stats = [kernel.stat(path), walk.stat(path)];
            let [by_kernel, by_walk] =
                stats.map(|answer| answer.map_err(|error| error.kind));
            prop_assert_eq!(by_kernel, by_walk, "{}", path);
        }
    }

    /// Whatever is changed lies inside, and a write that is accepted is found where it was asked for.
    #[test]
    fn nothing_outside_is_changed(
        tree in prop::collection::vec((path(), thing()), 0..10),
        requests in prop::collection::vec((request(), 0..4_u8), 1..12),
        walking in any::<bool>(),
    ) {
        let place = place();
        grow(&place, &tree);
        let [kernel, walk] = both(&place);
        let workspace = if walking { walk } else { kernel };
        let before = content(place.outside.as_std_path());
        for (request, action) in &requests {
            let path = Utf8Path::new(request);
            match action {
                0 => drop(workspace.mkdir_all(path)),
                1 => drop(workspace.remove_file(path)),
                2 => drop(workspace.copy("a".into(), path, Durability::Cached)),
                _ => {
                    if workspace.write(path, b"new", Durability::Cached).is_ok() {
                        prop_assert_eq!(std::fs::read(place.inside.join(path)).unwrap(), b"new");
                    }
                }
            }
        }
        prop_assert_eq!(before, content(place.outside.as_std_path()));
    }
}

#[test]
fn files_are_listed_without_what_is_skipped_and_without_following_folders() {
    let place = place();
    make_folder(&place.inside.join("b/deep"));
    make_folder(&place.inside.join("skipped"));
    for path in ["a", "b/deep/c", "skipped/d"] {
        put(&place.inside.join(path), "");
    }
    symlink(&place.outside, place.inside.join("away")).unwrap();
    symlink("b", place.inside.join("again")).unwrap();
    symlink("a", place.inside.join("same")).unwrap();
    symlink(place.outside.join("a"), place.inside.join("secret")).unwrap();
    for workspace in both(&place) {
        let skip = |path: &Utf8Path| path == "skipped";
        let files = workspace.list(Utf8Path::new(""), &skip).unwrap();
        assert_eq!(files, ["a", "away", "b/deep/c", "same", "secret"]);
        assert_eq!(kind(workspace.read(Utf8Path::new("secret"))), Kind::Outside);
        assert_eq!(workspace.list("b".into(), &skip).unwrap(), ["b/deep/c"]);
        assert!(workspace.list("none".into(), &skip).unwrap().is_empty());
        assert_eq!(kind(workspace.list("..".into(), &skip)), Kind::Outside);
    }
}
