//! What becomes of a file that is to be written: the user's edits are kept, merged or named, never lost.
//! Decides from bytes and digests; reads and writes nothing.

use crate::id::Digest;

/// What to do about files that were edited by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edits {
    /// Merge, and refuse where that leaves a conflict.
    #[default]
    Merge,
    /// Merge, and keep the edited version where that leaves a conflict.
    Ours,
    /// Take codey's version.
    Theirs,
}

/// A file's state before the run.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Its bytes on disk, where it exists.
    pub disk: Option<&'a [u8]>,
    /// Digest of the text that codey last made for it, where it made one.
    pub base: Option<Digest>,
    /// That text, where it is still known.
    pub base_text: Option<&'a [u8]>,
}

/// What to do with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Write it: it is not there.
    Create,
    /// Write it: what is there is codey's own.
    Update,
    /// Leave it: it has these bytes already.
    Identical,
    /// Write the merge of the user's changes and the new text.
    Merge(Vec<u8>),
    /// Leave the user's version.
    Keep,
    /// Neither may be lost: the user has to say which stays.
    Conflict(&'static str),
}

/// What to do with a file that is to have the bytes `new`.
pub fn decide(new: &[u8], before: Before<'_>, edits: Edits) -> Decision {
    let Some(disk) = before.disk else {
        return Decision::Create;
    };
    if disk == new {
        return Decision::Identical;
    }
    if edits == Edits::Theirs {
        return Decision::Update;
    }
    let Some(base) = before.base else {
        return match edits {
            Edits::Ours => Decision::Keep,
            _ => Decision::Conflict("is there already and was not made by codey"),
        };
    };
    if base == Digest::of(disk) {
        return Decision::Update;
    }
    if base == Digest::of(new) {
        return Decision::Keep;
    }
    match before.base_text.and_then(|base| merge(base, disk, new)) {
        Some(merged) if merged == disk => Decision::Keep,
        Some(merged) => Decision::Merge(merged),
        None if edits == Edits::Ours => Decision::Keep,
        None => Decision::Conflict("was edited by hand where the new version changes it too"),
    }
}

/// The three-way merge of two texts over their common base, unless they change the same lines.
fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    diffy::merge_bytes(base, ours, theirs).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &[u8] = b"one\ntwo\nthree\nfour\nfive\n";
    const NEW: &[u8] = b"one\ntwo\nthree\nfour\nFIVE\n";

    fn with(disk: Option<&[u8]>, edits: Edits) -> Decision {
        let before = Before {
            disk,
            base: Some(Digest::of(BASE)),
            base_text: Some(BASE),
        };
        decide(NEW, before, edits)
    }

    #[test]
    fn own_files_are_made_replaced_or_left() {
        assert_eq!(with(None, Edits::Merge), Decision::Create);
        assert_eq!(with(Some(BASE), Edits::Merge), Decision::Update);
        assert_eq!(with(Some(NEW), Edits::Merge), Decision::Identical);
    }

    #[test]
    fn an_edit_elsewhere_is_merged() {
        let edited: &[u8] = b"ONE\ntwo\nthree\nfour\nfive\n";
        let merged = b"ONE\ntwo\nthree\nfour\nFIVE\n".to_vec();
        assert_eq!(with(Some(edited), Edits::Merge), Decision::Merge(merged));
        assert_eq!(with(Some(edited), Edits::Theirs), Decision::Update);
    }

    #[test]
    fn an_edit_of_the_same_lines_is_a_conflict_that_flags_resolve() {
        let edited: &[u8] = b"one\ntwo\nthree\nfour\nmine\n";
        assert!(matches!(
            with(Some(edited), Edits::Merge),
            Decision::Conflict(_)
        ));
        assert_eq!(with(Some(edited), Edits::Ours), Decision::Keep);
        assert_eq!(with(Some(edited), Edits::Theirs), Decision::Update);
    }

    #[test]
    fn an_edit_of_a_file_that_does_not_change_is_kept() {
        let before = Before {
            disk: Some(b"mine"),
            base: Some(Digest::of(BASE)),
            base_text: None,
        };
        assert_eq!(decide(BASE, before, Edits::Merge), Decision::Keep);
        assert_eq!(decide(BASE, before, Edits::Theirs), Decision::Update);
    }

    #[test]
    fn a_file_that_codey_did_not_make_is_never_replaced_unasked() {
        let before = Before {
            disk: Some(b"mine"),
            base: None,
            base_text: None,
        };
        assert!(matches!(
            decide(NEW, before, Edits::Merge),
            Decision::Conflict(_)
        ));
        assert_eq!(decide(NEW, before, Edits::Ours), Decision::Keep);
        assert_eq!(decide(NEW, before, Edits::Theirs), Decision::Update);
        let same = Before {
            disk: Some(NEW),
            ..before
        };
        assert_eq!(decide(NEW, same, Edits::Merge), Decision::Identical);
    }
}
