//! Where Redis is: one server, the master that sentinels name, or a cluster.

use std::fmt;
use std::str::FromStr;

use deadpool_redis::redis::{ConnectionInfo, IntoConnectionInfo, ProtocolVersion};

use super::sentinel::Sentinels;

/// Where Redis is, as `REDIS_URL` says it:
///
/// - `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`: one server;
/// - `redis+sentinel://[[USER]:PASSWORD@]HOST[:26379],HOST[:26379]…/MASTER[/DB][?sentinel_user=…&sentinel_password=…]`: the
///   master of that name, as the sentinels at these addresses know it; the password before the `@` is the servers' own;
/// - `redis+cluster://[[USER]:PASSWORD@]HOST[:6379],HOST[:6379]…`: a Redis Cluster with these nodes among others.
///
/// With `rediss` for `redis` all connections are TLS, checked against the certificates that the machine trusts. What is special
/// in a user or password is percent-encoded. Displayed without passwords.
#[derive(Clone)]
pub struct RedisAddress {
    pub(super) place: Place,
    shown: String,
}

#[derive(Clone)]
pub(super) enum Place {
    One(Box<ConnectionInfo>),
    Sentinel(Box<Sentinels>),
    Cluster(Vec<ConnectionInfo>),
}

/// Why it is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none of the forms.
    #[error("must begin with redis://, redis+sentinel:// or redis+cluster:// (rediss… for TLS)")]
    Scheme,
    /// One server, and not as it should be.
    #[error("must look like redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]")]
    One,
    /// Sentinels, and not as it should be.
    #[error("must look like redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT],HOST[:PORT]/MASTER[/DB]")]
    Sentinel,
    /// After the `?`.
    #[error("after the ? only sentinel_user and sentinel_password may stand")]
    Query,
    /// A cluster, and not as it should be.
    #[error(
        "must look like redis+cluster://[[USER]:PASSWORD@]HOST[:PORT],HOST[:PORT] (a cluster has no /DB)"
    )]
    Cluster,
}

/// `scheme://user@hosts/path?query`, nothing decoded yet.
struct Parts<'a> {
    tls: bool,
    form: &'a str,
    user: Option<&'a str>,
    hosts: &'a str,
    path: &'a str,
    query: &'a str,
}

impl FromStr for RedisAddress {
    type Err = AddressError;

    fn from_str(url: &str) -> Result<Self, AddressError> {
        let parts = Parts::of(url).ok_or(AddressError::Scheme)?;
        if parts.tls {
            // The client library leaves the choice to the process; an error says that somebody has chosen already.
            rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        }
        let place = match parts.form {
            "" => Place::One(Box::new(url.into_connection_info().map_err(|_| AddressError::One)?)),
            "+sentinel" => Place::Sentinel(Box::new(parts.sentinels()?)),
            "+cluster" => {
                if !matches!((parts.path, parts.query), ("", "")) {
                    return Err(AddressError::Cluster);
                }
                let nodes = parts.each(parts.user, 6379, "").ok_or(AddressError::Cluster)?;
                Place::Cluster(nodes.into_iter().map(resp3).collect())
            }
            _ => return Err(AddressError::Scheme),
        };
        Ok(Self { place, shown: parts.shown() })
    }
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (tls, form) = match scheme.strip_prefix("rediss") {
            Some(form) => (true, form),
            None => (false, scheme.strip_prefix("redis")?),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (before, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match before.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, before),
        };
        Some(Self { tls, form, user, hosts, path, query })
    }

    /// Every host of the list as a server of its own.
    fn each(&self, user: Option<&str>, port: u16, db: &str) -> Option<Vec<ConnectionInfo>> {
        let scheme = if self.tls { "rediss" } else { "redis" };
        let user = user.map(|user| format!("{user}@")).unwrap_or_default();
        let one = |host: &str| {
            // The colons of an IPv6 address are inside brackets.
            let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
            let port = if has_port { String::new() } else { format!(":{port}") };
            let url = format!("{scheme}://{user}{host}{port}/{db}");
            if host.is_empty() { None } else { url.into_connection_info().ok() }
        };
        self.hosts.split(',').map(one).collect()
    }

    fn sentinels(&self) -> Result<Sentinels, AddressError> {
        let (master, db) = self.path.split_once('/').unwrap_or((self.path, ""));
        if master.is_empty() || master.contains('%') {
            return Err(AddressError::Sentinel);
        }
        let (mut user, mut password) = ("", None);
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sentinel_user", value)) => user = value,
                Some(("sentinel_password", value)) => password = Some(value),
                _ => return Err(AddressError::Query),
            }
        }
        let own = password.map(|password| format!("{user}:{password}"));
        let asked = self.each(own.as_deref(), 26_379, "").ok_or(AddressError::Sentinel)?;
        let server = self.each(self.user, 6379, db).and_then(|each| each.into_iter().next());
        let server = server.ok_or(AddressError::Sentinel)?;
        Ok(Sentinels::new(asked, master.to_owned(), server))
    }

    fn shown(&self) -> String {
        const MASK: &str = "********";
        let scheme = if self.tls { "rediss" } else { "redis" };
        let user = self.user.map(|user| match user.split_once(':') {
            Some((user, _)) => format!("{user}:{MASK}@"),
            None => format!("{user}@"),
        });
        let mut shown = format!("{scheme}{}://{}{}", self.form, user.unwrap_or_default(), self.hosts);
        if !self.path.is_empty() {
            shown = format!("{shown}/{}", self.path);
        }
        let query: Vec<_> = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if name.contains("password") => format!("{name}={MASK}"),
                _ => pair.to_owned(),
            })
            .collect();
        if query.is_empty() { shown } else { format!("{shown}?{}", query.join("&")) }
    }
}

