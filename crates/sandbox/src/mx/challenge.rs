//! What an institution may ask after the password, as the wire shows it, and which answers it takes.

use crate::keys::{hash, stable_uuid};
use crate::world::{Institution, Person, picture};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One step of a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// One question with free text.
    Text,
    /// So many questions at once.
    Questions(usize),
    /// One question with given answers, of which one is right.
    Options,
    /// Where a code is to go; every choice is right.
    Device,
    /// A code that was sent.
    Token,
    /// Letters drawn in a picture.
    Image,
    /// One picture of three.
    Pictures,
    /// An approval on the phone: nothing to answer here.
    Push,
}

/// The code every device receives.
pub const CODE: &str = "1234";
/// What the vendor's test institution takes for any answer.
const CORRECT: &str = "correct";
/// The pictures, by the letters on them; the first is the right one.
const PICTURES: [(&str, &str); 3] = [("Willow Bark", "#2f7d4f"), ("Quill Owl", "#8a3b73"), ("Copper Fen", "#8a5a1f")];

/// Which member asks, and how often it has asked before: makes every question's guid new.
pub struct Asking<'a> {
    pub member: &'a str,
    pub turn: u32,
    /// How many steps of this sign-in were answered.
    pub step: usize,
    pub at: &'a Institution,
    pub person: &'a Person,
}

impl Ask {
    pub fn named(word: &str) -> Option<Ask> {
        Some(match word {
            "text" => Ask::Text,
            "questions" => Ask::Questions(2),
            "options" => Ask::Options,
            "device" => Ask::Device,
            "token" => Ask::Token,
            "image" => Ask::Image,
            "pictures" => Ask::Pictures,
            "push" => Ask::Push,
            _ => return None,
        })
    }

    fn count(self) -> usize {
        match self {
            Ask::Questions(n) => n,
            Ask::Push => 0,
            _ => 1,
        }
    }

    pub fn wire(self, who: &Asking) -> Vec<Value> {
        (0..self.count()).map(|n| self.one(who, n)).collect()
    }

    fn one(self, who: &Asking, n: usize) -> Value {
        let guid = guid(who, n);
        let name = &who.at.name;
        let mut out = json!({
            "guid": guid, "field_name": field_name(&guid), "type": "TEXT", "label": "", "options": [], "image_data": null,
            "image_options": [],
        });
        match self {
            Ask::Text | Ask::Questions(_) => {
                let prompt = who.person.questions.get(who.step + n).cloned();
                out["label"] = json!(prompt.unwrap_or_else(|| format!("Question {} of {name}", n + 1)));
            }
            Ask::Options => {
                out["type"] = json!("OPTIONS");
                out["label"] = json!(format!("{name} asks: which of these towns do you know?"));
                let towns = [("Brindlemere", "correct"), ("Quillhollow", "second"), ("Umberwick", "third")];
                out["options"] = towns.iter().map(|(label, value)| option(&guid, label, value)).collect();
            }
            Ask::Device => {
                out["type"] = json!("OPTIONS");
                out["label"] = json!(format!("Where should {name} send your code?"));
                let (phone, email) = (format!("Text message to •••• {}", who.person.phone_ending), who.person.email_masked.clone());
                out["options"] = json!([option(&guid, &phone, "sms"), option(&guid, &format!("E-mail to {email}"), "email")]);
            }
            Ask::Token => {
                out["type"] = json!("TOKEN");
                out["label"] = json!(format!("Enter the code that {name} sent to the phone ending in {}.", who.person.phone_ending));
            }
            Ask::Image => {
                out["type"] = json!("IMAGE_DATA");
                out["label"] = json!("Which two letters does the picture show?");
                out["image_data"] = json!(data_uri(PICTURES[0]));
            }
            Ask::Pictures => {
                out["type"] = json!("IMAGE_OPTIONS");
                out["label"] = json!("Choose your picture: the one with the letters WB.");
                let each = PICTURES.iter().enumerate().map(|(at, p)| {
                    let label = format!("Picture {}", at + 1);
                    let mut o = option(&guid, &label, if at == 0 { CORRECT } else { p.0 });
                    o["data_uri"] = json!(data_uri(*p));
                    o
                });
                out["image_options"] = each.collect();
            }
            Ask::Push => {}
        }
        out
    }

    /// Is this what the institution waits for? `answers` are guid and value; `None` when a guid is not one of the questions.
    pub fn accepts(self, who: &Asking, answers: &[(String, String)]) -> Option<bool> {
        let mut given = Vec::new();
        for n in 0..self.count() {
            given.push(answers.iter().find(|(g, _)| *g == guid(who, n)).map(|(_, v)| v.trim())?);
        }
        if answers.len() != given.len() {
            return None;
        }
        Some(given.iter().enumerate().all(|(n, value)| *value == CORRECT || self.takes(who, n, value)))
    }

    fn takes(self, who: &Asking, n: usize, value: &str) -> bool {
        let chosen = |label: &str| value == label || option(&guid(who, n), label, "")["guid"] == *value;
        match self {
            Ask::Text | Ask::Questions(_) => value == format!("answer_{}_{n}", who.step),
            Ask::Options => chosen("Brindlemere"),
            Ask::Device => !value.is_empty(),
            Ask::Token => value.chars().filter(|c| !c.is_whitespace() && *c != '-').eq(CODE.chars()),
            Ask::Image => value.eq_ignore_ascii_case("wb"),
            Ask::Pictures => chosen("Picture 1"),
            Ask::Push => false,
        }
    }
}

fn guid(who: &Asking, n: usize) -> String {
    format!("CRD-{}", stable_uuid(&["challenge", who.member, &who.turn.to_string(), &who.step.to_string(), &n.to_string()]))
}

/// A name of the field, as meaningless as the institutions' own.
fn field_name(guid: &str) -> String {
    format!("{}", hash(&[guid.as_bytes()])[0])
}

fn option(question: &str, label: &str, value: &str) -> Value {
    json!({ "guid": format!("OPT-{}", stable_uuid(&[question, label])), "label": label, "value": value })
}

fn data_uri((letters, colour): (&str, &str)) -> String {
    format!("data:image/png;base64,{}", picture(letters, colour))
}
