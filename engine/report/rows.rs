//! The rows of the dry run's table: which nodes are shown, and their cells. Knows no colours or widths.

use std::collections::{BTreeMap, BTreeSet};

use super::preview::{Fate, Preview, PreviewNode};
use super::text::{grouped, visible};

/// Plans up to this many nodes are shown whole.
const SHOWN_WHOLE: usize = 120;

/// A run of alike rows longer than this is shortened in a plan that is not shown whole.
const ALIKE_ROWS: usize = 8;

/// Rows kept at the start of a shortened run; one more is kept at its end.
const ALIKE_START: usize = 3;

/// Rows kept at the start and the end when the whole table is still too long.
const TABLE_START: usize = 80;
const TABLE_END: usize = 20;

/// Names listed in a cell before the rest is counted.
const LISTED: usize = 2;

/// The kind of nodes whose producer is the name of a template.
const TEMPLATE: &str = "template";

/// A node as a line of the table.
pub(super) struct Row {
    pub(super) cells: [String; Self::COLUMNS],
    pub(super) fate: Fate,
}

impl Row {
    pub(super) const COLUMNS: usize = 9;
    pub(super) const NAMES: [&'static str; Self::COLUMNS] = [
        "#",
        "node",
        "does",
        "kind",
        "by",
        "writes",
        "cap",
        "lane",
        "waits for",
    ];
    pub(super) const RIGHT: [usize; 2] = [0, 6];
    /// Columns that may be cut, and how many columns each keeps before the others.
    pub(super) const MAY_BE_CUT: [(usize, usize); 3] = [(4, 10), (5, 18), (8, 6)];
    /// Columns of which the end says most: paths.
    pub(super) const KEEP_END: [usize; 2] = [4, 5];
    const BY: usize = 4;
    const CAP: usize = 6;
    const LANE: usize = 7;
}

/// The table: rows, and the number of nodes left out between two of them.
pub(super) struct Rows {
    lines: Vec<Result<Row, u64>>,
    /// The lane of each kind, where a kind has one lane only.
    pub(super) lanes: Option<BTreeMap<String, String>>,
}

impl Rows {
    /// The rows of `preview` in run order; a long plan is shortened unless `full`.
    pub(super) fn of(preview: &Preview, full: bool) -> Self {
        let listed = listing(preview);
        let shown = if full || listed.len() <= SHOWN_WHOLE {
            listed.iter().map(|node| Ok(*node)).collect()
        } else {
            shortened(preview, &listed)
        };
        let bases = instances(preview);
        let mut starts = vec![None; preview.nodes.len()];
        for (start, node) in (1_u64..).zip(&preview.order) {
            starts[*node as usize] = Some(start);
        }
        let mut place = vec![0; preview.nodes.len()];
        for (above, node) in listed.iter().enumerate() {
            place[*node as usize] = above;
        }
        let folder = shared_folder(preview);
        let lines = shown
            .into_iter()
            .map(|line| {
                line.map(|node| {
                    let mut row = row(preview, node, &place, &starts, &bases);
                    if preview.nodes[node as usize].kind == TEMPLATE {
                        row.cells[Row::BY].drain(..folder);
                    }
                    row
                })
            })
            .collect();
        Self {
            lines,
            lanes: lanes(preview),
        }
    }

    /// Rows and counts of what is left out, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Result<Row, u64>> {
        self.lines.iter()
    }

    /// The rows alone.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Row> {
        self.lines.iter().filter_map(|line| line.as_ref().ok())
    }

    /// Whether a column holds nothing that tells nodes apart.
    pub(super) fn empty_columns(&self) -> Vec<bool> {
        (0..Row::COLUMNS)
            .map(|column| {
                let empty = || self.shown().all(|row| row.cells[column].is_empty());
                (column == Row::LANE && self.lanes.is_some()) || (column == Row::CAP && empty())
            })
            .collect()
    }
}

/// Bytes of the folder that all templates have in common, so that it need not be shown in each row.
fn shared_folder(preview: &Preview) -> usize {
    let mut names = preview
        .nodes
        .iter()
        .filter(|node| node.kind == TEMPLATE)
        .map(|node| node.producer.as_str());
    let folder = |name: &str| name.find('/').map_or(0, |at| at + 1);
    let Some(first) = names.next().map(|name| &name[..folder(name)]) else {
        return 0;
    };
    let plain = first.chars().all(|char| char.is_ascii_graphic());
    if plain && names.all(|name| name.starts_with(first)) {
        first.len()
    } else {
        0
    }
}

/// The lane of each kind; nothing where nodes of one kind run in different lanes.
fn lanes(preview: &Preview) -> Option<BTreeMap<String, String>> {
    let mut lanes: BTreeMap<&str, &str> = BTreeMap::new();
    for node in &preview.nodes {
        let lane = *lanes.entry(&node.kind).or_insert(&node.lane);
        if lane != node.lane {
            return None;
        }
    }
    let owned = |(kind, lane): (&str, &str)| (kind.to_owned(), lane.to_owned());
    Some(lanes.into_iter().map(owned).collect())
}

