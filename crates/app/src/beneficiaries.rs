//! Who is named to receive an account or a policy: a list for each, every change a version of its own.

use crate::households::{self, Found};
use crate::{App, Error, Field, Result, events, facts, policy};
use model::beneficiaries::{BeneficiariesFact, MOST, Share, Who, problem};
use model::fact::{AccountFact, Fact};
use model::permission::{Action, may};
use model::{AccountId, AccountState, FirmScope, HouseholdId, MemberId, text};
use serde_json::json;
use std::collections::HashMap;
use store::Firm;

/// One line of the form: a member's id or a name, and a share in hundredths of a per cent, below zero where it cannot be read.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub who: String,
    pub name: String,
    pub share: i64,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.who.is_empty() && self.name.trim().is_empty() && self.share == 0
    }
}

#[derive(Debug, Clone)]
pub struct View {
    pub found: Found,
    pub account: AccountFact,
    pub named: BeneficiariesFact,
    pub may_edit: bool,
}

#[crate::boxed]
pub async fn view(app: &App, scope: &FirmScope, id: AccountId) -> Result<View> {
    let db = app.store().read(scope).await?;
    let (household, account) = of(&db, id).await?;
    let found = households::load(app, &db, scope, household).await?;
    let named = current(&db, id).await?;
    Ok(View { may_edit: may(Action::EditHousehold, found.standing), found, account, named })
}

/// The account as people know it; gone ones and second paths are not there.
async fn of(db: &Firm, id: AccountId) -> Result<(HouseholdId, AccountFact)> {
    let version = store::facts::current(db, id.uuid()).await?.ok_or(Error::NotFound)?;
    match version.fact {
        Fact::Account(f) if f.state != AccountState::Deleted && f.same_as.is_none() => Ok((version.household, f)),
        _ => Err(Error::NotFound),
    }
}

async fn current(db: &Firm, id: AccountId) -> Result<BeneficiariesFact> {
    Ok(match store::facts::current(db, BeneficiariesFact::entity(id)).await?.map(|v| v.fact) {
        Some(Fact::Beneficiaries(f)) => f,
        _ => BeneficiariesFact::none(id),
    })
}

/// Everything that is named in a household, by account.
pub(crate) async fn of_household(db: &Firm, household: HouseholdId) -> Result<HashMap<AccountId, BeneficiariesFact>> {
    let all = store::facts::current_of_kind(db, household, "beneficiaries").await?;
    let named = all.into_iter().filter_map(|v| match v.fact {
        Fact::Beneficiaries(f) if !f.is_empty() => Some((f.account, f)),
        _ => None,
    });
    Ok(named.collect())
}

/// The name of an account that names this member; deleted accounts do not count.
pub(crate) async fn names(db: &Firm, household: HouseholdId, member: MemberId) -> Result<Option<String>> {
    for f in of_household(db, household).await?.into_values().filter(|f| f.names(member)) {
        if let Ok((_, account)) = of(db, f.account).await {
            return Ok(Some(account.name));
        }
    }
    Ok(None)
}

/// Both lists as they were typed; or what is wrong, at its field.
#[crate::boxed]
pub async fn save(app: &App, scope: &FirmScope, id: AccountId, primary: &[Line], contingent: &[Line]) -> Result<()> {
    let tx = app.store().begin(scope).await?;
    let (household, _) = of(&tx, id).await?;
    policy::check(app, &tx, scope, Action::EditHousehold, Some(household)).await?;
    let members: Vec<MemberId> = store::members::of_household(&tx, household).await?.iter().map(|m| m.id).collect();
    let mut wrong = Vec::new();
    let mut read = |lines: &[Line], name: &'static str| {
        let shares = shares(lines, &members);
        let why = match &shares {
            Err(why) => Some((*why).to_owned()),
            Ok(shares) => problem(shares),
        };
        wrong.extend(why.map(|message| Field { name, message }));
        shares.unwrap_or_default()
    };
    let new = BeneficiariesFact { account: id, primary: read(primary, "primary"), contingent: read(contingent, "contingent") };
    if wrong.is_empty() && new.primary.is_empty() && !new.contingent.is_empty() {
        wrong.push(Field { name: "primary", message: "Name a primary beneficiary first: the contingent ones stand in for them".into() });
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if new != current(&tx, id).await? {
        facts::say(app, &tx, scope, household, Fact::Beneficiaries(new)).await?;
        events::record(app, &tx, scope, Some(household), "account.beneficiaries_set", id, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

fn shares(lines: &[Line], members: &[MemberId]) -> std::result::Result<Vec<Share>, &'static str> {
    let typed: Vec<&Line> = lines.iter().filter(|l| !l.is_empty()).collect();
    if typed.len() > MOST {
        return Err("Name eight at most");
    }
    let one = |l: &&Line| {
        let name = text::line(&l.name, 80);
        let who = match (l.who.parse::<MemberId>().ok().filter(|m| members.contains(m)), name.is_empty()) {
            (Some(_), false) => return Err("Choose somebody of the household or type a name, not both"),
            (Some(m), true) => Who::Member(m),
            (None, false) => Who::Named(name),
            (None, true) => return Err("Say who receives each share"),
        };
        Ok(Share { who, share: l.share })
    };
    typed.iter().map(one).collect()
}
