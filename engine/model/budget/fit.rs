//! Whether a model fits a budget, and what would make it fit. Knows needs and settings, no machine.

use std::fmt;

use super::super::gguf::Shape;
use super::super::settings::{KvType, Settings};
use super::need::Need;

/// The least context that chunks can be made in, in tokens.
pub const MIN_CONTEXT: u32 = 2048;

/// A model needs more than it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// The model's name.
    pub name: String,
    /// What it needs.
    pub need: Need,
    /// What it may take, in KiB.
    pub budget: u64,
    /// The settings nearest to those asked for that fit, and what they need.
    pub nearest: Option<(Settings, Need)>,
    asked: Settings,
}

impl std::error::Error for OverBudget {}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let need = &self.need;
        let mib = |kib: u64| kib.div_ceil(1024);
        let mut parts = vec![format!("{} MiB weights", mib(need.weights))];
        if need.repacked > 0 {
            parts.push(format!("{} MiB repacked copies", mib(need.repacked)));
        }
        let (lanes, context) = (self.asked.lanes, self.asked.context);
        let kv = mib(need.kv);
        parts.push(format!("{kv} MiB for {lanes} lanes of {context} tokens"));
        let rest = mib(need.compute + need.output + need.fixed);
        parts.push(format!("{rest} MiB to work with"));
        let next = match &self.nearest {
            Some((settings, need)) => {
                let changes = changes(&self.asked, settings);
                format!("it fits in {} MiB with {changes}", need.mib())
            }
            None => "no setting makes it fit: choose a smaller model (`codey models list`) \
                     or raise memory_budget_mb"
                .to_owned(),
        };
        write!(
            f,
            "{} needs {} MiB ({}) and may take {} MiB; {next}",
            self.name,
            need.mib(),
            parts.join(", "),
            self.budget / 1024
        )
    }
}

/// How one set of settings differs from another.
fn changes(from: &Settings, to: &Settings) -> String {
    let mut changes = Vec::new();
    if from.lanes != to.lanes {
        changes.push(format!("lanes {}", to.lanes));
    }
    if from.context != to.context {
        changes.push(format!("context {}", to.context));
    }
    if from.kv != to.kv {
        changes.push("kv q8_0".to_owned());
    }
    if from.repack != to.repack {
        changes.push("repack off".to_owned());
    }
    changes.join(", ")
}

/// Whether a model fits `budget`, in KiB.
///
/// # Errors
/// With the numbers and the nearest settings that fit.
pub fn fit(shape: &Shape, settings: &Settings, budget: u64) -> Result<Need, OverBudget> {
    let need = Need::of(shape, settings);
    if need.total() <= budget {
        return Ok(need);
    }
    let nearest = steps(settings, &Fixed::default()).find_map(|settings| {
        let need = Need::of(shape, &settings);
        (need.total() <= budget).then_some((settings, need))
    });
    let name = if shape.name.is_empty() {
        &shape.architecture
    } else {
        &shape.name
    };
    Err(OverBudget {
        name: name.clone(),
        need,
        budget,
        nearest,
        asked: settings.clone(),
    })
}

/// Which settings the user named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fixed {
    pub(super) lanes: bool,
    pub(super) context: bool,
    pub(super) kv: bool,
}

/// Settings that need less, from those that cost little speed to those that cost more: no copies, fewer lanes,
/// shorter context, then smaller keys and values. What is fixed stays.
pub(super) fn steps(settings: &Settings, fixed: &Fixed) -> impl Iterator<Item = Settings> {
    let kinds = match fixed.kv {
        true => vec![settings.kv],
        false => vec![settings.kv, KvType::Q8_0],
    };
    let mut contexts = vec![settings.context];
    if !fixed.context {
        let halves = std::iter::successors(Some(settings.context / 2), |context| Some(context / 2));
        contexts.extend(halves.take_while(|context| *context >= MIN_CONTEXT));
    }
    let lanes: Vec<u32> = match fixed.lanes {
        true => vec![settings.lanes],
        false => (1..=settings.lanes).rev().collect(),
    };
    let mut steps = Vec::new();
    for kv in kinds {
        for context in &contexts {
            for lanes in &lanes {
                steps.push(Settings {
                    kv,
                    context: *context,
                    lanes: *lanes,
                    repack: false,
                    ..settings.clone()
                });
            }
        }
    }
    steps.into_iter()
}
