//! Seeded randomness with named streams: each thing draws from its own key, so changing one never shifts another.

/// A splitmix64 stream.
#[derive(Clone, Debug)]
pub struct Stream(u64);

/// Mixes one 64-bit word thoroughly.
pub(crate) const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The key of a named thing below `seed`.
pub(crate) fn key(seed: u64, parts: &[&str]) -> u64 {
    let mut h = mix(seed ^ 0x9e37_79b9_7f4a_7c15);
    for part in parts {
        let mut f = 0xcbf2_9ce4_8422_2325u64;
        for b in part.bytes() {
            f = (f ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
        h = mix(h ^ f).wrapping_add(0x9e37_79b9_7f4a_7c15);
    }
    mix(h)
}

impl Stream {
    pub(crate) fn of(seed: u64, parts: &[&str]) -> Stream {
        Stream(key(seed, parts))
    }
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// A number in `0..n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n.max(1))) >> 64) as u64
    }
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
    pub(crate) fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
    /// Letters and digits as vendors make their ids of.
    pub(crate) fn letters(&mut self, n: usize) -> String {
        const OF: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
        (0..n).map(|_| char::from(*self.pick(OF))).collect()
    }
}
