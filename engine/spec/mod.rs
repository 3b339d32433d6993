//! Requests to typed specs, by rule. Knows no plan, template or file.

mod by_name;
mod calendar;
mod field_type;
mod grammar;
mod inflect;
pub mod names;
mod request;
mod types;

pub use calendar::{is_date, is_datetime, is_time};
pub use grammar::*;
pub use request::{Coverage, MAX_REQUEST_CHARS, SpecOptions, read_request};
pub use types::*;
