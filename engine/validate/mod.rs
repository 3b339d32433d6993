//! Checks of what was produced, each a function from text to findings. Knows neither who produced it nor what follows.

mod columns;
mod contract;
mod css;
mod data;
mod elements;
mod endpoints;
mod html;
mod imports;
mod jinja;
mod links;
mod models;
mod place;
mod python;
mod readme;
mod requirements;
mod routes;
mod sql;
mod stack;
mod syntax;
mod tables;
mod tree;
mod venv;
mod views;

pub use contract::contract;
pub use links::links;
pub use requirements::included;
pub use stack::{EndpointStyle, Migrations, Stack, Tables, parse as parse_stack};
pub use syntax::syntax;
pub use tables::{migrations, replayed};
pub use venv::{Spawner, Venv, ensure};
