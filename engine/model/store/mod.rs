//! The models on this computer: a folder of GGUF files with an index. Knows no network and no runtime.

mod error;
mod files;
mod hash;
mod header;
mod import;
mod index;
mod resolve;
mod verify;

pub use error::StoreError;
pub use hash::{Hash, sha256_of};
pub use header::check as check_header;
pub use import::{Import, Keep};
pub use index::{Installed, Source, Store, is_name};
pub use resolve::{DEFAULT_ROLE, Resolved};

#[cfg(feature = "fetch")]
pub(super) use files::{Lock, remove, settle};
