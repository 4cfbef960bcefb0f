//! Which addresses the gate may connect to. Registries: IANA IPv4 and IPv6 Special-Purpose Address Registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Public,
    Loopback,
    /// RFC 1918, RFC 4193 and the deprecated site-local range.
    Private,
    LinkLocal,
    /// Carrier-grade NAT, RFC 6598: neither public nor this organisation's.
    Shared,
    /// Never a destination, whoever asks; the reason completes "the address is …".
    Never(&'static str),
}

/// Where cloud providers serve machine credentials: AWS and most others, AWS ECS, Alibaba, Azure, Oracle.
const METADATA_V4: [Ipv4Addr; 5] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl Reach {
    pub(super) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => v4(address),
            IpAddr::V6(address) => v6(address),
        }
    }

    /// On this machine or in the organisation's own network.
    pub(super) fn is_local(self) -> bool {
        matches!(self, Self::Loopback | Self::Private)
    }

    /// Why it may not be reached; `exempt` is for an origin that the operator configured.
    pub(super) fn objection(self, exempt: bool) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Never(reason) => Some(reason),
            _ if exempt => None,
            Self::Loopback => Some("a loopback address"),
            Self::Private => Some("a private address"),
            Self::LinkLocal => Some("a link-local address"),
            Self::Shared => Some("a shared (CGNAT) address"),
        }
    }
}

fn v4(address: Ipv4Addr) -> Reach {
    if METADATA_V4.contains(&address) {
        return Reach::Never("a cloud metadata address");
    }
    match address.octets() {
        [0, ..] => Reach::Never("an unspecified address"),
        [127, ..] => Reach::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Private,
        [169, 254, ..] => Reach::LinkLocal,
        [100, 64..=127, ..] => Reach::Shared,
        [224..=239, ..] => Reach::Never("a multicast address"),
        [240..=255, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Never("a reserved address"),
        _ => Reach::Public,
    }
}

fn v6(address: Ipv6Addr) -> Reach {
    if address == METADATA_V6 {
        return Reach::Never("a cloud metadata address");
    }
    if address.is_loopback() {
        return Reach::Loopback;
    }
    if address.is_unspecified() {
        return Reach::Never("an unspecified address");
    }
    match address.segments() {
        // NAT64, RFC 6052: how an IPv6-only network reaches a public IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => match v4(join(high, low)) {
            Reach::Public => Reach::Public,
            _ => Reach::Never("a non-public IPv4 address inside an IPv6 address"),
        },
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => {
            Reach::Never("an IPv4 address inside an IPv6 address")
        }
        // 6to4 and Teredo tunnels.
        [0x2002, ..] | [0x2001, 0, ..] => Reach::Never("an IPv4 address inside an IPv6 address"),
        // Below 2001:200:: only special purposes; 2001:db8:: and 3fff:: are documentation.
        [0x2001, 1..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Reach::Never("a reserved address"),
        [first, ..] => match first {
            0x2000..=0x3fff => Reach::Public,
            0xfc00..=0xfdff | 0xfec0..=0xfeff => Reach::Private,
            0xfe80..=0xfebf => Reach::LinkLocal,
            0xff00..=0xffff => Reach::Never("a multicast address"),
            _ => Reach::Never("a reserved address"),
        },
    }
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn reach(text: &str) -> Reach {
        Reach::of(text.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_reachable_by_anyone() {
        for text in [
            "1.1.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert_eq!(reach(text).objection(false), None, "{text}");
        }
    }

    #[test]
    fn addresses_inside_the_building_need_the_operator() {
        for text in [
            "127.0.0.1",
            "127.255.1.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
        ] {
            assert!(reach(text).objection(false).is_some(), "{text}");
            assert_eq!(reach(text).objection(true), None, "{text}");
        }
    }

    #[test]
    fn some_addresses_are_refused_even_for_the_operator() {
        for text in [
            "0.0.0.0",
            "169.254.169.254",
            "100.100.100.200",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "::ffff:0:7f00:1",
            "2002:7f00:1::",
            "2001:0:4136:e378::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "ff02::1",
            "fd00:ec2::254",
            "2001:db8::1",
            "100::1",
            "4000::1",
        ] {
            assert!(reach(text).objection(true).is_some(), "{text}");
        }
    }

    #[test]
    fn only_loopback_and_private_addresses_are_local() {
        assert!(reach("127.0.0.1").is_local() && reach("192.168.0.9").is_local() && reach("fd12::1").is_local());
        for text in ["100.64.0.1", "169.254.1.1", "8.8.8.8", "::ffff:127.0.0.1"] {
            assert!(!reach(text).is_local(), "{text}");
        }
    }
}
