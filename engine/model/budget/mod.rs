//! Memory: how much there is, how much a model takes, and which settings fit. Loads no model.

mod available;
mod choose;
mod cores;
mod fit;
mod need;
#[cfg(test)]
mod tests;

pub use available::{available, default_budget};
pub use choose::{Wishes, choose};
pub use cores::cores;
pub use fit::{MIN_CONTEXT, OverBudget, fit};
pub use need::Need;
