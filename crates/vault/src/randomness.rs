//! Where random bytes come from: the system's generator in production, a seed in tests and simulations.

use std::sync::{Arc, Mutex};

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

#[derive(Clone)]
pub struct Randomness(Arc<Fill>);

impl Randomness {
    pub fn system() -> Randomness {
        let system = SystemRandom::new();
        // The operating system's generator does not fail on a machine that can run the product at all.
        Randomness::from_source(move |out| system.fill(out).expect("the system's randomness"))
    }

    /// A source that the caller already has.
    pub fn from_source(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Randomness {
        Randomness(Arc::new(fill))
    }

    /// The same bytes for the same seed. For tests and simulations only: a key made from it is known to everybody.
    pub fn seeded(seed: u64) -> Randomness {
        let drawn = Mutex::new(0u64);
        Randomness::from_source(move |out| {
            let mut drawn = drawn.lock().unwrap_or_else(|e| e.into_inner());
            for chunk in out.chunks_mut(32) {
                *drawn += 1;
                let block = digest::digest(&digest::SHA256, format!("seeded|{seed}|{drawn}").as_bytes());
                chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
            }
        })
    }

    pub fn fill(&self, out: &mut [u8]) {
        (self.0)(out);
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}
