//! What is said about how a request was understood. Knows no rule, only its outcome.

use super::build::Built;
use super::token::Token;
use super::words::{self, Role};
use crate::spec::grammar::entity_to_compact;
use crate::spec::{Entity, Note, NoteKind};

/// Most notes about words that were not understood.
const MAX_IGNORED: usize = 20;

fn note(kind: NoteKind, text: String, from: &str) -> Note {
    Note {
        kind,
        text,
        from: from.to_owned(),
    }
}

/// How an entity came to its fields, and how to change them.
pub(super) fn about_entity(built: &Built) -> Vec<Note> {
    let compact = entity_to_compact(&built.entity).replace('\'', "'\\''");
    let names: Vec<&str> = built
        .entity
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let text = format!(
        "entity {} ({}) - change with --entity '{compact}'",
        built.entity.name,
        names.join(", ")
    );
    let kind = if built.read {
        NoteKind::Inferred
    } else {
        NoteKind::Defaulted
    };
    let mut notes = vec![note(kind, text, &built.from)];
    notes.extend(built.renamed.iter().map(|(asked, field)| {
        let text = format!("`{asked}` as {}.{field}", built.entity.name);
        note(NoteKind::Inferred, text, asked)
    }));
    notes
}

/// The pages of a static site.
pub(super) fn about_pages(pages: &[String], named: bool) -> Option<Note> {
    let kind = if named {
        NoteKind::Inferred
    } else {
        NoteKind::Defaulted
    };
    let text = format!("pages {}", pages.join(", "));
    (!pages.is_empty()).then(|| note(kind, text, ""))
}

/// The stack that nobody asked for.
pub(super) fn about_stack(stack: &str) -> Note {
    let text = format!("stack {stack} - say another to have it");
    note(NoteKind::Defaulted, text, "")
}

/// The question that would make a request buildable.
pub(super) fn nothing_to_build(request: &str) -> Note {
    const MOST_CHARS: usize = 80;
    let from: String = request.trim().chars().take(MOST_CHARS).collect();
    let text = "nothing to keep was found in the request: what should the application store? \
                Name it, for example --entity 'note: title! body', or write \"recipe manager with title and minutes\"; \
                for pages that store nothing, write \"static site with about and contact\"";
    note(NoteKind::Unsupported, text.to_owned(), &from)
}

/// Text beyond what is read.
pub(super) fn too_long(most: usize) -> Note {
    note(
        NoteKind::Ignored,
        format!("only the first {most} characters of the request were read"),
        "",
    )
}

/// Words that say something without naming a thing to keep: who it is for, what people do.
pub(super) fn meant(text: &str, tokens: &[Token]) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for group in tokens.chunk_by(|one, next| one.meant == next.meant) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        if let Some(what) = first.meant.filter(|what| !what.is_empty()) {
            let from = &text[first.start..last.end];
            notes.push(note(
                NoteKind::Inferred,
                format!("`{from}` as {what}"),
                from,
            ));
        }
    }
    notes
}

/// Every run of words that nothing has made use of.
pub(super) fn ignored(text: &str, tokens: &[Token], entities: &[Entity]) -> Vec<Note> {
    // An entity that is named once more adds nothing.
    let known = |one: &str| {
        let words = |entity: &Entity| entity.name.split('_').any(|word| word == one);
        entities.iter().any(words)
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for token in tokens {
        let content = token.is_word
            && !token.used
            && token.meant.is_none()
            && !is_small(&token.text)
            && !known(&token.one)
            && token.text.contains(char::is_alphabetic);
        if content {
            match runs.last_mut().filter(|_| open) {
                Some(run) => run.1 = token.end,
                None => runs.push((token.start, token.end)),
            }
        }
        open = content;
    }
    let words = |&(start, end): &(usize, usize)| {
        note(
            NoteKind::Ignored,
            "these words were not understood and change nothing".to_owned(),
            &text[start..end],
        )
    };
    runs.iter().take(MAX_IGNORED).map(words).collect()
}

fn is_small(word: &str) -> bool {
    const SMALL: [Role; 15] = [
        Role::Filler,
        Role::Container,
        Role::With,
        Role::Has,
        Role::Verb,
        Role::Belongs,
        Role::Each,
        Role::Many,
        Role::Separator,
        Role::Link,
        Role::Called,
        Role::Negation,
        Role::Required,
        Role::Optional,
        Role::Unique,
    ];
    SMALL.iter().any(|role| words::is(word, *role))
}
