//! The paths of the local server, and who may use them.

use hyper::header::{self, HeaderMap};

use super::credentials::Credentials;
use super::request::Endpoint;

/// What a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The Events API, with basic authentication.
    Api(Endpoint),
    /// One batch of the web SDK, which has the key of its input in the path.
    Web {
        /// The key.
        key: &'a str,
    },
    /// The identity service, which the web SDK asks for the user's id. It sends the key in a header.
    Identity,
}

/// The header with the key of a request to the identity service.
pub(super) const IDENTITY_KEY: &str = "x-mp-key";

/// Why a request is not authorized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unauthorized {
    /// It has no credentials.
    Missing,
    /// They are wrong.
    Wrong,
}

impl<'a> Route<'a> {
    pub(super) fn of_path(path: &'a str) -> Option<Self> {
        if let Some(endpoint) = Endpoint::of_path(path) {
            return Some(Self::Api(endpoint));
        }
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts[..] {
            ["v3", "JS", key, "events"] => Some(Self::Web { key }),
            ["v1", "identify" | "login" | "logout"] | ["v1", _, "modify"] => Some(Self::Identity),
            _ => None,
        }
    }

    /// Whether a request has these credentials; any will do if there are none.
    pub(super) fn authorize(self, headers: &HeaderMap, expected: Option<&Credentials>) -> Result<(), Unauthorized> {
        let header = |name: &str| headers.get(name).ok_or(Unauthorized::Missing);
        let is_right = match self {
            Self::Api(_) => {
                let given = header(header::AUTHORIZATION.as_str())?.as_bytes();
                expected.map_or(given.starts_with(b"Basic "), |expected| given == expected.authorization().as_bytes())
            }
            Self::Web { key } => expected.is_none_or(|expected| expected.has_key(key.as_bytes())),
            Self::Identity => {
                let given = header(IDENTITY_KEY)?.as_bytes();
                expected.is_none_or(|expected| expected.has_key(given))
            }
        };
        if is_right { Ok(()) } else { Err(Unauthorized::Wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_events_api_and_of_the_web_sdk() {
        assert_eq!(Route::of_path("/v2/bulkevents"), Some(Route::Api(Endpoint::BulkEvents)));
        assert_eq!(Route::of_path("/v3/JS/us1-key/events"), Some(Route::Web { key: "us1-key" }));
        for path in ["/v1/identify", "/v1/login", "/v1/-5/modify"] {
            assert_eq!(Route::of_path(path), Some(Route::Identity), "{path}");
        }
        for path in ["/", "/v2/events/", "/v1/modify", "/v3/JS/events", "/v2/JS/key/events"] {
            assert_eq!(Route::of_path(path), None, "{path}");
        }
    }

    #[test]
    fn each_route_has_its_own_place_for_the_key() {
        let expected = Credentials::new("key", "secret");
        let with =
            |name: &'static str, value: &str| HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        let (api, identity) = (Route::Api(Endpoint::Events), Route::Identity);
        let basic = with("authorization", &expected.authorization());
        assert_eq!(api.authorize(&basic, Some(&expected)), Ok(()));
        assert_eq!(api.authorize(&with("authorization", "Basic x"), Some(&expected)), Err(Unauthorized::Wrong));
        assert_eq!(api.authorize(&HeaderMap::new(), None), Err(Unauthorized::Missing));
        assert_eq!(identity.authorize(&with(IDENTITY_KEY, "key"), Some(&expected)), Ok(()));
        assert_eq!(identity.authorize(&with(IDENTITY_KEY, "keys"), Some(&expected)), Err(Unauthorized::Wrong));
        let web = |key| Route::Web { key }.authorize(&HeaderMap::new(), Some(&expected));
        assert_eq!((web("key"), web("other")), (Ok(()), Err(Unauthorized::Wrong)));
    }
}
