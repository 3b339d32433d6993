<% set ns = namespace(totals=false) %>
<% for entity in contract.entities %><% for field in entity.fields if field.type == "money" and field.name in entity.summed %><% set ns.totals = true %><% endfor %><% endfor %>
//! What the program says: to people, and as JSON to programs.

use serde::Serialize;

use crate::data::Data;
use crate::record::Record;
use crate::rules::Refused;

/// Characters of a cell in a list; `show` has the rest.
const MAX_CELL_CHARS: usize = 40;
const GAP: &str = "  ";

/// An answer in both forms.
pub struct Answer {
    pub text: String,
    pub json: String,
    /// Whether the data is another than before.
    pub changed: bool,
}

/// Says what became of rows; one that was asked for alone is no list in JSON.
pub fn said<T: Record>(
    what: &str,
    rows: &[T],
    alone: bool,
    data: &Data,
) -> Result<Answer, Refused> {
    let line = |row: &T| format!("{what}: {} {}, {}", T::LABEL, row.id(), plain(&row.title()));
    let text: Vec<String> = rows.iter().map(line).collect();
    let shown: Vec<_> = rows.iter().map(|row| row.shown(data)).collect();
    let json = match (alone, shown.first()) {
        (true, Some(row)) => json(row)?,
        _ => json(&shown)?,
    };
    Ok(Answer {
        text: text.join("\n"),
        json,
        changed: true,
    })
}

/// Rows as a table with a heading.
pub fn listing<T: Record>(rows: &[&T], data: &Data) -> Result<Answer, Refused> {
    let shown: Vec<_> = rows.iter().map(|row| row.shown(data)).collect();
    Ok(Answer {
        text: table(rows, data),
        json: json(&shown)?,
        changed: false,
    })
}

/// One row with a line for each value.
pub fn details<T: Record>(row: &T, data: &Data) -> Result<Answer, Refused> {
    let mut lines = vec![("ID", row.id().to_string())];
    lines.extend(row.cells(data).into_iter().map(|it| (it.label, it.text)));
    let width = lines.iter().map(|(label, _)| label.chars().count()).max();
    let width = width.unwrap_or_default();
    let indent = format!("\n{}", " ".repeat(width + GAP.len()));
    let line = |(label, text): &(&str, String)| {
        let text = plain(text).replace('\n', &indent);
        format!("{label:width$}{GAP}{text}").trim_end().to_owned()
    };
    let text: Vec<String> = lines.iter().map(line).collect();
    Ok(Answer {
        text: text.join("\n"),
        json: json(&row.shown(data))?,
        changed: false,
    })
}

fn table<T: Record>(rows: &[&T], data: &Data) -> String {
    let Some(first) = rows.first() else {
        return format!("No {}.", T::LABELS);
    };
    let short = |row: &T| row.cells(data).into_iter().filter(|cell| !cell.long);
    let heading = short(first).map(|cell| cell.label.to_owned());
    let mut lines = vec![vec!["ID".to_owned()]];
    lines[0].extend(heading);
    for row in rows {
        let mut line = vec![row.id().to_string()];
        line.extend(short(row).map(|it| cut(&it.text)));
        lines.push(line);
    }
<% if ns.totals %>
    let totals = T::totals(rows);
    if !totals.is_empty() {
        let total = |label: &&str| totals.iter().find(|(summed, _)| summed == label);
        let mut line = vec!["Total".to_owned()];
        line.extend(short(first).map(|cell| {
            let found = total(&cell.label);
            found.map_or_else(String::new, |(_, sum)| sum.clone())
        }));
        lines.push(line);
    }
<% endif %>
    let mut widths = vec![0; lines[0].len()];
    for line in &lines {
        for (width, text) in widths.iter_mut().zip(line) {
            *width = text.chars().count().max(*width);
        }
    }
    let draw = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(text, width)| format!("{text:width$}"))
            .collect();
        cells.join(GAP).trim_end().to_owned()
    };
    let lines: Vec<String> = lines.iter().map(draw).collect();
    lines.join("\n")
}

/// A text on one line and of limited length.
fn cut(text: &str) -> String {
    let text = plain(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= MAX_CELL_CHARS {
        return line;
    }
    let start: String = line.chars().take(MAX_CELL_CHARS - 3).collect();
    start + "..."
}

/// A text without characters that would steer the terminal.
fn plain(text: &str) -> String {
    let harmless = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    text.chars().map(harmless).collect()
}

fn json(value: &impl Serialize) -> Result<String, Refused> {
    serde_json::to_string_pretty(value).map_err(|error| Refused::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_one_line_of_limited_length() {
        assert_eq!(cut("one\ntwo\u{1b}[31m"), "one two [31m");
        let long = cut(&"x".repeat(100));
        assert_eq!(long.chars().count(), MAX_CELL_CHARS);
        assert!(long.ends_with("x..."));
    }
}
