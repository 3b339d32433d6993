//! Plan files: text to checked plan. Knows nothing of running one.

mod checked;

pub use checked::*;
