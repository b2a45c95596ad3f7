//! A browser as a client has one: keeps cookies for each host, follows redirects, sends forms, runs no scripts.

use crate::page::{Form, Page};
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use std::collections::BTreeMap;
use url::Url;

/// No way of ours is longer.
const REDIRECTS: u32 = 12;

pub struct Browser {
    client: reqwest::Client,
    home: Url,
    /// Host to names and values; ports share cookies, as they do in every browser.
    pub cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(home: Url) -> Browser {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().expect("a client");
        Browser { client, home, cookies: BTreeMap::new() }
    }

    /// Opens an address, or a path of the product.
    pub async fn get(&mut self, at: impl AsRef<str>) -> Page {
        let url = self.home.join(at.as_ref()).expect("an address");
        self.go(url, None).await
    }

    /// Sends a form as it is filled in.
    pub async fn send(&mut self, form: Form) -> Page {
        match form.post {
            true => self.go(form.action, Some(form.fields)).await,
            false => {
                let mut url = form.action;
                url.query_pairs_mut().clear().extend_pairs(&form.fields);
                self.go(url, None).await
            }
        }
    }

    async fn go(&mut self, mut url: Url, mut fields: Option<Vec<(String, String)>>) -> Page {
        for _ in 0..REDIRECTS {
            let (status, next, html) = self.once(&url, fields.as_deref()).await;
            let Some(next) = next.filter(|_| (300..400).contains(&status)) else {
                return Page { status, url, html };
            };
            let mut next = url.join(&next).expect("an address to go on to");
            if next.fragment().is_none() {
                next.set_fragment(url.fragment());
            }
            url = next;
            if !matches!(status, 307 | 308) {
                fields = None;
            }
        }
        panic!("redirected in circles at {url}");
    }

    /// One request, nothing followed: status, where it sends us, and the page.
    pub async fn once(&mut self, url: &Url, fields: Option<&[(String, String)]>) -> (u16, Option<String>, String) {
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut bare = url.clone();
        bare.set_fragment(None);
        let mut request = match fields {
            None => self.client.get(bare),
            Some(fields) => {
                let body = serde_urlencoded::to_string(fields).expect("fields");
                let request = self.client.post(bare).header("content-type", "application/x-www-form-urlencoded").body(body);
                request.header(ORIGIN, url.origin().ascii_serialization())
            }
        };
        request = request.header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        if let Some(own) = self.cookies.get(&host).filter(|c| !c.is_empty()) {
            let all: Vec<String> = own.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(COOKIE, all.join("; "));
        }
        let answer = request.send().await.expect("an answer");
        for set in answer.headers().get_all(SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            self.keep(&host, set);
        }
        let status = answer.status().as_u16();
        let next = answer.headers().get(LOCATION).and_then(|v| v.to_str().ok()).map(str::to_owned);
        (status, next, answer.text().await.unwrap_or_default())
    }

    fn keep(&mut self, host: &str, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|p| p.split_once('=')) else { return };
        let own = self.cookies.entry(host.to_owned()).or_default();
        if parts.any(|p| p.eq_ignore_ascii_case("max-age=0")) {
            own.remove(name);
        } else {
            own.insert(name.into(), value.into());
        }
    }
}
