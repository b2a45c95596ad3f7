//! The page that changes an account: name, owners with their shares, and the value of one that is kept by hand.

use crate::Web;
use crate::at::At;
use crate::csrf::Form;
use crate::household_words::{head, share};
use crate::respond::{Answer, Page, WebError, again, see_saying};
use crate::routes::{Audience, Route};
use crate::session::Staff;
use crate::view::account_change::{AccountChange, ShareField};
use crate::view::household::Tab;
use crate::view::kit::{Field, FieldKind, Problem, Problems};
use crate::view::shell::Here;
use app::account_view::View;
use axum::extract::State;
use axum::response::IntoResponse;
use model::fact::Owner;
use model::{AccountId, Decimal, Source, text};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/accounts/{account}/change", Audience::Staff, show), Route::post("/accounts/{account}/change", Audience::Staff, save)]
}

/// What was typed: by the fields' names.
struct Posted(Vec<(String, String)>);

impl Posted {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
    /// The shares above zero; a share that cannot be read is none that fits.
    fn owners(&self, v: &View) -> Vec<Owner> {
        let typed =
            v.found.members.iter().map(|m| (m.id, self.get(&format!("share_{}", m.id)).trim().trim_end_matches('%').trim().to_owned()));
        typed.filter(|(_, t)| !t.is_empty()).map(|(member, t)| Owner { member, share: hundredths(&t) }).filter(|o| o.share != 0).collect()
    }
}

/// "33.33" per cent as 3,333; -1 when it is no share.
pub(crate) fn hundredths(typed: &str) -> i64 {
    let value = text::amount(typed).and_then(|d| d.checked_mul(Decimal::ONE_HUNDRED)).map(|d| d.normalize());
    value.filter(|d| d.scale() == 0 && d.is_sign_positive()).and_then(|d| i64::try_from(d.mantissa()).ok()).unwrap_or(-1)
}

async fn loaded(web: &Web, staff: &Staff, id: AccountId) -> Result<View, WebError> {
    let v = app::account_view::view(&web.app, &staff.scope, id, None).await?;
    if v.may_edit { Ok(v) } else { Err(WebError::Refused("Only the household’s own team can do this.".into())) }
}

async fn show(State(web): State<Web>, staff: Staff, At(id): At<AccountId>) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    let mut values = vec![("name".to_owned(), v.account.name.clone())];
    if let Some(s) = &v.shown {
        values.push(("value".into(), s.head.value.map(|d| if v.account.kind.is_debt() { -d } else { d }.to_string()).unwrap_or_default()));
        values.push(("as_of".into(), s.as_of_day.to_string()));
    }
    values.extend(v.account.owners.iter().map(|o| (format!("share_{}", o.member), share(o.share))));
    Ok(Page(form(&web, &staff, &v, &Posted(values), &[])).into_response())
}

fn form(web: &Web, staff: &Staff, v: &View, p: &Posted, wrong: &[app::Field]) -> AccountChange {
    let said = |name: &str| wrong.iter().find(|f| f.name == name).map(|f| f.message.clone()).unwrap_or_default();
    let name = Field::new("name", "Name").value(p.get("name")).error(said("name"));
    let debt = v.account.kind.is_debt();
    let typed = (v.account.source == Source::Manual).then(|| {
        let value = Field::new("value", if debt { "Amount owed" } else { "Value" }).kind(FieldKind::Amount);
        let currency = v.shown.as_ref().and_then(|s| s.head.currency.as_ref()).map_or("USD", |c| c.code());
        let hint = format!("In {}", app::accounts::currency_name(currency));
        let value = value.value(p.get("value")).hint(hint).error(said("value"));
        (value, Field::new("as_of", "As of").kind(FieldKind::Date).value(p.get("as_of")).error(said("as_of")))
    });
    let shares_error = said("owner");
    let owner = (!shares_error.is_empty()).then(|| Problem { field: "owner", text: shares_error.clone() });
    let (value, as_of) = typed.as_ref().map_or((None, None), |(v, d)| (v.problem(), d.problem()));
    let share = |m: &app::households::Member| {
        let id = m.id.to_string();
        ShareField { value: p.get(&format!("share_{id}")).to_owned(), name: m.name.clone(), id }
    };
    AccountChange {
        shell: staff.shell(web, Here::Households),
        hh: head(&v.found, Tab::Portfolio),
        at: format!("/accounts/{}", v.account.id),
        title: v.account.name.clone(),
        problems: Problems::of([name.problem(), value, as_of, owner]),
        name,
        typed,
        shares: v.found.members.iter().map(share).collect(),
        shares_error,
    }
}

async fn save(State(web): State<Web>, staff: Staff, At(id): At<AccountId>, Form(posted): Form<Vec<(String, String)>>) -> Answer {
    let v = loaded(&web, &staff, id).await?;
    let posted = Posted(posted);
    let typed = (v.account.source == Source::Manual).then(|| (posted.get("value"), posted.get("as_of")));
    match app::accounts::change(&web.app, &staff.scope, id, posted.get("name"), posted.owners(&v), typed).await {
        Ok(()) => Ok(see_saying(&web, format!("/accounts/{id}"), "Saved.")),
        Err(app::Error::Invalid(wrong)) => Ok(again(form(&web, &staff, &v, &posted, &wrong))),
        Err(e) => Err(e.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn shares_are_read_exactly_or_not_at_all() {
        assert_eq!(["60", "33.33", "0.01", "100"].map(hundredths), [6000, 3333, 1, 10_000]);
        assert_eq!(["-5", "33.333", "half", "1e2"].map(hundredths), [-1, -1, -1, -1]);
    }
}
