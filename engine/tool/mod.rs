//! Tools that work inside codey: git and SQLite. Each takes checked arguments and reports one line.

mod git;
mod report;
mod sqlite;
mod table;

pub use git::Git;
pub use report::ToolReport;
pub use sqlite::Sqlite;
