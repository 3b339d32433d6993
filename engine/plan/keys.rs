//! The keys of a plan file as one table, read by the checker and by the schema. Knows no file.

use super::limits::{MAX_ATTEMPTS, MAX_LANE_DEPTH, MAX_TOKENS, MAX_WHOLE};

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Takes {
    /// A text on one or more lines.
    Text,
    /// A path below the workspace.
    Path,
    /// One path or a list of paths.
    Paths,
    /// A list of texts: a program and its arguments.
    Argv,
    /// A program with its arguments, or names of built-in checks.
    Check,
    /// A whole number.
    Whole {
        /// Least value.
        min: u32,
        /// Greatest value.
        max: u32,
    },
    /// `true`, `false` or an expression that gives one of them.
    Condition,
    /// `true` or `false`, written out.
    Bool,
    /// A duration such as `30s`.
    Duration,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A chunk type of kind `file`.
    ChunkType,
    /// Ids, patterns, `all`, each with the end that is waited for.
    Needs,
    /// One name with the list it runs through.
    ForEach,
    /// A number of repeats, or a mapping.
    Retry,
    /// Names and texts.
    Environment,
    /// A mapping with these keys.
    Mapping(&'static [Key]),
    /// Names, each with a mapping of these keys.
    Table(&'static [Key]),
    /// Lane names, each with a depth.
    Lanes,
    /// A list of plan files or names.
    Includes,
    /// A list of plain values.
    Values,
    /// A number.
    Number,
    /// A mapping of any form.
    Spec,
    /// Any value.
    Any,
    /// The chunks.
    Chunks,
}

/// One key of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) takes: Takes,
    /// Whether its mapping cannot do without it.
    pub(super) required: bool,
    /// What it means, for editors and the documentation.
    pub(super) about: &'static str,
}

const fn key(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key {
        name,
        takes,
        required: false,
        about,
    }
}

const fn needed(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key {
        name,
        takes,
        required: true,
        about,
    }
}

/// What a chunk can do: the key that says it, and the keys that go with it only.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) key: Key,
    pub(super) with: &'static [Key],
}

/// Words that say who writes a file.
pub(super) const PRODUCERS: &[&str] = &["auto", "template", "model"];
/// Words that say what follows when a model's text does not pass its checks.
pub(super) const ON_FAIL: &[&str] = &["fail", "template"];
/// Words that say which end of a node an edge asks for.
pub(super) const ENDS: &[&str] = &["success", "failure", "always"];
/// Checks that need no program.
pub(super) const BUILTIN_CHECKS: &[&str] = &["syntax", "contract", "links"];
/// What `git` can do.
pub(super) const GIT_ACTIONS: &[&str] = &["init", "add", "commit"];
/// Types of parameters.
pub(super) const PARAM_TYPES: &[&str] = &[
    "string", "integer", "number", "bool", "choice", "list", "path", "entities",
];
/// Lanes that every plan has: tools, the repository, and the model.
pub const BUILTIN_LANES: &[&str] = &["tool", "git", "model"];

/// Keys at the top of a plan file.
pub(super) const TOP: &[Key] = &[
    needed(
        "codey",
        Takes::Whole { min: 1, max: 1 },
        "version of the plan format; always 1",
    ),
    key(
        "name",
        Takes::Text,
        "short name of the plan; letters, digits, `.`, `_` and `-`",
    ),
    key(
        "about",
        Takes::Text,
        "one line that says what the plan makes",
    ),
    key(
        "example",
        Takes::Text,
        "one line: a command that runs the plan, for `codey plans`",
    ),
    key(
        "include",
        Takes::Includes,
        "plan files beside this one, or names of shipped plans, whose parameters, lanes and chunks come first",
    ),
    key(
        "params",
        Takes::Table(PARAM),
        "values that a run may set, by name",
    ),
    key(
        "lanes",
        Takes::Lanes,
        "lanes of the plan's own: a name, and how much of it runs at once",
    ),
    key(
        "spec",
        Takes::Spec,
        "the application that the plan makes: name, title, stack, entities, features",
    ),
    key("chunks", Takes::Chunks, "the pieces of work, by id"),
];

/// Keys of a parameter.
pub(super) const PARAM: &[Key] = &[
    needed("type", Takes::Word(PARAM_TYPES), "the type its values have"),
    key(
        "default",
        Takes::Any,
        "the value when none is set; without it the parameter must be set",
    ),
    key("about", Takes::Text, "one line that says what it is for"),
    key(
        "required",
        Takes::Bool,
        "`false` lets a parameter without default stay empty",
    ),
    key(
        "pattern",
        Takes::Text,
        "regular expression that the whole text must match; for string, path and list",
    ),
    key("min", Takes::Number, "least value; for integer and number"),
    key(
        "max",
        Takes::Number,
        "greatest value; for integer and number",
    ),
    key("choices", Takes::Values, "the values that a choice allows"),
];

