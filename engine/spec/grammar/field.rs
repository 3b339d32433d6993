//! One field as it is written: name, type and marks, `status:choice(draft|published)!=draft`.

use super::cursor::{Cursor, Read};
use super::finish::finish;
use super::kind::{Kind, read_kind};
use super::problem::{EntityProblem, shown};
use crate::spec::{Field, by_name};

/// A field as it is written.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark that can stand behind a field"
)]
pub(super) struct Draft {
    pub name: String,
    /// Where the field is in its text.
    pub span: (usize, usize),
    pub kind: Kind,
    pub required: bool,
    pub optional: bool,
    pub unique: bool,
    pub unique_each: bool,
    pub default: Option<String>,
}

/// Reads a field.
pub(super) fn read_field(cursor: &mut Cursor<'_>) -> Read<Draft> {
    let start = cursor.at();
    let name = match cursor.quoted()? {
        Some(name) => name,
        None => cursor.word().to_owned(),
    };
    if name.is_empty() {
        let found: String = cursor.peek().into_iter().collect();
        return Err(EntityProblem::new(
            (start, found.len()),
            format!("`{}` starts no field", shown(&found)),
            "A field is `name` or `name:type`, with a space or a comma between fields.",
        ));
    }
    let mut draft = Draft {
        name,
        ..Draft::default()
    };
    read_marks(cursor, &mut draft)?;
    if cursor.eat(":") {
        cursor.skip_spaces();
        read_type(cursor, &mut draft)?;
    } else {
        let before = cursor.at();
        cursor.skip_spaces();
        match cursor.rest().starts_with("->") {
            true => read_type(cursor, &mut draft)?,
            false => cursor.back_to(before),
        }
    }
    draft.span = (start, cursor.since(start).trim_end().len());
    Ok(draft)
}

/// Reads a type with its marks: all of a field but its name.
pub(super) fn read_type(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Read<()> {
    draft.kind = read_kind(cursor)?;
    read_marks(cursor, draft)
}

fn read_marks(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Read<()> {
    loop {
        let start = cursor.at();
        if cursor.eat("!") {
            draft.required = true;
        } else if cursor.eat("^^") {
            draft.unique_each = true;
        } else if cursor.eat("^") {
            draft.unique = true;
        } else if cursor.eat("?") {
            draft.optional = true;
        } else if cursor.eat("=") {
            draft.default = Some(match cursor.quoted()? {
                Some(value) => value,
                None => cursor
                    .take_while(|c| !c.is_whitespace() && !",;!^?".contains(c))
                    .to_owned(),
            });
        } else {
            return Ok(());
        }
        if draft.required && draft.optional {
            return Err(EntityProblem::new(
                (start, 1),
                "`!` says required and `?` says optional",
                "Keep one of the two.",
            ));
        }
    }
}

/// The field that begins `text` with a name and a type, and the bytes it takes.
pub(in crate::spec) fn typed_field(text: &str) -> Option<(Field, usize)> {
    let mut cursor = Cursor::new(text);
    let draft = read_field(&mut cursor).ok()?;
    draft.kind.kind?;
    let end = cursor.at();
    finish(draft).ok().map(|field| (field, end))
}

/// The field that a name alone stands for.
pub(in crate::spec) fn field_by_name(name: &str) -> Result<Field, EntityProblem> {
    let draft = Draft {
        name: name.to_owned(),
        span: (0, name.len()),
        ..Draft::default()
    };
    finish(draft)
}

/// Adds what the name says to a draft whose type it leaves open.
pub(super) fn settle_type(name: &str, draft: &mut Draft) {
    let by_name = by_name::type_of(name);
    if draft.kind.loose_text && by_name::is_long(name) {
        draft.kind.kind = Some(crate::spec::FieldType::Text);
    }
    if draft.kind.loose_number && by_name.is_some_and(|kind| kind.starts_with("money")) {
        draft.kind.kind = Some(crate::spec::FieldType::Money);
    }
    if draft.kind.kind.is_some() {
        return;
    }
    let mut from_name = Draft::default();
    let text = by_name.unwrap_or("string");
    // The table of types by name is tested to be in the grammar.
    if read_type(&mut Cursor::new(text), &mut from_name).is_ok() {
        draft.kind = from_name.kind;
        draft.default = draft.default.take().or(from_name.default);
    }
}
