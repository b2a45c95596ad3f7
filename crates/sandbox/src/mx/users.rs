//! Users: a guid for each person of the client's.

use super::error::Refusal;
use super::member::User;
use super::page::paged;
use super::{Answer, Call, Reply, ok};
use serde_json::{Map, Value, json};

fn wire(u: &User) -> Value {
    json!({ "guid": u.guid, "id": u.id, "email": u.email, "metadata": u.metadata, "is_disabled": u.is_disabled })
}

fn text(of: &Map<String, Value>, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).map(String::from)
}

pub fn create(call: &Call) -> Answer {
    let given = call.object("user")?;
    let id = text(given, "id").filter(|i| !i.is_empty());
    let mut book = call.state.book();
    if id.is_some() && book.mx.users.values().any(|u| !u.removed && u.id == id) {
        return Err(Refusal::conflict("a user with this id exists already"));
    }
    let user = User {
        guid: format!("USR-{}", call.state.keys.uuid("mx user")),
        id,
        email: text(given, "email"),
        metadata: text(given, "metadata"),
        is_disabled: given.get("is_disabled").and_then(Value::as_bool).unwrap_or(false),
        removed: false,
    };
    call.state.journal.mx_user(&user);
    book.mx.users.insert(user.guid.clone(), user.clone());
    ok(json!({ "user": wire(&user) }))
}

pub fn list(call: &Call) -> Answer {
    let wanted = |u: &&User| {
        let is = |name: &str, value: &Option<String>| call.asked(name).is_none_or(|w| value.as_deref() == Some(w));
        !u.removed && is("id", &u.id) && is("email", &u.email)
    };
    let rows = call.state.book().mx.users.values().filter(wanted).map(wire).collect();
    paged(call, "users", rows)
}

pub fn get(call: &Call) -> Answer {
    ok(json!({ "user": wire(&call.user()?) }))
}

fn change(call: &Call, with: impl FnOnce(&mut User)) -> Result<User, Refusal> {
    let guid = call.user()?.guid;
    let mut book = call.state.book();
    let user = book.mx.users.get_mut(&guid).ok_or_else(|| Refusal::gone("user"))?;
    with(user);
    call.state.journal.mx_user(user);
    Ok(user.clone())
}

pub fn update(call: &Call) -> Answer {
    let given = call.object("user")?;
    let user = change(call, |u| {
        for (name, field) in [("id", &mut u.id), ("email", &mut u.email), ("metadata", &mut u.metadata)] {
            if let Some(new) = text(given, name) {
                *field = Some(new);
            }
        }
        u.is_disabled = given.get("is_disabled").and_then(Value::as_bool).unwrap_or(u.is_disabled);
    })?;
    ok(json!({ "user": wire(&user) }))
}

/// With everything that is theirs.
pub fn delete(call: &Call) -> Answer {
    for member in call.members()? {
        call.state.mx_member(&member.guid, |m, _| m.removed = true);
    }
    change(call, |u| u.removed = true)?;
    Ok(Reply::Nothing)
}
