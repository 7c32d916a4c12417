//! What counts as one client where clients are told apart by their address.

use std::net::{IpAddr, Ipv6Addr};

/// The client behind an address: an IPv4 address however it is written; of IPv6 the first 64 bits, since whoever has one such
/// address has them all (RFC 4291, section 2.5.4).
pub fn client_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_the_same_however_its_address_is_written() {
        let client = |address: &str| client_of(address.parse().unwrap()).to_string();
        assert_eq!(client("192.0.2.7"), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(client("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(client("2001:db8:1:2::"), "2001:db8:1:2::");
        assert_ne!(client("2001:db8:1:3::"), "2001:db8:1:2::");
    }
}
