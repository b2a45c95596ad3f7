//! The small parts pages are made of: fields, selects, error summary, chips, notes, monograms. Each shows itself in a template: `{{ email }}`.

use super::shell::{Note, Tone};
use crate::icons::Icon;
use askama::Template;
use askama::filters::HtmlSafe;

/// How a field takes what is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    #[default]
    Text,
    Email,
    Password,
    Area,
    Date,
    Amount,
    Url,
    /// A one-time code: one wide field, digits pad, paste allowed.
    Code,
}

/// One labelled field. What was typed is kept, except passwords and codes.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "kit/field.html")]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub hint: String,
    pub error: String,
    pub kind: FieldKind,
    pub autocomplete: &'static str,
    pub optional: bool,
    pub large: bool,
}
impl HtmlSafe for Field {}
impl Field {
    pub fn new(name: &'static str, label: &'static str) -> Field {
        Field { name, label, autocomplete: "off", ..Field::default() }
    }
    pub fn kind(self, kind: FieldKind) -> Field {
        Field { kind, ..self }
    }
    pub fn value(self, value: impl Into<String>) -> Field {
        Field { value: value.into(), ..self }
    }
    pub fn hint(self, hint: impl Into<String>) -> Field {
        Field { hint: hint.into(), ..self }
    }
    pub fn error(self, error: impl Into<String>) -> Field {
        Field { error: error.into(), ..self }
    }
    pub fn autocomplete(self, autocomplete: &'static str) -> Field {
        Field { autocomplete, ..self }
    }
    pub fn optional(self) -> Field {
        Field { optional: true, ..self }
    }
    pub fn large(self) -> Field {
        Field { large: true, ..self }
    }
    /// What the page's summary says, when there is something wrong.
    pub fn problem(&self) -> Option<Problem> {
        (!self.error.is_empty()).then(|| Problem { field: self.name, text: self.error.clone() })
    }
    fn secret(&self) -> bool {
        matches!(self.kind, FieldKind::Password | FieldKind::Code)
    }
    fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Email => "email",
            FieldKind::Password => "password",
            FieldKind::Date => "date",
            FieldKind::Url => "url",
            _ => "text",
        }
    }
    /// The ids of what explains the field, for `aria-describedby`.
    fn described(&self) -> Option<String> {
        let ids: Vec<String> = [(&self.error, "e"), (&self.hint, "h")]
            .iter()
            .filter(|(t, _)| !t.is_empty())
            .map(|(_, k)| format!("{}-{k}", self.name))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One option of a select or a group of radio buttons.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}
impl Pick {
    pub fn new(value: impl Into<String>, text: impl Into<String>, chosen: bool) -> Pick {
        Pick { value: value.into(), text: text.into(), chosen }
    }
}

/// A labelled select.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "kit/select.html")]
pub struct Select {
    pub name: &'static str,
    pub label: &'static str,
    pub picks: Vec<Pick>,
    pub hint: String,
    pub error: String,
}
impl HtmlSafe for Select {}
impl Select {
    pub fn new(name: &'static str, label: &'static str, picks: Vec<Pick>) -> Select {
        Select { name, label, picks, ..Select::default() }
    }
    pub fn hint(self, hint: impl Into<String>) -> Select {
        Select { hint: hint.into(), ..self }
    }
    pub fn error(self, error: impl Into<String>) -> Select {
        Select { error: error.into(), ..self }
    }
    pub fn problem(&self) -> Option<Problem> {
        (!self.error.is_empty()).then(|| Problem { field: self.name, text: self.error.clone() })
    }
}

/// One line of the summary at the top: a sentence that leads to its field. An empty `field` is a sentence alone.
#[derive(Clone, Debug)]
pub struct Problem {
    pub field: &'static str,
    pub text: String,
}

