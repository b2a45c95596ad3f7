//! Keys and what they seal: `security.md` 5.1 in code. Master keys live in files outside the data folder; below them stand firm keys, below
//! those connection keys, and both are stored wrapped by whoever calls. Also the secrets of links (5.2). Knows no SQL, HTTP or present time, and
//! does not hash passwords.
//!
//! Key material is wiped when it is dropped. The cipher library keeps its expanded key on the stack during a call and does not wipe that: the
//! operating guide therefore asks for no core files and no swap.

mod envelope;
mod fault;
mod kek;
mod keys;
pub mod link_token;
mod place;
mod randomness;
mod ring;
mod secret;

pub use fault::Fault;
pub use kek::{Kek, KekId, State};
pub use keys::{ConnectionKey, FirmKey, Wrapped};
pub use link_token::LinkToken;
pub use place::Place;
pub use randomness::Randomness;
pub use ring::Ring;
pub use secret::Secret;
