//! A model from an address into the models folder. Knows no terminal.

use std::time::Duration;

use camino::Utf8PathBuf;

use super::Heard;
use super::client::Network;
use super::download::{Order, fetch};
use super::error::FetchError;
use crate::model::store::{
    Installed, Lock, Source, Store, StoreError, check_header, is_name, remove, sha256_of,
};
use crate::workspace::Workspace;

/// Tries that may fail in a row without having got on.
const TRIES: u32 = 6;
/// Pause after the first of them.
const PAUSE: Duration = Duration::from_secs(1);

/// A model to download.
#[derive(Clone, Debug)]
pub struct Pull<'a> {
    /// The name that it gets.
    pub name: &'a str,
    /// What it is for.
    pub role: &'a str,
    /// The address of its file.
    pub url: &'a str,
    /// Bytes that it must have, where that is known.
    pub size: Option<u64>,
    /// The SHA-256 that it must have, where that is known.
    pub sha256: Option<&'a str>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Pulled {
    /// It was there already.
    Present(Installed),
    /// It was downloaded.
    New(Installed),
}

/// Downloads and installs a model.
///
/// # Errors
/// When it cannot be had, or is not what it must be; then nothing is installed.
pub fn pull(
    store: &Store,
    pull: &Pull<'_>,
    network: &Network,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<Pulled, FetchError> {
    if !is_name(pull.name) {
        return Err(StoreError::BadName(pull.name.to_owned()).into());
    }
    Workspace::create(store.folder()).map_err(StoreError::from)?;
    let lock: Utf8PathBuf = store.folder().join(format!(".{}.lock", pull.name));
    let taken = Lock::take(&lock).map_err(|error| StoreError::io("lock", &lock, error))?;
    let Some(_lock) = taken else {
        return Err(FetchError::Busy(pull.name.to_owned()));
    };
    let all = store.installed()?;
    if let Some(there) = all.into_iter().find(|model| model.name == pull.name) {
        let is_same = pull.sha256.map_or_else(
            || there.source == Source::Url(pull.url.to_owned()),
            |hash| hash == there.sha256,
        );
        let is_whole = store
            .path(&there)
            .metadata()
            .is_ok_and(|file| file.len() == there.size);
        return match (is_same, is_whole) {
            (true, true) => Ok(Pulled::Present(there)),
            (true, false) => bring(store, pull, network, on_heard),
            (false, _) => Err(StoreError::Taken(there.name).into()),
        };
    }
    bring(store, pull, network, on_heard)
}

fn bring(
    store: &Store,
    pull: &Pull<'_>,
    network: &Network,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<Pulled, FetchError> {
    let target = store.path_for(pull.name);
    let (size, sha256) = match finished(&target, pull, on_heard)? {
        Some(found) => found,
        None => fetch(
            &Order {
                url: pull.url,
                target: &target,
                size: pull.size,
                sha256: pull.sha256,
                network,
                tries: TRIES,
                pause: PAUSE,
            },
            on_heard,
        )?,
    };
    if let Err(error) = check_header(&target) {
        remove(&target).map_err(|error| StoreError::io("remove", &target, error))?;
        return Err(error.into());
    }
    let installed = Installed {
        name: pull.name.to_owned(),
        role: pull.role.to_owned(),
        file: target.file_name().unwrap_or_default().into(),
        size,
        sha256,
        source: Source::Url(pull.url.to_owned()),
    };
    store.add(installed.clone())?;
    Ok(Pulled::New(installed))
}

/// A file that was finished and not entered in the index, because the process ended between the two.
fn finished(
    target: &camino::Utf8Path,
    pull: &Pull<'_>,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<Option<(u64, String)>, FetchError> {
    let (Some(expected), Ok(about)) = (pull.sha256, target.metadata()) else {
        return Ok(None);
    };
    let total = about.len();
    let mut done = 0;
    let mut on_bytes = |bytes| {
        done += bytes;
        on_heard(Heard::Hashing { done, total });
    };
    let found =
        sha256_of(target, &mut on_bytes).map_err(|error| StoreError::io("read", target, error))?;
    Ok((found == expected).then_some((total, found)))
}
