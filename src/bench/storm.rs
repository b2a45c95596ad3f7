//! A storm of wrong sign-ins from many addresses beside people who read pages: hashing may not starve the pages.

use super::load::percentiles;
use super::scratch::Scratch;
use super::visitor::Visitor;
use super::{machine, pages};
use crate::{Trouble, clock};
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

#[derive(Args)]
pub struct Options {
    /// Wrong sign-ins a second, each for another address from another source
    #[arg(long, default_value_t = 50, value_name = "N")]
    rate: u32,
    /// Pages a second beside them
    #[arg(long, default_value_t = 20, value_name = "N")]
    pages: u32,
    /// For how long
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u32,
    /// How many households beside the ones in the pictures
    #[arg(long, default_value_t = 200, value_name = "N")]
    households: u32,
}

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let demo = pages::furnish(dir.path(), options.households)?;
    let (server, _, at) = pages::serve(dir.path()).await?;
    let lead = &demo["firms"][0]["people"]["lead"];
    let of = |name: &str| lead[name].as_str().unwrap_or_default();
    let mut staff = Visitor::new(at.clone());
    staff.sign_in(of("email"), of("password"), of("totp"), clock::of(None).as_ref()).await?;
    let portfolio = format!("/households/{}/portfolio", demo["firms"][0]["households"][0]["id"].as_str().unwrap_or_default());
    let mut stranger = Visitor::new(at);
    let form = stranger.get("/sign-in").await?.body;
    let began = Instant::now();
    let (mut tries, mut reads) = (JoinSet::new(), JoinSet::new());
    // Both at a steady rate, whatever the answers take.
    let (of_tries, of_reads) = (options.rate * options.seconds, options.pages * options.seconds);
    let gap = |rate: u32| Duration::from_secs(1) / rate.max(1);
    let (mut tried, mut read) = (0, 0);
    while tried < of_tries || read < of_reads {
        let (next_try, next_read) = (began + gap(options.rate) * tried, began + gap(options.pages) * read);
        if tried < of_tries && (read >= of_reads || next_try <= next_read) {
            tokio::time::sleep_until(next_try.into()).await;
            let mut visitor = stranger.clone().from(Ipv4Addr::new(127, 1, (tried / 200) as u8, (tried % 200) as u8 + 1));
            let (form, n) = (form.clone(), tried);
            tries.spawn(async move {
                let email = format!("nobody{n}@storm{n}.example");
                visitor
                    .post_to("/sign-in", &form, &[("email", email), ("password", "not the password at all".into())])
                    .await
                    .map(|a| a.status)
            });
            tried += 1;
        } else {
            tokio::time::sleep_until(next_read.into()).await;
            let (mut visitor, path) = (staff.clone(), portfolio.clone());
            reads.spawn(async move {
                let fine = visitor.get(&path).await.is_ok_and(|a| a.status == 200);
                (fine, next_read.elapsed().as_micros() as u64)
            });
            read += 1;
        }
    }
    let mut answers: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(done) = tries.join_next().await {
        let word = done.map_err(|e| Trouble(e.to_string()))?.map_or_else(|_| "lost".to_owned(), |s| s.to_string());
        *answers.entry(word).or_default() += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    let (mut times, mut errors) = (Vec::new(), 0u64);
    while let Some(done) = reads.join_next().await {
        let (fine, micros) = done.map_err(|e| Trouble(e.to_string()))?;
        errors += u64::from(!fine);
        times.push(micros);
    }
    Ok(json!({
        "bench": "storm",
        "rate": options.rate,
        "seconds": options.seconds,
        "answers": answers,
        "checked_per_second": machine::round(answers.get("422").copied().unwrap_or_default() as f64 / seconds),
        "page_us": percentiles(&mut times),
        "page_errors": errors,
        "resident_mb": machine::resident_mb(server.id())?,
        "processors": machine::processors(),
    }))
}
