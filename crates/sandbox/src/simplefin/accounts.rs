//! The accounts of one person's institutions as the protocol shows them, in its first and its second version.

use super::{Bridge, REACHED};
use crate::feed::{From, Login};
use crate::keys::{hash, hex};
use crate::state::{State, data_day, published};
use crate::world::{Account, Health, Institution, Position};
use model::{Date, Decimal, Span, Time};
use serde_json::{Value, json};

/// No more than so many days of movements at once.
const LONGEST: Span = Span::days(90);

struct Wanted {
    from: Option<Time>,
    to: Option<Time>,
    only: Vec<String>,
    balances: bool,
    pending: bool,
    second: bool,
}

fn wanted(query: &[(String, String)]) -> Wanted {
    let all = |name: &str| query.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect::<Vec<_>>();
    let moment = |name: &str| all(name).first().and_then(|t| t.parse().ok()).map(Time::from_seconds);
    let flag = |name: &str| all(name).first().is_some_and(|v| v == "1");
    Wanted {
        from: moment("start-date"),
        to: moment("end-date"),
        only: all("account"),
        balances: flag("balances-only"),
        pending: flag("pending"),
        second: all("version").first().is_some_and(|v| v == "2"),
    }
}

fn id(parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|p| p.as_bytes()).collect();
    hex(&hash(&parts)[..12])
}

pub fn answer(state: &State, bridge: &Bridge, query: &[(String, String)], mut errors: Vec<String>) -> Value {
    let mut w = wanted(query);
    let now = state.now();
    let to = w.to.unwrap_or(now);
    if let Some(from) = w.from.filter(|f| to - *f > LONGEST) {
        errors.push("The time asked for is longer than 90 days; only the last 90 are given.".into());
        w.from = Some(from.max(to - LONGEST));
    }
    let mut out = Answer { state, bridge, w, accounts: Vec::new(), connections: Vec::new(), errors, broken: Vec::new() };
    for at in REACHED.iter().filter_map(|i| state.institution(i)) {
        out.institution(at, now);
    }
    out.body()
}

struct Answer<'a> {
    state: &'a State,
    bridge: &'a Bridge,
    w: Wanted,
    accounts: Vec<Value>,
    connections: Vec<Value>,
    errors: Vec<String>,
    /// Connection and what is wrong with it.
    broken: Vec<(String, String, &'static str)>,
}

