//! The secret of a link: 130 random bits as 26 letters that can be read out, typed, scanned and pasted. Only its hash is stored.
//!
//! Two spellings of one secret. `code` is what the pages show, 26 letters in five groups. `tagged` adds a prefix that secret scanners can look
//! for and a letter that tells a mistyped code from a spent one before anybody is asked. Both are understood wherever a code may be entered.

use ring::digest;
use zeroize::{Zeroize, Zeroizing};

use crate::secret::Secret;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 26;
const GROUPS: [usize; 5] = [5, 5, 5, 5, 6];
const PREFIX: &str = "HLW1_";
/// Longest text that is looked at.
const TEXT_BYTES: usize = 256;

/// The 26 values of five bits. Deliberately without `Debug`, `Display` and `Clone`.
pub struct LinkToken(Secret<[u8; LENGTH]>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    #[error("that is not a code")]
    NotACode,
    #[error("a letter of the code is wrong")]
    Mistyped,
}

impl LinkToken {
    /// The first 130 of the 136 bits.
    pub fn new(random: [u8; 17]) -> LinkToken {
        let random = Zeroizing::new(random);
        let bit = |n: usize| random[n / 8] >> (7 - n % 8) & 1;
        let mut values = [0; LENGTH];
        for (at, value) in values.iter_mut().enumerate() {
            *value = (0..5).fold(0, |v, k| v << 1 | bit(5 * at + k));
        }
        let token = LinkToken(Secret::new(values));
        values.zeroize();
        token
    }

    /// Forgives case, spaces, dashes and points, and the letters that look like digits.
    pub fn parse(text: &str) -> Result<LinkToken, BadToken> {
        if text.len() > TEXT_BYTES {
            return Err(BadToken::NotACode);
        }
        let text = text.trim();
        let tagged = text.get(..PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(PREFIX));
        let body = if tagged { &text[PREFIX.len()..] } else { text };
        let mut values = Zeroizing::new([0u8; LENGTH + 1]);
        let mut count = 0;
        for c in body.chars().filter(|c| !is_space(*c)) {
            let slot = values.get_mut(count).ok_or(BadToken::NotACode)?;
            *slot = value(c).ok_or(BadToken::NotACode)?;
            count += 1;
        }
        if count != LENGTH + usize::from(tagged) {
            return Err(BadToken::NotACode);
        }
        let mut letters = [0; LENGTH];
        letters.copy_from_slice(&values[..LENGTH]);
        let token = LinkToken(Secret::new(letters));
        letters.zeroize();
        if tagged && check(token.0.expose()) != values[LENGTH] {
            return Err(BadToken::Mistyped);
        }
        Ok(token)
    }

    /// Five groups, as it is shown: `7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP`.
    pub fn code(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(LENGTH + GROUPS.len()));
        let mut letters = self.0.expose().iter();
        for (at, size) in GROUPS.into_iter().enumerate() {
            if at > 0 {
                out.push('-');
            }
            out.extend(letters.by_ref().take(size).map(|v| letter(*v)));
        }
        out
    }

    /// With the prefix for secret scanners and the check letter.
    pub fn tagged(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}-{}", *self.code(), letter(check(self.0.expose()))))
    }

    /// What is stored and looked up. The purpose is in it, so that a link for one thing never opens another.
    pub fn hash(&self, purpose: &str) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"link1|");
        context.update(purpose.as_bytes());
        context.update(b"|");
        let letters: Zeroizing<Vec<u8>> = Zeroizing::new(self.0.expose().iter().map(|v| LETTERS[usize::from(*v)]).collect());
        context.update(&letters);
        let mut out = [0; 32];
        out.copy_from_slice(context.finish().as_ref());
        out
    }
}

fn letter(value: u8) -> char {
    LETTERS[usize::from(value & 31)] as char
}

fn value(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    LETTERS.iter().position(|l| *l as char == c).map(|at| at as u8)
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2010}'..='\u{2015}' | '\u{2060}' | '\u{2212}' | '\u{feff}')
}

