//! The user's settings: a JSON file, the environment over it, defaults below it. Knows no command and no model file.

mod edit;
mod file;
mod layers;
mod read;
mod values;

pub use edit::{EditError, set};
pub use file::{FILE_NAME, create_default, read_text};
pub use layers::{Effective, Origin, VARIABLES, layered};
pub use read::parse;
pub use values::{Config, Repack, keys};
