//! A value that cannot be printed, copied or serialized by accident, and is wiped when it is dropped.

use zeroize::Zeroize;

/// Deliberately without `Debug`, `Display`, `Clone` and `Serialize`: a struct that holds one does not get them by derive either.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    /// The only way to the value; easy to find in a review.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only while `$type` does not implement `$trait`: with it, two implementations would apply and none could be chosen.
    macro_rules! lacks {
        ($type:ty, $trait:path) => {{
            trait Lacks<A> {
                fn holds() {}
            }
            impl<T: ?Sized> Lacks<()> for T {}
            #[allow(dead_code)]
            struct Has;
            impl<T: ?Sized + $trait> Lacks<Has> for T {}
            <$type as Lacks<_>>::holds();
        }};
    }

    #[test]
    fn a_secret_cannot_be_printed_or_copied() {
        lacks!(Secret<String>, std::fmt::Debug);
        lacks!(Secret<String>, std::fmt::Display);
        lacks!(Secret<String>, Clone);
        lacks!(crate::FirmKey, std::fmt::Debug);
        lacks!(crate::ConnectionKey, std::fmt::Debug);
        lacks!(crate::ConnectionKey, Clone);
        lacks!(crate::Ring, std::fmt::Debug);
        lacks!(crate::Kek, std::fmt::Debug);
        lacks!(crate::LinkToken, std::fmt::Debug);
        lacks!(crate::LinkToken, std::fmt::Display);
    }

    #[test]
    fn the_value_is_wiped_when_dropped() {
        use std::sync::atomic::{AtomicBool, Ordering};
        static WIPED: AtomicBool = AtomicBool::new(false);
        struct Probe;
        impl Zeroize for Probe {
            fn zeroize(&mut self) {
                WIPED.store(true, Ordering::SeqCst);
            }
        }
        drop(Secret::new(Probe));
        assert!(WIPED.load(Ordering::SeqCst));
    }
}
