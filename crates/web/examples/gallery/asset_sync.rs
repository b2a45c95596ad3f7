//! The Asset Sync dialog before and after a link is shown.

use crate::Page;
use crate::sample::{household, qr, shell};
use web::icons as icon;
use web::view::asset_sync::{AssetSync, Launch, Letter, Share, Step};
use web::view::household::Tab;
use web::view::kit::{Chip, Pick, Problems};
use web::view::shell::{Here, Tone};

pub fn pages() -> Vec<Page> {
    vec![("asset-sync", asset_sync(Launch::Ready, Share::Ready, false)), ("asset-sync-shown", asset_sync(shown(), link(), true))]
}

const LINK: &str = "heldaway.alderfinch.example/i#5TB8N-4XQ2R-H7VMC-9WKD3-P6ZJYG";

fn shown() -> Launch {
    Launch::Shown { qr: qr(), href: "start.html".into(), until: "Works for 60 minutes, once.".into() }
}
fn link() -> Share {
    Share::Shown { link: LINK.into(), qr: qr(), until: "Fri 27 Nov, 9:42 AM".into() }
}

fn asset_sync(launch: Launch, share: Share, sent: bool) -> String {
    let step = |done, now, title: &str, text: &str| Step { done, now, title: title.into(), text: text.into() };
    let steps = vec![
        step(true, false, "Created", "Fri 20 Nov, 9:42 AM, by you. Sent by e-mail at 9:44 AM"),
        step(true, false, "Opened", "Fri 20 Nov, 11:05 AM, Safari on a phone"),
        step(false, true, "Connected", "Waiting for Ngozi. You get a notice when an account arrives"),
    ];
    AssetSync {
        shell: shell(Here::Households),
        hh: household(Tab::Portfolio),
        at: "#".into(),
        close: "portfolio.html".into(),
        person: "Ngozi Okafor".into(),
        first: "Ngozi".into(),
        person_key: "m1".into(),
        prospect: false,
        people: vec![Pick::new("m1", "Ngozi Okafor", true), Pick::new("m2", "Erik Lindqvist", false)],
        purpose: String::new(),
        problems: Problems::default(),
        launch,
        share,
        letter: Letter {
            to: "ngozi@okafor.example".into(),
            cc: "maya@alderfinch.example".into(),
            subject: "Connect your accounts for our review".into(),
            paragraphs: vec![
                "Hello Ngozi,".into(),
                "This link lets you connect the accounts you hold elsewhere. Open it, choose Get started, find your institution and sign in there. It takes about two minutes and works until Friday 27 November.".into(),
            ],
            link: LINK.into(),
            dotted: "heldaway.alderfinch.example/i#•••••-•••••-•••••-•••••-••••••".into(),
            closing: vec!["Nobody at Alder & Finch will ask you for a password or a code. Help: help@alderfinch.example or 555-0142. Reply to this message to reach me.".into(), "Maya".into()],
            why_not: String::new(),
            sent: if sent { "Sent today, 9:44 AM".into() } else { String::new() },
        },
        state: sent.then(|| Chip::new(Tone::Info, icon::CLOCK, "Opened, not connected")),
        steps: if sent { steps } else { Vec::new() },
        revocable: sent,
        waiting: false,
        code: String::new(),
        hidden: Vec::new(),
    }
    .to_string()
}
