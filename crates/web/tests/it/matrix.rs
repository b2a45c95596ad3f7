//! Every route tried by everybody, on their own household, another household, another firm's and none. What is expected stands in
//! `matrix.txt`, written by hand: a route that is missing there fails, and so does a row for a route that is gone.

use crate::it::asset_sync::mailbox;
use crate::it::browser::Page;
use crate::it::cast::{CANARIES, Cast, PARTS, Player, World, cast, own};
use crate::it::house::{House, houses};
use axum::http::Method;
use model::{Actor, FirmScope};
use std::collections::BTreeMap;
use web::routes::{Audience, table};

/// A cell: reached, refused in words, not there, sign in first.
fn cell(p: &Page) -> char {
    let refused = p.status == 409 && (p.body.contains("Only the ") || p.body.contains("This is a preview"));
    match p.status {
        303 if p.location().starts_with("/sign-in") => '>',
        // A link that is nobody's any more says so: for expired, foreign and unknown ones alike.
        404 | 410 => '-',
        403 => '=',
        _ if refused => '=',
        500.. => '!',
        // Asked too often: says nothing of who may.
        429 => '?',
        _ => '+',
    }
}

/// The expected cells of each route, in the order of [`PARTS`].
fn expected(text: &str) -> BTreeMap<(&str, &str), &str> {
    let rows = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    rows.map(|l| {
        let mut parts = l.split_whitespace();
        let mut next = || parts.next().unwrap_or_else(|| panic!("half a row: {l}"));
        let (cells, method, path) = (next(), next(), next());
        assert_eq!(cells.chars().count(), PARTS.len(), "{l}");
        ((method, path), cells)
    })
    .collect()
}

/// What addresses hold that is nobody's household.
fn fill(path: &str, w: &World, cast: &Cast) -> String {
    let mut out = path.to_owned();
    for (name, id) in w.names() {
        out = out.replace(name, &id);
    }
    let fixed = [
        ("{kind}", "current"),
        ("{how}", "mute"),
        ("{topic}", "two-factor"),
        ("{letter}", "connect"),
        ("{handout}", "first-sign-in"),
        ("{area}", "map"),
        ("{shelf}", "cash"),
        ("{guide}", "first-sign-in"),
        ("{file}", "signing-in.pdf"),
        ("{provider}", "plaid"),
    ];
    for (name, value) in fixed {
        out = out.replace(name, value);
    }
    let nowhere = World::nowhere().household.to_string();
    let id = |prefix: &str| nowhere.replacen("hh_", prefix, 1);
    let ids = [
        ("{user}", cast.spare.to_string()),
        ("{firm}", id("firm_")),
        ("{institution}", id("inst_")),
        ("{attempt}", id("att_")),
        ("{ticket}", id("tick_")),
        ("{import}", id("imp_")),
        ("{income}", id("inc_")),
        ("{document}", id("doc_")),
        ("{set}", cast.set.to_string()),
        ("{recovery}", cast.recovery.to_string()),
        ("{passkey}", id("key_")),
        ("{key}", id("key_")),
        ("{session}", "nothing".into()),
        ("{name}", "nothing".into()),
        ("{hash}", "nothing".into()),
    ];
    for (name, value) in ids {
        out = out.replace(name, &value);
    }
    out.replace("{*path}", "nothing").replace("{*file}", "nothing").replace("{*rest}", "nothing")
}

/// Whether an address is about somebody's household.
fn is_private(path: &str) -> bool {
    World::nowhere().names().iter().any(|(name, _)| path.contains(name))
}

/// The same answer, but for what is told apart by request and page.
fn bare(p: &Page, w: &World) -> String {
    let mut text = p.body.clone();
    for (name, id) in w.names() {
        text = text.replace(&id, name);
    }
    let reference = p.between("req_", "<").to_owned();
    if !reference.is_empty() {
        text = text.replace(&reference, "");
    }
    let mut location = p.location().to_owned();
    for (name, id) in w.names() {
        location = location.replace(&id, name);
    }
    let names: Vec<&str> = p.head.iter().map(|(n, _)| n.as_str()).filter(|n| *n != "content-length").collect();
    format!("{} {location} {names:?} {text}", p.status)
}