/// Keys that every chunk can have.
pub(super) const COMMON: &[Key] = &[
    key(
        "needs",
        Takes::Needs,
        "what it waits for: ids, patterns such as `routes.*`, or `all`; `id: failure` waits for another end than success",
    ),
    key(
        "when",
        Takes::Condition,
        "leaves the chunk out when it is `false`",
    ),
    key(
        "for-each",
        Takes::ForEach,
        "makes one node for each element of a list, under a name that expressions can use",
    ),
    key(
        "retry",
        Takes::Retry,
        "how often a failed node is tried again, or a mapping with `attempts` and `backoff`",
    ),
    key(
        "timeout",
        Takes::Duration,
        "longest time of one attempt, such as `30s` or `5m`",
    ),
    key(
        "lane",
        Takes::Text,
        "the lane it runs in: one under `lanes`, or `tool`, `git`, `model`",
    ),
    key(
        "cost",
        Takes::Whole {
            min: 1,
            max: MAX_LANE_DEPTH,
        },
        "how much of its lane it takes; 1 unless given",
    ),
    key(
        "outputs",
        Takes::Paths,
        "files that it leaves, where the chunk does not say so itself; for run, git and check",
    ),
];

/// Keys of `retry`.
pub(super) const RETRY: &[Key] = &[
    needed(
        "attempts",
        Takes::Whole {
            min: 1,
            max: MAX_ATTEMPTS,
        },
        "attempts in all, the first included",
    ),
    key(
        "backoff",
        Takes::Duration,
        "pause before the second attempt, doubled before each further one; `1s` unless given",
    ),
];

/// Keys of `sampling`.
pub(super) const SAMPLING: &[Key] = &[
    key(
        "temperature",
        Takes::Number,
        "0 takes the likeliest token always; up to 2",
    ),
    key(
        "top-k",
        SEED,
        "of how many of the likeliest tokens one is chosen; 0 for all",
    ),
    key(
        "top-p",
        Takes::Number,
        "least share of all probability that the tokens chosen from have together; 0 to 1",
    ),
    key(
        "min-p",
        Takes::Number,
        "least probability of a token chosen from, relative to the likeliest; 0 to 1",
    ),
    key(
        "repeat-penalty",
        Takes::Number,
        "divides the scores of tokens that occurred lately; 1 changes nothing",
    ),
    key(
        "seed",
        SEED,
        "start of the random numbers: the same seed gives the same text",
    ),
];

const SEED: Takes = Takes::Whole {
    min: 0,
    max: MAX_WHOLE,
};

const COPY: &[Key] = &[
    needed("from", Takes::Path, "the file that is read"),
    needed("to", Takes::Path, "the file that is written"),
];

const SQLITE: &[Key] = &[
    needed("database", Takes::Path, "the database file"),
    key(
        "schema",
        Takes::Path,
        "file with the statements that create it",
    ),
    key("query", Takes::Text, "statement that reads it"),
];

const CWD: Key = key(
    "cwd",
    Takes::Path,
    "directory below the workspace to run in",
);

/// What a chunk can do: exactly one of these keys stands in it.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: key(
            "mkdir",
            Takes::Paths,
            "makes directories, with their parents",
        ),
        with: &[],
    },
    Kind {
        key: key(
            "write",
            Takes::Path,
            "writes a file: with `content` that text, with `type` what a template or model produces",
        ),
        with: &[
            key("content", Takes::Text, "the text of the file"),
            key("type", Takes::ChunkType, "what kind of file is produced"),
            key(
                "template",
                Takes::Text,
                "the template that produces it, as `stack/name`",
            ),
            key(
                "by",
                Takes::Word(PRODUCERS),
                "who produces it; `auto` takes the template where it covers what is asked, else the model",
            ),
            key(
                "max-tokens",
                Takes::Whole {
                    min: 1,
                    max: MAX_TOKENS,
                },
                "tokens in one slice of the model's work; the cap of the type unless given",
            ),
            key(
                "model",
                Takes::Text,
                "role of the model; `coder` unless given",
            ),
            key(
                "about",
                Takes::Text,
                "what belongs in the file, in words for the model",
            ),
            key(
                "on-fail",
                Takes::Word(ON_FAIL),
                "what follows when the model's text does not pass its checks; `fail` unless given, `template` takes the template's text",
            ),
            key(
                "sampling",
                Takes::Mapping(SAMPLING),
                "how the model's tokens are chosen: temperature, top-k, top-p, min-p, repeat-penalty, seed",
            ),
        ],
    },
    Kind {
        key: key(
            "copy",
            Takes::Mapping(COPY),
            "copies a file within the workspace",
        ),
        with: &[],
    },
    Kind {
        key: key("delete", Takes::Paths, "deletes files"),
        with: &[],
    },
    Kind {
        key: key(
            "run",
            Takes::Argv,
            "runs a program; each element reaches it whole, without a shell",
        ),
        with: &[
            CWD,
            key(
                "env",
                Takes::Environment,
                "variables added to its environment",
            ),
        ],
    },
    Kind {
        key: key(
            "git",
            Takes::Word(GIT_ACTIONS),
            "makes a repository, or stages or commits what the chunks it needs made",
        ),
        with: &[key("message", Takes::Text, "the message of a commit")],
    },
    Kind {
        key: key(
            "sqlite",
            Takes::Mapping(SQLITE),
            "creates a SQLite database from a schema, or queries one",
        ),
        with: &[],
    },
    Kind {
        key: key(
            "check",
            Takes::Check,
            "built-in checks (`syntax`, `contract`, `links`), or a program that must exit 0",
        ),
        with: &[
            CWD,
            key(
                "venv",
                Takes::Path,
                "requirements file of the Python environment that the program runs in",
            ),
        ],
    },
];

/// The kind that is called `name`.
pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.key.name == name)
}

/// The names of all kinds.
pub(super) fn kind_names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.key.name)
}
