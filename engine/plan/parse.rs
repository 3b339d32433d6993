//! Builds the tree from YAML events under limits of its own. Knows no plan.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, ScanError, StrInput};

use super::fast;
use super::limits::{MAX_ALIASES, MAX_DEPTH, MAX_TEXT_BYTES, MAX_YAML_VALUES};
use super::report::Report;
use super::source::{Span, offset};
use super::syntax;
use super::tree::{Entry, Node, Scalar, Shape, resolve};

/// Entries of a mapping up to which a linear search for a duplicate is fastest.
const SMALL_MAP: usize = 12;

/// Bytes of text that count as one more value, where an alias would copy them.
const BYTES_PER_VALUE: usize = 16;

/// Reads the bytes `part` of `file`; `None` when they are not YAML that a plan can use, which findings then say.
pub(super) fn parse<'s>(
    file: u16,
    part: Range<usize>,
    report: &mut Report<'s>,
) -> Option<Node<'s>> {
    let base = part.start;
    let sources = report.sources;
    let text = sources.whole(file).get(part)?;
    let options = granit_parser::options! {
        emit_comments: false,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        file,
        base,
        text,
        report,
        frames: Vec::with_capacity(8),
        anchors: HashMap::new(),
        values: 0,
        aliases: 0,
        root: None,
    };
    builder.run(&mut parser).ok()?;
    Some(builder.root.unwrap_or_else(|| nothing(file, base)))
}

/// Reads a whole file, by the shorter way where it is long and plain enough.
pub(super) fn document<'s>(file: u16, report: &mut Report<'s>) -> Option<Node<'s>> {
    let text = report.sources.whole(file);
    let plain = (text.len() >= fast::WORTH)
        .then(|| fast::chunks(text, file))
        .flatten();
    let Some(plain) = plain else {
        return parse(file, 0..text.len(), report);
    };
    let mut probe = Report::new(report.sources);
    match parse(file, 0..plain.head, &mut probe) {
        Some(root) if probe.len() == 0 => match fast::join(root, plain.entries) {
            Some(root) => Some(root),
            None => parse(file, 0..text.len(), report),
        },
        _ => parse(file, 0..text.len(), report),
    }
}

/// What a text without any value holds.
fn nothing<'t>(file: u16, base: usize) -> Node<'t> {
    let span = Span {
        file,
        start: offset(base),
        end: offset(base),
    };
    Node::scalar(span, Scalar::Null, Cow::Borrowed(""))
}

/// Reading ends: a finding was reported.
struct Stop;

struct Builder<'s, 'r> {
    file: u16,
    /// Where `text` starts in its file.
    base: usize,
    text: &'s str,
    report: &'r mut Report<'s>,
    frames: Vec<Frame<'s>>,
    anchors: HashMap<usize, (Node<'s>, usize)>,
    values: usize,
    aliases: usize,
    root: Option<Node<'s>>,
}

/// A list or mapping that is not closed yet.
struct Frame<'s> {
    start: u32,
    anchor: usize,
    /// Values counted before it, so that its own size is known at its end.
    before: usize,
    broken: bool,
    content: Content<'s>,
}

