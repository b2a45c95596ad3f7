//! Where a sealed value stands and what it means. An envelope opens at its own place only, so that rows, columns and versions cannot be swapped.

/// A value of a firm: `subject` is the connection (or the person, or the flow) that it belongs to, `field` the column, `version` counts its changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub firm: &'a [u8; 16],
    pub subject: &'a [u8; 16],
    pub field: &'a str,
    pub version: u32,
}

impl Place<'_> {
    pub(crate) fn binding(&self) -> Vec<u8> {
        // The ids have one length and the version has no bar, so two places never read the same.
        format!("s1|{}|{}|{}|{}", hex(self.firm), hex(self.subject), self.field, self.version).into_bytes()
    }
}

pub(crate) fn firm_key_binding(firm: &[u8; 16], version: u32, kek: &[u8; 16]) -> Vec<u8> {
    format!("fk1|{}|{version}|{}", hex(firm), hex(kek)).into_bytes()
}

pub(crate) fn connection_key_binding(firm: &[u8; 16], connection: &[u8; 16], version: u32) -> Vec<u8> {
    format!("ck1|{}|{}|{version}", hex(firm), hex(connection)).into_bytes()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.as_bytes();
    let mut out = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(text.chunks(2)) {
        let digit = |c: u8| (c as char).to_digit(16).filter(|_| !c.is_ascii_uppercase()).map(|d| d as u8);
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}