impl Answer<'_> {
    fn institution(&mut self, at: &Institution, now: Time) {
        let base = self.state.simplefin_base();
        let conn = format!("CON-{}", id(&["conn", &self.bridge.setup, &at.id]));
        self.connections.push(json!({
            "conn_id": conn, "name": at.name, "org_id": at.host(), "org_url": at.url, "org_name": at.name, "sfin_url": base,
        }));
        let down = matches!(self.state.health(at), Health::Down);
        let later = now.utc_date() > self.bridge.made.utc_date();
        let barred = self.bridge.login == "user_barred" && later;
        let locked = barred || (self.bridge.login == "user_broken" && at.id == REACHED[1]);
        if locked {
            self.broken.push((
                conn.clone(),
                format!("Connection to {} may need attention: sign in again at the bridge.", at.name),
                "con.auth",
            ));
        } else if down {
            self.broken.push((conn.clone(), format!("{} could not be reached.", at.name), "con."));
        }
        let emptied = self.bridge.login == "user_emptied" && later;
        if self.bridge.login == "user_none" || emptied || (locked && self.w.second) {
            return;
        }
        let login = Login { institution: at, user: &self.bridge.login, custom: None };
        let linked = self.bridge.made.utc_date();
        // A connection that needs attention shows what it had.
        let seen = match self.bridge.login.as_str() {
            _ if locked => now - Span::days(6),
            "user_stale" => now - Span::days(9),
            _ => now,
        };
        let renamed = if self.bridge.login == "user_rekeyed" { data_day(now).to_string() } else { String::new() };
        for shown in login.accounts(self.state, &self.bridge.setup, linked, seen.utc_date().max(linked)) {
            let From::Invented(account) = shown.from.clone() else { continue };
            let guid = format!("ACT-{}", id(&["account", &at.id, &self.bridge.login, &shown.key, &renamed]));
            if !self.w.only.is_empty() && !self.w.only.contains(&guid) {
                continue;
            }
            let row = self.account(at, &conn, &guid, &account, seen);
            if self.bridge.login == "user_doubled" {
                self.accounts.push(row.clone());
            }
            self.accounts.push(row);
        }
    }

    fn account(&self, at: &Institution, conn: &str, guid: &str, a: &Account, now: Time) -> Value {
        let day = data_day(now);
        let owed = matches!(a.kind, "credit" | "loan");
        let signed = |d: Decimal| if owed { -d } else { d };
        let balance = self.state.world.balance(a, day);
        // A currency that nobody issues has an address that tells of it.
        let currency =
            if a.currency.len() == 3 { a.currency.to_string() } else { format!("{}/currency/{}", self.state.simplefin_base(), a.currency) };
        let name = a.mask.as_ref().map_or_else(|| a.name.clone(), |m| format!("{} ({m})", a.name));
        let mut out = json!({
            "id": guid, "name": name, "currency": currency, "balance": text(signed(balance.current.unwrap_or_default())),
            "balance-date": published(day).as_seconds(), "transactions": [], "holdings": [],
        });
        if let Some(available) = balance.available {
            out["available-balance"] = json!(text(available));
        }
        if self.w.second {
            out["conn_id"] = json!(conn);
        } else {
            out["org"] = json!({
                "domain": at.host(), "name": at.name, "sfin-url": self.state.simplefin_base(), "url": at.url, "id": at.host(),
            });
        }
        if !self.w.balances {
            out["transactions"] = json!(self.transactions(a, guid, now));
            if a.kind == "investment" {
                let held = self.state.world.holdings(a, day);
                out["holdings"] = json!(held.iter().map(|p| self.holding(a, guid, p)).collect::<Vec<_>>());
            }
        }
        out
    }

    fn transactions(&self, a: &Account, guid: &str, now: Time) -> Vec<Value> {
        let today = now.utc_date();
        let from = self.w.from.map_or_else(|| (now - Span::days(30)).utc_date(), |t| t.utc_date());
        // The end is not part of it.
        let to = self.w.to.map_or(today, |t| (t - Span::seconds(1)).utc_date()).min(today);
        let world = &self.state.world;
        let moved: Vec<(Date, String, String, Decimal)> = if a.kind == "investment" {
            world.trades(a, from, to.min(data_day(now))).into_iter().map(|t| (t.day, t.id, t.name, t.amount)).collect()
        } else {
            world.bank_transactions(a, from, to).into_iter().map(|t| (t.day, t.id, t.name, t.amount)).collect()
        };
        let each = moved.into_iter().filter_map(|(on, key, name, amount)| {
            let pending = a.kind == "credit" && on == today;
            if pending && !self.w.pending {
                return None;
            }
            let at = Time::parse(&format!("{on}T12:00:00Z")).map_or(0, Time::as_seconds);
            let mut row = json!({
                "id": format!("TRN-{}", id(&[guid, &key])), "posted": if pending { 0 } else { at }, "amount": text(-amount),
                "description": name, "payee": name, "memo": "", "transacted_at": at,
            });
            if pending {
                row["pending"] = json!(true);
            }
            Some(row)
        });
        each.collect()
    }

    /// All of it text. What something cost is the position's total at some institutions and the price of one piece at others.
    fn holding(&self, a: &Account, guid: &str, p: &Position) -> Value {
        let security = self.state.world.security(&p.security_id);
        let each = p.cost_basis.filter(|_| !p.quantity.is_zero()).map(|c| (c / p.quantity).round_dp(4));
        let per_share = self.bridge.login == "user_per_share";
        let basis = if per_share { each } else { p.cost_basis };
        json!({
            "id": format!("HOL-{}", id(&[guid, &p.security_id])), "created": Time::parse(&format!("{}T00:00:00Z", p.price_day)).map_or(0, Time::as_seconds),
            "currency": if a.currency.len() == 3 { a.currency } else { "" }, "cost_basis": text(basis.unwrap_or_default()),
            "description": security.map_or("", |s| s.name.as_str()), "market_value": text(p.value),
            "purchase_price": text(each.filter(|_| !per_share).unwrap_or_default()), "shares": p.quantity.normalize().to_string(),
            "symbol": security.and_then(|s| s.ticker.as_deref()).filter(|t| !t.starts_with("CUR:")).unwrap_or_default(),
        })
    }

    fn body(self) -> Value {
        if !self.w.second {
            let mut errors = self.errors;
            errors.extend(self.broken.into_iter().map(|b| b.1));
            return json!({ "errors": errors, "accounts": self.accounts });
        }
        let mut list: Vec<Value> = self.errors.into_iter().map(|e| json!({ "code": "gen.", "msg": e, "message": e })).collect();
        list.extend(self.broken.into_iter().map(|(conn, e, code)| json!({ "code": code, "message": e, "msg": e, "conn_id": conn })));
        json!({ "errlist": list, "connections": self.connections, "accounts": self.accounts })
    }
}

/// Money as the protocol writes it: text with two places, more where they count.
fn text(d: Decimal) -> String {
    let plain = d.normalize();
    if plain.scale() < 2 { format!("{plain:.2}") } else { plain.to_string() }
}
