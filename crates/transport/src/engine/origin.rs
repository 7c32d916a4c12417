//! Which web pages may connect.
//!
//! A browser sends `Origin` with every WebSocket handshake and lets any page open one: the server has to look.

use axum::http::{HeaderMap, Uri, header};

use super::EngineConfig;

/// Whether the request's `Origin` is absent, the same as its `Host`, or allowed by configuration.
pub(crate) fn is_allowed(headers: &HeaderMap, config: &EngineConfig) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return !headers.contains_key(header::ORIGIN);
    };
    let Ok(origin) = origin.to_str() else { return false };
    if config.allowed_origins.iter().any(|allowed| allowed == origin) {
        return true;
    }
    let Ok(uri) = origin.parse::<Uri>() else { return false };
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return false;
    };
    if config.allow_localhost_origins && matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]") {
        return true;
    }
    let default_port = if scheme == "https" { 443 } else { 80 };
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let Ok(host) = host.parse::<axum::http::uri::Authority>() else { return false };
    authority.host().eq_ignore_ascii_case(host.host())
        && authority.port_u16().unwrap_or(default_port) == host.port_u16().unwrap_or(default_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: Option<&str>, config: &EngineConfig) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "live.school.example:3000".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        is_allowed(&headers, config)
    }

    #[test]
    fn absent_and_same_as_host_are_always_allowed() {
        let config = EngineConfig::default();
        assert!(allowed(None, &config));
        assert!(allowed(Some("http://live.school.example:3000"), &config));
        assert!(allowed(Some("https://LIVE.school.example:3000"), &config));
    }

    #[test]
    fn others_only_from_the_list() {
        let mut config = EngineConfig::default();
        for other in [
            "https://evil.example",
            "http://live.school.example",
            "http://live.school.example:3000.evil.example",
            "http://localhost:5173",
            "null",
            "file://live.school.example:3000",
        ] {
            assert!(!allowed(Some(other), &config), "{other}");
        }
        config.allowed_origins.push("https://app.school.example".to_owned());
        assert!(allowed(Some("https://app.school.example"), &config));
        assert!(!allowed(Some("https://app.school.example.evil.example"), &config));
    }

    #[test]
    fn localhost_by_option() {
        let config = EngineConfig { allow_localhost_origins: true, ..EngineConfig::default() };
        for local in ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:80"] {
            assert!(allowed(Some(local), &config), "{local}");
        }
        assert!(!allowed(Some("http://localhost.evil.example"), &config));
    }

    #[test]
    fn two_origins_are_one_too_many() {
        let mut headers = HeaderMap::new();
        headers.append(header::ORIGIN, "http://a.example".parse().unwrap());
        headers.append(header::ORIGIN, "http://a.example".parse().unwrap());
        headers.insert(header::HOST, "a.example".parse().unwrap());
        assert!(!is_allowed(&headers, &EngineConfig::default()));
    }
}
