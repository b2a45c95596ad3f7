//! Which addresses belong to the public internet. IPv6 is a list of what is allowed, because most of it is not given out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// First address and prefix length of what IPv4 keeps for other uses (IANA special-purpose registry, multicast, reserved).
const KEPT_V4: [([u8; 4], u32); 19] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([168, 63, 129, 16], 32),
];

/// Inside 2000::/3: protocol assignments (Teredo, ORCHID, benchmarking), documentation twice, 6to4.
const KEPT_V6: [(u128, u32); 4] = [(0x2001_0000 << 96, 23), (0x2001_0db8 << 96, 32), (0x2002_0000 << 96, 16), (0x3fff_0000 << 96, 20)];

/// Loopback, private, link-local, carrier, multicast, documentation, translated and mapped addresses are not.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let bits = u32::from(ip);
    !KEPT_V4.iter().any(|(first, len)| (bits ^ u32::from(Ipv4Addr::from(*first))) >> (32 - len) == 0)
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let bits = u128::from(ip);
    bits >> 125 == 1 && !KEPT_V6.iter().any(|(first, len)| (bits ^ first) >> (128 - len) == 0)
}
