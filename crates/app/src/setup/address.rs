//! Where browsers reach this installation, and whether TLS is ours or a proxy's.

use super::Holder;
use crate::{App, Error, Field, Result};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;
use url::Url;

pub(super) const NAME: &str = "setup.address";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    #[serde(with = "super::as_text")]
    pub url: Url,
    pub way: Way,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// We speak TLS with these PEM files; read at the next start.
    Direct { certificate: PathBuf, key: PathBuf },
    /// A proxy at this address speaks TLS and says who asks.
    Proxy { address: IpAddr },
}

/// What set-up saved; the binary reads it at start.
#[crate::boxed]
pub async fn saved_address(app: &App) -> Result<Option<Address>> {
    super::json(&*app.store().read_system().await?, NAME).await
}

/// As it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    pub url: &'a str,
    pub way: &'a str,
    pub proxy: &'a str,
    pub certificate: &'a str,
    pub key: &'a str,
}

#[crate::boxed]
pub async fn save_address(app: &App, _holder: &Holder, url: &str, way: &str, proxy: &str, certificate: &str, key: &str) -> Result<Address> {
    let address = check(Typed { url, way, proxy, certificate, key }).await?;
    let tx = app.store().begin_system().await?;
    super::put_json(app, &tx, NAME, &address).await?;
    tx.commit().await?;
    apply(app, &address);
    Ok(address)
}

async fn check(typed: Typed<'_>) -> Result<Address> {
    let mut wrong = Vec::new();
    let mut say = |name, message: &str| wrong.push(Field { name, message: message.into() });
    let url = Url::parse(typed.url.trim())
        .ok()
        .filter(|u| u.scheme() == "https" && u.path() == "/" && u.query().is_none() && u.fragment().is_none());
    let url = url.filter(|u| u.host_str().is_some() && u.username().is_empty() && u.password().is_none());
    if url.is_none() {
        say("url", "Enter the address with https, like https://accounts.example.com, and nothing after the name.");
    }
    let way = match typed.way {
        "direct" => {
            let (certificate, key) = (PathBuf::from(typed.certificate.trim()), PathBuf::from(typed.key.trim()));
            for (name, file) in [("certificate", &certificate), ("key", &key)] {
                if !is_pem(file).await {
                    say(name, "This file is not there, cannot be read, or is not a PEM file. Name it from the root, on the server.");
                }
            }
            Some(Way::Direct { certificate, key })
        }
        _ => {
            let address = typed.proxy.trim().parse().ok();
            if address.is_none() {
                say("proxy", "Enter the address from which the proxy connects, like 10.0.0.2 or 127.0.0.1.");
            }
            address.map(|address| Way::Proxy { address })
        }
    };
    match (url, way) {
        (Some(url), Some(way)) if wrong.is_empty() => Ok(Address { url, way }),
        _ => Err(Error::Invalid(wrong)),
    }
}

async fn is_pem(file: &std::path::Path) -> bool {
    file.is_absolute()
        && tokio::fs::read(file).await.is_ok_and(|b| b.len() < 1 << 20 && String::from_utf8_lossy(&b).contains("-----BEGIN "))
}

/// Links are made from it at once; TLS of our own begins at the next start.
pub(super) fn apply(app: &App, address: &Address) {
    app.set_public_url(address.url.clone());
    app.set_proxies(match address.way {
        Way::Direct { .. } => Vec::new(),
        Way::Proxy { address } => vec![address],
    });
}
