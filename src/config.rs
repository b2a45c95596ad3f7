//! The configuration file of a real firm's installation. None is needed; a key that is not known is an error, never ignored.

use crate::Trouble;
use serde::{Deserialize, Deserializer};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::Url;

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder with the database; `--data` wins.
    pub data: Option<PathBuf>,
    /// `postgres://…` where there is more than one node; without it a SQLite file in the folder.
    pub database: Option<String>,
    /// Master keys, outside the data folder; without them one is made beside it.
    pub key_files: Vec<PathBuf>,
    pub listen: Option<SocketAddr>,
    /// Where browsers reach us; set-up may name it later.
    #[serde(deserialize_with = "some_address")]
    pub public_url: Option<Url>,
    /// Reverse proxies whose word about the client's address is taken.
    pub proxies: Vec<IpAddr>,
    pub tls: Option<Tls>,
    /// One JSON object a line instead of text.
    pub log_json: bool,
    pub plaid: Option<Keys>,
    pub mx: Option<Keys>,
    pub simplefin: Option<Server>,
    /// Another address where Plaid's wire is spoken, offered in set-up beside Plaid's own: for rehearsals.
    #[serde(deserialize_with = "some_address")]
    pub plaid_base: Option<Url>,
    /// The same for MX.
    #[serde(deserialize_with = "some_address")]
    pub mx_base: Option<Url>,
    /// The same for SimpleFIN.
    #[serde(deserialize_with = "some_address")]
    pub simplefin_base: Option<Url>,
    /// The market-data service that price histories are read from: see `docs/risk.md`.
    pub prices: Option<Prices>,
}

/// Certificate and key in PEM files, for an installation without a proxy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// A provider's keys, where they are not entered in set-up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    #[serde(deserialize_with = "address")]
    pub base: Url,
    pub client_id: String,
    /// A file that holds the secret (the API key) and nothing else.
    #[serde(alias = "api_key_file")]
    pub secret_file: PathBuf,
}

/// A provider that needs no keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    #[serde(deserialize_with = "address")]
    pub base: Url,
}

/// Where price histories are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    #[serde(deserialize_with = "address")]
    pub base: Url,
    /// A file that holds the key and nothing else, where the service wants one.
    pub key_file: Option<PathBuf>,
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn some_address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    address(from).map(Some)
}

impl Config {
    pub fn read(file: Option<&Path>) -> Result<Config, Trouble> {
        let Some(file) = file else { return Ok(Config::default()) };
        let text = std::fs::read_to_string(file).map_err(|e| Trouble(format!("{} cannot be read: {e}", file.display())))?;
        toml::from_str(&text).map_err(|e| Trouble(format!("{}: {}", file.display(), e.to_string().trim())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_and_nothing_at_all_is_fine() {
        assert!(toml::from_str::<Config>("listn = \"0.0.0.0:80\"").is_err());
        assert!(toml::from_str::<Config>("[tls]\ncertificate = \"a\"\nkey = \"b\"\nkeys = \"c\"").is_err());
        let config: Config = toml::from_str("").expect("an empty file");
        assert!(config.listen.is_none() && config.key_files.is_empty());
        let text = "listen = \"0.0.0.0:8443\"\npublic_url = \"https://app.alderfinch.example\"\nproxies = [\"10.0.0.2\"]";
        assert!(toml::from_str::<Config>(text).is_ok());
        let providers = "[mx]\nbase = \"https://api.mx.com\"\nclient_id = \"a\"\napi_key_file = \"mx.key\"\n\
                         [simplefin]\nbase = \"https://bridge.simplefin.org/simplefin\"";
        let config: Config = toml::from_str(providers).expect("two providers");
        assert!(config.mx.is_some() && config.simplefin.is_some() && config.plaid.is_none());
        assert!(toml::from_str::<Config>("[mx]\nbase = \"https://api.mx.com\"\nclient_id = \"a\"\napi_key = \"in the clear\"").is_err());
    }
}
