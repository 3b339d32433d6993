//! Git without the git program: make a repository, stage and commit given files. Runs no hook,
//! signs nothing, reaches no network, and touches no file that it was not given.

#![expect(
    clippy::disallowed_methods,
    reason = "the repository's own files are no files of the workspace"
)]

use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use git2::{
    Commit, ErrorCode, Index, Oid, Repository, RepositoryInitOptions, RepositoryState, Signature,
};

use super::report::ToolReport;
use crate::diagnostic::Finding;
use crate::workspace::Workspace;

/// The author where git knows none.
const AUTHOR: (&str, &str) = ("codey", "codey@localhost");
/// The first branch where the user's configuration names none.
const BRANCH: &str = "main";
/// The place in git's index of a file without a conflict.
const STAGE_NORMAL: i32 = 0;

/// Git in a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Git<'a> {
    workspace: &'a Workspace,
}

impl<'a> Git<'a> {
    /// Git in `workspace`.
    pub fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    /// Removes the locks that a killed run left in the workspace's repository. Only for a caller that
    /// knows of one: the lock of a living git looks the same.
    pub fn unlock(self) {
        let top = self.workspace.root().join(".git");
        let heads = top.join("refs/heads");
        for entry in [top, heads]
            .iter()
            .filter_map(|dir| dir.read_dir_utf8().ok())
            .flatten()
            .flatten()
        {
            if entry.file_name().ends_with(".lock") {
                // What cannot be removed is named by the action that follows.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Makes a repository whose top is the workspace, unless it is the top of one already. A
    /// repository further up is left alone.
    pub fn init(self) -> Result<ToolReport, Finding> {
        let root = self.workspace.root();
        match Repository::open(root) {
            Ok(_) => return Ok(ToolReport::new("is a git repository already")),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(finding("open the repository", &error)),
        }
        let branch = configured_branch().unwrap_or_else(|| BRANCH.to_owned());
        let mut options = RepositoryInitOptions::new();
        // The user's template folder may hold hooks, and what git makes must not depend on it.
        options
            .no_reinit(true)
            .external_template(false)
            .initial_head(&branch);
        Repository::init_opts(root, &options)
            .map_err(|error| finding("make a repository", &error))?;
        Ok(ToolReport::new(format!(
            "made a git repository on branch {branch}"
        )))
    }

    /// Stages `paths` as they are now; one that is gone is staged as deleted.
    pub fn stage(self, paths: &[Utf8PathBuf]) -> Result<ToolReport, Finding> {
        let staging = Staging::open(self.workspace)?;
        let mut index = staging.index()?;
        let staged = staging.stage(&mut index, paths)?;
        index
            .write()
            .map_err(|error| finding("write the index", &error))?;
        Ok(ToolReport::new(format!("staged {}", staged.count())))
    }

    /// Stages and commits `paths` and nothing else: what the user has staged besides stays staged.
    pub fn commit(self, paths: &[Utf8PathBuf], message: &str) -> Result<ToolReport, Finding> {
        let staging = Staging::open(self.workspace)?;
        staging.refuse_unfinished()?;
        let mut index = staging.index()?;
        let staged = staging.stage(&mut index, paths)?;
        let parent = staging.head()?;
        let tree = staging.tree_with(&index, parent.as_ref(), &staged)?;
        index
            .write()
            .map_err(|error| finding("write the index", &error))?;
        let unchanged = match &parent {
            Some(parent) => parent.tree_id() == tree,
            None => staged.paths.is_empty(),
        };
        if unchanged {
            return Ok(ToolReport::new(format!(
                "nothing to commit: {} unchanged",
                staged.count()
            )));
        }
        let commit = staging
            .commit(tree, parent.as_ref(), message)
            .map_err(|error| finding("commit", &error))?;
        let name = commit.to_string();
        let count = staged.count();
        Ok(ToolReport::new(format!(
            "committed {count} as {}",
            &name[..7]
        )))
    }
}

/// A repository and the place of the workspace in it.
struct Staging<'a> {
    workspace: &'a Workspace,
    repository: Repository,
    /// The workspace, below the top of the repository's working tree.
    prefix: PathBuf,
}

/// What was staged, by paths below the top of the working tree.
struct Staged {
    paths: Vec<PathBuf>,
    ignored: usize,
}

impl Staged {
    /// `3 files, 1 ignored by .gitignore`
    fn count(&self) -> String {
        let files = match self.paths.len() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        };
        match self.ignored {
            0 => files,
            ignored => format!("{files}, {ignored} ignored by .gitignore"),
        }
    }
}

impl<'a> Staging<'a> {
    fn open(workspace: &'a Workspace) -> Result<Self, Finding> {
        let repository = Repository::discover(workspace.root()).map_err(|error| {
            if error.code() == ErrorCode::NotFound {
                return Finding::error(
                    "git::no-repository",
                    "the workspace is in no git repository",
                )
                .help("Add a chunk `git: init` before this one, or run `git init`.");
            }
            finding("open the repository", &error)
        })?;
        let prefix = repository
            .workdir()
            .and_then(|top| top.canonicalize().ok())
            .and_then(|top| {
                workspace
                    .root()
                    .as_std_path()
                    .strip_prefix(top)
                    .ok()
                    .map(Path::to_owned)
            })
            .ok_or_else(|| {
                Finding::error(
                    "git::no-working-tree",
                    "the repository has no working tree here",
                )
                .help("Use a repository that is not bare.")
            })?;
        Ok(Self {
            workspace,
            repository,
            prefix,
        })
    }

