//! Whether somebody without a key learns from the answer, or from how long it takes, which addresses have a sign-in.

use super::scratch::Scratch;
use super::visitor::Visitor;
use super::{guest, machine, pages};
use crate::Trouble;
use clap::Args;
use serde_json::{Value, json};
use std::net::Ipv4Addr;

#[derive(Args)]
pub struct Options {
    /// How many known and how many unknown addresses each door is tried with
    #[arg(long, default_value_t = 200, value_name = "N")]
    tries: u32,
}

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let demo = pages::furnish(dir.path(), 20)?;
    guest::add_many(dir.path(), &demo, options.tries).await?;
    let (_server, _, at) = pages::serve(dir.path()).await?;
    let mut found = Vec::new();
    for (door, path) in [("sign in", "/sign-in"), ("forgotten password", "/forgot")] {
        found.push(measure(door, path, &at, options.tries).await?);
    }
    Ok(json!({ "bench": "doors", "tries": options.tries, "doors": found, "processors": machine::processors() }))
}

async fn measure(door: &str, path: &str, at: &str, tries: u32) -> Result<Value, Trouble> {
    let mut stranger = Visitor::new(at.to_owned());
    let form = stranger.get(path).await?.body;
    let (mut times, mut alike) = ([Vec::new(), Vec::new()], true);
    // Once more than is counted: the first of each kind warms what both use.
    for n in 0..=tries {
        let mut answers = [None, None];
        // Neither kind always comes first.
        for turn in [n % 2, 1 - n % 2] {
            let known = turn == 0;
            let email = if known { guest::address(n) } else { format!("nobody{n}@unknown{n}.example") };
            let fields = [("email", email.clone()), ("password", "not the password at all".to_owned())];
            let fields = if path == "/sign-in" { &fields[..] } else { &fields[..1] };
            let own = Ipv4Addr::new(127, 2 + turn as u8, (n / 200) as u8, (n % 200) as u8 + 1);
            let answer = stranger.clone().from(own).post_to(path, &form, fields).await?;
            if n > 0 {
                times[turn as usize].push(answer.micros);
            }
            answers[turn as usize] = Some((answer.status, answer.body.replace(&email, "")));
        }
        alike = alike && answers[0] == answers[1];
    }
    let figure = mann_whitney(&times[0], &times[1]);
    let [mut known, mut unknown] = times;
    let middle = |t: &mut Vec<u64>| {
        t.sort_unstable();
        t.get(t.len() / 2).copied().unwrap_or_default()
    };
    Ok(json!({
        "door": door,
        "same_answer": alike,
        "mann_whitney": (figure * 1000.0).round() / 1000.0,
        "known_p50_us": middle(&mut known),
        "unknown_p50_us": middle(&mut unknown),
    }))
}

/// How often one of the first is larger than one of the second, ties half: 0.5 when nothing tells them apart.
fn mann_whitney(a: &[u64], b: &[u64]) -> f64 {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    let won: f64 = pairs.map(|(x, y)| if x > y { 1.0 } else { f64::from(u8::from(x == y)) / 2.0 }).sum();
    won / (a.len() * b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::mann_whitney;

    #[test]
    fn what_is_alike_is_a_half_and_what_is_slower_is_more() {
        assert_eq!(mann_whitney(&[1, 2, 3], &[1, 2, 3]), 0.5);
        assert_eq!(mann_whitney(&[4, 5], &[1, 2]), 1.0);
        assert_eq!(mann_whitney(&[1, 1], &[1, 2]), 0.25);
    }
}
