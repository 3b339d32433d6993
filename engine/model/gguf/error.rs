//! What is wrong with a model file: where, what was found, what is allowed, what to do. Knows no file format.

use camino::Utf8PathBuf;

/// What a person does about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The file lost bytes or was altered on its way.
    Fetch,
    /// Whatever wrote the file made something that llama.cpp does not take.
    Convert,
    /// The file is something else.
    Choose,
    /// One part of a model in several files.
    Merge,
}

impl Remedy {
    fn text(self) -> &'static str {
        match self {
            Self::Fetch => {
                "the file is cut short or damaged: download it again, for example with `codey models pull`"
            }
            Self::Convert => "convert the model again with a current llama.cpp",
            Self::Choose => "name a GGUF file; `codey models list` shows models that work",
            Self::Merge => "join the parts first: `llama-gguf-split --merge FIRST-PART WHOLE.gguf`",
        }
    }
}

/// A fault at a byte, before it is known what the byte belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) offset: u64,
    pub(super) found: String,
    pub(super) allowed: String,
    pub(super) remedy: Remedy,
}

impl Fault {
    pub(super) fn new(
        offset: u64,
        found: impl Into<String>,
        allowed: impl Into<String>,
        remedy: Remedy,
    ) -> Self {
        Self {
            offset,
            found: found.into(),
            allowed: allowed.into(),
            remedy,
        }
    }

    /// The fault as that of a part of the file, such as a key or a tensor.
    pub(super) fn of(self, place: impl Into<String>) -> Located {
        Located {
            place: place.into(),
            fault: self,
        }
    }
}

/// A fault and the part of the file that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) place: String,
    pub(super) fault: Fault,
}

/// Why a model file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GgufError {
    /// The file cannot be opened or read.
    #[error("{path}: {reason}; `codey models list` shows the models that are here")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file was read and is not what it must be.
    #[error("{path}: {place} at byte {offset}: {found}, where {allowed}; {}", .remedy.text())]
    Malformed {
        /// The file.
        path: Utf8PathBuf,
        /// The key, tensor or other part.
        place: String,
        /// Where it stands in the file.
        offset: u64,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: String,
        /// What helps.
        remedy: Remedy,
    },
}
