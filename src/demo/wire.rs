//! Connections that came over the wire: linked at the rehearsal provider, exchanged, adopted, refreshed day by day through the demo's past.

use super::Stage;
use super::households::Made;
use crate::Trouble;
use app::connections::Adopt;
use connect::Grant;
use model::{ConnectionId, FirmScope, InstitutionId, MemberId, consent};
use ring::digest::{SHA256, digest};
use serde_json::json;
use store::consents::Consent;

/// Links one person at one institution of the rehearsal provider.
pub async fn link(
    stage: &Stage,
    scope: &FirmScope,
    household: &Made,
    given: &str,
    external_id: &str,
    user: &str,
) -> Result<ConnectionId, Trouble> {
    let app = &stage.app;
    // Without hooks: what the provider would have said weeks ago would come too late.
    let grant = stage.plaid.rehearse_link(external_id, user, None).await?;
    let found = place(stage, external_id).await?;
    let member = household.person(given);
    let scope = app.system_scope(scope.firm());
    let tx = app.store().begin(&scope).await?;
    let firm = store::firms::own(&tx).await?;
    let consent = given_consent(stage, household, member, &firm.name, &found.1);
    store::consents::insert(&tx, &consent).await?;
    let adopt = Adopt {
        household: household.id,
        member,
        consent: consent.id,
        provider: "plaid".into(),
        institution_id: Some(found.0),
        institution: found.1,
        url: found.2,
        grant,
        attempt: None,
    };
    let id = app::connections::adopt(app, &tx, &scope, adopt).await?;
    tx.commit().await?;
    Ok(id)
}

fn given_consent(stage: &Stage, household: &Made, member: MemberId, firm: &str, institution: &str) -> Consent {
    let now = stage.app.now();
    let ends = consent::ends(now);
    let shown = consent::text(firm, institution, "Plaid", &ends.utc_date().strftime("%-d %b %Y").to_string());
    Consent {
        id: stage.app.random().id(now),
        household: household.id,
        member,
        connection: None,
        institution: institution.into(),
        version: consent::VERSION.into(),
        shown_hash: digest(&SHA256, shown.as_bytes()).as_ref().to_vec(),
        shown,
        scope: consent::SCOPE.into(),
        given_at: now,
        ends_at: Some(ends),
        ended_at: None,
    }
}

async fn place(stage: &Stage, external_id: &str) -> Result<(InstitutionId, String, Option<String>), Trouble> {
    let db = stage.app.store().read_system().await?;
    let found = store::institutions::by_external(&db, "plaid", external_id).await?;
    found.map(|i| (i.id, i.name, i.url)).ok_or_else(|| Trouble(format!("the directory does not have {external_id}")))
}

/// The opened token, for a word to the provider about this connection.
pub async fn grant(stage: &Stage, scope: &FirmScope, id: ConnectionId) -> Result<Grant, Trouble> {
    Ok(app::connections::grant(&stage.app, scope, id).await?.1)
}

/// From now on the provider says by itself when something has happened to these.
pub async fn hooks_on(stage: &Stage, scope: &FirmScope, all: &[ConnectionId]) -> Result<(), Trouble> {
    let hook = stage.app.public_url().join("/hooks/plaid").map_err(|e| Trouble(e.to_string()))?;
    for id in all {
        let grant = grant(stage, scope, *id).await?;
        let body = json!({ "access_token": grant.token.expose(), "webhook": hook.as_str() });
        stage.plaid.direct("/item/webhook/update", body).await?;
    }
    Ok(())
}

/// Runs every refresh and every job that is due, until none is.
pub async fn settle(stage: &Stage) -> Result<(), Trouble> {
    for _ in 0..20 {
        let refreshed = app::sync::refresh_due(&stage.app, 32).await?;
        let ran = app::jobs::run_due(&stage.app, 32).await?;
        if refreshed + ran == 0 {
            break;
        }
    }
    Ok(())
}

/// What does not work at the rehearsal provider today. Said at each start: the provider forgets it when it ends.
pub async fn trouble(stage: &Stage) {
    let said = stage.plaid.direct("/_control/institutions/ins_meridian/health", json!({ "health": "down" })).await;
    if let Err(fault) = said {
        tracing::warn!(code = fault.code, "the rehearsal provider did not take its part");
    }
}
