//! Every limit of plan files, by name. Knows no reason to exceed them.

use std::time::Duration;

/// Version of the plan format that this engine reads.
pub const FORMAT_VERSION: i64 = 1;
/// Bytes in one plan file, and in all files of one plan together.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;
/// Files in one plan: the plan, everything it includes, and the command line.
pub const MAX_FILES: usize = 33;
/// Includes inside includes.
pub const MAX_INCLUDE_DEPTH: usize = 8;
/// Lists and mappings inside each other.
pub const MAX_DEPTH: usize = 64;
/// YAML values in one file, after aliases are expanded.
pub const MAX_YAML_VALUES: usize = 1_500_000;
/// Aliases in one file.
pub const MAX_ALIASES: usize = 1_000;
/// Bytes of one text.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// Nodes in a plan, after `for-each`.
pub const MAX_NODES: usize = 200_000;
/// Edges in a plan, after `all` and patterns are resolved.
pub const MAX_EDGES: usize = 2_000_000;
/// Bytes of one `{{ expression }}`.
pub const MAX_EXPRESSION_BYTES: usize = 2_000;
/// Steps of the evaluator in one expression.
pub const MAX_EXPRESSION_FUEL: u64 = 100_000;
/// Values that all expressions of a plan may give together.
pub const MAX_EVALUATED_VALUES: usize = 2_000_000;
/// Bytes of text that all expressions of a plan may give together.
pub const MAX_EVALUATED_BYTES: usize = 64 * 1024 * 1024;
/// Findings that are reported before the rest is only counted.
pub const MAX_FINDINGS: usize = 200;
/// Characters of an id as it is written, and of the item's part of an instance's id.
pub const MAX_ID_CHARS: usize = 64;
/// Bytes of a path below the workspace.
pub const MAX_PATH_BYTES: usize = 1_024;
/// Bytes of one name within a path.
pub const MAX_NAME_BYTES: usize = 255;
/// Attempts of one node.
pub const MAX_ATTEMPTS: u32 = 10;
/// Pause before a second attempt, unless the plan says otherwise.
pub const DEFAULT_BACKOFF: Duration = Duration::from_secs(1);
/// Longest duration that `timeout` and `backoff` take.
pub const MAX_DURATION: Duration = Duration::from_hours(24);
/// Widest lane, and the most a node can cost.
pub const MAX_LANE_DEPTH: u32 = 1_000;
/// Most tokens in one slice of a model's work.
pub const MAX_TOKENS: u32 = 32_768;
/// Rings of needs that are reported.
pub const MAX_RINGS: usize = 10;
/// Members of one ring that are named.
pub const MAX_RING_SHOWN: usize = 12;
/// Highest temperature of a sampling: above it every token is as good as any other.
pub const MAX_TEMPERATURE: f32 = 2.0;
/// Highest penalty for a token that occurred lately.
pub const MAX_REPEAT_PENALTY: f32 = 2.0;
/// Greatest whole number that a sampling takes.
pub const MAX_WHOLE: u32 = u32::MAX;
