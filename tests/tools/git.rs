//! Git: own files only, in every kind of repository.

use super::*;

/// Paths in the commit that HEAD names, each with its content.
fn committed(repository: &git2::Repository) -> String {
    let tree = repository.head().unwrap().peel_to_tree().unwrap();
    let mut found = String::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        if let Ok(object) = entry.to_object(repository)
            && let Some(blob) = object.as_blob()
        {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            let text = String::from_utf8_lossy(blob.content()).into_owned();
            let _ = writeln!(found, "{folder}{name}={text}");
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    found
}

fn commits(repository: &git2::Repository) -> usize {
    let mut walk = repository.revwalk().unwrap();
    walk.push_head().unwrap();
    walk.count()
}

#[test]
fn a_repository_is_made_once_and_without_hooks() {
    let place = place();
    let git = Git::new(&place.workspace);
    assert!(
        git.init()
            .unwrap()
            .detail
            .starts_with("made a git repository")
    );
    assert!(git.init().unwrap().detail.contains("already"));
    assert!(
        !place
            .workspace
            .root()
            .join(".git/hooks/pre-commit.sample")
            .exists()
    );
}

#[test]
fn own_files_are_committed_and_no_others() {
    let place = place();
    let git = Git::new(&place.workspace);
    git.init().unwrap();
    let own = [
        place.put("a.txt", "1"),
        place.put("d/b.txt", "2"),
        "d".into(),
    ];
    place.put("theirs.txt", "3");
    let report = git.commit(&own, "Scaffold").unwrap();
    assert!(
        report.detail.starts_with("committed 2 files as "),
        "{}",
        report.detail
    );
    let repository = place.repository();
    assert_eq!(committed(&repository), "a.txt=1\nd/b.txt=2\n");
    let commit = repository.head().unwrap().peel_to_commit().unwrap();
    assert_eq!(commit.message().unwrap(), "Scaffold\n");
    assert_eq!(commit.parent_count(), 0);
}

#[test]
fn what_the_user_staged_stays_staged_and_uncommitted() {
    let place = place();
    let git = Git::new(&place.workspace);
    git.init().unwrap();
    git.commit(&[place.put("a.txt", "1")], "one").unwrap();
    git.stage(&[place.put("theirs.txt", "x")]).unwrap();
    git.commit(&[place.put("a.txt", "2")], "two").unwrap();
    let repository = place.repository();
    assert_eq!(committed(&repository), "a.txt=2\n");
    let status = repository.status_file(Path::new("theirs.txt")).unwrap();
    assert_eq!(status, git2::Status::INDEX_NEW);
}

#[test]
fn nothing_new_makes_no_commit() {
    let place = place();
    let git = Git::new(&place.workspace);
    git.init().unwrap();
    assert!(
        git.commit(&[], "none")
            .unwrap()
            .detail
            .starts_with("nothing to commit")
    );
    let own = [place.put("a.txt", "1")];
    git.commit(&own, "one").unwrap();
    let report = git.commit(&own, "again").unwrap();
    assert_eq!(report.detail, "nothing to commit: 1 file unchanged");
    assert_eq!(commits(&place.repository()), 1);
}

#[test]
fn deleted_files_are_committed_and_ignored_ones_are_not() {
    let place = place();
    let git = Git::new(&place.workspace);
    git.init().unwrap();
    let own = [place.put("a.txt", "1"), place.put("b.txt", "2")];
    git.commit(&own, "one").unwrap();
    place.workspace.remove_file("a.txt".into()).unwrap();
    let ignored = [
        place.put(".gitignore", "*.db"),
        place.put("app.db", "x"),
        own[0].clone(),
    ];
    let report = git.commit(&ignored, "two").unwrap();
    assert!(report.detail.contains("1 ignored"), "{}", report.detail);
    assert_eq!(committed(&place.repository()), ".gitignore=*.db\nb.txt=2\n");
}

#[test]
fn a_workspace_below_another_repository_uses_it_until_it_has_its_own() {
    let outer = place();
    Git::new(&outer.workspace).init().unwrap();
    let root = outer.workspace.root().join("sub/app");
    let inner = Workspace::create(&root).unwrap();
    inner
        .write("x.txt".into(), b"1", Durability::Cached)
        .unwrap();
    let own = [Utf8PathBuf::from("x.txt")];
    let git = Git::new(&inner);
    git.commit(&own, "in the outer one").unwrap();
    assert_eq!(committed(&outer.repository()), "sub/app/x.txt=1\n");
    git.init().unwrap();
    inner
        .write("x.txt".into(), b"2", Durability::Cached)
        .unwrap();
    git.commit(&own, "in the inner one").unwrap();
    assert_eq!(
        committed(&git2::Repository::open(&root).unwrap()),
        "x.txt=2\n"
    );
    assert_eq!(committed(&outer.repository()), "sub/app/x.txt=1\n");
}

#[test]
fn a_worktree_is_committed_to() {
    let place = place();
    let git = Git::new(&place.workspace);
    git.init().unwrap();
    git.commit(&[place.put("a.txt", "1")], "one").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("tree");
    place.repository().worktree("tree", &path, None).unwrap();
    let workspace = Workspace::open(Utf8Path::from_path(&path).unwrap()).unwrap();
    workspace
        .write("b.txt".into(), b"2", Durability::Cached)
        .unwrap();
    Git::new(&workspace)
        .commit(&["b.txt".into()], "two")
        .unwrap();
    let tree = git2::Repository::open(&path).unwrap();
    assert_eq!(committed(&tree), "a.txt=1\nb.txt=2\n");
    assert_eq!(committed(&place.repository()), "a.txt=1\n");
}

#[test]
fn without_a_repository_the_help_says_what_to_do() {
    let place = place();
    let finding = Git::new(&place.workspace).commit(&[], "x").unwrap_err();
    assert_eq!(finding.code, "git::no-repository");
    assert!(finding.help.contains("git: init"));
}
