//! Gathers a plan's files: what is included comes first, and nothing is given twice. Knows no chunk.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::keys::TOP;
use super::limits::{FORMAT_VERSION, MAX_FILE_BYTES, MAX_INCLUDE_DEPTH};
use super::parse::document;
use super::read::{self, WRONG_TYPE, wrong};
use super::report::Report;
use super::source::{self, Span, offset};
use super::tree::{Entry, Node, Scalar, Shape, integer, shorten};
use crate::diagnostic::{Finding, did_you_mean};

/// Finds the text of a plan that comes with codey, by name.
pub type Shipped = fn(&str) -> Option<&'static str>;

/// Everything that the files of a plan say, in order.
#[derive(Default)]
pub(super) struct Raw<'s> {
    pub(super) name: Option<Entry<'s>>,
    pub(super) about: Option<Entry<'s>>,
    pub(super) example: Option<Entry<'s>>,
    pub(super) spec: Option<Entry<'s>>,
    pub(super) params: Vec<Entry<'s>>,
    pub(super) lanes: Vec<Entry<'s>>,
    pub(super) chunks: Vec<Entry<'s>>,
    /// Whether a file has `chunks`, in whatever form.
    pub(super) with_chunks: bool,
    /// Where a finding about the plan as a whole points.
    pub(super) start: Option<Span>,
}

/// Reads files into a [`Raw`] plan.
pub(super) struct Gatherer<'s, 'r> {
    pub(super) report: &'r mut Report<'s>,
    pub(super) shipped: Shipped,
    pub(super) raw: Raw<'s>,
    seen: HashMap<(&'static str, Cow<'s, str>), Span>,
    done: HashSet<Utf8PathBuf>,
    /// The files being read, each with the place that includes it.
    stack: Vec<(Utf8PathBuf, Option<Span>)>,
    bytes: usize,
}

impl<'s, 'r> Gatherer<'s, 'r> {
    pub(super) fn new(report: &'r mut Report<'s>, shipped: Shipped) -> Self {
        Self {
            report,
            shipped,
            raw: Raw::default(),
            seen: HashMap::new(),
            done: HashSet::new(),
            stack: Vec::new(),
            bytes: 0,
        }
    }

    /// Reads the plan file at `path`.
    pub(super) fn file(&mut self, path: &Utf8Path) {
        match source::read(path) {
            Ok(bytes) => self.document(path, bytes, None),
            Err(why) => {
                let finding = Finding::error("plan::unreadable", why.message).help(why.help);
                self.report.add(finding);
            }
        }
    }

    /// Reads a plan's bytes under the name `name`, for the sake of `from`.
    pub(super) fn document(&mut self, name: &Utf8Path, bytes: Vec<u8>, from: Option<Span>) {
        self.bytes += bytes.len();
        if self.bytes > MAX_FILE_BYTES && from.is_some() {
            let mib = MAX_FILE_BYTES / (1024 * 1024);
            let message =
                format!("with `{name}` the files of this plan are larger than {mib} MiB together");
            self.refuse(from, "plan::too-large", message, "include fewer files");
            return;
        }
        let (text, unfit) = source::decode(bytes);

        let Some(file) = self.report.sources.add(name, text) else {
            let message = "the plan has too many files".to_owned();
            self.refuse(from, "plan::too-large", message, "include fewer files");
            return;
        };
        if let Some(unfit) = unfit {
            let span = Span {
                file,
                start: offset(unfit.at),
                end: offset(unfit.at + 1),
            };
            self.report
                .error(unfit.code, span, unfit.message, unfit.help);
            return;
        }
        if let Some(root) = document(file, self.report) {
            self.stack.push((identity(name), from));
            self.top(file, root, from.is_none());
            self.stack.pop();
        }
        self.done.insert(identity(name));
    }

    fn refuse(&mut self, from: Option<Span>, code: &'static str, message: String, help: &str) {
        match from {
            Some(span) => {
                self.report.error(code, span, message, help);
            }
            None => {
                self.report.add(Finding::error(code, message).help(help));
            }
        }
    }

