//! The file that lets a restart go on: one JSON line for each change, the last line of a thing counts. Knows no meaning.

use crate::link::session::LinkToken;
use crate::mx::{Member, User};
use crate::simplefin::Bridge;
use crate::state::{Book, Item, PublicToken};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Mutex;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The webhook signing key, so that what was signed before a restart can still be checked.
    Signer {
        pkcs8: String,
        created: i64,
    },
    Item {
        item: Box<Item>,
    },
    Public {
        token: String,
        state: PublicToken,
    },
    Link {
        link: Box<LinkToken>,
    },
    MxUser {
        user: Box<User>,
    },
    Bridge {
        bridge: Box<Bridge>,
    },
    MxMember {
        member: Box<Member>,
    },
}

/// Where changes are written; nowhere, when the sandbox keeps nothing.
#[derive(Default)]
pub struct Journal(Option<Mutex<File>>);

/// What an earlier run left.
#[derive(Default)]
pub struct Left {
    pub book: Book,
    pub signer: Option<(String, i64)>,
}

impl Journal {
    /// Reads what was left in `folder`, writes it anew without its history, and goes on appending to it.
    pub fn open(folder: &Path) -> io::Result<(Journal, Left)> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("sandbox.jsonl");
        let left = read(&path)?;
        let fresh = folder.join("sandbox.jsonl.new");
        let mut file = File::create(&fresh)?;
        for line in lines_of(&left) {
            write_line(&mut file, &line)?;
        }
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok((Journal(Some(Mutex::new(file))), left))
    }

    pub fn signer(&self, pkcs8: &str, created: i64) {
        self.write(|| Line::Signer { pkcs8: pkcs8.into(), created });
    }

    pub fn item(&self, item: &Item) {
        self.write(|| Line::Item { item: Box::new(item.clone()) });
    }

    pub fn public(&self, token: &str, state: &PublicToken) {
        self.write(|| Line::Public { token: token.into(), state: state.clone() });
    }

    pub fn link(&self, link: &LinkToken) {
        self.write(|| Line::Link { link: Box::new(link.clone()) });
    }

    pub fn mx_user(&self, user: &User) {
        self.write(|| Line::MxUser { user: Box::new(user.clone()) });
    }

    pub fn mx_member(&self, member: &Member) {
        self.write(|| Line::MxMember { member: Box::new(member.clone()) });
    }

    pub fn bridge(&self, bridge: &Bridge) {
        self.write(|| Line::Bridge { bridge: Box::new(bridge.clone()) });
    }

    fn write(&self, line: impl FnOnce() -> Line) {
        let Some(file) = &self.0 else { return };
        let mut file = file.lock().unwrap_or_else(|e| e.into_inner());
        if let Err(e) = write_line(&mut file, &line()) {
            tracing::error!(error = %e, "the sandbox could not write its journal");
        }
    }
}

fn write_line(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}

/// A torn last line is what a killed process leaves; it is passed over.
fn read(path: &Path) -> io::Result<Left> {
    let mut left = Left::default();
    let file = match File::open(path) {
        Ok(f) => f,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(left),
        Err(e) => return Err(e),
    };
    for text in BufReader::new(file).split(b'\n') {
        let Ok(line) = serde_json::from_slice::<Line>(&text?) else { continue };
        match line {
            Line::Signer { pkcs8, created } => left.signer = Some((pkcs8, created)),
            Line::Item { item } => {
                left.book.items.insert(item.id.clone(), *item);
            }
            Line::Public { token, state } => {
                left.book.public.insert(token, state);
            }
            Line::Link { link } => {
                left.book.pages.insert(link.page.clone(), link.token.clone());
                left.book.links.insert(link.token.clone(), *link);
            }
            Line::MxUser { user } => {
                left.book.mx.users.insert(user.guid.clone(), *user);
            }
            Line::Bridge { bridge } => {
                left.book.simplefin.bridges.insert(bridge.setup.clone(), *bridge);
            }
            Line::MxMember { member } => {
                left.book.mx.members.insert(member.guid.clone(), *member);
            }
        }
    }
    left.book.access = left.book.items.values().map(|i| (i.access_token.clone(), i.id.clone())).collect();
    Ok(left)
}

fn lines_of(left: &Left) -> Vec<Line> {
    let signer = left.signer.iter().map(|(pkcs8, created)| Line::Signer { pkcs8: pkcs8.clone(), created: *created });
    let items = left.book.items.values().map(|i| Line::Item { item: Box::new(i.clone()) });
    let public = left.book.public.iter().map(|(t, s)| Line::Public { token: t.clone(), state: s.clone() });
    let links = left.book.links.values().map(|l| Line::Link { link: Box::new(l.clone()) });
    let users = left.book.mx.users.values().map(|u| Line::MxUser { user: Box::new(u.clone()) });
    let members = left.book.mx.members.values().map(|m| Line::MxMember { member: Box::new(m.clone()) });
    let bridges = left.book.simplefin.bridges.values().map(|b| Line::Bridge { bridge: Box::new(b.clone()) });
    signer.chain(items).chain(public).chain(links).chain(users).chain(members).chain(bridges).collect()
}
