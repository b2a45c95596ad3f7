//! A form with one file in it. Small ones only: the server's limit on bodies holds, and everything is in memory.

use crate::Web;
use crate::csrf;
use crate::respond::WebError;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt;

/// The fields, and the file when one was chosen. Its token fits this browser.
#[derive(Default)]
pub struct Upload {
    fields: Vec<(String, String)>,
    pub file: Option<Vec<u8>>,
    /// What the browser calls the file.
    pub name: Option<String>,
}

impl Upload {
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
    pub(crate) fn fields_are_none(&self) -> bool {
        self.fields.is_empty()
    }
}

impl FromRequest<Web> for Upload {
    type Rejection = WebError;
    async fn from_request(request: Request, web: &Web) -> Result<Upload, WebError> {
        let headers = request.headers().clone();
        let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let body = Bytes::from_request(request, web).await.map_err(|_| WebError::Unreadable)?;
        let upload = read(&kind, &body).ok_or(WebError::Unreadable)?;
        if csrf::fits(web, &headers, upload.field("csrf")) { Ok(upload) } else { Err(WebError::OldForm) }
    }
}

/// A form with a file that may be long: read piece by piece. What is longer than allowed is read to its end and dropped, so that the
/// browser gets its answer: none. The caller looks whether the token fits.
pub(crate) async fn stream(request: Request, most: usize) -> Result<Option<Upload>, WebError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if !kind.starts_with("multipart/form-data") {
        return Err(WebError::Unreadable);
    }
    let most = most + FIELDS;
    let mut body = Vec::new();
    let mut long = 0;
    let mut pieces = request.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        // Longer than any answer could make good of: the layer around has ended it.
        let Ok(piece) = piece else { return Ok(None) };
        long += piece.len();
        if long <= most {
            body.extend_from_slice(&piece);
        } else {
            body = Vec::new();
        }
    }
    if long > most {
        return Ok(None);
    }
    read(&kind, &body).map(Some).ok_or(WebError::Unreadable)
}

/// The fields beside a file.
const FIELDS: usize = 64 << 10;

fn read(kind: &str, body: &[u8]) -> Option<Upload> {
    let boundary = kind.strip_prefix("multipart/form-data")?.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let mark = format!("\r\n--{boundary}");
    // The first boundary has no line before it.
    let whole = [b"\r\n", body].concat();
    let mut upload = Upload::default();
    let mut rest = &whole[find(&whole, mark.as_bytes())? + mark.len()..];
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, mark.as_bytes())?;
        take(&mut upload, &part[..end])?;
        rest = &part[end + mark.len()..];
    }
    rest.starts_with(b"--").then_some(upload)
}

fn take(upload: &mut Upload, part: &[u8]) -> Option<()> {
    let split = find(part, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&part[..split]).ok()?;
    let content = &part[split + 4..];
    let line = head.split("\r\n").find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let value = |name: &str| line.split(';').find_map(|p| p.trim().strip_prefix(name)).map(|v| v.trim_matches('"'));
    match value("filename=") {
        // Nothing chosen is an empty file without a name.
        Some(_) if content.is_empty() => {}
        Some(name) => {
            upload.name = Some(name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned());
            upload.file = Some(content.to_vec());
        }
        None => upload.fields.push((value("name=")?.to_owned(), std::str::from_utf8(content).ok()?.to_owned())),
    }
    Some(())
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    // Long files are searched by the mark's first byte, which is rare.
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|b| *b == mark[0]) {
        if text[from + at..].starts_with(mark) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_a_file_are_told_apart_and_a_torn_body_is_refused() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAlder & Finch\r\n--xx\r\n\
            Content-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--\r\n--xx--\r\n";
        let upload = read("multipart/form-data; boundary=xx", body).expect("a form");
        assert_eq!(upload.field("name"), "Alder & Finch");
        assert_eq!(upload.file.as_deref(), Some(&b"\x89PNG\r\n\r\n--"[..]));
        assert!(read("multipart/form-data; boundary=xx", &body[..body.len() - 9]).is_none());
        assert!(read("multipart/form-data", body).is_none());
        let none = b"--xx\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"\"\r\n\r\n\r\n--xx--";
        assert!(read("multipart/form-data; boundary=xx", none).expect("a form").file.is_none());
    }
}
