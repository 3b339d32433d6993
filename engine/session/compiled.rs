//! Large plans kept compiled in the workspace, by the digest of their text and parameters: a run that finds
//! everything in place should not spend its time on parsing. Knows no format of plans.

use camino::Utf8Path;

use super::target::Target;
use crate::id::Digest;
use crate::journal::FileCache;
use crate::plan::{MAX_FILE_BYTES, Plan, Sources};
use crate::workspace::STATE_DIR;

/// Plans with fewer nodes are read faster than their compiled form is looked up.
const MIN_NODES: usize = 500;

/// Where the compiled form of a plan file is kept.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    name: String,
    key: Digest,
}

impl Compiled {
    /// The place for the plan file that `target` names; nothing when it is no readable file.
    pub(super) fn of(target: &Target) -> Option<Self> {
        let path = Utf8Path::new(&target.text);
        let length = path
            .metadata()
            .ok()
            .filter(std::fs::Metadata::is_file)?
            .len();
        if length > MAX_FILE_BYTES as u64 {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        for (name, value) in &target.set {
            hasher.update(format!("\0{name}={value}").as_bytes());
        }
        hasher.update(b"\0\0").update(&std::fs::read(path).ok()?);
        let name = format!("plan-{}", Digest::of(target.text.as_bytes()).short());
        Some(Self {
            name,
            key: Digest(*hasher.finalize().as_bytes()),
        })
    }

    /// The plan, where the workspace `dir` has it.
    pub(super) fn load(&self, dir: &Utf8Path) -> Option<Plan> {
        let bytes = FileCache::new(&dir.join(STATE_DIR)).get(&self.name, self.key)?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Keeps `plan`, where that saves time. It can always be made again, so a failure changes nothing.
    pub(super) fn keep(&self, plan: &Plan, cache: &FileCache) {
        if plan.nodes.len() >= MIN_NODES
            && let Ok(bytes) = postcard::to_allocvec(plan)
        {
            let _ = cache.put(&self.name, self.key, &bytes);
        }
    }

    /// Whether a plan with these sources is fully described by its one file, the command line apart.
    pub(super) fn describes(sources: &Sources) -> bool {
        sources
            .files()
            .filter(|(name, _)| !name.as_str().starts_with('<'))
            .count()
            == 1
    }
}