/// As much of a form as is needed to ask whether its sender may; most of it is still wrong.
fn fields(path: &str, w: &World) -> Vec<(&'static str, String)> {
    let id = |prefix: &str| w.household.to_string().replacen("hh_", prefix, 1);
    let own = match path.rsplit('/').next().unwrap_or_default() {
        "by-hand" => id("acct_"),
        "support" => id("grant_"),
        "staff" => id("user_"),
        "new" if path.contains("/portal/") => id("inv_"),
        _ => w.household.to_string(),
    };
    let act = if path.contains("/suggestions/") { "accept" } else { "connect" };
    vec![
        ("id", own),
        ("person", w.member.to_string()),
        ("member", w.member.to_string()),
        ("link", id("link_")),
        ("purpose", "connect".into()),
        ("do", act.into()),
        ("set", "reader".into()),
        ("proof", "code".into()),
    ]
}

/// A stream that opened says so in its head; everything else is read to its end.
async fn ask(player: &mut Player, method: &Method, path: &str, w: &World) -> Page {
    match *method {
        Method::GET if path.ends_with("/live") => player.browser.head(path).await,
        Method::GET => player.browser.get(path).await,
        _ => {
            let fields = fields(path, w);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            player.browser.post(path, &player.form, &fields).await
        }
    }
}

/// Words of households that this part never reads, on whatever page.
fn forbidden(part: char, reached: bool) -> Vec<&'static str> {
    let [own, private, foreign] = CANARIES;
    match part {
        _ if !reached => vec![own, private, foreign],
        'a' => vec![foreign],
        'l' | 's' | 'd' | 'c' | 'g' | 'r' | 'e' | '2' => vec![private, foreign],
        'u' | 'o' | 'p' | 'n' => vec![own, private, foreign],
        // Of the other firm.
        _ => vec![own, private],
    }
}

fn keeps_silent(part: char, p: &Page, said: &str) {
    let head: String = p.head.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
    for word in forbidden(part, cell(p) == '+') {
        assert!(!p.body.contains(word) && !head.contains(word), "{part} reads {word} at {said}");
    }
}

/// Versions and events of every household of the cast.
async fn facts(house: &House, cast: &Cast) -> Vec<String> {
    let mut all = Vec::new();
    for (w, firm) in [(&cast.own, house.scope.firm()), (&cast.private, house.scope.firm()), (&cast.foreign, crate::it::cast::tom().firm())]
    {
        let db = house.app.store().read(&FirmScope::new(firm, Actor::System)).await.expect("a look");
        let versions = store::facts::of_household(&db, w.household, house.app.now()).await.expect("versions");
        all.push(format!("{} versions of {}", versions.len(), w.household));
        let events = store::events::of_household(&db, w.household, 1000).await.expect("events");
        all.extend(events.into_iter().map(|e| format!("{} by {} of {}", e.kind, e.actor, w.household)));
    }
    all.sort();
    all
}

/// Acts that end the session of whoever does them, or make another: last, and in this order.
fn ends_sessions(path: &str) -> usize {
    let order = ["/preferences/sign-out-others", "/security", "/sign-in", "/welcome", "/recover", "/sign-out"];
    order.iter().position(|p| path.starts_with(p)).map_or(0, |n| n + 1)
}

