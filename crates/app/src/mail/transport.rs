//! Where messages go: a mail server, a folder (the demo), or memory (tests). Says what is certain about a message and what is not.

use super::message::Ready;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use model::Secret;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How the line to the mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// Begins in clear and must become TLS before anything is said (port 587).
    StartTls,
    /// For a relay on the same machine only.
    None,
}

#[derive(Debug)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password; both empty where the server asks for none.
    pub user: String,
    pub password: Secret<String>,
}

#[derive(Debug, Clone, Default)]
pub enum Transport {
    /// Not set up: nothing can be sent, and the pages say so.
    #[default]
    Off,
    Smtp(Arc<Smtp>),
    /// One `.eml` file a message.
    Folder(PathBuf),
    /// For tests: (recipient, message).
    Memory(Arc<Mutex<Vec<(String, String)>>>),
}

/// What is known after handing a message over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Yes,
    /// The line broke while the server had it.
    Perhaps,
    /// Refused for good.
    Never,
    /// Refused for now, or the server was not reached.
    NotNow,
}

#[crate::boxed]
pub async fn hand_over(transport: &Transport, id: &str, sealed: &[u8]) -> Taken {
    let Ok(ready) = serde_json::from_slice::<Ready>(sealed) else { return Taken::Never };
    match transport {
        Transport::Off => Taken::NotNow,
        Transport::Memory(all) => {
            all.lock().unwrap_or_else(PoisonError::into_inner).push((ready.to, ready.message));
            Taken::Yes
        }
        Transport::Folder(dir) => match in_folder(dir, id, &ready.message).await {
            Ok(()) => Taken::Yes,
            Err(e) => {
                tracing::warn!(error = %e, "the mail folder takes nothing");
                Taken::NotNow
            }
        },
        Transport::Smtp(smtp) => over_smtp(smtp, &ready).await,
    }
}

/// Written under another name and renamed, so that a reader sees whole messages only.
async fn in_folder(dir: &std::path::Path, id: &str, message: &str) -> std::io::Result<()> {
    tokio::fs::create_dir_all(dir).await?;
    let part = dir.join(format!("{id}.part"));
    tokio::fs::write(&part, message).await?;
    tokio::fs::rename(&part, dir.join(format!("{id}.eml"))).await
}

const REACH: Duration = Duration::from_secs(10);

/// The line to the server. Its parts are checked when it is first used.
pub(crate) fn line(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let tls = match smtp.security {
        Security::Tls => Tls::Wrapper(TlsParameters::new(smtp.host.clone())?),
        Security::StartTls => Tls::Required(TlsParameters::new(smtp.host.clone())?),
        Security::None => Tls::None,
    };
    let mut builder =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host).port(smtp.port).tls(tls).timeout(Some(Duration::from_secs(30)));
    if !smtp.user.is_empty() {
        builder = builder.credentials(Credentials::new(smtp.user.clone(), smtp.password.expose().clone()));
    }
    Ok(builder.build())
}

async fn over_smtp(smtp: &Smtp, ready: &Ready) -> Taken {
    let (Ok(from), Ok(to)) = (ready.from.parse(), ready.to.parse()) else { return Taken::Never };
    let Ok(envelope) = Envelope::new(Some(from), vec![to]) else { return Taken::Never };
    // A line that never came about has certainly carried nothing.
    let reach = tokio::time::timeout(REACH, tokio::net::TcpStream::connect((smtp.host.as_str(), smtp.port))).await;
    if !matches!(reach, Ok(Ok(_))) {
        return Taken::NotNow;
    }
    let sent = match line(smtp) {
        Ok(line) => line.send_raw(&envelope, ready.message.as_bytes()).await,
        Err(e) => Err(e),
    };
    match sent {
        Ok(_) => Taken::Yes,
        Err(e) if e.is_permanent() => Taken::Never,
        Err(e) if e.is_transient() || e.is_tls() || e.is_client() => Taken::NotNow,
        // Nobody knows whether the server had it when it stopped answering.
        Err(_) => Taken::Perhaps,
    }
}
