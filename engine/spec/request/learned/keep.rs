//! Which things are kept: features of each, and the decision. Knows no fields.

use std::ops::Range;

use super::super::want::Want;
use super::layout::{Layout, Site};
use super::mention::Thing;
use super::weights::{Weights, feature};
use super::word::Word;

/// A chance from which on a tag is beyond doubt.
const STRONG: f32 = 0.8;
/// Templates of this decision begin here, beside those of others.
const TEMPLATE: u8 = 100;

/// What is the same for all things of a request.
struct Scene<'w> {
    words: &'w [Word],
    layout: Layout,
    kind: &'w str,
    /// Things beyond doubt.
    strong: usize,
    /// Things that the rules found.
    ruled: usize,
    /// Things that the rules and the likeliest tags have.
    both: usize,
    /// Where the first clause ends.
    title: usize,
    /// Where the first list begins.
    list: usize,
}

/// How many fields stand behind a mention of each thing and no other one's.
fn followed(things: &[Thing], fields: &[Range<usize>]) -> Vec<usize> {
    let mut counts = vec![0; things.len()];
    for field in fields {
        let ends = things.iter().enumerate().flat_map(|(at, thing)| {
            let sure = thing
                .mentions
                .iter()
                .filter(|mention| mention.sure && mention.span.end <= field.start);
            sure.map(move |mention| (mention.span.end, at))
        });
        if let Some((_, at)) = ends.max() {
            counts[at] += 1;
        }
    }
    counts
}

/// The features of each thing in a request for a project of a kind.
pub(super) fn features(
    (words, kind): (&[Word], &str),
    things: &[Thing],
    fields: &[Range<usize>],
    wants: &[Want],
) -> Vec<Vec<u32>> {
    let count = |is: &dyn Fn(&Thing) -> bool| things.iter().filter(|thing| is(thing)).count();
    let place = |is: &dyn Fn(&Word) -> bool| words.iter().position(is).unwrap_or(words.len());
    let scene = Scene {
        words,
        layout: Layout::new(words),
        kind,
        strong: count(&|thing| thing.chance() > STRONG),
        ruled: count(&|thing| thing.want.is_some()),
        both: count(&|thing| thing.want.is_some() && thing.is_sure()),
        title: place(&|word| matches!(word.text.as_str(), ":" | "." | ";" | "(" | "\n")),
        list: place(&|word| word.is("with") || word.is("has")),
    };
    let followed = followed(things, fields);
    let most = followed.iter().copied().max().unwrap_or(0);
    let one = |(thing, followed): (&Thing, usize)| {
        let mut list = scene.of(thing, wants);
        let told = few(followed);
        let who = who(thing);
        list.push(feature(TEMPLATE + 50, &[told, who]));
        list.push(feature(
            TEMPLATE + 51,
            &[told, few(most), few(scene.strong)],
        ));
        list.push(feature(TEMPLATE + 52, &[told, step(thing.chance())]));
        list.push(feature(
            TEMPLATE + 53,
            &[yes(followed == most), who, few(most)],
        ));
        list
    };
    things.iter().zip(followed).map(one).collect()
}

/// Who found a thing.
fn who(thing: &Thing) -> &'static str {
    match (thing.want.is_some(), thing.is_sure()) {
        (true, true) => "both",
        (true, false) => "rules",
        (false, true) => "tags",
        (false, false) => "none",
    }
}

/// Which things are kept: the likely ones, or else the likeliest.
pub(super) fn kept(weights: &Weights, features: &[Vec<u32>], must: bool) -> Vec<bool> {
    let chances: Vec<f32> = features.iter().map(|list| weights.chance(list)).collect();
    let mut kept: Vec<bool> = chances.iter().map(|chance| *chance > 0.5).collect();
    let best = (0..kept.len()).max_by(|one, other| chances[*one].total_cmp(&chances[*other]));
    if let Some(best) = best.filter(|_| must && !kept.contains(&true)) {
        kept[best] = true;
    }
    kept
}

/// A chance in steps of a logarithmic scale.
pub(super) fn step(chance: f32) -> &'static str {
    match chance {
        c if c < 0.02 => "0",
        c if c < 0.12 => "1",
        c if c < 0.3 => "2",
        c if c < 0.5 => "3",
        c if c < 0.7 => "4",
        c if c < 0.88 => "5",
        c if c < 0.97 => "6",
        _ => "7",
    }
}

/// A small number as a word.
pub(super) fn few(count: usize) -> &'static str {
    ["0", "1", "2", "3"][count.min(3)]
}

pub(super) fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

