//! codey as a library: a request becomes a spec, a plan, a graph, and files that are checked.
//!
//! Modules are grouped in layers and import downwards only; `tests/architecture.rs` holds the table.
//!
//! | layer | modules |
//! |---|---|
//! | 0 | `id` `diagnostic` `clock` `assets` |
//! | 1 | `event` `workspace` `proc` `host` |
//! | 2 | `spec` `contract` `plan` `graph` `digest` |
//! | 3 | `tool` `template` `model` `prompt` `artifact` `validate` |
//! | 4 | `config` `exec` `schedule` `journal` `report` |
//! | 5 | `planner` |
//! | 6 | `session` |
//! | 7 | `cli` |

pub mod artifact;
pub mod assets;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contract;
pub mod diagnostic;
pub mod digest;
pub mod event;
pub mod exec;
pub mod graph;
pub mod host;
pub mod id;
pub mod journal;
pub mod model;
pub mod plan;
pub mod planner;
pub mod proc;
pub mod prompt;
pub mod report;
pub mod schedule;
pub mod session;
pub mod spec;
pub mod template;
pub mod tool;
pub mod validate;
pub mod workspace;
