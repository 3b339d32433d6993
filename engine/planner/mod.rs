//! Specs to plan files. Knows the shape of a plan's parameters, not what its chunks do.

mod base;
mod catalogue;
mod form;
mod text;
mod values;

#[cfg(test)]
mod tests;

pub use base::{Made, base_plan, made, uncovered};
pub use catalogue::{Described, Param, copy_of, describe, is_plan};
pub use form::shipped_form;
pub use text::{plan_text, renewed, with_defaults};
