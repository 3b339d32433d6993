//! Tables that are made anew: refused where the project's migrations are not codey's alone, or do not lead to what
//! the contract asks for. Knows no statement and no table.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::migration::{Migration, Project, file};
use super::{GrowError, refused};
use crate::id::Digest;
use crate::journal::Journal;
use crate::validate;
use crate::workspace::{STATE_DIR, Workspace};

impl Project<'_> {
    /// Refuses `migration`, which makes tables anew, where they may hold what codey does not know of.
    pub(super) fn check_remade(&self, migration: &Migration) -> Result<(), GrowError> {
        let (Some(style), Some(contract)) = (self.style(), &self.opened.contract) else {
            return Ok(());
        };
        let workspace = Workspace::open(self.dir)?;
        let folder = Utf8Path::new(&style.path)
            .parent()
            .unwrap_or(Utf8Path::new(""));
        let extension = Utf8Path::new(&style.path).extension();
        let mut paths = workspace.list(folder, &|_| false)?;
        paths.retain(|path| path.parent() == Some(folder) && path.extension() == extension);
        let mut recorded = self.recorded(&workspace)?;
        let (mut found, mut files) = (Vec::new(), Vec::new());
        for path in paths {
            let bytes = workspace.read(&path)?.unwrap_or_default();
            match recorded.remove(&path) {
                None => found.push(format!("`{path}` is not codey's")),
                Some(None) => found.push(format!("it is not recorded how `{path}` was made")),
                Some(Some(digest)) if digest != Digest::of(&bytes) => {
                    found.push(format!("`{path}` was edited by hand"));
                }
                Some(Some(_)) => {}
            }
            files.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
        found.extend(recorded.keys().map(|path| format!("`{path}` is gone")));
        if found.is_empty() {
            files.push((migration.path.clone(), migration.text.clone()));
            let findings = validate::migrations(contract, &files);
            found.extend(findings.into_iter().map(|finding| finding.message));
        }
        match found.is_empty() {
            true => Ok(()),
            false => Err(own_migrations(&found)),
        }
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
