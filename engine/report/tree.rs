//! The dry run as text: a table in run order, why each node runs, and totals. Knows previews only.

use std::fmt::Write as _;

use super::look::{Look, Tone};
use super::preview::{Fate, Preview};
use super::rows::{Row, Rows};
use super::text::{clip, clip_start, count, grouped, pad, size, visible, width, wrap};
use super::why::reasons;

/// Columns between two columns of the table.
const GAP: usize = 2;

/// Least columns that a column which may be cut keeps.
const LEAST_COLUMN: usize = 8;

/// Columns of the names in the list of totals.
const LABEL_COLUMNS: usize = 9;

const BYTES_PER_MIB: u64 = 1024 * 1024;

/// Renders `preview` for people. Long plans are shortened unless `full`.
pub fn render_tree(preview: &Preview, full: bool, look: Look) -> String {
    let rows = Rows::of(preview, full);
    let mut out = heading(preview, look);
    table(&mut out, &rows, look);
    out.push('\n');
    for (name, text) in facts(preview, &rows, full) {
        let start = LABEL_COLUMNS + GAP;
        let text = wrap(&text, start, start, look.columns());
        let name = look.paint(Tone::Faint, &pad(name, start));
        let _ = writeln!(out, "{name}{text}");
    }
    out
}

fn heading(preview: &Preview, look: Look) -> String {
    let name = visible(&preview.plan);
    let mut out = look.paint(Tone::Strong, &name);
    if !preview.about.is_empty() {
        let about = format!(": {}", visible(&preview.about));
        out.push_str(&wrap(&about, width(&name), 2, look.columns()));
    }
    out.push_str("\n\n");
    out
}

