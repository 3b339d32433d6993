//! Opens paths beneath a folder: by `openat2` where the kernel has it, else step by step. Reads no content.

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
#[cfg(target_os = "linux")]
use rustix::fs::ResolveFlags;
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::walk;

/// Flags of a descriptor that only names a folder.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
/// Flags of a descriptor that only names a folder.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// Flags for reading: never wait for the other end of a FIFO, never gain a terminal.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// A folder below which every path is resolved.
#[derive(Debug)]
pub(super) struct Beneath {
    root: OwnedFd,
    how: How,
}

/// How paths are kept inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// The kernel resolves and refuses.
    #[cfg(target_os = "linux")]
    Kernel,
    /// Each component is opened without following links, and links are resolved here.
    Walk,
}

impl Beneath {
    /// Opens the folder at `root`, whatever way leads there.
    pub(super) fn open(root: &Utf8Path) -> Result<Self, Errno> {
        let root = fs::open(root.as_str(), FOLDER, Mode::empty())?;
        let how = best_way(root.as_fd());
        Ok(Self { root, how })
    }

    #[cfg(test)]
    pub(super) fn walking(mut self) -> Self {
        self.how = How::Walk;
        self
    }

    /// The folder itself.
    pub(super) fn root(&self) -> BorrowedFd<'_> {
        self.root.as_fd()
    }

    /// Opens the folder at `path` unless a symbolic link is on the way, which is [`Errno::LOOP`].
    pub(super) fn real_folder(&self, path: &str) -> Result<OwnedFd, Errno> {
        match self.how {
            #[cfg(target_os = "linux")]
            How::Kernel => open_beneath(self.root(), path, FOLDER, ResolveFlags::NO_SYMLINKS),
            How::Walk => {
                let found = walk::walk(self.root(), path)?;
                let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
                let is_real =
                    names.eq(found.folders.iter().map(|name| name.to_str().unwrap_or("")));
                match found.name {
                    Some(_) => Err(Errno::NOENT),
                    None if is_real => Ok(found.parent),
                    None => Err(Errno::LOOP),
                }
            }
        }
    }

    /// The path of the existing folder `path` without any symbolic link.
    pub(super) fn real_path(&self, path: &str) -> Result<Utf8PathBuf, Errno> {
        let found = walk::walk(self.root(), path)?;
        if found.name.is_some() {
            return Err(Errno::NOENT);
        }
        let names = found.folders.iter().map(|name| name.to_str());
        names.collect::<Result<_, _>>().map_err(|_| Errno::ILSEQ)
    }

    /// Opens what is at `path` for reading.
    pub(super) fn read(&self, path: &str) -> Result<OwnedFd, Errno> {
        self.resolve(path, READ)
    }

    /// Looks at what is at `path`, through links that stay inside.
    pub(super) fn stat(&self, path: &str) -> Result<fs::Stat, Errno> {
        match self.how {
            #[cfg(target_os = "linux")]
            How::Kernel => fs::fstat(self.resolve(path, OFlags::PATH | OFlags::CLOEXEC)?),
            How::Walk => {
                let found = walk::walk(self.root(), path)?;
                match found.name {
                    Some(name) => fs::statat(&found.parent, &*name, AtFlags::SYMLINK_NOFOLLOW),
                    None => fs::fstat(&found.parent),
                }
            }
        }
    }

    fn resolve(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        match self.how {
            #[cfg(target_os = "linux")]
            How::Kernel => open_beneath(self.root(), path, flags, ResolveFlags::empty()),
            How::Walk => {
                let found = walk::walk(self.root(), path)?;
                let name = found.name.as_deref().unwrap_or(c".");
                fs::openat(&found.parent, name, flags | OFlags::NOFOLLOW, Mode::empty())
            }
        }
    }
}

/// One call to `openat2`, repeated while a rename elsewhere makes the kernel unsure.
#[cfg(target_os = "linux")]
fn open_beneath(
    root: BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
    also: ResolveFlags,
) -> Result<OwnedFd, Errno> {
    const ATTEMPTS: u32 = 64;
    let how = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | also;
    let mut attempt = 0;
    loop {
        match fs::openat2(root, path, flags, Mode::empty(), how) {
            Err(Errno::AGAIN | Errno::INTR) if attempt < ATTEMPTS => attempt += 1,
            answer => return answer,
        }
    }
}

/// Asks the kernel once. Android ends processes that try the call, so there it is never tried.
#[cfg(target_os = "linux")]
fn best_way(root: BorrowedFd<'_>) -> How {
    match open_beneath(root, ".", FOLDER, ResolveFlags::empty()) {
        Ok(_) => How::Kernel,
        Err(_) => How::Walk,
    }
}

#[cfg(not(target_os = "linux"))]
fn best_way(_root: BorrowedFd<'_>) -> How {
    How::Walk
}
