//! A text as a QR code: SVG that any page may hold.

use crate::{Error, Result};
use fast_qr::QRBuilder;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;

pub fn svg(text: &str) -> Result<String> {
    let code = QRBuilder::new(text).ecl(fast_qr::ECL::M).build().map_err(|_| Error::Internal("a code that does not fit"))?;
    Ok(SvgBuilder::default().margin(2).to_str(&code))
}
