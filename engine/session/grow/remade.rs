//! Tables that are made anew: refused where the project's migrations are not codey's alone, or do not lead to what
//! the contract asks for. Knows no statement and no table.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::migration::{Migration, Project, file};
use super::{GrowError, refused};
use crate::contract::{Change, OwnedTable};
use crate::id::Digest;
use crate::journal::Journal;
use crate::validate;
use crate::workspace::{STATE_DIR, Workspace};

impl Project<'_> {
    /// Refuses `migration`, which makes tables anew, where they may hold what codey does not know of.
    pub(super) fn check_remade(
        &self,
        migration: &Migration,
        steps: &[Change],
    ) -> Result<(), GrowError> {
        let Some(contract) = &self.opened.contract else {
            return Ok(());
        };
        let mut files = self.written()?;
        let mut recorded = self.recorded(&Workspace::open(self.dir)?)?;
        let mut found = Vec::new();
        for (path, text) in &files {
            match recorded.remove(path) {
                None => found.push(format!("`{path}` is not codey's")),
                Some(None) => found.push(format!("it is not recorded how `{path}` was made")),
                Some(Some(digest)) if digest != Digest::of(text.as_bytes()) => {
                    found.push(format!("`{path}` was edited by hand"));
                }
                Some(Some(_)) => {}
            }
        }
        found.extend(recorded.keys().map(|path| format!("`{path}` is gone")));
        if found.is_empty() {
            let before = validate::replayed(&files);
            files.push((migration.path.clone(), migration.text.clone()));
            let findings = validate::migrations(contract, &files);
            found.extend(findings.into_iter().map(|finding| finding.message));
            if found.is_empty() {
                // An edited migration that a later step has recorded counts as codey's: what it made tells.
                found = strange(&before, steps);
            }
        }
        match found.is_empty() {
            true => Ok(()),
            false => Err(own_migrations(&found)),
        }
    }

    /// The statements that made the tables, as the migrations that lie there leave them.
    pub(super) fn tables(&self) -> Result<BTreeMap<String, String>, GrowError> {
        Ok(validate::replayed(&self.written()?))
    }

    /// The migrations that lie there, whoever wrote them.
    fn written(&self) -> Result<Vec<(Utf8PathBuf, String)>, GrowError> {
        let Some(style) = self.style() else {
            return Ok(Vec::new());
        };
        let workspace = Workspace::open(self.dir)?;
        let folder = Utf8Path::new(&style.path)
            .parent()
            .unwrap_or(Utf8Path::new(""));
        let extension = Utf8Path::new(&style.path).extension();
        let mut paths = workspace.list(folder, &|_| false)?;
        paths.retain(|path| path.parent() == Some(folder) && path.extension() == extension);
        let mut files = Vec::new();
        for path in paths {
            let bytes = workspace.read(&path)?.unwrap_or_default();
            files.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
        Ok(files)
    }

    /// The migrations that codey made, with the digests of the texts that it wrote, where these are known.
    fn recorded(
        &self,
        workspace: &Workspace,
    ) -> Result<BTreeMap<Utf8PathBuf, Option<Digest>>, GrowError> {
        let Some(style) = self.style() else {
            return Ok(BTreeMap::new());
        };
        let kept = self.parameter();
        if !kept.is_empty() {
            let made = kept.iter().map(|made| {
                let of = |name| made[name].as_str().unwrap_or_default();
                let digest = Digest::of(of("text").as_bytes());
                (file(style, of("name")), Some(digest))
            });
            return Ok(made.collect());
        }
        let found = Journal::open_existing(&workspace.root().join(STATE_DIR))
            .map_err(super::SetupError::from)?;
        let known = found.map(|found| found.known).unwrap_or_default();
        let records = known.files();
        let base = |path: &Utf8PathBuf| records.get(path.as_path()).and_then(|(_, it)| it.base);
        let made = self.made_paths(style).into_iter();
        Ok(made.map(|path| (path.clone(), base(path))).collect())
    }
}

/// What the statements that made tables say which are made anew, and codey did not.
fn strange(before: &BTreeMap<String, String>, steps: &[Change]) -> Vec<String> {
    let owned = steps.iter().flat_map(|step| match step {
        Change::Own { tables } => tables.as_slice(),
        _ => &[],
    });
    let of = |owned: &OwnedTable| {
        let name = &owned.table.name;
        let sql = before.get(name).map_or("", String::as_str);
        let parts = owned.strange(sql).into_iter();
        let told = parts.map(|part| format!("`{name}` was made with `{part}`"));
        told.collect::<Vec<_>>()
    };
    owned.flat_map(of).collect()
}

fn own_migrations(found: &[String]) -> GrowError {
    let message = format!(
        "the tables would be made anew, which could lose what migrations of your own did to them: {}",
        found.join(", ")
    );
    let help = "put the migrations back as codey wrote them; where databases were made with yours, make a new \
                project from `.codey/plan.yaml`: `codey run` it with `auth=true` and `migrations=[]` set, and \
                another `--dir`, and copy the rows over";
    refused("grow::own-migrations", message, help)
}
