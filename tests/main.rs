
mod plan;