enum Content<'s> {
    List(Vec<Node<'s>>),
    Map {
        entries: Vec<Entry<'s>>,
        key: Option<(Cow<'s, str>, Span)>,
        seen: HashMap<Cow<'s, str>, Span>,
    },
}

impl<'s> Builder<'s, '_> {
    fn run(&mut self, parser: &mut Parser<'s, StrInput<'s>>) -> Result<(), Stop> {
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => return Err(self.not_yaml(&error)),
            };
            if let Some(tag) = event.tag() {
                let at = span
                    .tag_span()
                    .map_or(self.span(span), |tag| self.span(tag));
                let message = format!("a plan has no YAML tags such as `{}`", tag.original());
                self.report.error(
                    "plan::yaml-tag",
                    at,
                    message,
                    "remove the tag: the engine knows the type each key takes",
                );
            }
            let span = self.span(span);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.report.error(
                            "plan::many-documents",
                            span,
                            "a second document starts here, and a plan file holds one",
                            "move it to a file of its own and name that under `include`",
                        );
                        return Err(Stop);
                    }
                }
                Event::Scalar(text, style, anchor, _) => self.scalar(text, style, anchor, span)?,
                Event::SequenceStart(_, anchor, _) => {
                    self.open(Content::List(Vec::new()), anchor, span)?;
                }
                Event::MappingStart(_, anchor, _) => {
                    let content = Content::Map {
                        entries: Vec::new(),
                        key: None,
                        seen: HashMap::new(),
                    };
                    self.open(content, anchor, span)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span),
                Event::Alias(anchor) => self.alias(anchor, span)?,
                Event::UnresolvedAlias(name) => {
                    let message = format!("the alias `*{name}` names no anchor written before it");
                    self.report.error(
                        "plan::unknown-alias",
                        span,
                        message,
                        format!("define it first with `&{name}`, or quote the text if it is one"),
                    );
                    self.count(1, span)?;
                    self.place(broken(span), false);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        let at = |marker: granit_parser::Marker| {
            offset(self.base + marker.byte_offset().unwrap_or_default())
        };
        Span {
            file: self.file,
            start: at(span.start),
            end: at(span.end),
        }
    }

    fn not_yaml(&mut self, error: &ScanError) -> Stop {
        let at = error.marker().byte_offset().unwrap_or(self.text.len());
        let at = at.min(self.text.len());
        let length = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let span = Span {
            file: self.file,
            start: offset(self.base + at),
            end: offset(self.base + at + length),
        };
        let (code, message, help) = syntax::explain(error.kind(), self.text, at);
        self.report.error(code, span, message, help);
        Stop
    }

    /// Counts `values` more towards the limit.
    fn count(&mut self, values: usize, span: Span) -> Result<(), Stop> {
        self.values += values;
        if self.values <= MAX_YAML_VALUES {
            return Ok(());
        }
        self.report.error(
            "plan::too-many-values",
            span,
            format!(
                "the file has more than {MAX_YAML_VALUES} values once its aliases are expanded"
            ),
            "write repeated chunks as one chunk with `for-each`",
        );
        Err(Stop)
    }

    fn scalar(
        &mut self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Stop> {
        let weight = match &text {
            Cow::Borrowed(_) => 1,
            Cow::Owned(text) => 1 + text.len() / BYTES_PER_VALUE,
        };
        self.count(weight, span)?;
        if text.len() > MAX_TEXT_BYTES {
            let kib = MAX_TEXT_BYTES / 1024;
            self.report.error(
                "plan::long-text",
                span,
                format!(
                    "a text of {} KiB, and the limit is {kib} KiB",
                    text.len() / 1024
                ),
                "keep large contents in a file and copy it with `copy`",
            );
            self.place(broken(span), true);
            return Ok(());
        }
        let kind = match style {
            ScalarStyle::Plain => resolve(&text),
            _ => Scalar::Text,
        };
        let node = Node::scalar(span, kind, text);
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        self.place(node, true);
        Ok(())
    }

    fn open(&mut self, content: Content<'s>, anchor: usize, span: Span) -> Result<(), Stop> {
        let before = self.values;
        self.count(1, span)?;
        if self.frames.len() >= MAX_DEPTH {
            let (code, message, help) = syntax::too_deep();
            self.report.error(code, span, message, help);
            return Err(Stop);
        }
        self.frames.push(Frame {
            start: span.start,
            anchor,
            before,
            broken: false,
            content,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let whole = Span {
            start: frame.start,
            end: span.end.max(frame.start),
            file: self.file,
        };
        let mut node = match frame.content {
            Content::List(items) => Node::list(whole, items),
            Content::Map { entries, .. } => Node::map(whole, entries),
        };
        if frame.broken {
            node.shape = Shape::Broken;
        }
        if frame.anchor > 0 {
            let size = self.values - frame.before;
            self.values += size;
            self.anchors.insert(frame.anchor, (node.clone(), size));
        }
        self.place(node, false);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        self.aliases += 1;
        if self.aliases > MAX_ALIASES {
            self.report.error(
                "plan::too-many-aliases",
                span,
                format!("the file has more than {MAX_ALIASES} aliases"),
                "write repeated chunks as one chunk with `for-each`",
            );
            return Err(Stop);
        }
        let Some(size) = self.anchors.get(&anchor).map(|(_, size)| *size) else {
            self.report.error(
                "plan::alias-ring",
                span,
                "this alias stands inside the value it repeats, so the value would never end",
                "write the inner value out",
            );
            return Err(Stop);
        };
        self.count(size, span)?;
        let node = self.anchors[&anchor].0.clone();
        if depth(&node) + self.frames.len() > MAX_DEPTH {
            let (code, message, help) = syntax::too_deep();
            self.report.error(code, span, message, help);
            return Err(Stop);
        }
        self.place(node, true);
        Ok(())
    }

    /// Puts a finished value where it belongs: into a list, or as the key or value of an entry.
    fn place(&mut self, node: Node<'s>, may_be_key: bool) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        let (entries, key, seen) = match &mut frame.content {
            Content::List(items) => return items.push(node),
            Content::Map { entries, key, seen } => (entries, key, seen),
        };
        let Some((name, key_span)) = key.take() else {
            match node.shape {
                Shape::Scalar(_, text) if may_be_key && text != "<<" => {
                    *key = Some((text, node.span));
                }
                shape => {
                    *key = Some((Cow::Borrowed(""), node.span));
                    frame.broken = true;
                    self.bad_key(&shape, node.span);
                }
            }
            return;
        };
        if let Some(first) = earlier(entries, seen, &name) {
            self.duplicate(&name, first, key_span);
            return;
        }
        if entries.len() >= SMALL_MAP {
            seen.insert(name.clone(), key_span);
        }
        entries.push(Entry {
            key: name,
            key_span,
            value: node,
        });
    }

    fn bad_key(&mut self, shape: &Shape<'s>, span: Span) {
        let before = self.text[..span.start as usize - self.base]
            .bytes()
            .next_back();
        if matches!(shape, Shape::Map(_) | Shape::Broken) && before == Some(b'{') {
            let braces = Span {
                start: span.start - 1,
                ..span
            };
            self.report.error(
                "plan::unquoted-expression",
                braces,
                "an unquoted `{{` starts a YAML mapping, not an expression",
                "put the whole value in double quotes: `\"{{ … }}\"`",
            );
        } else if matches!(shape, Shape::Scalar(..)) {
            self.report.error(
                "plan::merge-key",
                span,
                "the merge key `<<` is not part of the plan format",
                "write the keys out, or make the chunks one chunk with `for-each`",
            );
        } else {
            self.report.error(
                "plan::bad-key",
                span,
                "a key is a text, not a list or mapping",
                "write a plain word before the colon",
            );
        }
    }

    fn duplicate(&mut self, name: &str, first: Span, second: Span) {
        let parent = self
            .frames
            .len()
            .checked_sub(2)
            .and_then(|at| self.frames.get(at));
        let section = match parent.map(|frame| &frame.content) {
            Some(Content::Map {
                key: Some((key, _)),
                ..
            }) if self.frames.len() == 2 => key.as_ref(),
            _ => "",
        };
        let (code, what) = match section {
            "chunks" => ("plan::duplicate-id", "chunk"),
            "params" => ("plan::duplicate-param", "parameter"),
            _ => ("plan::duplicate-key", "key"),
        };
        let message = format!("the {what} `{name}` is given twice");
        self.report
            .error(code, second, message, "remove or rename one of the two");
        self.report.relate(first, "first given here");
    }
}

fn broken<'t>(span: Span) -> Node<'t> {
    Node {
        span,
        holes: false,
        shape: Shape::Broken,
    }
}

/// Where `name` was given before in the same mapping.
fn earlier(entries: &[Entry<'_>], seen: &HashMap<Cow<'_, str>, Span>, name: &str) -> Option<Span> {
    let small = &entries[..entries.len().min(SMALL_MAP)];
    let linear = small
        .iter()
        .find(|entry| entry.key == name)
        .map(|entry| entry.key_span);
    linear.or_else(|| seen.get(name).copied())
}

/// How deep a value is. The tree is never deeper than [`MAX_DEPTH`], so this may recurse.
fn depth(node: &Node<'_>) -> usize {
    match &node.shape {
        Shape::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Shape::Map(entries) => {
            1 + entries
                .iter()
                .map(|entry| depth(&entry.value))
                .max()
                .unwrap_or(0)
        }
        _ => 0,
    }
}
