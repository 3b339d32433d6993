//! Projects that grow: what changes in a database and in the files, and what stays as it was.

mod changes;
mod steps;
