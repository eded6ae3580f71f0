//! The URL of the Events API.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;

use super::request::Endpoint;

/// The base URL of the Events API: `https`, or `http` on a loopback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsUrl(Uri);

/// Why a URL is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a URL of the Events API: {why}; write it as `https://host`", .url.escape_debug())]
pub struct EventsUrlError {
    url: String,
    why: &'static str,
}

impl EventsUrl {
    /// The host of a pod (EVT-1), for instance `https://s2s.eu1.mparticle.com` for `eu1`.
    ///
    /// # Errors
    /// If the name cannot be part of a host name.
    pub fn of_pod(pod: &str) -> Result<Self, EventsUrlError> {
        format!("https://s2s.{}.mparticle.com", pod.to_ascii_lowercase()).parse()
    }

    /// Whether the host is a loopback address.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.0.host().unwrap_or_default())
    }

    /// The URL of an endpoint.
    pub(super) fn of(&self, endpoint: Endpoint) -> Uri {
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = endpoint.path().parse().ok();
        // Scheme and host were parsed, and the path is one of three constants.
        Uri::from_parts(parts).unwrap_or_else(|_| self.0.clone())
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for EventsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().trim_end_matches('/'))
    }
}

impl FromStr for EventsUrl {
    type Err = EventsUrlError;

    fn from_str(text: &str) -> Result<Self, EventsUrlError> {
        // The message must not show a password.
        let url = if text.contains('@') { "…".to_owned() } else { text.to_owned() };
        let refuse = |why| EventsUrlError { url: url.clone(), why };
        if text.contains('@') {
            return Err(refuse("it has a user name or a password"));
        }
        let uri: Uri = text.parse().map_err(|_| refuse("it cannot be read"))?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| refuse("it has no host"))?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_loopback(host) => {}
            Some("http") => return Err(refuse("the secret would be sent unencrypted")),
            _ => return Err(refuse("it begins with neither `https://` nor `http://`")),
        }
        if !matches!(uri.path_and_query().map_or("", |path| path.as_str()), "" | "/") {
            return Err(refuse("it has a path or a query"));
        }
        Ok(Self(uri))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_sent_over_tls_or_to_this_machine_only() {
        let accepted = |url: &str| url.parse::<EventsUrl>().map(|url| url.to_string());
        assert_eq!(accepted("https://s2s.us1.mparticle.com/").unwrap(), "https://s2s.us1.mparticle.com");
        for url in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:7"] {
            assert!(accepted(url).is_ok(), "{url}");
        }
        for (url, why) in [
            ("http://s2s.us1.mparticle.com", "unencrypted"),
            ("http://10.0.0.1", "unencrypted"),
            ("ftp://a", "neither"),
            ("https://a/v2/events", "a path"),
            ("a b", "cannot be read"),
        ] {
            assert!(accepted(url).unwrap_err().to_string().contains(why), "{url}");
        }
        let message = accepted("https://key:hidden@host").unwrap_err().to_string();
        assert!(!message.contains("hidden"), "{message}");
        assert_eq!(EventsUrl::of_pod("EU1").unwrap().to_string(), "https://s2s.eu1.mparticle.com");
        assert!(EventsUrl::of_pod("eu1/x").is_err());
    }
}
