//! What stands in an address. An id that cannot be one is nobody's id: not found, like a foreign one.

use crate::Web;
use crate::respond::WebError;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for At<T> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, WebError> {
        Path::<T>::from_request_parts(parts, web).await.map(|Path(at)| At(at)).map_err(|_| WebError::NotFound)
    }
}

/// A form that is a button alone.
#[derive(serde::Deserialize)]
pub struct Nothing {}
