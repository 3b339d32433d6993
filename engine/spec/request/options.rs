//! What a caller says besides the request. Knows no stack by name.

use crate::spec::FieldType;

/// What is decided before the request is read.
#[derive(Clone, Debug, Default)]
pub struct SpecOptions {
    /// Entities in the grammar, `book: title:text! pages:int`.
    pub entities: Vec<String>,
    /// The stack, where it is chosen already.
    pub stack: Option<String>,
    /// The application's name, where it is chosen already.
    pub name: Option<String>,
    /// What can be made.
    pub covered: Coverage,
}

/// What the stacks at hand can make.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Their names.
    pub stacks: Vec<String>,
    /// Kinds of projects; empty for all that the stacks have.
    pub kinds: Vec<String>,
    /// Features by name.
    pub features: Vec<String>,
    /// Types of fields; empty for all.
    pub field_types: Vec<FieldType>,
}
