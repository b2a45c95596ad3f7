//! Pictures that people give us: told by their first bytes, small enough to be drawn, and without what a camera wrote about the place.

use crate::{Error, Result};

/// At most this many bytes.
pub const MOST: usize = 200 * 1024;
/// A few bytes can unfold to a great many points.
const SIDE: u32 = 4096;

/// A picture fit to be served: its kind, and its bytes without notes of the camera.
#[derive(Debug)]
pub struct Picture {
    pub mime: &'static str,
    pub body: Vec<u8>,
}

/// PNG or JPEG, served as nothing else. What is wrong stands at the field.
pub fn check(field: &'static str, body: &[u8]) -> Result<Picture> {
    if body.len() > MOST {
        return Err(Error::field(field, "Choose a picture of at most 200 kB."));
    }
    let read = match body {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, rest @ ..] => png(rest),
        [0xff, 0xd8, rest @ ..] => jpeg(rest),
        _ => return Err(Error::field(field, "Choose a PNG or JPEG picture.")),
    };
    let (picture, (width, height)) = read.ok_or_else(|| Error::field(field, "This picture can’t be read. Save it anew as PNG or JPEG."))?;
    if width == 0 || height == 0 || width > SIDE || height > SIDE {
        return Err(Error::field(field, "Choose a picture of at most 4096 points a side."));
    }
    Ok(picture)
}

type Read = Option<(Picture, (u32, u32))>;

fn word(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// The chunks that draw something; texts, times and places are left out.
fn png(mut rest: &[u8]) -> Read {
    const DRAWN: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"IDAT", b"IEND"];
    let mut body = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    let mut size = None;
    loop {
        let whole = (word(rest)? as usize).checked_add(12)?;
        let chunk = rest.get(..whole)?;
        let kind = chunk.get(4..8)?;
        if kind == b"IHDR" {
            size = Some((word(chunk.get(8..)?)?, word(chunk.get(12..)?)?));
        }
        if DRAWN.iter().any(|d| kind == d.as_slice()) {
            body.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some((Picture { mime: "image/png", body }, size?));
        }
        rest = &rest[whole..];
    }
}

/// The segments before the picture's own data, without comments and notes; which way up it is stays.
fn jpeg(mut rest: &[u8]) -> Read {
    let mut body = vec![0xff, 0xd8];
    let mut size = None;
    loop {
        let [0xff, marker, tail @ ..] = rest else { return None };
        let long = usize::from(u16::from_be_bytes([*tail.first()?, *tail.get(1)?]));
        let segment = tail.get(..long).filter(|_| long >= 2)?;
        match marker {
            // Notes of the camera, of programs and of people. 0xee says how the colours are kept.
            0xe1 => {
                if let Some(turn) = orientation(segment) {
                    body.extend_from_slice(&[0xff, 0xe1, 0, 34]);
                    body.extend_from_slice(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
                    body.extend_from_slice(&[turn, 0, 0, 0, 0, 0, 0]);
                }
            }
            0xe2..=0xed | 0xef | 0xfe => {}
            _ => {
                body.extend_from_slice(&rest[..2 + long]);
            }
        }
        // A frame's head: precision, height, width.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let side = |at: usize| Some(u32::from(u16::from_be_bytes([*segment.get(at)?, *segment.get(at + 1)?])));
            size = Some((side(5)?, side(3)?));
        }
        rest = &tail[long..];
        if *marker == 0xda {
            body.extend_from_slice(rest);
            return Some((Picture { mime: "image/jpeg", body }, size?));
        }
    }
}

/// Which way up, 2 to 8, where the camera says it is not the ordinary one.
fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.get(2..)?.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    // The list of notes stands early in every camera's file; a far one is not looked for.
    let at = usize::from(if big { short(6)? } else { short(4)? });
    let entries = usize::from(short(at)?);
    let turn = (0..entries.min(64)).map(|n| at + 2 + n * 12).find(|e| short(*e) == Some(0x0112)).and_then(|e| short(e + 8))?;
    u8::try_from(turn).ok().filter(|t| (2..=8).contains(t))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat()
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let start = b"\x89PNG\r\n\x1a\n".to_vec();
        [start, chunk(b"IHDR", &head), chunk(b"tEXt", b"Place\0at home"), chunk(b"IDAT", b"xx"), chunk(b"IEND", b"")].concat()
    }

    #[test]
    fn notes_are_left_out_and_the_drawing_stays() {
        let kept = check("logo", &png_of(34, 34)).unwrap();
        assert!(kept.mime == "image/png" && !kept.body.windows(7).any(|w| w == b"at home"));
        assert!(kept.body.windows(4).any(|w| w == b"IDAT") && kept.body.windows(4).any(|w| w == b"IEND"));

        let exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 41.88";
        let seg = |m: u8, d: &[u8]| [&[0xff, m][..], &(d.len() as u16 + 2).to_be_bytes(), d].concat();
        let frame = [8, 0, 40, 0, 30, 3, 0, 0, 0];
        let camera =
            [vec![0xff, 0xd8], seg(0xe0, b"JFIF"), seg(0xe1, exif), seg(0xc0, &frame), seg(0xda, b"..."), b"data\xff\xd9".to_vec()];
        let kept = check("likeness", &camera.concat()).unwrap();
        assert!(kept.mime == "image/jpeg" && !kept.body.windows(3).any(|w| w == b"GPS") && kept.body.ends_with(b"data\xff\xd9"));
        let at = kept.body.windows(6).position(|w| w == b"Exif\0\0").unwrap();
        assert_eq!(orientation(&kept.body[at - 2..]), Some(6), "which way up stays");
        assert!(check("likeness", &kept.body).is_ok());
    }

    #[test]
    fn what_is_no_picture_too_large_or_torn_is_refused() {
        for (body, why) in [
            (b"<svg onload=alert(1)>".to_vec(), "PNG or JPEG"),
            (png_of(34, 34)[..40].to_vec(), "can’t be read"),
            (b"\xff\xd8\xff\xe0\0".to_vec(), "can’t be read"),
            (png_of(5000, 10), "4096"),
            (vec![0xff; MOST + 1], "200 kB"),
        ] {
            let Err(Error::Invalid(fields)) = check("logo", &body) else { panic!("{why}") };
            assert!(fields[0].name == "logo" && fields[0].message.contains(why), "{}", fields[0].message);
        }
    }
}
