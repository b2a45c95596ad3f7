//! The provider's sandbox endpoints: a connection without a page, a sign-in that breaks. They exist at a sandbox's address alone; demos,
//! benchmarks and tests use them so that everything shown still came over the wire.

use super::wire::{Exchanged, Nothing, PublicToken};
use super::{Plaid, faults, institutions};
use crate::Grant;
use model::{Fault, Secret};
use serde_json::{Value, json};

impl Plaid {
    /// Links `user` at an institution as the hosted page would, and exchanges the result.
    pub async fn rehearse_link(&self, institution: &str, user: &str, webhook: Option<&str>) -> Result<Grant, Fault> {
        let card = institutions::one(self, institution, "US", false).await?;
        let wanted = ["investments", "liabilities", "transactions"].into_iter().filter(|p| card.products.iter().any(|o| o == p));
        let mut options = json!({ "override_username": user, "override_password": "pass_good" });
        if let Some(webhook) = webhook {
            options["webhook"] = json!(webhook);
        }
        let body = json!({ "institution_id": institution, "initial_products": wanted.collect::<Vec<_>>(), "options": options });
        let made: PublicToken = self.ask("/sandbox/public_token/create", body, &mut vec![]).await?;
        let public_token = made.public_token.0.ok_or_else(faults::unreadable)?;
        let exchanged: Exchanged = self.ask("/item/public_token/exchange", json!({ "public_token": public_token }), &mut vec![]).await?;
        match (exchanged.item_id.0, exchanged.access_token.0) {
            (Some(external_id), Some(token)) => {
                Ok(Grant { external_id, token: Secret::new(token), institution: Some(institution.into()), consent_ends: None })
            }
            _ => Err(faults::unreadable()),
        }
    }

    /// From now on this connection wants a new sign-in.
    pub async fn rehearse_break(&self, grant: &Grant) -> Result<(), Fault> {
        self.direct("/sandbox/item/reset_login", json!({ "access_token": grant.token.expose() })).await
    }

    /// Any other word to the sandbox whose answer does not matter.
    pub async fn direct(&self, path: &str, body: Value) -> Result<(), Fault> {
        self.ask::<Nothing>(path, body, &mut vec![]).await.map(|_| ())
    }
}
