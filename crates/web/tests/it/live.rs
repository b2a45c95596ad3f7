//! Open pages: who is told of what, on every node; and when a stream ends.

use crate::it::browser::Browser;
use crate::it::family::{Family, by_hand, client, client_mail, family, scope};
use crate::it::house::{House, MAYA, ROBIN, houses, maya, robin};
use app::households::Change;
use model::portal::{Area, Preset, Right, Rights};
use model::{Actor, FirmScope, HouseholdId, Span, Time, UserId};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Only so that a fault ends the test: nothing here is measured.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open page's stream.
struct Line {
    stream: TcpStream,
    text: String,
}

impl Line {
    async fn open(at: SocketAddr, browser: &Browser, path: &str, more: &str) -> Line {
        let cookies: Vec<String> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut stream = TcpStream::connect(at).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nCookie: {}\r\n{more}\r\n", cookies.join("; "));
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut line = Line { stream, text: String::new() };
        while !line.text.contains("\r\n\r\n") {
            assert!(line.more().await, "no answer: {}", line.text);
        }
        assert!(line.text.contains("text/event-stream"), "{}", line.text);
        line.text = line.text.split_once("\r\n\r\n").unwrap().1.to_owned();
        line
    }

    async fn more(&mut self) -> bool {
        let mut part = [0; 4096];
        let n = tokio::time::timeout(PATIENCE, self.stream.read(&mut part)).await.expect("the stream neither speaks nor ends").unwrap();
        self.text += &String::from_utf8_lossy(&part[..n]);
        n > 0
    }

    /// The next word: its instant, and whose page it is for.
    async fn word(&mut self) -> (Time, String) {
        loop {
            if let Some((word, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| word.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned());
                let found = field("id:").zip(field("data:"));
                self.text = rest.to_owned();
                match found {
                    Some((id, data)) => return (Time(id.parse().unwrap()), data),
                    None => continue,
                }
            }
            assert!(self.more().await, "the stream ended: {}", self.text);
        }
    }

    /// Until the stream is over; says what came before.
    async fn over(mut self) -> String {
        while self.more().await {}
        self.text
    }
}

fn live(f: &Family) -> String {
    format!("{}/live", f.at())
}
fn portal(f: &Family) -> String {
    format!("/portal/{}/live", f.household)
}

async fn rename(house: &House, f: &Family, name: &str, private: bool, lead: UserId) {
    let change = Change { name: name.into(), lead, team: Vec::new(), private, next_review: None };
    app::households::change(&house.app, &scope(house), f.household, &change).await.expect("renamed");
}

/// What the adviser's page does: other rights, and the event of it.
async fn grant(house: &House, household: HouseholdId, login: UserId, rights: Option<Rights>) {
    let tx = house.app.store().begin(&scope(house)).await.unwrap();
    let mut access = store::portal::find(&tx, household, login).await.unwrap().unwrap();
    access.rights = rights.unwrap_or(access.rights);
    access.ended_at = rights.is_none().then(|| house.app.now());
    store::portal::save(&tx, &access).await.unwrap();
    app::events::record(&house.app, &tx, &scope(house), Some(household), "portal.granted", login, json!({})).await.unwrap();
    tx.commit().await.unwrap();
}

// proves: D10 P26
#[tokio::test]
async fn a_change_reaches_every_open_page_that_may_show_it_on_every_node() {
    for house in houses().await {
        let f = family(&house, 71, "Tanaka", "Kenji").await;
        client(&house, &f, 1, Preset::Everything.rights()).await;
        let (maya_at, ken) = (house.signed_in(MAYA).await, house.signed_in(&client_mail(1)).await);
        let (other, _stop, _served) = house.node().await;
        let mut open = vec![
            Line::open(house.at, &maya_at, &live(&f), "").await,
            Line::open(other, &maya_at, &live(&f), "").await,
            Line::open(house.at, &ken, &portal(&f), "").await,
            Line::open(other, &ken, &portal(&f), "").await,
        ];
        let mut all = Line::open(other, &maya_at, "/live", "").await;
        by_hand(&house, &f, 1, "Just added", "1").await;
        for line in &mut open {
            assert_eq!(line.word().await.1, f.household.to_string());
        }
        assert_eq!(all.word().await.1, "all");
        // Without a script the next reading shows it.
        assert!(house.signed_in(MAYA).await.get(&format!("{}/portfolio", f.at())).await.body.contains("Just added"));
    }
}