/// Writes the table, columns just wide enough and the last ones cut so that a line fits.
fn table(out: &mut String, rows: &Rows, look: Look) {
    let mut widths = [0; Row::COLUMNS];
    for row in rows.shown() {
        for (column, cell) in row.cells.iter().enumerate() {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let empty: Vec<bool> = rows.empty_columns();
    for (column, name) in Row::NAMES.iter().enumerate() {
        widths[column] = if empty[column] {
            0
        } else {
            widths[column].max(width(name))
        };
    }
    fit(&mut widths, look.table_columns());
    let names = Row::NAMES.map(str::to_owned);
    let line = table_line(&names, &widths);
    let _ = writeln!(out, "{}", look.paint(Tone::Faint, &line));
    for row in rows.lines() {
        match row {
            Ok(row) => {
                let line = table_line(&row.cells, &widths);
                let _ = writeln!(out, "{}", paint_row(&line, row.fate, look));
            }
            Err(left_out) => {
                let indent = widths[0] + GAP;
                let text = format!("{:indent$}⋮ {} more", "", grouped(*left_out));
                let _ = writeln!(out, "{}", look.paint(Tone::Faint, &text));
            }
        }
    }
}

/// Narrows the columns that may be cut, the widest first, until a line fits.
fn fit(widths: &mut [usize; Row::COLUMNS], columns: usize) {
    loop {
        let used: usize = widths.iter().filter(|w| **w > 0).map(|w| w + GAP).sum();
        let Some(over) = used.saturating_sub(GAP).checked_sub(columns) else {
            return;
        };
        let widest = Row::MAY_BE_CUT
            .into_iter()
            .filter(|(column, _)| over > 0 && widths[*column] > LEAST_COLUMN)
            .max_by_key(|(column, favour)| widths[*column].saturating_sub(*favour));
        let Some((widest, _)) = widest else { return };
        widths[widest] -= 1;
    }
}

fn table_line(cells: &[String; Row::COLUMNS], widths: &[usize; Row::COLUMNS]) -> String {
    let mut line = String::new();
    for (column, cell) in cells.iter().enumerate() {
        if widths[column] == 0 {
            continue;
        }
        let cell = if Row::KEEP_END.contains(&column) && !cell.contains(' ') {
            clip_start(cell, widths[column])
        } else if Row::MAY_BE_CUT.iter().any(|(cut, _)| *cut == column) {
            clip(cell, widths[column])
        } else {
            cell.as_str().into()
        };
        if Row::RIGHT.contains(&column) {
            let room = widths[column].saturating_sub(width(&cell));
            let _ = write!(line, "{:room$}{cell}", "");
        } else {
            line.push_str(&pad(&cell, widths[column]));
        }
        line.push_str("  ");
    }
    line.truncate(line.trim_end().len());
    line
}

/// Cached nodes step back, conflicts step forward.
fn paint_row(line: &str, fate: Fate, look: Look) -> String {
    match fate {
        Fate::Run => line.to_owned(),
        Fate::Cached | Fate::Depends => look.paint(Tone::Faint, line),
        Fate::Conflict => look.paint(Tone::Bad, line),
    }
}

/// What follows the table: reasons, order, loads and totals, as names and texts.
fn facts(preview: &Preview, rows: &Rows, full: bool) -> Vec<(&'static str, String)> {
    let totals = &preview.totals;
    let mut facts = reasons(preview, full);
    let order = if preview.order.len() == preview.nodes.len() {
        "as listed; nodes that wait for nothing more run side by side".to_owned()
    } else {
        format!(
            "as numbered; {} would start",
            count(preview.order.len(), "node")
        )
    };
    facts.push(("order", order));
    if let Some(lanes) = rows.lanes.as_ref().filter(|lanes| !lanes.is_empty()) {
        let lanes: Vec<String> = lanes
            .iter()
            .map(|(kind, lane)| format!("{} in {}", visible(kind), visible(lane)))
            .collect();
        facts.push(("lanes", lanes.join(", ")));
    }
    facts.push(("models", loads(preview)));
    facts.push(("nodes", summary_of_nodes(preview)));
    if totals.tokens > 0 {
        facts.push(("tokens", format!("at most {}", grouped(totals.tokens))));
    }
    facts.push(("time", estimate(totals.estimated_ms)));
    if totals.peak_mib > 0 {
        let peak = size(totals.peak_mib.saturating_mul(BYTES_PER_MIB));
        facts.push(("memory", format!("about {peak} at the peak")));
    }
    facts
}

fn summary_of_nodes(preview: &Preview) -> String {
    let totals = &preview.totals;
    let with = |fate| {
        preview
            .nodes
            .iter()
            .filter(|node| node.fate == fate)
            .count()
    };
    let parts: Vec<String> = [
        (totals.run as usize, "to run"),
        (totals.cached as usize, "up to date"),
        (with(Fate::Depends), "depending on how others end"),
        (with(Fate::Conflict), "in conflict"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{} {what}", grouped(number as u64)))
    .collect();
    if parts.is_empty() {
        return grouped(u64::from(totals.nodes));
    }
    format!("{}: {}", grouped(u64::from(totals.nodes)), parts.join(", "))
}

fn loads(preview: &Preview) -> String {
    if preview.loads.is_empty() {
        return "none to load".to_owned();
    }
    let loads: Vec<String> = preview
        .loads
        .iter()
        .map(|load| {
            let model = load.name.as_ref().map_or_else(
                || load.model.clone(),
                |name| format!("{name} as {}", load.model),
            );
            let lanes = load.lanes.filter(|lanes| *lanes > 1);
            let lanes = lanes.map(|lanes| count(lanes as usize, "lane"));
            let need = load.need_mib.filter(|mib| *mib > 0);
            let need = need.map(|mib| size(mib.saturating_mul(BYTES_PER_MIB)));
            let place = load.endpoint.as_ref().map(|url| format!("at {url}"));
            let facts = [Some(count(load.nodes.len(), "node")), lanes, need, place];
            let facts: Vec<String> = facts.into_iter().flatten().collect();
            visible(&format!("{model} ({})", facts.join(", "))).into_owned()
        })
        .collect();
    format!("{}: {}", count(loads.len(), "load"), loads.join(", then "))
}

/// A time nobody should read to the hundredth of a second.
fn estimate(ms: u64) -> String {
    const MS: u64 = 1000;
    match ms {
        0..MS => "under a second".to_owned(),
        MS..60_000 => format!("about {}s", ms.div_ceil(MS)),
        _ => format!("about {}", super::text::duration(ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_table_lists_every_node_of_a_small_plan() {
        insta::assert_snapshot!(render_tree(&fixture::application(), false, Look::PLAIN));
    }

    #[test]
    fn models_loads_and_reasons_are_shown() {
        insta::assert_snapshot!(render_tree(&fixture::mixed(), false, Look::PLAIN));
    }

    #[test]
    fn no_line_is_wider_than_the_limit() {
        for width in [60, 80, 100, 240] {
            let look = Look {
                width,
                ..Look::PLAIN
            };
            let text = render_tree(&fixture::application(), false, look);
            let limit = usize::from(width.clamp(76, 160));
            for line in text.lines() {
                assert!(super::width(line) <= limit, "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_huge_plan_is_shortened_and_its_full_form_is_not() {
        let preview = fixture::wide(100_000);
        let short = render_tree(&preview, false, Look::PLAIN);
        insta::assert_snapshot!(short);
        let full = render_tree(&preview, true, Look::PLAIN);
        assert!(full.lines().count() > 100_000);
    }

    #[test]
    fn an_empty_plan_has_totals_and_no_rows() {
        let mut preview = fixture::wide(2);
        preview.nodes.clear();
        preview.order.clear();
        preview.totals = super::super::preview::Totals::default();
        let text = render_tree(&preview, false, Look::PLAIN);
        assert!(text.contains("nodes      0\n"), "{text}");
    }
}
