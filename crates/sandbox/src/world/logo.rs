//! A monogram on the institution's colour as a 152 by 152 PNG of two colours. No artwork, no files.

use base64::Engine;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

const SIDE: usize = 152;
const CELL: usize = 10;

/// Five-by-seven letters A to Z, a row in five bits.
const LETTERS: [[u8; 7]; 26] = [
    [14, 17, 17, 31, 17, 17, 17],
    [30, 17, 17, 30, 17, 17, 30],
    [14, 17, 16, 16, 16, 17, 14],
    [30, 17, 17, 17, 17, 17, 30],
    [31, 16, 16, 30, 16, 16, 31],
    [31, 16, 16, 30, 16, 16, 16],
    [14, 17, 16, 23, 17, 17, 14],
    [17, 17, 17, 31, 17, 17, 17],
    [14, 4, 4, 4, 4, 4, 14],
    [7, 2, 2, 2, 2, 18, 12],
    [17, 18, 20, 24, 20, 18, 17],
    [16, 16, 16, 16, 16, 16, 31],
    [17, 27, 21, 21, 17, 17, 17],
    [17, 25, 21, 19, 17, 17, 17],
    [14, 17, 17, 17, 17, 17, 14],
    [30, 17, 17, 30, 16, 16, 16],
    [14, 17, 17, 17, 21, 18, 13],
    [30, 17, 17, 30, 20, 18, 17],
    [15, 16, 16, 14, 1, 1, 30],
    [31, 4, 4, 4, 4, 4, 4],
    [17, 17, 17, 17, 17, 17, 14],
    [17, 17, 17, 17, 17, 10, 4],
    [17, 17, 17, 21, 21, 27, 17],
    [17, 17, 10, 4, 10, 17, 17],
    [17, 17, 10, 4, 4, 4, 4],
    [31, 1, 2, 4, 8, 16, 31],
];

pub(crate) fn png_base64(name: &str, color: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(png(&monogram(name), color))
}

/// The first letters of the first two words, as far as they are plain letters.
fn monogram(name: &str) -> Vec<u8> {
    let plain = super::names::plain(name);
    let mut letters: Vec<u8> =
        plain.split([' ', '-', '&']).filter_map(|w| w.bytes().next()).filter(u8::is_ascii_alphabetic).take(2).collect();
    letters.make_ascii_uppercase();
    if letters.is_empty() { b"X".to_vec() } else { letters }
}

fn png(letters: &[u8], color: &str) -> Vec<u8> {
    let stride = SIDE.div_ceil(8);
    let mut rows = vec![0u8; (stride + 1) * SIDE];
    let width = letters.len() * 6 * CELL - CELL;
    let (left, top) = ((SIDE - width) / 2, (SIDE - 7 * CELL) / 2);
    for (n, letter) in letters.iter().enumerate() {
        for (y, bits) in LETTERS[usize::from(letter - b'A')].iter().enumerate() {
            for x in (0..5).filter(|x| bits >> (4 - x) & 1 == 1) {
                for (py, px) in (0..CELL * CELL).map(|i| (top + y * CELL + i / CELL, left + (n * 6 + x) * CELL + i % CELL)) {
                    rows[py * (stride + 1) + 1 + px / 8] |= 0x80 >> (px % 8);
                }
            }
        }
    }
    let rgb = u32::from_str_radix(color.trim_start_matches('#'), 16).unwrap_or(0x30_50_50).to_be_bytes();
    let side = (SIDE as u32).to_be_bytes();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &[&side[..], &side, &[1, 3, 0, 0, 0]].concat());
    chunk(&mut out, b"PLTE", &[rgb[1], rgb[2], rgb[3], 255, 255, 255]);
    chunk(&mut out, b"IDAT", &deflate(&rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut z = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory has no way to fail; an empty picture would still be an answer.
    z.write_all(data).and_then(|()| z.finish()).unwrap_or_default()
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], body: &[u8]) {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(body);
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(body);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_a_small_png() {
        let picture = png(&monogram("Österbank Lindö"), "#2d6b5f");
        assert!(picture.starts_with(b"\x89PNG") && picture.len() < 600, "{}", picture.len());
        assert_eq!(monogram("Österbank Lindö"), b"OL");
        assert_eq!(monogram("日本 Sazanami"), b"S");
        assert_eq!(monogram("日本"), b"X");
    }
}