// proves: D10 P25
#[tokio::test]
async fn a_change_in_what_is_withheld_is_not_told() {
    for house in houses().await {
        let f = family(&house, 72, "Abara", "Chidi").await;
        let reader = client(&house, &f, 1, Rights::of([Right::View(Area::Members)])).await;
        let second = client(&house, &f, 2, Preset::Reader.rights()).await;
        let (maya_at, chidi) = (house.signed_in(MAYA).await, house.signed_in(&client_mail(1)).await);
        let (mut team, mut client_line) =
            (Line::open(house.at, &maya_at, &live(&f), "").await, Line::open(house.at, &chidi, &portal(&f), "").await);
        by_hand(&house, &f, 1, "Withheld", "1").await;
        team.word().await;
        grant(&house, f.household, second, Some(Preset::Everything.rights())).await;
        team.word().await;
        // Both are known to the node by now. The first word that the client hears is of what comes after.
        house.clock.advance(Span::seconds(30));
        let then = house.app.now();
        rename(&house, &f, "Abara family", false, maya()).await;
        assert!(client_line.word().await.0 >= then, "the first word is of the new name");

        // More rights reach the open page, and from then on what they show.
        grant(&house, f.household, reader, Some(Rights::of([Right::View(Area::Members), Right::View(Area::Map)]))).await;
        client_line.word().await;
        by_hand(&house, &f, 2, "Shown now", "2").await;
        client_line.word().await;
    }
}

// goal: G4 G13 on one node and on two
// proves: P26
#[tokio::test]
async fn a_removed_right_an_ended_session_and_a_disabled_person_close_their_streams() {
    for house in houses().await {
        let f = family(&house, 73, "Okafor", "Ngozi").await;
        let ngozi = client(&house, &f, 1, Preset::Everything.rights()).await;
        let (other, _stop, _served) = house.node().await;
        let mut own = house.signed_in(&client_mail(1)).await;
        let lines = [Line::open(house.at, &own, &portal(&f), "").await, Line::open(other, &own, &portal(&f), "").await];
        grant(&house, f.household, ngozi, None).await;
        assert_eq!(own.get(&portal(&f)).await.status, 404, "gone with the next request");
        for line in lines {
            assert!(!line.over().await.contains("data:"), "it ends without a word");
        }

        // Signing out ends the streams of this browser and of no other.
        let (mut one, two) = (house.signed_in(MAYA).await, house.signed_in(MAYA).await);
        let (line, mut stays) = (Line::open(other, &one, &live(&f), "").await, Line::open(other, &two, &live(&f), "").await);
        let form = one.get("/preferences").await;
        assert_eq!(one.post("/sign-out", &form, &[]).await.status, 303);
        line.over().await;
        by_hand(&house, &f, 1, "Later", "1").await;
        stays.word().await;

        // A household that becomes private is gone from the colleague's pages; a colleague who is disabled has none at all.
        let ines = crate::it::cast::colleague(&house).await;
        let colleague = house.signed_in(crate::it::cast::INES).await;
        let line = Line::open(house.at, &colleague, &live(&f), "").await;
        let mut firm = Line::open(other, &colleague, "/live", "").await;
        rename(&house, &f, "Okafor", true, maya()).await;
        line.over().await;
        firm.word().await;
        let administrator = FirmScope::new(house.scope.firm(), Actor::User(robin()));
        app::staff::set_disabled(&house.app, &administrator, ines, true).await.unwrap();
        firm.over().await;
    }
}

// proves: D10
#[tokio::test]
async fn a_page_that_lost_its_line_catches_up() {
    for house in houses().await {
        let f = family(&house, 74, "Vance", "Roosevelt").await;
        client(&house, &f, 1, Preset::Everything.rights()).await;
        let mut browser = house.signed_in(&client_mail(1)).await;
        house.clock.advance(Span::minutes(1));
        let page = browser.get(&format!("/portal/{}/looks", f.household)).await;
        let pulse = page.between("data-pulse=\"", "\"").to_owned();
        assert_eq!(pulse, house.app.now().0.to_string(), "the page says which instant it shows");
        house.clock.advance(Span::minutes(1));
        let quiet = format!("{}?since={pulse}", portal(&f));
        let mut line = Line::open(house.at, &browser, &quiet, "").await;
        house.clock.advance(Span::minutes(1));
        let first = house.app.now();
        by_hand(&house, &f, 1, "While listening", "1").await;
        let (heard, _) = line.word().await;
        assert!(heard >= first, "nothing had happened before");
        drop(line);
        // The line is down, and then something changes.
        house.clock.advance(Span::minutes(1));
        by_hand(&house, &f, 2, "Meanwhile", "1").await;
        house.clock.advance(Span::minutes(5));
        let again = format!("Last-Event-ID: {}\r\n", heard.0);
        Line::open(house.at, &browser, &quiet, &again).await.word().await;
        // Without a word of its own the browser says when the page was drawn.
        Line::open(house.at, &browser, &quiet, "").await.word().await;
        let nothing = format!("{}?since=nonsense", portal(&f));
        Line::open(house.at, &browser, &nothing, "Last-Event-ID: x\r\n").await;
    }
}

#[tokio::test]
async fn streams_end_when_the_node_stops() {
    for house in houses().await {
        let f = family(&house, 75, "Brandt", "Lotte").await;
        let (at, stop, served) = house.node().await;
        let browser = house.signed_in(ROBIN).await;
        let line = Line::open(at, &browser, &live(&f), "").await;
        stop.send(true).unwrap();
        line.over().await;
        served.await.unwrap().unwrap();
    }
}
