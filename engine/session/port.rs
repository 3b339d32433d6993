//! The port that an application gets: free at the moment, and promised to no other codey. Starts nothing.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use camino::Utf8Path;

use super::serve::{DEFAULT_PORT, ServeError};
use crate::workspace::Workspace;

/// Longest time for one question whether something answers.
const ASK_TIMEOUT: Duration = Duration::from_secs(2);

/// A port for as long as it lives.
#[derive(Debug)]
pub(super) struct Port {
    pub number: u16,
    /// Two that start at once would both find the port free, and the one that got it would answer for both.
    _claim: Option<File>,
}

/// The port `wanted`, or the usual one, or any that is free. Claims are kept in the folder `cache`.
pub(super) fn claim(cache: &Utf8Path, wanted: Option<u16>) -> Result<Port, ServeError> {
    if let Some(port) = wanted {
        let in_use = || ServeError::Port(port, "something else listens there".to_owned());
        return named(cache, port)?.ok_or_else(in_use);
    }
    if let Some(port) = named(cache, DEFAULT_PORT)? {
        return Ok(port);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(Port {
        number: listener.local_addr()?.port(),
        _claim: None,
    })
}

/// The port of this number; nothing when it is in use.
fn named(cache: &Utf8Path, number: u16) -> Result<Option<Port>, ServeError> {
    Workspace::create(cache)?;
    let path = cache.join(format!("port-{number}.lock"));
    let file = File::options().create(true).append(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, number)) {
        Ok(_) => Ok(Some(Port {
            number,
            _claim: Some(file),
        })),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(None),
        Err(error) => Err(ServeError::Port(number, error.to_string())),
    }
}

/// Whether something speaks HTTP at the port.
pub(super) fn answers(port: u16) -> bool {
    let ask = || -> io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, ASK_TIMEOUT)?;
        stream.set_read_timeout(Some(ASK_TIMEOUT))?;
        stream.set_write_timeout(Some(ASK_TIMEOUT))?;
        let request = format!("GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/")
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Utf8Path::from_path(folder.path()).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = free.local_addr().unwrap().port();
        let taken = claim(cache, Some(number)).unwrap_err();
        assert!(matches!(taken, ServeError::Port(port, _) if port == number));
        drop(free);
        let first = claim(cache, Some(number)).unwrap();
        assert!(claim(cache, Some(number)).is_err(), "it is promised");
        drop(first);
        assert_eq!(claim(cache, Some(number)).unwrap().number, number);
        assert_ne!(claim(cache, None).unwrap().number, 0);
    }
}
