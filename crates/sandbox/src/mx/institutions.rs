//! The directory of institutions, and what each asks for at its door.

use super::directory::{all, code, find};
use super::error::Refusal;
use super::page::{asked, paged, pagination};
use super::{Answer, Call, ok};
use crate::keys::stable_uuid;
use crate::world::{Health, Institution};
use serde_json::{Value, json};

pub fn of(call: &Call) -> Result<&Institution, Refusal> {
    find(&call.state.world, call.part("institution")).ok_or_else(|| Refusal::gone("institution"))
}

pub fn guid(i: &Institution) -> String {
    format!("INS-{}", stable_uuid(&["institution", &i.id]))
}

fn wire(call: &Call, i: &Institution) -> Value {
    let base = &call.state.base;
    let page = |path: &str| format!("{}/{path}", i.url);
    let products: Vec<&str> = supported(i);
    let has = |product: &str| i.products.contains(&product);
    let closed = call.state.health(i) == Health::Retired;
    json!({
        "code": code(i), "guid": guid(i), "name": i.name, "url": i.url, "iso_country_code": i.country_codes.first(),
        "supports_oauth": i.oauth, "supported_products": products, "instructional_text": i.notice,
        "instructional_text_steps": i.notice.iter().collect::<Vec<_>>(), "forgot_password_url": page("forgot-password"),
        "forgot_username_url": page("forgot-user-name"), "trouble_signing_in_url": page("help"),
        "medium_logo_url": format!("{base}/logos/{}.png", code(i)), "small_logo_url": format!("{base}/logos/{}.png", code(i)),
        "is_disabled_by_client": closed, "supports_account_identification": has("identity"), "supports_account_statement": false,
        "supports_account_verification": has("auth"), "supports_tax_document": false, "supports_transaction_history": has("transactions"),
    })
}

fn supported(i: &Institution) -> Vec<&'static str> {
    let mut out = vec!["account_balance"];
    for (ours, theirs) in [("transactions", "transactions"), ("investments", "investments"), ("identity", "identity")] {
        if i.products.contains(&ours) {
            out.push(theirs);
        }
    }
    out
}

/// Every word of the name asked for begins a word of the institution's.
fn named(i: &Institution, asked: &str) -> bool {
    let name = i.name.to_lowercase();
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(|w| w.to_lowercase()).collect() };
    name.contains(&asked.to_lowercase())
        || words(asked).iter().all(|w| words(&i.name).iter().any(|n| n.starts_with(w.as_str())))
        || i.aliases.iter().any(|a| a.to_lowercase().starts_with(&asked.to_lowercase()))
}

pub fn list(call: &Call) -> Answer {
    let name = call.asked("name").map(str::trim).filter(|n| !n.is_empty());
    let countries: Vec<&str> =
        call.query.iter().filter(|(n, _)| n.trim_end_matches("[]") == "iso_country_code").map(|(_, v)| v.as_str()).collect();
    let oauth = call.asked("supports_oauth").and_then(|v| v.parse::<bool>().ok());
    let fits = |i: &&Institution| {
        name.is_none_or(|n| named(i, n))
            && (countries.is_empty() || countries.iter().any(|c| i.country_codes.contains(c)))
            && oauth.is_none_or(|o| i.oauth == o)
    };
    let found: Vec<&Institution> = all(&call.state).filter(fits).collect();
    let (page, size) = asked(call);
    let rows: Vec<Value> = found.iter().skip((page - 1).saturating_mul(size)).take(size).map(|i| wire(call, i)).collect();
    ok(json!({ "institutions": rows, "pagination": pagination(page, size, found.len()) }))
}

pub fn favourites(call: &Call) -> Answer {
    let mut known: Vec<&Institution> = all(&call.state).filter(|i| i.country_codes.contains(&"US")).collect();
    known.sort_by(|a, b| (b.popularity, &a.name).cmp(&(a.popularity, &b.name)));
    let rows = known.iter().take(10);
    let rows = rows.map(|i| json!({ "code": code(i), "guid": guid(i), "name": i.name, "popularity": i.popularity, "logo_url": null }));
    paged(call, "institutions", rows.collect())
}

pub fn get(call: &Call) -> Answer {
    ok(json!({ "institution": wire(call, of(call)?) }))
}

/// The fields of an institution's form: name on the wire, type, words.
fn fields(i: &Institution) -> Vec<(&'static str, &'static str, String)> {
    let own = |text: &str| text.to_string();
    match i.id.as_str() {
        "mx_owlbarrow" => {
            vec![("MEMBER_NUMBER", "TEXT", own("Member number")), ("LOGIN", "LOGIN", own("Online name")), ("PIN", "PASSWORD", own("PIN"))]
        }
        _ => vec![("LOGIN", "LOGIN", own("User name")), ("PASSWORD", "PASSWORD", own("Password"))],
    }
}

pub fn form(i: &Institution) -> Vec<Value> {
    let each = fields(i).into_iter().enumerate().map(|(n, (name, kind, label))| {
        json!({
            "guid": field_guid(i, name), "field_name": name, "field_type": kind, "type": kind, "label": label, "display_order": n + 1,
            "optional": false,
        })
    });
    each.collect()
}

fn field_guid(i: &Institution, name: &str) -> String {
    format!("CRD-{}", stable_uuid(&["credential", &i.id, name]))
}

pub fn credentials(call: &Call) -> Answer {
    let at = of(call)?;
    // Where the sign-in happens on the institution's own page there is nothing to type here.
    paged(call, "credentials", if at.oauth { Vec::new() } else { form(at) })
}

/// The user name and the password out of what was typed.
pub fn typed(i: &Institution, given: Option<&Value>) -> Result<(String, String), Refusal> {
    let given = given.and_then(Value::as_array).filter(|g| !g.is_empty()).ok_or_else(|| Refusal::missing("credentials"))?;
    let (mut login, mut password) = (String::new(), String::new());
    for field in fields(i) {
        let guid = field_guid(i, field.0);
        let value = given.iter().find(|g| g["guid"] == *guid).and_then(|g| g["value"].as_str());
        let value = value.filter(|v| !v.is_empty()).ok_or_else(|| Refusal::missing(&format!("credentials[{}]", field.0)))?;
        match field.1 {
            "LOGIN" => login = value.trim().to_string(),
            "PASSWORD" => password = value.to_string(),
            _ => {}
        }
    }
    if given.len() > fields(i).len() {
        return Err(Refusal::bad("a credential does not belong to this institution"));
    }
    Ok((login, password))
}
