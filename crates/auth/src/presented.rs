//! Where a token is looked for. Pure: the transport hands in what the request had.

use std::fmt;

/// What a request had to offer, each part as it came.
#[derive(Clone, Copy, Default)]
pub struct Presented<'a> {
    /// `auth.token` of the Socket.IO CONNECT packet.
    pub handshake: Option<&'a str>,
    /// The `Authorization` header's value.
    pub authorization: Option<&'a str>,
    /// The `token` parameter of the URL's query; see [`Presented::in_query`].
    pub query: Option<&'a str>,
}

impl<'a> Presented<'a> {
    /// The token: the handshake's, else the header's (`Bearer …`, RFC 6750, section 2.1), else the query's. The first that is
    /// there counts, even if it turns out to be bad. The handshake's may also begin with `Bearer `.
    pub fn token(&self) -> Option<&'a str> {
        let handshake = self.handshake.map(|token| bearer(token).unwrap_or(token));
        let header = self.authorization.and_then(bearer);
        [handshake, header, self.query].into_iter().flatten().map(str::trim).find(|token| !token.is_empty())
    }

    /// The `token` parameter of a raw query string. A token has no character that would have to be percent-encoded.
    pub fn in_query(query: &'a str) -> Option<&'a str> {
        query.split('&').find_map(|pair| pair.strip_prefix("token="))
    }
}

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("handshake", &self.handshake.is_some())
            .field("authorization", &self.authorization.is_some())
            .field("query", &self.query.is_some())
            .finish()
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handshake_goes_before_the_header_and_the_header_before_the_query() {
        let all = Presented {
            handshake: Some("in-handshake"),
            authorization: Some("Bearer in-header"),
            query: Presented::in_query("EIO=4&token=in-query"),
        };
        assert_eq!(all.token(), Some("in-handshake"));
        assert_eq!(Presented { handshake: None, ..all }.token(), Some("in-header"));
        assert_eq!(Presented { handshake: Some(""), authorization: None, ..all }.token(), Some("in-query"));
        assert_eq!(Presented::default().token(), None);
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case_and_no_other() {
        let header = |value| Presented { authorization: Some(value), ..Presented::default() }.token();
        assert_eq!(header("bearer abc"), Some("abc"));
        assert_eq!(header("Basic abc"), None);
        assert_eq!(header("Bearer "), None);
        assert_eq!(header("abc"), None);
        assert_eq!(Presented { handshake: Some("Bearer abc"), ..Presented::default() }.token(), Some("abc"));
    }

    #[test]
    fn only_a_parameter_of_that_very_name_is_taken() {
        assert_eq!(Presented::in_query("mytoken=a&token=b&token=c"), Some("b"));
        assert_eq!(Presented::in_query("EIO=4"), None);
    }

    #[test]
    fn debug_output_shows_no_token() {
        let presented = Presented { handshake: Some("s3cret"), ..Presented::default() };
        assert!(!format!("{presented:?}").contains("s3cret"));
    }
}
