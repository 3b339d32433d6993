//! Produced files made ready: whether a template or a model writes them, and what the model is asked. Runs nothing.

use std::sync::Arc;

use super::prepare::{Asked, Kind, Prepared, Scene, listed, with_content};
use crate::diagnostic::Finding;
use crate::id::Digest;
use crate::model::Sampling;
use crate::plan::{By, Node, Produce, SamplingGiven, chunk_type};
use crate::prompt::{Brief, Piece, Place};
use crate::template::Frame;

impl Scene<'_> {
    /// A produced file: by its template where that covers what is asked, else by the model.
    pub(super) fn produce(&self, node: &Node, produce: &Produce) -> Result<Prepared, Finding> {
        let by = self.means.options.by.unwrap_or(produce.by);
        let is_covered = self.covers || self.contract.is_none();
        match (by, produce.template.as_deref()) {
            (By::Template, None) => Err(no_template(node)),
            (By::Template, Some(template)) => self.by_template(node, produce, template, ""),
            (By::Auto, Some(template)) if is_covered => {
                self.by_template(node, produce, template, "its template covers what is asked")
            }
            (By::Auto, Some(_)) => self.whole(node, produce, "no template covers what is asked"),
            (_, None) => self.whole(node, produce, "it has no template"),
            (By::Model, Some(template)) => {
                let frame = self
                    .means
                    .templates
                    .frame(template, self.context(produce))
                    .map_err(|finding| finding.node(&node.id))?;
                if frame.has_slots() {
                    return self.slots(node, produce, &frame);
                }
                // A flag speaks of all files at once and wants no more of a model than templates leave to it; a
                // plan that says so of one file means it.
                if self.means.options.by.is_some() {
                    return self.by_template(node, produce, template, "its template has no slots");
                }
                self.whole(node, produce, "the plan says so")
            }
        }
    }

    fn by_template(
        &self,
        node: &Node,
        produce: &Produce,
        template: &str,
        why: &'static str,
    ) -> Result<Prepared, Finding> {
        let text = self
            .means
            .templates
            .render(template, self.context(produce))
            .map_err(|f| f.node(&node.id))?;
        let prepared = Prepared {
            kind: Kind::Template,
            producer: template.to_owned(),
            content: None,
            model: None,
            why,
            manifest: listed("template", "path", [&produce.path]),
            reads_needs: false,
        };
        Ok(with_content(prepared, &text))
    }

    /// A file of which a template writes the frame and the model the slots.
    fn slots(&self, node: &Node, produce: &Produce, frame: &Frame) -> Result<Prepared, Finding> {
        let brief = self.shared(produce).and_then(|shared| {
            self.means
                .prompts
                .of_frame(frame, &shared, &place(node, produce))
        });
        let brief = brief.map_err(|finding| finding.node(&node.id))?;
        Ok(self.by_model(produce, brief, "its template leaves slots to the model"))
    }

    /// A file that the model writes from beginning to end.
    fn whole(
        &self,
        node: &Node,
        produce: &Produce,
        why: &'static str,
    ) -> Result<Prepared, Finding> {
        let template = produce.template.as_deref();
        let own = template.map(|name| self.means.templates.render(name, self.context(produce)));
        let brief = own.transpose().and_then(|own| {
            let shared = self.shared(produce)?;
            let place = place(node, produce);
            let prompts = self.means.prompts;
            prompts.of_file(&shared, &place, produce.max_tokens, own)
        });
        let brief = brief.map_err(|finding| finding.node(&node.id))?;
        Ok(self.by_model(produce, brief, why))
    }

    fn shared(&self, produce: &Produce) -> Result<String, Finding> {
        self.means.prompts.shared(&produce.model, &self.about)
    }

    fn by_model(&self, produce: &Produce, brief: Brief, why: &'static str) -> Prepared {
        let sampling = sampling(&self.means.options.sampling, &produce.sampling);
        let mut manifest = listed("model", "path", [&produce.path]);
        manifest.line("role", &produce.model);
        let model = self.means.options.models.get(&produce.model);
        manifest.lines("model", model.map(|facts| &facts.identity));
        manifest.line("sampling", format!("{sampling:?}"));
        manifest.line("on-fail", format!("{:?}", produce.on_fail));
        manifest.line("shared prompt", Digest::of(brief.shared.as_bytes()));
        for piece in &brief.pieces {
            match piece {
                Piece::Text(text) => manifest.line("text", Digest::of(text.as_bytes())),
                Piece::Task(task) => {
                    let own = task.own.as_deref().unwrap_or_default();
                    let (own, prompt) = (
                        Digest::of(own.as_bytes()),
                        Digest::of(task.prompt.as_bytes()),
                    );
                    manifest.line("slot", format!("{} {} {prompt} {own}", task.name, task.cap));
                }
            }
        }
        Prepared {
            kind: Kind::Model,
            producer: produce.model.clone(),
            content: None,
            model: Some(Asked {
                brief: Arc::new(brief),
                sampling,
            }),
            why,
            manifest,
            reads_needs: false,
        }
    }
}

/// Where a model writes.
fn place<'a>(node: &'a Node, produce: &'a Produce) -> Place<'a> {
    Place {
        role: &produce.model,
        path: &produce.path,
        chunk: &node.chunk,
        purpose: chunk_type(&node.chunk).map_or("", |found| &found.about),
        about: &produce.about,
    }
}

/// The usual sampling with what the plan gives.
fn sampling(usual: &Sampling, given: &SamplingGiven) -> Sampling {
    Sampling {
        temperature: given.temperature.unwrap_or(usual.temperature),
        top_k: given.top_k.unwrap_or(usual.top_k),
        top_p: given.top_p.unwrap_or(usual.top_p),
        min_p: given.min_p.unwrap_or(usual.min_p),
        repeat_penalty: given.repeat_penalty.unwrap_or(usual.repeat_penalty),
        repeat_window: usual.repeat_window,
        seed: given.seed.unwrap_or(usual.seed),
    }
}

fn no_template(node: &Node) -> Finding {
    Finding::error("plan::no-template", "`by: template` needs a `template`")
        .node(&node.id)
        .help("name one of the shipped templates, or let the model write the file with `by: model`")
}
