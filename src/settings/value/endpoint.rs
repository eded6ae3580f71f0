//! `engine.endpoint`: an S3 server other than AWS's own.

use std::fmt::{self, Display, Formatter};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::settings::error::{Refusal, shown};

/// An `http` or `https` URL with a host, at most a port, and nothing else. A client puts the bucket right behind it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: String,
    host: String,
}

impl Endpoint {
    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The host: a name or an IP address (an IPv6 address without its brackets).
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host is an address: a bucket name cannot be put before one.
    pub fn is_address(&self) -> bool {
        self.host.parse::<Ipv4Addr>().is_ok() || self.host.parse::<Ipv6Addr>().is_ok()
    }
}

impl Display for Endpoint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl FromStr for Endpoint {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        // First of all, since no later message may show a password.
        if text.contains('@') {
            return Err(Refusal::new("a user name or password has no place in the URL: set the key pair instead"));
        }
        let refuse = |why: &str| {
            Refusal::new(format!(
                "`{}` is not an endpoint: {why}; write it as `https://host` or `http://host:port`",
                shown(text)
            ))
        };
        let rest = strip_scheme(text).ok_or_else(|| refuse("it begins with neither `https://` nor `http://`"))?;
        if text.contains(['?', '#']) {
            return Err(refuse("it has a query or a fragment"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refuse("it has a space, a control character or one outside ASCII"));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = split_port(authority).ok_or_else(|| refuse("its host cannot be read"))?;
        if port.is_some_and(|port| port.starts_with('+') || !matches!(port.parse::<u16>(), Ok(1..))) {
            return Err(refuse("its port is not a number from 1 to 65535"));
        }
        if !path.trim_matches('/').is_empty() {
            return Err(refuse("it has a path, which would become a part of the bucket's name"));
        }
        Ok(Self { url: text.trim_end_matches('/').to_owned(), host: host.to_owned() })
    }
}

/// What follows the scheme, which is read without case.
fn strip_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match after {
            "" => Some((host, None)),
            _ => Some((host, Some(after.strip_prefix(':')?))),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    host.split('.').all(is_label).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found() {
        for (text, url, host, address) in [
            ("http://127.0.0.1:8333", "http://127.0.0.1:8333", "127.0.0.1", true),
            ("https://[::1]:9000/", "https://[::1]:9000", "::1", true),
            ("HTTPS://s3.example.com//", "HTTPS://s3.example.com", "s3.example.com", false),
            ("http://localhost", "http://localhost", "localhost", false),
        ] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert_eq!((endpoint.as_str(), endpoint.host(), endpoint.is_address()), (url, host, address));
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "neither"),
            ("localhost:9000", "neither"),
            ("ftp://host", "neither"),
            ("é", "neither"),
            ("http://", "host cannot be read"),
            ("http://a..b", "host cannot be read"),
            ("http://[::1", "host cannot be read"),
            ("http://[::1]9", "host cannot be read"),
            ("http://:80", "host cannot be read"),
            ("http://host:0", "port"),
            ("http://host:65536", "port"),
            ("http://host:", "port"),
            ("http://host:+80", "port"),
            ("http://host:9000/s3", "has a path"),
            ("https://host/s3/", "has a path"),
            ("http://host/?a", "query"),
            ("http://host/ x", "space"),
        ] {
            let message = text.parse::<Endpoint>().unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        let message = "https://me:hush@host".parse::<Endpoint>().unwrap_err().to_string();
        assert!(!message.contains("hush"), "{message}");
    }
}