/// A weighted sum in the field of 32 elements: each place has another weight, so one wrong letter and any two swapped letters are noticed.
fn check(values: &[u8; LENGTH]) -> u8 {
    values.iter().fold(0, |sum, v| double(sum ^ v))
}

/// Times x modulo x^5 + x^2 + 1, which generates all 31 non-zero elements.
fn double(v: u8) -> u8 {
    let shifted = v << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(n: u8) -> LinkToken {
        LinkToken::new(std::array::from_fn(|i| (i as u8).wrapping_mul(37).wrapping_add(n)))
    }

    #[test]
    fn all_130_bits_reach_the_code() {
        for bit in 0..136 {
            let mut random = [0u8; 17];
            random[bit / 8] |= 128 >> (bit % 8);
            let changed = *LinkToken::new(random).code() != *LinkToken::new([0; 17]).code();
            assert_eq!(changed, bit < 130, "bit {bit}");
        }
    }

    #[test]
    fn the_code_looks_as_drawn() {
        let drawn = "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEP";
        let token = LinkToken::parse(drawn).expect("a code");
        assert_eq!(*token.code(), drawn);
        assert_eq!(token.tagged().len(), PREFIX.len() + drawn.len() + 2);
    }

    #[test]
    fn what_people_type_is_understood() {
        let drawn = LinkToken::parse("10QIM-9D4XT-W3NHB-8RZ5V-C6JYEP").expect("a code");
        let tagged = drawn.tagged().to_lowercase();
        for text in ["1oqim 9d4xt w3nhb 8rz5v c6jyep", "L0Q1M9D4XTW3NHB8RZ5VC6JYEP", " 10qlm–9d4xt\n-w3nhb.8rz5v\u{200b}-c6jyep ", &tagged]
        {
            assert_eq!(LinkToken::parse(text).unwrap_or_else(|_| panic!("{text}")).hash("connect"), drawn.hash("connect"));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "7KQ2M",
            "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYE",
            "7KQ2M-9D4XT-W3NHB-8RZ5V-C6JYEPX",
            "UUUUU-9D4XT-W3NHB-8RZ5V-C6JYEP",
            "ß",
            "HLW1_",
        ] {
            assert_eq!(LinkToken::parse(text).err(), Some(BadToken::NotACode), "{text}");
        }
        assert!(LinkToken::parse(&"-".repeat(10_000)).is_err());
    }

    #[test]
    fn one_wrong_letter_and_two_swapped_ones_are_noticed() {
        let tagged = some(9).tagged();
        let places: Vec<usize> = (PREFIX.len()..tagged.len()).filter(|&i| tagged.as_bytes()[i] != b'-').collect();
        for (n, &at) in places.iter().enumerate() {
            for l in LETTERS.iter().filter(|l| **l != tagged.as_bytes()[at]) {
                let mut wrong = tagged.as_bytes().to_vec();
                wrong[at] = *l;
                assert_eq!(LinkToken::parse(std::str::from_utf8(&wrong).expect("ascii")).err(), Some(BadToken::Mistyped));
            }
            for &other in places[n + 1..].iter().filter(|&&o| tagged.as_bytes()[o] != tagged.as_bytes()[at]) {
                let mut wrong = tagged.as_bytes().to_vec();
                wrong.swap(at, other);
                assert_eq!(LinkToken::parse(std::str::from_utf8(&wrong).expect("ascii")).err(), Some(BadToken::Mistyped));
            }
        }
    }

    #[test]
    fn the_hash_names_its_purpose() {
        let token = some(3);
        assert_ne!(token.hash("connect"), token.hash("portal"));
        assert_ne!(token.hash("connect"), some(4).hash("connect"));
        let letters = token.code().replace('-', "");
        let plain = digest::digest(&digest::SHA256, format!("link1|connect|{letters}").as_bytes());
        assert_eq!(token.hash("connect"), plain.as_ref());
    }
}
