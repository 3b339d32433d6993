//! Requests to specs, specs to contracts and plans: what people ask for and what they get.

mod asked;
mod contract;
mod corpus;
mod domains;
mod frames;
mod hostile;
mod refused;