/// The summary above a form. Empty shows nothing; otherwise it takes the focus and the title starts with "Error:".
#[derive(Clone, Debug, Default, Template)]
#[template(path = "kit/problems.html")]
pub struct Problems(pub Vec<Problem>);
impl HtmlSafe for Problems {}
impl Problems {
    /// From the fields' own problems, in the order of the page.
    pub fn of(found: impl IntoIterator<Item = Option<Problem>>) -> Problems {
        Problems(found.into_iter().flatten().collect())
    }
    /// A sentence about the whole form.
    pub fn whole(text: impl Into<String>) -> Problems {
        Problems(vec![Problem { field: "", text: text.into() }])
    }
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }
    /// What the page's title starts with.
    pub fn prefix(&self) -> &'static str {
        if self.any() { "Error: " } else { "" }
    }
}

impl HtmlSafe for Note {}
impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        #[derive(Template)]
        #[template(path = "kit/note.html")]
        struct Shown<'a> {
            note: &'a Note,
        }
        f.write_str(&Shown { note: self }.render().map_err(|_| std::fmt::Error)?)
    }
}

/// State as a chip: icon, word and colour together.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<span class="chip {{ tone.class() }}">{% if let Some(i) = icon %}{{ i }}{% endif %}{{ text }}</span>"#,
    ext = "html"
)]
pub struct Chip {
    pub tone: Tone,
    pub icon: Option<Icon>,
    pub text: String,
}
impl HtmlSafe for Chip {}
impl Chip {
    pub fn new(tone: Tone, icon: Icon, text: impl Into<String>) -> Chip {
        Chip { tone, icon: Some(icon), text: text.into() }
    }
    /// Word and colour; only where the word says it all ("Held away").
    pub fn bare(tone: Tone, text: impl Into<String>) -> Chip {
        Chip { tone, icon: None, text: text.into() }
    }
}

/// What kind of thing an account is; gives colour and plate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Cash,
    #[default]
    Invest,
    Retire,
    Property,
    Debt,
    Policy,
    Income,
}
impl Kind {
    pub const ALL: [Kind; 7] = [Kind::Cash, Kind::Invest, Kind::Retire, Kind::Property, Kind::Debt, Kind::Policy, Kind::Income];
    pub fn class(self) -> &'static str {
        match self {
            Kind::Cash => "k-cash",
            Kind::Invest => "k-invest",
            Kind::Retire => "k-retire",
            Kind::Property => "k-property",
            Kind::Debt => "k-debt",
            Kind::Policy => "k-policy",
            Kind::Income => "k-income",
        }
    }
}

/// An institution's monogram on a tinted plate, or its picture where the operator supplied one.
#[derive(Clone, Debug, Default)]
pub struct Thumb {
    pub letters: String,
    pub kind: Kind,
    /// An address of ours; "" for the monogram.
    pub image: String,
}
impl Thumb {
    /// Two letters and a steady colour from the name, so that one institution looks the same everywhere.
    pub fn of(name: &str) -> Thumb {
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let mut letters = String::new();
        match words.as_slice() {
            [] => letters.push('?'),
            [only] => letters.extend(only.chars().take(2)),
            [first, second, ..] => letters.extend(first.chars().take(1).chain(second.chars().take(1))),
        }
        let sum = words.first().into_iter().flat_map(|w| w.bytes()).fold(7u32, |a, b| a.wrapping_mul(31).wrapping_add(u32::from(b)));
        let kind = Kind::ALL[sum as usize % Kind::ALL.len()];
        Thumb { letters, kind, image: String::new() }
    }
    pub fn show(&self, size: &'static str) -> ThumbShown<'_> {
        ThumbShown { thumb: self, size }
    }
    /// 56 pixels.
    pub fn l(&self) -> ThumbShown<'_> {
        self.show("l")
    }
    /// 42 pixels.
    pub fn m(&self) -> ThumbShown<'_> {
        self.show("")
    }
    /// 30 pixels.
    pub fn s(&self) -> ThumbShown<'_> {
        self.show("s")
    }
}

/// A monogram at one size.
#[derive(Template)]
#[template(
    source = r#"<span class="thumb {{ thumb.kind.class() }} {{ size }}" aria-hidden="true">{% if thumb.image.is_empty() %}{{ thumb.letters }}{% else %}<img src="{{ thumb.image }}" alt="">{% endif %}</span>"#,
    ext = "html"
)]
pub struct ThumbShown<'a> {
    thumb: &'a Thumb,
    size: &'static str,
}
impl HtmlSafe for ThumbShown<'_> {}
