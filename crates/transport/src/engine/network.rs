//! From which address a client comes, when proxies stand between.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderMap;
use homeroom_contract::client_of;
use serde::{Deserialize, Serialize};

/// An address, or a network in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3): `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a network is written as an address, such as 10.1.2.3, or as an address and its leading bits, such as 10.0.0.0/8"
)]
pub struct InvalidNetwork;

impl Network {
    /// Whether the address is in it. An IPv4 address within IPv6 is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let ((own, width), (other, of)) = (number(self.address), number(address.to_canonical()));
        let shift = u32::from(width - self.bits);
        width == of && own.checked_shr(shift).unwrap_or(0) == other.checked_shr(shift).unwrap_or(0)
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| InvalidNetwork)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let (_, width) = number(address);
        let bits = bits.unwrap_or(width);
        if bits <= width { Ok(Self { address, bits }) } else { Err(InvalidNetwork) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl TryFrom<String> for Network {
    type Error = InvalidNetwork;

    fn try_from(text: String) -> Result<Self, InvalidNetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

fn number(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// What a client is counted by: the nearest address that is no trusted proxy's, as [`client_of`] has it.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut client = peer.to_canonical();
    let hops = headers.get_all("x-forwarded-for").iter().rev();
    let mut hops = hops.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    while trusted.iter().any(|network| network.contains(client)) {
        let Some(hop) = hops.next().and_then(read) else { break };
        client = hop;
    }
    client_of(client)
}

/// An address as proxies write it: some add the port.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().or_else(|_| hop.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<_> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn networks_contain_what_their_bits_say() {
        let contains = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.255.0.1"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(contains("127.0.0.1", "127.0.0.1"));
        assert!(!contains("127.0.0.1", "127.0.0.2"));
        for wrong in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "school.example", "10.0.0.0/8/8"]
        {
            assert_eq!(wrong.parse::<Network>(), Err(InvalidNetwork), "{wrong}");
        }
    }

    #[test]
    fn only_trusted_proxies_say_who_the_client_is() {
        let proxies = ["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(counted("203.0.113.9", &["198.51.100.1"], &proxies), "203.0.113.9", "says who?");
        assert_eq!(counted("127.0.0.1", &["198.51.100.1"], &[]), "127.0.0.1");
        assert_eq!(counted("127.0.0.1", &["198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(counted("127.0.0.1", &["6.6.6.6, 198.51.100.1, 10.1.1.1"], &proxies), "198.51.100.1");
        assert_eq!(counted("127.0.0.1", &["6.6.6.6, 198.51.100.1", "10.1.1.1"], &proxies), "198.51.100.1");
        assert_eq!(counted("127.0.0.1", &["198.51.100.1:4711"], &proxies), "198.51.100.1");
        assert_eq!(counted("127.0.0.1", &["unknown, 10.1.1.1"], &proxies), "10.1.1.1");
        assert_eq!(counted("127.0.0.1", &[], &proxies), "127.0.0.1");
        assert_eq!(counted("127.0.0.1", &["[2001:db8:1:2:3:4:5:6]:443"], &proxies), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:127.0.0.1", &["198.51.100.1"], &proxies), "198.51.100.1");
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_ignored(text in "[ -~]{0,40}") {
            counted("127.0.0.1", &[&text], &["127.0.0.1"]);
        }

        #[test]
        fn what_is_written_is_read_again(address: u32, bits in 0..=32_u8) {
            let network = Network { address: std::net::Ipv4Addr::from_bits(address).into(), bits };
            prop_assert_eq!(network.to_string().parse(), Ok(network));
        }
    }
}
