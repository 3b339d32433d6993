//! Rows as a table of text. Knows no database.

/// Characters of a cell that are shown.
const MAX_CELL_CHARS: usize = 256;

/// Columns under their names, aligned, with a line between names and rows.
pub(super) fn table(names: &[String], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..names.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .chain([&names[column]])
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut out = String::new();
    for cells in [names, &dashes]
        .into_iter()
        .chain(rows.iter().map(Vec::as_slice))
    {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            line.push_str(cell);
            let padding = width + 2 - cell.chars().count();
            line.extend(std::iter::repeat_n(' ', padding));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The text of one cell: one line, nothing a terminal acts on, cut where it is too long.
pub(super) fn cell(text: &str) -> String {
    let mut characters = text.chars();
    let mut cell: String = characters
        .by_ref()
        .take(MAX_CELL_CHARS)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if characters.next().is_some() {
        cell.pop();
        cell.push('…');
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let names = ["id".to_owned(), "title".to_owned()];
        let rows = [
            vec!["1".to_owned(), "Straße".to_owned()],
            vec!["100".to_owned(), "x".to_owned()],
        ];
        let expected = "id   title\n---  ------\n1    Straße\n100  x\n";
        assert_eq!(table(&names, &rows), expected);
    }

    #[test]
    fn a_cell_is_one_line_of_limited_length() {
        assert_eq!(cell("a\nb\u{1b}c"), "a b c");
        let long = cell(&"€".repeat(1000));
        assert_eq!(long.chars().count(), MAX_CELL_CHARS);
        assert!(long.ends_with('…'));
        assert_eq!(cell(&"€".repeat(MAX_CELL_CHARS)).chars().last(), Some('€'));
    }
}
