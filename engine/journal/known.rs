//! What earlier runs left: the last result of every node. Knows no plan: an id here may be in none.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};
use rusqlite::{Connection, OptionalExtension, Row};

use super::schema::sum;
use crate::id::Digest;

/// The last result of every node that ever finished in this workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// By node id.
    pub nodes: HashMap<String, NodeRecord>,
    /// Rows that were damaged and nodes that miss one: what they said is left out.
    pub damaged: usize,
}

/// The last result of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRecord {
    /// The digest of everything the result depends on.
    pub key: Digest,
    /// How long the attempt took, in milliseconds.
    pub ms: u64,
    /// What it left, by path.
    pub outputs: Vec<OutputRecord>,
}

/// A path that a node left, as it was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRecord {
    /// The path below the workspace.
    pub path: Utf8PathBuf,
    /// Digest of the file's bytes; absent for a directory.
    pub digest: Option<Digest>,
    /// Digest of the text that codey made for it, where it made one: the base of later merges. It differs
    /// from `digest` where the file also holds the user's changes.
    pub base: Option<Digest>,
    /// Its size.
    pub bytes: u64,
    /// Its modification time, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Its inode.
    pub inode: u64,
}

impl Known {
    /// Every recorded path with the id of the node that left it.
    pub fn files(&self) -> HashMap<&Utf8Path, (&str, &OutputRecord)> {
        let mut files = HashMap::with_capacity(self.nodes.len());
        #[expect(
            clippy::iter_over_hash_type,
            reason = "a path has one owner, so the order is moot"
        )]
        for (id, node) in &self.nodes {
            let outputs = node.outputs.iter();
            files.extend(outputs.map(|output| (output.path.as_path(), (id.as_str(), output))));
        }
        files
    }
}

impl NodeRecord {
    /// The checksum of the node's row.
    pub(super) fn sum(&self, num: i64, id: &str, run: i64, outputs: i64) -> i64 {
        let numbers = [num, self.ms.cast_signed(), run, outputs].map(i64::to_le_bytes);
        sum(&[id.as_bytes(), &self.key.0, numbers.as_flattened()])
    }
}

impl OutputRecord {
    /// The checksum of the output's row.
    pub(super) fn sum(&self, num: i64) -> i64 {
        let numbers = [
            num,
            self.bytes.cast_signed(),
            self.mtime_ns,
            self.inode.cast_signed(),
        ];
        let [digest, base] =
            [self.digest, self.base].map(|digest| digest.map_or([0; 32], |digest| digest.0));
        let numbers = numbers.map(i64::to_le_bytes);
        sum(&[
            self.path.as_str().as_bytes(),
            &digest,
            &base,
            numbers.as_flattened(),
        ])
    }
}

/// A node's row, before its outputs are read.
struct Loaded {
    num: i64,
    id: String,
    record: NodeRecord,
    /// How many outputs it has.
    outputs: usize,
}

/// Reads everything in two queries: a workspace of 10,000 nodes is looked up at every start.
pub(super) fn load(db: &Connection) -> rusqlite::Result<Known> {
    let mut damaged = 0;
    let mut nodes: Vec<Loaded> = Vec::new();
    let mut statement =
        db.prepare("SELECT num, id, key, ms, run, outputs, sum FROM nodes ORDER BY num")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match node(row) {
            Some(node) => nodes.push(node),
            None => damaged += 1,
        }
    }
    let mut statement =
        db.prepare("SELECT path, num, digest, base, bytes, mtime_ns, inode, sum FROM outputs")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some((num, output)) = output(row) else {
            damaged += 1;
            continue;
        };
        if let Ok(at) = nodes.binary_search_by_key(&num, |node| node.num) {
            nodes[at].record.outputs.push(output);
        }
    }
    let mut known = HashMap::with_capacity(nodes.len());
    for node in nodes {
        // A node that lost an output's row is not known to be done.
        if node.record.outputs.len() == node.outputs {
            known.insert(node.id, node.record);
        } else {
            damaged += 1;
        }
    }
    Ok(Known {
        nodes: known,
        damaged,
    })
}

/// The cache key's parts of the node `id`, as JSON.
pub(super) fn manifest(db: &Connection, id: &str) -> rusqlite::Result<Option<String>> {
    const SQL: &str =
        "SELECT m.num, m.json, m.sum FROM nodes n JOIN manifests m USING (num) WHERE n.id = ?1";
    db.query_row(SQL, [id], |row| {
        let Some((num, json, stored)) = triple(row) else {
            return Ok(None);
        };
        Ok((stored == manifest_sum(num, &json)).then_some(json))
    })
    .optional()
    .map(Option::flatten)
}

/// The checksum of a manifest's row.
pub(super) fn manifest_sum(num: i64, json: &str) -> i64 {
    sum(&[&num.to_le_bytes(), json.as_bytes()])
}

fn triple(row: &Row<'_>) -> Option<(i64, String, i64)> {
    Some((row.get(0).ok()?, row.get(1).ok()?, row.get(2).ok()?))
}

/// A node's row, unless it was damaged.
fn node(row: &Row<'_>) -> Option<Loaded> {
    let num: i64 = row.get(0).ok()?;
    let id: String = row.get(1).ok()?;
    let (run, outputs): (i64, i64) = (row.get(4).ok()?, row.get(5).ok()?);
    let record = NodeRecord {
        key: Digest(row.get(2).ok()?),
        ms: row.get::<_, i64>(3).ok()?.cast_unsigned(),
        outputs: Vec::new(),
    };
    let stored: i64 = row.get(6).ok()?;
    (record.sum(num, &id, run, outputs) == stored).then_some(Loaded {
        num,
        id,
        record,
        outputs: usize::try_from(outputs).ok()?,
    })
}

/// An output's row with its node's number, unless it was damaged.
fn output(row: &Row<'_>) -> Option<(i64, OutputRecord)> {
    let path: String = row.get(0).ok()?;
    let num: i64 = row.get(1).ok()?;
    let record = OutputRecord {
        path: path.into(),
        digest: row.get::<_, Option<[u8; 32]>>(2).ok()?.map(Digest),
        base: row.get::<_, Option<[u8; 32]>>(3).ok()?.map(Digest),
        bytes: row.get::<_, i64>(4).ok()?.cast_unsigned(),
        mtime_ns: row.get(5).ok()?,
        inode: row.get::<_, i64>(6).ok()?.cast_unsigned(),
    };
    let stored: i64 = row.get(7).ok()?;
    (record.sum(num) == stored).then_some((num, record))
}
