//! Hooks from providers: verified by the connector, each counted once, and worth no more than "look now". Figures come from a fetch.

use crate::limits::{self, Limit};
use crate::{App, Error, Result, cases, connect_flow};
use connect::{HookRequest, Signal};
use model::{FaultKind, Span};
use ring::digest::{Context, SHA256};
use store::System;

/// Hooks of one provider that are taken in a second; it sends the others again.
const MOST: Limit = Limit { most: 50, span: Span::seconds(1) };
/// Hooks from one source that were not the provider's, before it is not looked at any more.
const FORGED: Limit = Limit { most: 50, span: Span::minutes(10) };

/// Takes one hook in. `NotFound` for a provider that is not there, `Refused` for a hook that is not the provider's, `TooMany` for more than
/// are taken. Forgeries use up their own source's number and not the provider's.
#[crate::boxed]
pub async fn receive(app: &App, provider: &str, source: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Result<()> {
    let connector = app.connector(provider).ok_or(Error::NotFound)?;
    let now = app.now();
    let forger = format!("hook-from|{source}");
    limits::still_free(app, &forger, FORGED).await?;
    let request = HookRequest { headers, body, now };
    let signals = match connector.hook(&request).await {
        Ok(signals) => signals,
        Err(f) => {
            tracing::warn!(provider, code = f.code, "a hook was refused");
            // The provider's keys could not be read now: it may send the hook again.
            if matches!(f.kind, FaultKind::ProviderDown | FaultKind::RateLimited) {
                return Err(Error::Busy);
            }
            limits::count(app, &forger, FORGED).await?;
            return Err(Error::Refused("not a hook of this provider".into()));
        }
    };
    limits::count(app, &format!("hook|{provider}"), MOST).await?;
    // The same hook again says nothing new: what it said then may have changed since.
    let hash = hash(&request);
    if store::hooks::is_known(&*app.store().read_system().await?, provider, &hash).await? {
        return Ok(());
    }
    // Before the look that it sets off: that look closes the case and says why.
    for signal in &signals {
        if let Signal::Repaired { external_id } = signal {
            cases::said_mended(app, provider, external_id).await?;
        }
    }
    let tx = app.store().begin_system().await?;
    if !store::hooks::first(&tx, provider, &hash, now).await? {
        return Ok(());
    }
    for signal in &signals {
        apply(&tx, provider, signal, now).await?;
    }
    tx.commit().await?;
    for signal in &signals {
        if let Signal::LinkFinished { link_token } = signal {
            connect_flow::hasten_open(app, provider, link_token).await?;
        }
    }
    app.wake();
    Ok(())
}

/// Over the bytes and the signature: the same words another day are another hook, the same message twice is not.
fn hash(request: &HookRequest) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if name.contains("verification") || name.contains("signature") {
            context.update(value.as_bytes());
            context.update(b"\n");
        }
    }
    context.update(&request.body);
    context.finish().as_ref().to_vec()
}

async fn apply(db: &System, provider: &str, signal: &Signal, now: model::Time) -> Result<()> {
    let external_id = match signal {
        Signal::Changed { external_id }
        | Signal::Broken { external_id, .. }
        | Signal::Repaired { external_id }
        | Signal::NewAccounts { external_id }
        | Signal::ConsentEnding { external_id, .. }
        | Signal::ConsentRevoked { external_id } => external_id,
        Signal::LinkFinished { .. } | Signal::InstitutionStatus { .. } => return Ok(()),
    };
    store::hooks::make_due(db, provider, external_id, now).await?;
    if matches!(signal, Signal::NewAccounts { .. }) {
        store::hooks::new_accounts(db, provider, external_id).await?;
    }
    Ok(())
}
