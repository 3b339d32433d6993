//! As much of addresses as downloads need: their parts, what a redirect leads to, and whether that may be followed.

/// An address with `http` or `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    is_secure: bool,
    /// Host and port.
    authority: String,
    /// Path and query, from the slash on.
    path: String,
}

impl Url {
    /// Reads an absolute address.
    ///
    /// # Errors
    /// When it is none, or of another scheme; the text says which.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| format!("`{text}` is no address"))?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(format!("`{scheme}` is neither `http` nor `https`")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let is_clean = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || !is_clean(rest) {
            return Err(format!("`{text}` is no address"));
        }
        Ok(Self {
            is_secure,
            authority: authority.to_owned(),
            path: match path.starts_with('/') {
                true => path.to_owned(),
                false => format!("/{path}"),
            },
        })
    }

    /// Whether what comes from there cannot be changed on its way: by `https`, or from this computer.
    pub fn is_safe(&self) -> bool {
        self.is_secure || is_loopback(self.host())
    }

    /// The host without the port.
    pub fn host(&self) -> &str {
        let host = self.authority.rsplit('@').next().unwrap_or_default();
        match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        }
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        let path = self.path.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Where a redirect to `location` leads.
    ///
    /// # Errors
    /// When that is no address, or would leave `https`.
    pub fn follow(&self, location: &str) -> Result<Self, String> {
        let scheme = if self.is_secure { "https" } else { "http" };
        let origin = format!("{scheme}://{}", self.authority);
        let head = location.split(['/', '?']).next().unwrap_or_default();
        let text = if head.ends_with(':') {
            location.to_owned()
        } else if let Some(rest) = location.strip_prefix("//") {
            format!("{scheme}://{rest}")
        } else if location.starts_with('/') {
            format!("{origin}{location}")
        } else {
            let path = self.path.split('?').next().unwrap_or_default();
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            format!("{origin}{folder}{location}")
        };
        let next = Self::parse(&text)?;
        match self.is_secure && !next.is_secure && !is_loopback(self.host()) {
            true => Err(format!("it leads from `https` to `{next}`")),
            false => Ok(next),
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

/// Whether `host` is this computer.
pub fn is_loopback(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn addresses_have_parts() {
        let parsed = url("https://hub.example:8443/a/b.gguf?x=1#top");
        assert_eq!(parsed.to_string(), "https://hub.example:8443/a/b.gguf?x=1");
        assert_eq!(
            (parsed.host(), parsed.file_name()),
            ("hub.example", "b.gguf")
        );
        assert_eq!(url("http://[::1]:80").host(), "::1");
        for wrong in ["", "a/b", "file:///etc/passwd", "http:///x", "http://a b/"] {
            assert!(Url::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn redirects_are_resolved() {
        let from = url("https://a.example/x/y?z");
        let to = |location| from.follow(location).unwrap().to_string();
        assert_eq!(to("/p?q"), "https://a.example/p?q");
        assert_eq!(to("p"), "https://a.example/x/p");
        assert_eq!(to("//b.example/p"), "https://b.example/p");
        assert_eq!(to("https://b.example/p"), "https://b.example/p");
    }

    #[test]
    fn no_redirect_leaves_https() {
        let secure = url("https://a.example/");
        assert!(secure.follow("http://a.example/x").is_err());
        assert!(secure.follow("ftp://a.example/x").is_err());
        assert!(
            url("https://localhost/")
                .follow("http://127.0.0.1/x")
                .is_ok()
        );
        assert!(
            url("http://a.example/")
                .follow("https://a.example/x")
                .is_ok()
        );
    }

    #[test]
    fn only_this_computer_is_loopback() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "127.0.0.1.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