impl Scene<'_> {
    fn of(&self, thing: &Thing, wants: &[Want]) -> Vec<u32> {
        let mut list = Vec::with_capacity(40);
        let who = who(thing);
        let chance = thing.chance();
        let others = few(self.strong - usize::from(chance > STRONG));
        {
            let mut add =
                |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
            add(0, &[]);
            add(1, &[who]);
            add(2, &[step(chance)]);
            add(3, &[who, step(chance)]);
            add(4, &[few(thing.mentions.len())]);
            add(5, &[who, others]);
            add(6, &[who, few(self.ruled)]);
            add(7, &[who, few(self.both)]);
            add(8, &[step(chance), others]);
        }
        if let Some(want) = thing.want.and_then(|at| Some((at, wants.get(at)?))) {
            self.of_want(want, who, &mut list);
        }
        if thing.mentions.is_empty() {
            self.of_unsaid(thing, &mut list);
        } else {
            self.of_said(thing, who, others, &mut list);
            self.of_site(thing, who, others, &mut list);
        }
        list
    }

    /// What the rules say of it.
    fn of_want(&self, (at, want): (usize, &Want), who: &str, list: &mut Vec<u32>) {
        let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
        add(10, &[yes(want.named), who]);
        add(11, &[few(at), who]);
        add(12, &[few(want.fields.len()), who]);
        add(13, &[yes(want.again), yes(want.named)]);
        add(14, &[yes(want.parents.is_empty()), who]);
        add(15, &[few(self.strong), yes(want.named), few(at)]);
    }

    /// A thing that the words do not name: what usually comes along.
    fn of_unsaid(&self, thing: &Thing, list: &mut Vec<u32>) {
        let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
        let long = few(self.words.len() / 6);
        add(20, &[few(self.strong), long]);
        let name = thing.names.first().map_or("", String::as_str);
        add(21, &[name.rsplit('_').next().unwrap_or_default()]);
    }

    /// A thing that the words name: where and how.
    fn of_said(&self, thing: &Thing, who: &str, others: &str, list: &mut Vec<u32>) {
        let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
        let first = &thing.mentions[0].span;
        let text = |at: Option<usize>| {
            at.and_then(|at| self.words.get(at))
                .map_or("", |word| word.text.as_str())
        };
        let title = yes(thing
            .mentions
            .iter()
            .all(|mention| mention.span.start < self.title));
        let opens = |mention: &&super::mention::Mention| {
            let next = self.words.get(mention.span.end);
            next.is_some_and(|next| {
                next.is("has")
                    || next.is("with")
                    || next.is("belongs")
                    || matches!(next.text.as_str(), ":" | "(" | "{")
            })
        };
        let opening = thing.mentions.iter().filter(opens).count();
        let each = thing
            .mentions
            .iter()
            .any(|mention| mention.span.start > 0 && self.words[mention.span.start - 1].is("each"));
        let many = thing
            .mentions
            .iter()
            .any(|mention| self.words[mention.span.end - 1].many);
        let field = thing
            .mentions
            .iter()
            .map(|mention| mention.field)
            .fold(0.0, f32::max);
        let behind = self.words.get(first.end);
        let contained = yes(behind.is_some_and(|word| word.is("container")));
        add(30, &[title, who]);
        add(31, &[title, who, others]);
        add(32, &[yes(first.start < self.list), who]);
        add(33, &[text(Some(first.end))]);
        add(34, &[text(first.start.checked_sub(1))]);
        add(35, &[yes(many), title]);
        add(36, &[few(opening), who]);
        add(37, &[few(opening), title, others]);
        add(38, &[step(field)]);
        add(39, &[yes(each), who]);
        add(40, &[contained, others]);
        add(41, &[contained, title, yes(many), others]);
        add(42, &[few(first.len())]);
        let noun = &self.words[first.end - 1];
        add(58, &[self.kind, who]);
        add(59, &[self.kind, &noun.one]);
        for class in &noun.classes {
            add(45, &[class]);
            add(46, &[class, title, others]);
            add(47, &[class, who]);
        }
    }

    /// The list that it heads, or where else it stands first.
    fn of_site(&self, thing: &Thing, who: &str, others: &str, list: &mut Vec<u32>) {
        let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
        let ends = thing.mentions.iter().map(|mention| mention.span.end - 1);
        let sites = ends.map(|at| (at, self.layout.sites[at]));
        let heads = |site: &Site| (site.role == "head", site.items);
        let Some((at, site)) = sites.max_by_key(|(at, site)| (heads(site), usize::MAX - at)) else {
            return;
        };
        let early = yes(at < self.layout.first);
        let (lists, chance) = (self.layout.lists, step(thing.chance()));
        add(54, &[site.role, site.opener, site.items, lists]);
        add(55, &[site.role, site.fields, site.many, who]);
        add(56, &[site.role, early, lists, others]);
        add(57, &[site.role, site.part, site.outer, chance]);
    }
}
