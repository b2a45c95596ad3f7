//! Open pages: how soon a change is told to all of them, and how much memory each takes.

use super::load::percentiles;
use super::scratch::Scratch;
use super::visitor::{Answer, Visitor};
use super::{guest, machine, pages};
use crate::{Trouble, clock};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

#[derive(Args)]
pub struct Options {
    /// How many pages are open
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    streams: usize,
    /// How often something changes
    #[arg(long, default_value_t = 20, value_name = "N")]
    rounds: usize,
    /// How many households beside the ones in the pictures
    #[arg(long, default_value_t = 200, value_name = "N")]
    households: u32,
}

/// One address holds so many connections at most, so the pages stand at several.
const OF_ONE: usize = 400;

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let demo = pages::furnish(dir.path(), options.households)?;
    let guest = guest::add(dir.path(), &demo).await?;
    let (server, _, at) = pages::serve(dir.path()).await?;
    let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
    let firm = &demo["firms"][0];
    let mut staff = Visitor::new(at.clone());
    let lead = &firm["people"]["lead"];
    staff.sign_in(&text(lead, "email"), &text(lead, "password"), &text(lead, "totp"), clock::of(None).as_ref()).await?;
    let mut client = guest::sign_in(&at).await?;
    let household = guest.household.to_string();
    let portal = format!("/portal/{household}");
    // Read once, so that what a page itself needs is there before memory is counted.
    for _ in 0..20 {
        client.get(&portal).await?;
        staff.get(&format!("/households/{household}/portfolio")).await?;
    }
    let before = machine::resident_mb(server.id())?;
    let (tell, mut told) = mpsc::unbounded_channel();
    for n in 0..options.streams {
        let (reader, path) = match n % 2 {
            0 => (&client, format!("{portal}/live")),
            _ => (&staff, format!("/households/{household}/live")),
        };
        let line = open(&at, n, &reader.cookies(), &path).await?;
        tokio::spawn(listen(line, tell.clone()));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = machine::resident_mb(server.id())?;
    let (mut each, mut slowest) = (Vec::new(), Vec::new());
    let mut missed = 0;
    for round in 0..options.rounds {
        let form = staff.get(&format!("/households/{household}/change")).await?;
        while told.try_recv().is_ok() {}
        let began = Instant::now();
        change(&mut staff, &household, &form, round).await?;
        let mut last = 0;
        for heard in 0..options.streams {
            match tokio::time::timeout(Duration::from_secs(10), told.recv()).await {
                Ok(Some(at)) => {
                    let micros = at.saturating_duration_since(began).as_micros() as u64;
                    last = last.max(micros);
                    each.push(micros);
                }
                _ => {
                    missed += options.streams - heard;
                    break;
                }
            }
        }
        slowest.push(last);
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    Ok(json!({
        "bench": "live",
        "households": options.households,
        "streams": options.streams,
        "rounds": options.rounds,
        "told_us": percentiles(&mut each),
        "all_told_us": percentiles(&mut slowest),
        "missed": missed,
        "kb_each": machine::round((after - before) * 1024.0 / options.streams.max(1) as f64),
        "resident_mb": after,
        "processors": machine::processors(),
    }))
}

/// The household gets another name: every open page of it shows that.
async fn change(staff: &mut Visitor, household: &str, form: &Answer, round: usize) -> Result<(), Trouble> {
    let between =
        |from: &str| form.body.split_once(from).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(found, _)| found).to_owned();
    let chosen = |name: &str| {
        let select =
            form.body.split_once(&format!("name=\"{name}\"")).map_or("", |(_, rest)| rest).split("</select>").next().unwrap_or_default();
        let option = select.split("<option").find(|o| o.contains(" selected")).unwrap_or_default();
        option.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(found, _)| found).to_owned()
    };
    let team: Vec<String> =
        form.body.split("name=\"team_").skip(1).filter_map(|p| p.split('"').next()).map(|id| format!("team_{id}")).collect();
    let mut fields =
        vec![("name", format!("Household {round}")), ("next_review", between("name=\"next_review\" value=\"")), ("lead", chosen("lead"))];
    for name in &team {
        fields.push((name, chosen(name)));
    }
    let answer = staff.post(&format!("/households/{household}/change"), form, &fields).await?;
    if answer.status == 303 { Ok(()) } else { Err(Trouble(format!("the change was answered with {}", answer.status))) }
}

async fn open(at: &str, n: usize, cookies: &str, path: &str) -> Result<TcpStream, Trouble> {
    let socket = TcpSocket::new_v4()?;
    let from = std::net::Ipv4Addr::new(127, 0, 1, 1 + (n / OF_ONE) as u8);
    socket.bind((from, 0).into())?;
    let to = at.parse().map_err(|_| Trouble("an address".into()))?;
    let mut line = socket.connect(to).await?;
    line.write_all(format!("GET {path} HTTP/1.1\r\nhost: {at}\r\ncookie: {cookies}\r\n\r\n").as_bytes()).await?;
    let (mut seen, mut part) = (Vec::new(), [0; 1024]);
    while !seen.windows(4).any(|w| w == b"\r\n\r\n") {
        let n = line.read(&mut part).await?;
        seen.extend_from_slice(&part[..n]);
        if n == 0 || seen.len() > 16_384 {
            return Err(Trouble("a stream was not opened".into()));
        }
    }
    match seen.starts_with(b"HTTP/1.1 200") {
        true => Ok(line),
        false => Err(Trouble(format!("a stream was answered with {}", String::from_utf8_lossy(&seen[..seen.len().min(20)])))),
    }
}

/// Says when each word came.
async fn listen(mut line: TcpStream, tell: mpsc::UnboundedSender<Instant>) {
    let mut part = [0; 512];
    while let Ok(n) = line.read(&mut part).await {
        if n == 0 {
            return;
        }
        if part[..n].windows(5).any(|w| w == b"data:") && tell.send(Instant::now()).is_err() {
            return;
        }
    }
}