    fn top(&mut self, file: u16, root: Node<'s>, first: bool) {
        let start = Span {
            file,
            start: 0,
            end: 0,
        };
        let Shape::Map(entries) = root.shape else {
            let what = match &root.shape {
                Shape::Scalar(Scalar::Null, _) => {
                    "the file is empty, and a plan is a mapping".to_owned()
                }
                _ => format!("a plan is a mapping, not {}", root.describe()),
            };
            if !matches!(root.shape, Shape::Broken) {
                let help = "start with `codey: 1`, then `name` and `chunks`";
                self.report.error(WRONG_TYPE, root.span, what, help);
            }
            return;
        };
        if !entries.iter().any(|entry| entry.key == "codey") {
            let message = "the file does not say which plan format it is written in";
            let help = format!("start it with `codey: {FORMAT_VERSION}`");
            self.report.error("plan::missing-key", start, message, help);
        }
        let mut own = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.key.as_ref() {
                "codey" => self.version(&entry.value),
                "include" => self.includes(&entry.value),
                key if TOP.iter().any(|known| known.name == key) => own.push(entry),
                _ => {
                    let known = TOP.iter().map(|known| known.name);
                    read::unknown_key(self.report, &entry, "a plan", known);
                }
            }
        }
        if first {
            self.raw.start = Some(start);
        }
        for entry in own {
            self.merge(entry, first);
        }
    }

    fn version(&mut self, node: &Node<'_>) {
        let found = match &node.shape {
            Shape::Scalar(Scalar::Int, text) => integer(text),
            _ => None,
        };
        if found != Some(FORMAT_VERSION) {
            let message = format!(
                "this codey reads plan format {FORMAT_VERSION}, not {}",
                node.describe()
            );
            let help = match found {
                Some(version) if version > FORMAT_VERSION => {
                    "use a newer codey for this plan".to_owned()
                }
                _ => format!("write `codey: {FORMAT_VERSION}`"),
            };
            self.report
                .error("plan::format-version", node.span, message, help);
        }
    }

    fn includes(&mut self, node: &Node<'s>) {
        let Shape::List(items) = &node.shape else {
            wrong(
                self.report,
                "include",
                node,
                "a list of plan files",
                "write `include: [common.yaml]`",
            );
            return;
        };
        for item in items {
            if item.is_hole() {
                let message =
                    "`include` is read before there are parameters, so it takes no expression";
                self.report
                    .error(WRONG_TYPE, item.span, message, "name the file itself");
            } else if let Some(text) = read::line(self.report, "include", item) {
                self.include(&text, item.span);
            }
        }
    }

    fn include(&mut self, text: &str, span: Span) {
        let is_file = Utf8Path::new(text).extension().is_some() || text.contains('/');
        let base = self
            .report
            .sources
            .name(span.file)
            .parent()
            .unwrap_or(Utf8Path::new(""));
        let path = if is_file {
            base.join(text)
        } else {
            Utf8PathBuf::from(text)
        };
        if Utf8Path::new(text).is_absolute() {
            let message = format!(
                "`{}` is absolute, and an include is relative to the file it stands in",
                shorten(text)
            );
            self.report.error(
                "plan::path-absolute",
                span,
                message,
                "write the path from this file's directory",
            );
            return;
        }
        if let Some(at) = self
            .stack
            .iter()
            .position(|(name, _)| *name == identity(&path))
        {
            let short =
                |name: &Utf8Path| format!("`{}`", name.file_name().unwrap_or(name.as_str()));
            let ring: Vec<_> = self.stack[at..]
                .iter()
                .map(|(name, _)| short(name))
                .collect();
            let message = format!(
                "{} includes itself: {} → {}",
                ring[0],
                ring.join(" → "),
                ring[0]
            );
            let places: Vec<_> = self.stack[at + 1..]
                .iter()
                .filter_map(|(_, from)| *from)
                .collect();
            self.report.error(
                "plan::include-cycle",
                span,
                message,
                "move what both need into a third file",
            );
            for place in places {
                self.report.relate(place, "included here");
            }
            return;
        }
        if self.done.contains(&identity(&path)) {
            return;
        }
        if self.stack.len() > MAX_INCLUDE_DEPTH {
            let message =
                format!("more than {MAX_INCLUDE_DEPTH} files include each other in a row");
            self.report.error(
                "plan::include-depth",
                span,
                message,
                "include the file from the plan itself",
            );
            return;
        }
        if !is_file {
            self.shipped_plan(text, span);
            return;
        }
        match source::read(&path) {
            Ok(bytes) => self.document(&path, bytes, Some(span)),
            Err(why) => {
                let help = "an include is relative to the file it stands in; check the path";
                self.report
                    .error("plan::unreadable", span, why.message, help);
            }
        }
    }

    fn shipped_plan(&mut self, name: &str, span: Span) {
        let Some(text) = (self.shipped)(name) else {
            let message = format!(
                "no plan that comes with codey is called `{}`",
                shorten(name)
            );
            let help = format!("check the name, or write `{name}.yaml` for a file of your own");
            self.report
                .error("plan::unknown-include", span, message, help);
            return;
        };
        self.document(Utf8Path::new(name), text.as_bytes().to_vec(), Some(span));
    }

    fn merge(&mut self, entry: Entry<'s>, first: bool) {
        let slot = match entry.key.as_ref() {
            "name" => &mut self.raw.name,
            "about" => &mut self.raw.about,
            "example" => &mut self.raw.example,
            "spec" => &mut self.raw.spec,
            "params" => return self.section("params", entry),
            "lanes" => return self.section("lanes", entry),
            _ => return self.section("chunks", entry),
        };
        if entry.key != "spec" {
            // Names of included files are their own; the plan has its own.
            if first {
                *slot = Some(entry);
            }
            return;
        }
        let earlier = slot.as_ref().map(|earlier| earlier.key_span);
        match earlier {
            None => *slot = Some(entry),
            Some(earlier) => {
                let message = "two files of this plan have a `spec`";
                self.report.error(
                    "plan::duplicate-key",
                    entry.key_span,
                    message,
                    "keep one of them",
                );
                self.report.relate(earlier, "the first is here");
            }
        }
    }

    fn section(&mut self, section: &'static str, entry: Entry<'s>) {
        let empty = matches!(&entry.value.shape, Shape::Map(entries) if entries.is_empty());
        self.raw.with_chunks |= section == "chunks" && !empty;
        let Shape::Map(entries) = entry.value.shape else {
            let help = match section {
                "chunks" => "write `chunks:` and below it `id: { run: [make] }`",
                "params" => "write `params:` and below it `app: { type: string }`",
                _ => "write `lanes: { db: 1 }`",
            };
            wrong(
                self.report,
                section,
                &entry.value,
                "a mapping of names",
                help,
            );
            return;
        };
        let (code, what, list) = match section {
            "chunks" => ("plan::duplicate-id", "chunk", &mut self.raw.chunks),
            "params" => ("plan::duplicate-param", "parameter", &mut self.raw.params),
            _ => ("plan::duplicate-key", "lane", &mut self.raw.lanes),
        };
        let alone = list.is_empty();
        for entry in entries {
            if !alone && let Some(first) = self.seen.get(&(section, entry.key.clone())) {
                let message = format!("the {what} `{}` is given twice", entry.key);
                self.report.error(
                    code,
                    entry.key_span,
                    message,
                    "remove or rename one of the two",
                );
                self.report.relate(*first, "first given here");
                continue;
            }
            if self.stack.len() > 1 || !alone {
                self.seen
                    .insert((section, entry.key.clone()), entry.key_span);
            }
            list.push(entry);
        }
    }
}

/// What tells two files apart, however they are named.
fn identity(path: &Utf8Path) -> Utf8PathBuf {
    path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned())
}

/// Reports chunks that are missing altogether.
pub(super) fn require_chunks(report: &mut Report<'_>, raw: &Raw<'_>) {
    let Some(start) = raw
        .start
        .filter(|_| raw.chunks.is_empty() && !raw.with_chunks)
    else {
        return;
    };
    let help = "add `chunks:` and below it, for example, `hello: { run: [echo, hello] }`";
    report.error(
        "plan::missing-key",
        start,
        "the plan has no chunks, so there is nothing to do",
        help,
    );
}

/// The nearest of the names under a section, for a message.
pub(super) fn nearest<'a>(word: &str, entries: &'a [Entry<'_>]) -> Option<&'a str> {
    did_you_mean(word, entries.iter().map(|entry| entry.key.as_ref()))
}