/// The nodes in run order where the order names them all, else in plan order.
fn listing(preview: &Preview) -> Vec<u32> {
    if preview.order.len() == preview.nodes.len() {
        preview.order.clone()
    } else {
        (0..u32::try_from(preview.nodes.len()).unwrap_or(u32::MAX)).collect()
    }
}

/// How many instances each `for-each` chunk has, by its id with the final period.
fn instances(preview: &Preview) -> BTreeMap<&str, usize> {
    let mut bases = BTreeMap::new();
    for node in &preview.nodes {
        if let Some(base) = base(&node.id) {
            *bases.entry(base).or_insert(0) += 1;
        }
    }
    bases
}

/// `routes.` of `routes.book`.
fn base(id: &str) -> Option<&str> {
    id.find('.').map(|at| &id[..=at])
}

/// Shortens runs of alike rows, then the middle of what is still too long.
fn shortened(preview: &Preview, listed: &[u32]) -> Vec<Result<u32, u64>> {
    let alike = |a: &u32, b: &u32| {
        let (a, b) = (&preview.nodes[*a as usize], &preview.nodes[*b as usize]);
        (&a.kind, &a.chunk, a.fate, base(&a.id)) == (&b.kind, &b.chunk, b.fate, base(&b.id))
    };
    let mut lines = Vec::new();
    for run in listed.chunk_by(alike) {
        if run.len() <= ALIKE_ROWS {
            lines.extend(run.iter().map(|node| Ok(*node)));
            continue;
        }
        lines.extend(run[..ALIKE_START].iter().map(|node| Ok(*node)));
        lines.push(Err((run.len() - ALIKE_START - 1) as u64));
        lines.push(Ok(run[run.len() - 1]));
    }
    if lines.len() > TABLE_START + TABLE_END {
        let middle = TABLE_START..lines.len() - TABLE_END;
        let left_out = lines[middle.clone()]
            .iter()
            .map(|line| line.map_or_else(|number| number, |_| 1))
            .sum();
        lines.splice(middle, [Err(left_out)]);
    }
    lines
}

fn row(
    preview: &Preview,
    index: u32,
    place: &[usize],
    starts: &[Option<u64>],
    bases: &BTreeMap<&str, usize>,
) -> Row {
    let node = &preview.nodes[index as usize];
    let outputs: Vec<&str> = node.outputs.iter().map(|path| path.as_str()).collect();
    let cells = [
        starts[index as usize].map_or_else(|| "-".to_owned(), grouped),
        node.id.clone(),
        fate_word(node.fate).to_owned(),
        node.kind.clone(),
        node.producer.clone(),
        dash_if_empty(listed(&outputs)),
        node.cap.map(|cap| cap.to_string()).unwrap_or_default(),
        node.lane.clone(),
        dash_if_empty(needs(preview, node, index, place, bases)),
    ];
    Row {
        cells: cells.map(|cell| visible(&cell).into_owned()),
        fate: node.fate,
    }
}

/// The word for a fate in the table.
pub(super) fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::Run => "run",
        Fate::Cached => "cached",
        Fate::Depends => "depends",
        Fate::Conflict => "conflict",
    }
}

fn dash_if_empty(text: String) -> String {
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// The first few names, and how many more there are.
fn listed(names: &[&str]) -> String {
    if names.len() <= LISTED + 1 {
        return names.join(", ");
    }
    let more = grouped((names.len() - LISTED) as u64);
    format!("{} +{more}", names[..LISTED].join(", "))
}

/// What a node waits for: `all 17 above`, `routes.* (3)`, or names.
fn needs(
    preview: &Preview,
    node: &PreviewNode,
    index: u32,
    place: &[usize],
    bases: &BTreeMap<&str, usize>,
) -> String {
    let usual: BTreeSet<u32> = node
        .needs
        .iter()
        .filter(|need| need.on == "success")
        .map(|need| need.node)
        .collect();
    let mut names = Vec::new();
    let above = place[index as usize];
    let is_above = |need: &u32| place[*need as usize] < above;
    if above > 1 && usual.len() == above && usual.iter().all(is_above) {
        names.push(format!("all {} above", grouped(above as u64)));
    } else {
        names.extend(usual_needs(preview, &usual, bases));
    }
    for need in node.needs.iter().filter(|need| need.on != "success") {
        let id = &preview.nodes[need.node as usize].id;
        names.push(format!("{id} ({})", need.on));
    }
    listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Names of the nodes in `usual`; all instances of a `for-each` become one name.
fn usual_needs(
    preview: &Preview,
    usual: &BTreeSet<u32>,
    bases: &BTreeMap<&str, usize>,
) -> Vec<String> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for node in usual {
        if let Some(base) = base(&preview.nodes[*node as usize].id) {
            *found.entry(base).or_insert(0) += 1;
        }
    }
    let mut names = Vec::new();
    for node in usual {
        let id = preview.nodes[*node as usize].id.as_str();
        match base(id).map(|base| (base, bases[base])) {
            Some((base, all)) if all > 1 && found.get(base) == Some(&all) => {
                found.remove(base);
                names.push(format!("{base}* ({})", grouped(all as u64)));
            }
            Some((base, all)) if all > 1 && !found.contains_key(base) => {}
            _ => names.push(id.to_owned()),
        }
    }
    names
}
