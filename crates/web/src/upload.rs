//! A form with one file in it, read piece by piece as it arrives. A short file stays in memory; a long one lies in a file of the data
//! folder that has no name from its first moment, so that nothing of it stays, whatever happens.

mod parts;
mod spool;

use self::parts::Parts;
use self::spool::Spool;
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

/// A form with a file that may be long. What is longer than allowed is read to its end and dropped, so that the browser gets its answer:
/// none. The caller looks whether the token fits.
pub(crate) async fn stream(web: &Web, request: Request, most: usize) -> Result<Option<Upload>, WebError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let spool = Spool::new(&web.app.spool(), most as u64).map_err(|e| {
        tracing::error!(error = %e, "no room for an upload");
        WebError::Busy
    })?;
    let mut parts = Parts::new(&kind, spool).ok_or(WebError::Unreadable)?;
    let mut pieces = request.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        // Torn, or longer than any answer could make good of: the layer around has ended it.
        let Ok(piece) = piece else { return Ok(None) };
        parts.feed(&piece).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => WebError::Unreadable,
            _ => {
                tracing::error!(error = %e, "an upload could not be kept");
                WebError::Busy
            }
        })?;
    }
    let (mut upload, spool) = parts.end().ok_or(WebError::Unreadable)?;
    if spool.is_too_long() {
        return Ok(None);
    }
    if upload.name.is_some() {
        upload.file = Some(spool.content().map_err(|_| WebError::Busy)?);
    }
    Ok(Some(upload))
}

fn read(kind: &str, body: &[u8]) -> Option<Upload> {
    let mut parts = Parts::new(kind, Vec::new())?;
    parts.feed(body).ok()?;
    let (mut upload, file) = parts.end()?;
    if upload.name.is_some() {
        upload.file = Some(file);
    }
    Some(upload)
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
        // In whatever pieces it comes.
        for size in 1..body.len() {
            let mut parts = Parts::new("multipart/form-data; boundary=xx", Vec::new()).expect("a form");
            body.chunks(size).for_each(|piece| parts.feed(piece).expect("its pieces"));
            let (upload, file) = parts.end().expect("its end");
            assert_eq!((upload.field("name"), &file[..]), ("Alder & Finch", &b"\x89PNG\r\n\r\n--"[..]), "{size}");
        }
    }
}
