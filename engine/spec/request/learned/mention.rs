//! Where a request mentions things and fields, and which mentions are of one thing. Knows tags, decides nothing.

use std::ops::Range;

use super::super::lexicon::Domain;
use super::super::want::Want;
use super::naming;
use super::tagged::{FIELD, IN_FIELD, IN_THING, THING, Tagged, runs};
use super::weights::Weights;
use super::word::Word;
use crate::spec::names;

/// Least chance of being in a thing for a word that the likeliest tags leave out to be considered.
const LEAST_CHANCE: f32 = 0.12;

/// Words that may name a thing.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub span: Range<usize>,
    /// What its thing is called here.
    pub name: String,
    /// How likely its least likely word belongs to a thing.
    pub chance: f32,
    /// How likely its least likely word belongs to a field.
    pub field: f32,
    /// The likeliest tags have it.
    pub sure: bool,
}

/// What may be kept: mentions of one thing, and what the rules made of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    /// Names it goes by, the first mention's first.
    pub names: Vec<String>,
    pub mentions: Vec<Mention>,
    /// The entity that the rules found, by its place.
    pub want: Option<usize>,
}

impl Thing {
    /// Whether one of its names is `name`, or ends with it, or is the end of it, or is another word for it.
    fn is_near(&self, name: &str, domain: Option<&Domain>) -> bool {
        let other = |name: &str| domain.and_then(|domain| domain.original(name));
        let alias = |known: &str| other(known) == Some(name) || other(name) == Some(known);
        let mut names = self.names.iter();
        names.any(|known| is_same(known, name) || alias(known))
    }

    /// Whether one of its names is `name`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn called(&mut self, name: String) {
        if !self.is(&name) {
            self.names.push(name);
        }
    }

    /// How likely its likeliest mention is a thing's.
    pub(super) fn chance(&self) -> f32 {
        self.mentions
            .iter()
            .map(|mention| mention.chance)
            .fold(0.0, f32::max)
    }

    /// Whether the likeliest tags have it.
    pub(super) fn is_sure(&self) -> bool {
        self.mentions.iter().any(|mention| mention.sure)
    }

    /// The name it is kept by: the one most often used, the shorter one of two.
    pub(super) fn name(&self) -> String {
        let uses = |name: &str| {
            let mentions = self.mentions.iter();
            mentions.filter(|mention| mention.name == name).count()
        };
        let best = self
            .names
            .iter()
            .max_by_key(|name| (uses(name), usize::MAX - name.len()));
        best.cloned().unwrap_or_default()
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|front| front.is_empty() || front.ends_with('_'))
    };
    ends(one, other) || ends(other, one)
}

/// The words of a span as one text, as they are written.
pub(super) fn phrase(words: &[Word], span: &Range<usize>) -> String {
    let text: Vec<&str> = words[span.clone()]
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    text.join(" ")
}

/// The name of an entity called so.
pub(super) fn name_of(words: &[Word], span: &Range<usize>) -> String {
    let Some((last, front)) = words[span.clone()].split_last() else {
        return String::new();
    };
    let front = front.iter().flat_map(|word| match word.parts.len() {
        1 => vec![word.text.clone()],
        _ => word.parts.clone(),
    });
    let name = front
        .chain(last.parts.iter().cloned())
        .collect::<Vec<_>>()
        .join("_");
    names::entity_names(&name.replace('_', " "))
        .map_or(name, |(name, _)| names::bare(&name).to_owned())
}

/// The mentions of fields.
pub(super) fn fields(tagged: &Tagged) -> Vec<Range<usize>> {
    let fields = runs(&tagged.tags)
        .into_iter()
        .filter(|(tag, _)| *tag == FIELD);
    fields.map(|(_, span)| span).collect()
}

fn mentions(weights: &Weights, words: &[Word], tagged: &Tagged) -> Vec<Mention> {
    let least = |span: &Range<usize>, first: usize, inner: usize| {
        let chances = tagged.chances[span.clone()]
            .iter()
            .map(|chance| chance[first] + chance[inner]);
        chances.fold(1.0_f32, f32::min)
    };
    let mention = |span: Range<usize>, sure: bool| Mention {
        name: name_of(words, &naming::called(weights, words, &span)),
        chance: least(&span, THING, IN_THING),
        field: least(&span, FIELD, IN_FIELD),
        span,
        sure,
    };
    let things = runs(&tagged.tags)
        .into_iter()
        .filter(|(tag, _)| *tag == THING);
    let mut found: Vec<Mention> = things.map(|(_, span)| mention(span, true)).collect();
    let is_taken: Vec<bool> = (0..words.len())
        .map(|at| found.iter().any(|mention| mention.span.contains(&at)))
        .collect();
    let may_be = |at: usize| {
        let chance = tagged.chances[at];
        !is_taken[at] && words[at].spells && chance[THING] + chance[IN_THING] > LEAST_CHANCE
    };
    let mut at = 0;
    while at < words.len() {
        let mut end = at + 1;
        if may_be(at) {
            while end < words.len()
                && may_be(end)
                && tagged.chances[end][IN_THING] > tagged.chances[end][THING]
            {
                end += 1;
            }
            found.push(mention(at..end, false));
        }
        at = end;
    }
    found.sort_by_key(|mention| mention.span.start);
    found
}

/// What may be kept: the mentions of a request by thing, and what the rules found.
pub(super) fn things(
    weights: &Weights,
    words: &[Word],
    tagged: &Tagged,
    wants: &[Want],
    domain: Option<&Domain>,
) -> Vec<Thing> {
    let mut things: Vec<Thing> = Vec::new();
    for mention in mentions(weights, words, tagged) {
        let name = mention.name.clone();
        let at = things
            .iter()
            .position(|thing| thing.is_near(&name, domain))
            .unwrap_or_else(|| {
                things.push(Thing::default());
                things.len() - 1
            });
        things[at].called(name);
        things[at].mentions.push(mention);
    }
    for (at, want) in wants.iter().enumerate() {
        let name = names::bare(&want.name);
        let exact = things
            .iter()
            .position(|thing| thing.want.is_none() && thing.is(name));
        let near = || {
            things
                .iter()
                .position(|thing| thing.want.is_none() && thing.is_near(name, domain))
        };
        let place = exact.or_else(near).unwrap_or_else(|| {
            things.push(Thing::default());
            things.len() - 1
        });
        things[place].called(name.to_owned());
        things[place].want = Some(at);
    }
    things
}
