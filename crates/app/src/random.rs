//! Randomness comes in through here: the system's in production, a seed in tests and simulations.

use model::id::Kind;
use model::{Id, Time};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::Mutex;

pub enum Random {
    System(SystemRandom),
    /// Repeatable, for tests and simulations only.
    Seeded(Mutex<u64>),
}

impl Random {
    pub fn system() -> Random {
        Random::System(SystemRandom::new())
    }
    pub fn seeded(seed: u64) -> Random {
        Random::Seeded(Mutex::new(seed))
    }
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
    pub fn fill(&self, out: &mut [u8]) {
        match self {
            // The operating system's generator does not fail on a machine that can run the product at all.
            Random::System(r) => r.fill(out).expect("the system's randomness"),
            Random::Seeded(state) => {
                let mut s = state.lock().unwrap_or_else(|e| e.into_inner());
                for chunk in out.chunks_mut(8) {
                    *s = s.wrapping_add(0x9E37_79B9_7F4A_7C15);
                    let mut z = *s;
                    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                    z ^= z >> 31;
                    chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
                }
            }
        }
    }
    pub fn id<K: Kind>(&self, now: Time) -> Id<K> {
        Id::new(now, self.bytes())
    }
    /// A number in 0..=1000, for jitter.
    pub fn permille(&self) -> u16 {
        u16::from_le_bytes(self.bytes()) % 1001
    }
}