    fn index(&self) -> Result<Index, Finding> {
        self.repository
            .index()
            .map_err(|error| finding("read the index", &error))
    }

    /// A commit in the middle of a merge would end it with the wrong content.
    fn refuse_unfinished(&self) -> Result<(), Finding> {
        match self.repository.state() {
            RepositoryState::Clean => Ok(()),
            state => Err(Finding::error(
                "git::unfinished",
                format!("the repository is in the middle of something: {state:?}"),
            )
            .help("Finish or abort it with git, then run again.")),
        }
    }

    /// Brings `paths` into the index. Folders hold nothing of their own; ignored files stay out.
    fn stage(&self, index: &mut Index, paths: &[Utf8PathBuf]) -> Result<Staged, Finding> {
        let mut staged = Staged {
            paths: Vec::new(),
            ignored: 0,
        };
        for path in paths {
            let stat = self.workspace.stat(path)?;
            if stat.is_some_and(|stat| stat.is_dir) {
                continue;
            }
            let inside = self.inside(path);
            let tracked = index.get_path(&inside, STAGE_NORMAL).is_some();
            let failed = |error| finding(&format!("stage `{path}`"), &error);
            if stat.is_none() {
                if tracked {
                    index.remove_path(&inside).map_err(failed)?;
                    staged.paths.push(inside);
                }
            } else if !tracked
                && self
                    .repository
                    .status_should_ignore(&inside)
                    .map_err(failed)?
            {
                staged.ignored += 1;
            } else {
                index.add_path(&inside).map_err(failed)?;
                staged.paths.push(inside);
            }
        }
        staged.paths.sort();
        staged.paths.dedup();
        Ok(staged)
    }

    fn inside(&self, path: &Utf8Path) -> PathBuf {
        let names = path.components().filter(|name| name.as_str() != ".");
        names.fold(self.prefix.clone(), |inside, name| {
            inside.join(name.as_str())
        })
    }

    /// The commit that HEAD names; none before the first.
    fn head(&self) -> Result<Option<Commit<'_>>, Finding> {
        match self
            .repository
            .head()
            .and_then(|head| head.peel_to_commit())
        {
            Ok(commit) => Ok(Some(commit)),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(finding("read HEAD", &error)),
        }
    }

    /// The tree of `parent` with what was staged brought over from `index`, and nothing else.
    fn tree_with(
        &self,
        index: &Index,
        parent: Option<&Commit<'_>>,
        staged: &Staged,
    ) -> Result<Oid, Finding> {
        let build = || -> Result<Oid, git2::Error> {
            let mut only = Index::new()?;
            if let Some(parent) = parent {
                only.read_tree(&parent.tree()?)?;
            }
            for path in &staged.paths {
                match index.get_path(path, STAGE_NORMAL) {
                    Some(entry) => only.add(&entry)?,
                    None => only.remove(path, STAGE_NORMAL).or_else(missing_is_fine)?,
                }
            }
            only.write_tree_to(&self.repository)
        };
        build().map_err(|error| finding("write the tree", &error))
    }

    fn commit(
        &self,
        tree: Oid,
        parent: Option<&Commit<'_>>,
        message: &str,
    ) -> Result<Oid, git2::Error> {
        let author = match self.repository.signature() {
            Ok(author) => author,
            Err(_) => Signature::now(AUTHOR.0, AUTHOR.1)?,
        };
        let tree = self.repository.find_tree(tree)?;
        let parents: Vec<_> = parent.into_iter().collect();
        let message = format!("{}\n", message.trim_end());
        self.repository
            .commit(Some("HEAD"), &author, &author, &message, &tree, &parents)
    }
}

fn missing_is_fine(error: git2::Error) -> Result<(), git2::Error> {
    match error.code() {
        ErrorCode::NotFound => Ok(()),
        _ => Err(error),
    }
}

fn configured_branch() -> Option<String> {
    let config = git2::Config::open_default().ok()?;
    config.get_string("init.defaultBranch").ok()
}

fn finding(action: &str, error: &git2::Error) -> Finding {
    let help = match error.code() {
        ErrorCode::Locked => "Another git is at work here: wait for it, or remove its lock file.",
        ErrorCode::Owner => "Add the folder to git's `safe.directory` if you trust it.",
        _ => "Look at the repository with `git status`.",
    };
    let message = error.message().trim_end_matches('.');
    Finding::error("git::failed", format!("cannot {action}: {message}")).help(help)
}
