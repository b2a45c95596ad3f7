//! A value that must not reach a log, a page or a disk in clear: no Debug of the content, no Serialize, wiped when dropped.

use zeroize::Zeroize;

pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Self {
        Secret(value)
    }
    /// The one way in: the name says what the reader does.
    pub fn expose(&self) -> &T {
        &self.0
    }
}
impl Secret<String> {
    pub fn duplicate(&self) -> Self {
        Secret(self.0.clone())
    }
}
impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
impl From<String> for Secret<String> {
    fn from(s: String) -> Self {
        Secret(s)
    }
}