// goal: G1 G2 G5 every route x every part x own, other household, other firm, missing
// proves: N9 P25
#[tokio::test]
async fn everybody_reaches_what_the_table_says_and_nothing_else() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix.txt")).expect("the table");
    let expected = expected(&text);
    let mut routes: Vec<_> = table().into_iter().filter(|(_, _, audience)| *audience != Audience::Hook).collect();
    routes.sort_by_key(|(method, path, _)| (*method != Method::GET, ends_sessions(path)));
    let there: Vec<_> = routes.iter().map(|(m, p, _)| (m.as_str().to_owned(), *p)).collect();
    let gone: Vec<_> = expected.keys().filter(|(m, p)| !there.iter().any(|(tm, tp)| tm == m && tp == p)).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:?}");
    for house in houses().await {
        let _post = mailbox(&house).await;
        let mut cast = cast(&house).await;
        let mut players = std::mem::take(&mut cast.players);
        let mut wrong = refused(&house, &cast, &mut players, &routes, &expected).await;
        for (method, path, _) in &routes {
            let cells = expected.get(&(method.as_str(), *path)).copied().unwrap_or_default();
            let mut found = String::new();
            for (i, player) in players.iter_mut().enumerate() {
                let want = cells.chars().nth(i);
                // What changes something changes a household of its own; what is refused was tried before. A code is read out for the
                // prospect's link, and that is in the cast's own household.
                let fresh = *method != Method::GET
                    && !path.ends_with("/asset-sync/code")
                    && is_private(path)
                    && want != Some('-')
                    && want != Some('=')
                    && want != Some('>');
                let w = if fresh { own(&house).await } else { cast.own.clone() };
                let at = fill(path, &w, &cast);
                if at.contains('{') {
                    wrong.push(format!("say what fills {at}"));
                    break;
                }
                let p = ask(player, method, &at, &w).await;
                keeps_silent(player.part, &p, &at);
                found.push(cell(&p));
            }
            if found.chars().count() != cells.chars().count() || found.chars().zip(cells.chars()).any(|(f, c)| f != c && f != '?') {
                wrong.push(format!("{found} {method} {path}   # expected {cells:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} differ; what was found:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// Whatever is not for somebody: alike for what is foreign, private to others and missing, and without any effect.
async fn refused(
    house: &House,
    cast: &Cast,
    players: &mut [Player],
    routes: &[(Method, &'static str, Audience)],
    expected: &BTreeMap<(&str, &str), &str>,
) -> Vec<String> {
    let before = facts(house, cast).await;
    let nowhere = World::nowhere();
    let mut wrong = Vec::new();
    for (method, path, audience) in routes.iter().filter(|(_, path, _)| is_private(path)) {
        let cells = expected.get(&(method.as_str(), *path)).copied().unwrap_or_default();
        for (i, player) in players.iter_mut().enumerate() {
            let (part, want) = (player.part, cells.chars().nth(i).unwrap_or('?'));
            let missing = ask(player, method, &fill(path, &nowhere, cast), &nowhere).await;
            // A link's own pages lead back to its first one instead.
            if *audience != Audience::Link && !matches!(cell(&missing), '-' | '>' | '?') {
                wrong.push(format!("{part} at {method} {path} of nothing: {}", missing.status));
            }
            let ours = matches!(part, 'x' | 't');
            let mut others = vec![(if ours { &cast.own } else { &cast.foreign }, "of another firm")];
            // An administrator sees private households.
            if part != 'a' && !ours {
                others.push((&cast.private, "private to another team"));
            }
            for (w, whose) in others {
                let at = fill(path, w, cast);
                let p = ask(player, method, &at, w).await;
                keeps_silent(part, &p, &at);
                if bare(&p, w) != bare(&missing, &nowhere) {
                    wrong.push(format!("{part} at {method} {path}, {whose}: {} beside {}", p.status, missing.status));
                }
            }
            if *method != Method::GET && matches!(want, '-' | '=' | '>') {
                let p = ask(player, method, &fill(path, &cast.own, cast), &cast.own).await;
                keeps_silent(part, &p, path);
                if cell(&p) != want && cell(&p) != '?' {
                    wrong.push(format!("{part} at {method} {path}: {} instead of {want}", p.status));
                }
            }
        }
    }
    let after = facts(house, cast).await;
    let happened: Vec<_> = after.iter().filter(|f| !before.contains(f)).collect();
    assert!(after == before, "nothing that was refused happens, but {happened:?}");
    wrong
}

// goal: G5 routes served = registered: what no row of the table names is not there, by any method
#[tokio::test]
async fn what_is_not_in_the_table_is_not_served() {
    for house in houses().await {
        let mut browser = house.signed_in(crate::it::house::ROBIN).await;
        for path in ["/admin", "/api", "/metrics", "/debug", "/.env", "/households/", "/portal/", "/static/app.js", "/settings/x", "/c/x"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
        let form = browser.get("/preferences").await;
        for (_, path, _) in table().into_iter().filter(|(_, path, _)| !path.contains('{')) {
            let methods: Vec<Method> = table().into_iter().filter(|(_, p, _)| *p == path).map(|(m, ..)| m).collect();
            for method in [Method::GET, Method::POST].into_iter().filter(|m| !methods.contains(m)) {
                let p = if method == Method::GET { browser.get(path).await } else { browser.post(path, &form, &[]).await };
                assert!(matches!(p.status, 404 | 405), "{method} {path}: {}", p.status);
            }
            let p = browser.send("DELETE", path, "application/x-www-form-urlencoded", b"").await;
            assert!(matches!(p.status, 403..=405), "DELETE {path}: {}", p.status);
        }
    }
}