/// For a connection that publishes and listens at once.
pub(super) fn resp3(info: ConnectionInfo) -> ConnectionInfo {
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    info.set_redis_settings(settings)
}

impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<RedisAddress, AddressError> {
        url.parse()
    }

    fn addresses(infos: &[ConnectionInfo]) -> Vec<String> {
        infos.iter().map(|info| info.addr().to_string()).collect()
    }

    #[test]
    fn a_server_a_sentinel_set_up_and_a_cluster() {
        let Place::One(one) = parse("redis://:p%40ss@h:1/2").unwrap().place else { panic!("one server") };
        assert_eq!((one.addr().to_string().as_str(), one.redis_settings().db()), ("h:1", 2));
        assert_eq!(one.redis_settings().password(), Some("p@ss"));

        let url = "redis+sentinel://u:p%2C@h1,h2:7,[::1]/main/3?sentinel_user=s&sentinel_password=q";
        let Place::Sentinel(sentinels) = parse(url).unwrap().place else { panic!("sentinels") };
        assert_eq!(addresses(&sentinels.asked), ["h1:26379", "h2:7", "::1:26379"]);
        assert_eq!(sentinels.asked[0].redis_settings().username(), Some("s"));
        assert_eq!(sentinels.asked[2].redis_settings().password(), Some("q"));
        let server = sentinels.server_at("h9", 1).unwrap();
        assert_eq!(server.addr().to_string(), "h9:1");
        assert_eq!((server.redis_settings().db(), server.redis_settings().password()), (3, Some("p,")));

        let Place::Cluster(nodes) = parse("redis+cluster://:p@h1,h2:7").unwrap().place else {
            panic!("cluster")
        };
        assert_eq!(addresses(&nodes), ["h1:6379", "h2:7"]);
        assert!(nodes.iter().all(|node| node.redis_settings().password() == Some("p")));
    }

    #[test]
    fn tls_is_on_everywhere() {
        for url in ["rediss://h", "rediss+sentinel://h,i/m", "rediss+cluster://h,i"] {
            let shown = format!(
                "{:?}",
                match parse(url).unwrap().place {
                    Place::One(info) => vec![info.addr().clone()],
                    Place::Sentinel(sentinels) => {
                        let mut all: Vec<_> =
                            sentinels.asked.iter().map(|info| info.addr().clone()).collect();
                        all.push(sentinels.server_at("h", 1).unwrap().addr().clone());
                        all
                    }
                    Place::Cluster(nodes) => nodes.iter().map(|info| info.addr().clone()).collect(),
                }
            );
            assert!(shown.contains("TcpTls") && !shown.contains("Tcp("), "{url}: {shown}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for url in ["h:6379", "http://h", "redis+x://h", "redis-cluster://h", ""] {
            assert_eq!(parse(url).unwrap_err(), AddressError::Scheme, "{url}");
        }
        for url in ["redis://h:x", "redis://h/x", "redis://h:70000"] {
            assert_eq!(parse(url).unwrap_err(), AddressError::One, "{url}");
        }
        for url in
            ["redis+sentinel://h", "redis+sentinel://h/", "redis+sentinel:///m", "redis+sentinel://h,/m"]
        {
            assert_eq!(parse(url).unwrap_err(), AddressError::Sentinel, "{url}");
        }
        assert_eq!(parse("redis+sentinel://h/m/x").unwrap_err(), AddressError::Sentinel);
        assert_eq!(parse("redis+sentinel://h/m?db=1").unwrap_err(), AddressError::Query);
        for url in
            ["redis+cluster://", "redis+cluster://h/1", "redis+cluster://h,:x", "redis+cluster://h?x=1"]
        {
            assert_eq!(parse(url).unwrap_err(), AddressError::Cluster, "{url}");
        }
    }

    #[test]
    fn what_is_shown_has_no_password_and_is_an_address_again() {
        for (url, shown) in [
            ("redis://h:1/2", "redis://h:1/2"),
            ("redis://:hidden@h", "redis://:********@h"),
            (
                "rediss+sentinel://u:hidden@h,i:1/m/3?sentinel_user=s&sentinel_password=hidden",
                "rediss+sentinel://u:********@h,i:1/m/3?sentinel_user=s&sentinel_password=********",
            ),
            ("redis+cluster://u:hid@den@h,i", "redis+cluster://u:********@h,i"),
        ] {
            let address = parse(url).unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("hidden"));
            assert_eq!(parse(shown).unwrap().to_string(), shown);
        }
    }
}
