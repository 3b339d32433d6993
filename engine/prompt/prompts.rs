//! The prompt templates by role, and what they give for a run, a slot, a file and a repair. Knows no runtime.

use std::borrow::Cow;

use camino::Utf8Path;
use minijinja::Value;
use serde::Serialize;

use super::brief::{Brief, Piece, Task};
use super::context::{around, told};
use crate::assets;
use crate::contract::Contract;
use crate::diagnostic::Finding;
use crate::template::{Frame, Part, Templates, value};

/// The role whose prompts serve every role that has none of its own.
const USUAL_ROLE: &str = "coder";

/// What all prompts of a run are about.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The plan's name.
    pub name: &'a str,
    /// The plan's `about` line.
    pub about: &'a str,
    /// The contract, where there is one.
    pub contract: Option<&'a Contract>,
}

/// Where a model writes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The model's role.
    pub role: &'a str,
    /// The file.
    pub path: &'a Utf8Path,
    /// The chunk's type.
    pub chunk: &'a str,
    /// What the type is for.
    pub purpose: &'a str,
    /// What the plan says of the file, or nothing.
    pub about: &'a str,
}

/// A set of prompt templates.
pub struct Prompts {
    templates: Templates,
}

impl Default for Prompts {
    fn default() -> Self {
        let embedded = Templates::of(|name| assets::prompt(name).map(Cow::Borrowed));
        Self::of(embedded.placed(|name| Some(Utf8Path::new("prompts").join(name))))
    }
}

impl Prompts {
    /// The prompts that these templates are.
    pub fn of(templates: Templates) -> Self {
        Self { templates }
    }

    /// What all prompts of a run for `role` begin with.
    ///
    /// # Errors
    /// When the template has a fault.
    pub fn shared(&self, role: &str, scene: &Scene<'_>) -> Result<String, Finding> {
        let context = Value::from_pairs([
            (
                "plan",
                Value::from_pairs([("name", scene.name), ("about", scene.about)]),
            ),
            ("contract", value(&scene.contract)),
        ]);
        self.templates
            .render(&self.name(role, &["shared"]), context)
    }

    /// The tasks of a frame: what a model is asked for each of its slots.
    ///
    /// # Errors
    /// When a template has a fault.
    pub fn of_frame(
        &self,
        frame: &Frame,
        shared: &str,
        place: &Place<'_>,
    ) -> Result<Brief, Finding> {
        let pieces = frame.parts.iter().map(|part| match part {
            Part::Text(text) => Piece::Text(text.clone()),
            Part::Slot(slot) => Piece::Task(Box::new(Task::of_slot(slot))),
        });
        let mut pieces: Vec<Piece> = pieces.collect();
        let slots: Vec<_> = frame.parts.iter().collect();
        for (index, part) in slots.into_iter().enumerate() {
            let Part::Slot(slot) = part else { continue };
            let (before, after) = around(&pieces, index);
            let names = [
                format!("slot/{}", place.chunk),
                format!("slot/{}", slot.kind.word()),
                "slot/any".to_owned(),
            ];
            let seen = Seen {
                slot: &slot.name,
                kind: slot.kind.word(),
                about: &slot.about,
                before: &before,
                after: &after,
                ..Seen::of(place)
            };
            let prompt = self.own(place.role, &names, &seen)?;
            if let Piece::Task(task) = &mut pieces[index] {
                task.prompt = prompt;
            }
        }
        Ok(Brief {
            shared: shared.to_owned(),
            pieces,
        })
    }

    /// The task of a file that a model writes as a whole; `own` is what a template would write.
    ///
    /// # Errors
    /// When a template has a fault.
    pub fn of_file(
        &self,
        shared: &str,
        place: &Place<'_>,
        cap: u32,
        own: Option<String>,
    ) -> Result<Brief, Finding> {
        let mut task = Task::of_file(place.path, cap, own);
        let names = [format!("file/{}", place.chunk), "file/any".to_owned()];
        let seen = Seen {
            kind: task.kind.word(),
            ..Seen::of(place)
        };
        task.prompt = self.own(place.role, &names, &seen)?;
        Ok(Brief {
            shared: shared.to_owned(),
            pieces: vec![Piece::Task(Box::new(task))],
        })
    }

    /// The message that asks for another answer; `file` is the text that the findings are about.
    ///
    /// # Errors
    /// When the template has a fault.
    pub fn repair(
        &self,
        place: &Place<'_>,
        task: &Task,
        findings: &[Finding],
        file: &str,
    ) -> Result<String, Finding> {
        let is_file = task.own.is_none() || task.name == "file";
        let seen = Seen {
            slot: if is_file { "" } else { &task.name },
            kind: task.kind.word(),
            ..Seen::of(place)
        };
        let context = Value::from_pairs([
            ("seen", value(&seen)),
            ("findings", value(&told(findings, file))),
        ]);
        let name = self.name(place.role, &["repair"]);
        self.templates.render(&name, context)
    }

    fn own(&self, role: &str, names: &[String], seen: &Seen<'_>) -> Result<String, Finding> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let context = Value::from_pairs([("seen", value(seen))]);
        self.templates.render(&self.name(role, &names), context)
    }

    /// The first of `names` that there is, for the role before the usual one. The last name of the usual role is
    /// always there.
    fn name(&self, role: &str, names: &[&str]) -> String {
        let roles = [role, USUAL_ROLE];
        let all = roles
            .iter()
            .flat_map(|role| names.iter().map(move |name| format!("{role}/{name}.md")));
        let mut last = String::new();
        for name in all {
            if self.templates.source(&name).is_some() {
                return name;
            }
            last = name;
        }
        last
    }
}

/// What a prompt's own part sees.
#[derive(Serialize)]
struct Seen<'a> {
    path: &'a str,
    chunk: &'a str,
    purpose: &'a str,
    /// The slot's name, or nothing for a whole file.
    slot: &'a str,
    kind: &'a str,
    about: &'a str,
    before: &'a str,
    after: &'a str,
}

impl<'a> Seen<'a> {
    fn of(place: &Place<'a>) -> Self {
        Self {
            path: place.path.as_str(),
            chunk: place.chunk,
            purpose: place.purpose,
            slot: "",
            kind: "",
            about: place.about,
            before: "",
            after: "",
        }
    }
}
