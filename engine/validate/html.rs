//! The text of a page made plain for its grammar, which is stricter than browsers are. Knows no element's meaning
//! but those whose content is text.

/// Elements whose content is text alone.
const TEXT_ONLY: &[&str] = &["textarea", "title"];

/// Elements whose content is in another language, which the grammar reads by itself.
const RAW: &[&str] = &["script", "style"];

/// The page, byte for byte as long, with a letter for each character that browsers take for text and the
/// grammar takes for markup: `&`, `<` before anything but a name, `>` after no tag, `=` in a bare value.
pub(super) fn plain(page: &str) -> String {
    let mut bytes = page.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'<' || !bytes.get(at + 1).is_some_and(|next| begins_tag(*next)) {
            blank(&mut bytes[at..=at]);
            at += 1;
        } else if page.as_bytes()[at..].starts_with(b"<!--") {
            at = find(page, at, "-->").map_or(bytes.len(), |end| end + 3);
        } else {
            let end = tag(&mut bytes, at);
            at = content(page, &mut bytes, at, end);
        }
    }
    String::from_utf8(bytes).expect("single bytes were replaced by ASCII")
}

fn begins_tag(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || b"/!?".contains(&byte)
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| b"<>&=".contains(byte)) {
        *byte = b'x';
    }
}

fn find(page: &str, from: usize, what: &str) -> Option<usize> {
    let found = page.as_bytes()[from..]
        .windows(what.len())
        .position(|part| part.eq_ignore_ascii_case(what.as_bytes()))?;
    Some(from + found)
}

/// Makes the bare values of the tag at `start` plain; the byte after its end.
fn tag(bytes: &mut [u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return at + 1,
            b'=' => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                let rest = &bytes[at.min(bytes.len())..];
                let quote = rest.first().copied().filter(|byte| b"\"'".contains(byte));
                let end = match quote {
                    Some(quote) => rest[1..]
                        .iter()
                        .position(|byte| *byte == quote)
                        .map(|end| end + 2),
                    None => rest
                        .iter()
                        .position(|byte| *byte == b'>' || byte.is_ascii_whitespace()),
                };
                let end = end.map_or(bytes.len(), |end| at + end);
                let value = &mut bytes[at..end];
                match quote {
                    // An ampersand is the one thing that the grammar reads inside of quotes.
                    Some(_) => value
                        .iter_mut()
                        .filter(|byte| **byte == b'&')
                        .for_each(|byte| *byte = b'x'),
                    None => blank(value),
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    at
}

/// Passes over the content of the element whose tag lies between `start` and `end`, where it is no markup.
fn content(page: &str, bytes: &mut [u8], start: usize, end: usize) -> usize {
    let name = page.as_bytes()[start + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric());
    let name: String = name
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let text_only = TEXT_ONLY.contains(&name.as_str());
    if !text_only && !RAW.contains(&name.as_str()) {
        return end;
    }
    let Some(close) = find(page, end, &format!("</{name}")) else {
        return end;
    };
    if text_only {
        blank(&mut bytes[end..close]);
    }
    close
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_and_everything_else_is_made_plain() {
        let cases = [
            ("<p>a && b < c > d</p>", "<p>a xx b x c x d</p>"),
            ("<a href=x&y=1 b='&=' c>", "<a href=xxyx1 b='x=' c>"),
            (
                "<title>a < b</title><TEXTAREA><div></TEXTAREA>",
                "<title>a x b</title><TEXTAREA>xdivx</TEXTAREA>",
            ),
            (
                "<script>a < b && c > d</script>>",
                "<script>a < b && c > d</script>x",
            ),
            ("<!-- < & > --> ä &amp;", "<!-- < & > --> ä xamp;"),
            ("<a b=", "<a b="),
            ("<a b=\"c", "<a b=\"c"),
            ("<", "x"),
        ];
        for (page, due) in cases {
            assert_eq!(plain(page), due);
        }
    }
}
