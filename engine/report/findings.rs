//! Findings as text for people: message, place, excerpt, help. Knows no file system and no exit code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::excerpt::{excerpt, gutter_width};
use super::look::{Look, Tone};
use super::text::{count, visible, wrap};
use crate::diagnostic::{Finding, Place, Severity};

/// Gives the text of a file that a finding points into, where it can be read.
pub type ReadText<'a> = &'a dyn Fn(&Utf8Path) -> Option<String>;

/// Texts of the files that findings point into, each read once.
struct Texts<'a> {
    read: ReadText<'a>,
    known: BTreeMap<Utf8PathBuf, Option<Lines>>,
}

/// A text and where its lines begin, so that many findings in one long file stay cheap.
struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: String) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, starts }
    }

    fn get(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.text.get(*self.starts.get(index)?..)?.lines().next()
    }
}

impl Texts<'_> {
    /// Line `place.line` of the file, without its end.
    fn line(&mut self, place: &Place) -> Option<&str> {
        if !self.known.contains_key(&place.file) {
            let lines = (self.read)(&place.file).map(Lines::of);
            self.known.insert(place.file.clone(), lines);
        }
        let lines = self.known.get(&place.file)?.as_ref()?;
        lines.get(place.line)
    }
}

/// Renders `findings` in their order, each followed by a blank line.
pub fn render_findings(findings: &[Finding], read: ReadText<'_>, look: Look) -> String {
    let mut texts = Texts {
        read,
        known: BTreeMap::new(),
    };
    let mut out = String::new();
    for finding in findings {
        render_one(&mut out, finding, &mut texts, look);
        out.push('\n');
    }
    out
}

/// `3 errors, 1 warning`; empty where there is nothing to count.
pub fn count_line(findings: &[Finding]) -> String {
    let of = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let parts: Vec<String> = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, noun)| count(number, noun))
    .collect();
    parts.join(", ")
}

fn render_one(out: &mut String, finding: &Finding, texts: &mut Texts<'_>, look: Look) {
    let (word, tone) = match finding.severity {
        Severity::Error => ("error", Tone::Bad),
        Severity::Warning => ("warning", Tone::Warn),
    };
    let label = format!("{word}[{}]", finding.code);
    let message = wrap(
        &visible(&finding.message),
        label.len() + 2,
        2,
        look.columns(),
    );
    let colon = look.paint(Tone::Strong, &format!(": {message}"));
    let _ = writeln!(out, "{}{colon}", look.paint(tone, &label));

    let places = finding.place.iter();
    let gutter = gutter_width(places.chain(finding.related.iter().map(|(place, _)| place)));
    if let Some(place) = &finding.place {
        arrow(out, "-->", place, gutter, look);
        excerpt(out, place, texts.line(place), ("", tone), gutter, look);
    }
    for (place, label) in &finding.related {
        arrow(out, ":::", place, gutter, look);
        let label = (label.as_str(), Tone::Frame);
        excerpt(out, place, texts.line(place), label, gutter, look);
    }
    if let Some(node) = &finding.node {
        remark(out, "node", node, gutter, look);
    }
    if !finding.help.is_empty() {
        remark(out, "help", &finding.help, gutter, look);
    }
}

/// ` --> file:line:column`
fn arrow(out: &mut String, arrow: &str, place: &Place, gutter: usize, look: Look) {
    let arrow = look.paint(Tone::Frame, &format!("{:gutter$}{arrow}", ""));
    let file = visible(place.file.as_str());
    let _ = writeln!(out, "{arrow} {file}:{}:{}", place.line, place.column);
}

/// ` = help: text`
fn remark(out: &mut String, name: &str, text: &str, gutter: usize, look: Look) {
    let start = gutter + name.len() + 5;
    let text = wrap(&visible(text), start, start, look.columns());
    let equals = look.paint(Tone::Frame, &format!("{:gutter$} =", ""));
    let name = look.paint(Tone::Strong, &format!("{name}:"));
    let _ = writeln!(out, "{equals} {name} {text}");
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::report) const PLAN: &str = "codey: 1\nname: demo\nchunks:\n  style:   { type: frontend_cs, write: style.css }\n  routes:  { type: backend_routes,\twrite: routes.py, neds: [models] }\n  wide: \"木木木\" # \u{1b}[31mred\n";

    pub(in crate::report) fn place(line: u32, column: u32, length: u32) -> Place {
        Place {
            file: "plans/demo.yaml".into(),
            line,
            column,
            length,
        }
    }

    pub(in crate::report) fn findings() -> Vec<Finding> {
        vec![
            Finding::error("plan::unknown-type", "unknown chunk type `frontend_cs`")
                .at(place(4, 20, 11))
                .node("style")
                .help("did you mean `frontend_css`?"),
            Finding::error("plan::unknown-key", "unknown key `neds`; a chunk has `type`, `write`, `needs`, `when`, `for-each`, `retry`, `timeout`, `lane`, `cost`, `by`, `max-tokens`")
                .at(place(5, 54, 4))
                .node("routes")
                .related(place(3, 1, 6), "chunks begin here")
                .help("did you mean `needs`?"),
            Finding::warning("plan::unused-param", "parameter `\u{1b}[2Japp` is not used")
                .at(place(6, 9, 5))
                .help("remove it, or use it as `{{ app }}`"),
            Finding::error("plan::value", "`port` is `web`; it takes an integer").help("set it with `--set port=8080`"),
        ]
    }

    fn read(path: &Utf8Path) -> Option<String> {
        (path == "plans/demo.yaml").then(|| PLAN.to_owned())
    }

    #[test]
    fn findings_show_place_excerpt_and_help() {
        insta::assert_snapshot!(render_findings(&findings(), &read, Look::PLAIN));
    }

    #[test]
    fn a_narrow_terminal_gets_wrapped_lines() {
        let look = Look {
            width: 46,
            ..Look::PLAIN
        };
        insta::assert_snapshot!(render_findings(&findings()[1..2], &read, look));
    }

    #[test]
    fn a_file_that_cannot_be_read_costs_the_excerpt_only() {
        let text = render_findings(&findings()[..1], &|_| None, Look::PLAIN);
        assert!(text.contains(" --> plans/demo.yaml:4:20\n"), "{text}");
        assert!(!text.contains('|'), "{text}");
    }

    #[test]
    fn shown_text_cannot_act_on_the_terminal() {
        let text = render_findings(&findings(), &read, Look::PLAIN);
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn colours_change_nothing_but_colour() {
        let coloured = render_findings(
            &findings(),
            &read,
            Look {
                colour: true,
                ..Look::PLAIN
            },
        );
        assert!(coloured.starts_with("\u{1b}[1;31merror[plan::unknown-type]\u{1b}[0m"));
        let mut plain = String::new();
        for (index, part) in coloured.split("\u{1b}[").enumerate() {
            let rest = if index == 0 {
                Some(part)
            } else {
                part.split_once('m').map(|(_, rest)| rest)
            };
            plain.push_str(rest.expect("an escape ends in m"));
        }
        assert_eq!(plain, render_findings(&findings(), &read, Look::PLAIN));
    }

    #[test]
    fn counts_name_what_there_is() {
        assert_eq!(count_line(&findings()), "3 errors, 1 warning");
        assert_eq!(count_line(&findings()[..1]), "1 error");
        assert_eq!(count_line(&[]), "");
    }
}
