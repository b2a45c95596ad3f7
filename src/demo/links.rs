//! Links that are out: one not opened yet, one by mail.

use super::Stage;
use super::households::Made;
use crate::Trouble;
use app::links::For;
use model::FirmScope;
use model::link::Purpose;

pub async fn share(stage: &Stage, scope: &FirmScope, household: &Made, given: &str) -> Result<(), Trouble> {
    let to = For { household: household.id, member: household.person(given), purpose: Purpose::Connect };
    let id = stage.app.random().id(stage.app.now());
    app::asset_sync::share(&stage.app, scope, &to, id).await?;
    Ok(())
}

pub async fn mail(stage: &Stage, scope: &FirmScope, household: &Made, given: &str) -> Result<(), Trouble> {
    let to = For { household: household.id, member: household.person(given), purpose: Purpose::Connect };
    let id = stage.app.random().id(stage.app.now());
    app::asset_sync::send(&stage.app, scope, &to, id).await?;
    Ok(())
}
