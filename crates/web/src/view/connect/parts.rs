//! What several pages of the flow show.

use crate::view::prelude::*;

/// The institution at the head of a page: monogram, name, and the address of its sign-in page.
#[derive(Clone, Debug, Default, Template)]
#[template(
    source = r#"<div class="row"><span>{{ thumb.l() }}</span><div><p class="strong">{{ name }}</p><p class="small muted brk">{{ site }}</p></div></div>"#,
    ext = "html"
)]
pub struct Place {
    pub name: String,
    /// "work.larchmont.example", as a person reads it.
    pub site: String,
    /// Its sign-in page, opened in a new tab.
    pub href: String,
    pub thumb: Thumb,
}
impl askama::filters::HtmlSafe for Place {}
