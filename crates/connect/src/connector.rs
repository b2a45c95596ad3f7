//! The one trait between the product and a data provider: stateless, linking as a small state machine.

use async_trait::async_trait;
use model::{Fault, Secret, Snapshot, Span, Time};
use serde::{Deserialize, Serialize};
use url::Url;

/// What a provider is and can do.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Stable short name: `plaid`. Stored with every connection.
    pub key: &'static str,
    /// The name people read.
    pub name: &'static str,
    /// An on-demand refresh of holdings is to be had.
    pub refreshes_holdings: bool,
    /// The client types the institution's sign-in into our own screens (`Step::Ask`), except where the institution is `oauth`. A firm can
    /// switch such routes off.
    pub own_screens: bool,
    /// Fetches per minute over all connections that the provider allows us.
    pub calls_per_minute: u32,
    /// How many fetches may run at once.
    pub concurrency: u32,
}

/// A page of the provider's directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub offset: u32,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct InstitutionPage {
    pub institutions: Vec<InstitutionCard>,
    /// How many there are in all.
    pub total: u32,
}

/// An institution as the provider lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionCard {
    pub external_id: String,
    pub name: String,
    /// The institution's own sign-in page.
    pub url: Option<String>,
    pub countries: Vec<String>,
    pub products: Vec<String>,
    /// The sign-in happens on the institution's own site.
    pub oauth: bool,
    pub colour: Option<String>,
    /// PNG bytes, when the provider sends one.
    pub logo: Option<Vec<u8>>,
    pub status: InstitutionStatus,
    /// A notice for the client before connecting: incident titles and the like.
    pub notice: Option<String>,
    /// How many attempts in a hundred succeed, where the provider says.
    pub success_percent: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstitutionStatus {
    Healthy,
    Degraded,
    Down,
    NotSupported,
    Unknown,
}

/// Why a link is started.
pub enum Purpose {
    New,
    /// The same connection gets a new sign-in; nothing is exchanged afterwards.
    Repair(Grant),
    /// The client chooses more of the accounts that the sign-in shows.
    FindNew(Grant),
}

pub struct LinkStart {
    pub purpose: Purpose,
    /// The provider's id of the chosen institution.
    pub institution: String,
    /// Our opaque reference of the person: never a name or an address.
    pub person: String,
    /// The firm's name, as the provider's page shows it.
    pub firm: String,
    /// Where the provider sends the browser when done.
    pub return_url: Url,
    /// Where the provider posts its hooks, when we can be reached.
    pub webhook: Option<Url>,
    /// BCP 47, two letters.
    pub language: String,
    pub country: String,
}

/// What the client typed, field name to value; memory only.
pub type Answers = Vec<(String, Secret<String>)>;

/// What the institution wants to know from the client. It holds no answer, and is kept sealed like what is pending: questions are private.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub kind: ChallengeKind,
    /// The institution's own words, passed through unchanged; may be empty.
    pub prompt: String,
    /// Empty where there is nothing to type: an approval on the phone.
    pub fields: Vec<ChallengeField>,
    /// The last answers were not accepted: say so, and that nothing was locked.
    pub rejected: bool,
    /// How often answers may still be wrong before we stop, so that nobody is locked out by us.
    pub tries_left: Option<u8>,
    pub help: Help,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKind {
    Credentials,
    /// One field with options: where a code is to be sent, which picture was chosen.
    Method,
    Code,
    Questions,
    /// Nothing to type: the client approves elsewhere, and `answer` with nothing asks whether they have.
    Approval,
    Accounts,
    /// A text that the provider's own page (`help.start`) gives out, to be pasted here. Not a sign-in at an institution.
    Token,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeField {
    /// The answer's name in `Answers`.
    pub name: String,
    /// The institution's own words.
    pub label: String,
    pub role: FieldRole,
    /// Not to be shown while typed.
    pub secret: bool,
    pub optional: bool,
    pub placeholder: Option<String>,
    /// This answer was not accepted the last time.
    pub rejected: bool,
    /// A picture to look at, such as a code drawn as one.
    pub picture: Option<Picture>,
    /// Empty for free text.
    pub options: Vec<Choice>,
}

/// What a browser may be told about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldRole {
    Username,
    Password,
    Code,
    #[default]
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is sent as the answer.
    pub value: String,
    pub label: String,
    pub picture: Option<Picture>,
}

/// Checked bytes of a PNG, JPEG or GIF: the page serves them itself, as its policy allows no other source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// `image/png`, `image/jpeg` or `image/gif`.
    pub media: String,
    /// Base64 without line breaks.
    pub data: String,
}

/// Pages at the institution or provider that help with this question. Checked to be web addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Help {
    /// Where the client gets what is asked for.
    pub start: Option<String>,
    pub forgot_username: Option<String>,
    pub forgot_password: Option<String>,
    pub trouble: Option<String>,
}

impl Challenge {
    pub fn new(kind: ChallengeKind, prompt: impl Into<String>, fields: Vec<ChallengeField>) -> Challenge {
        Challenge { kind, prompt: prompt.into(), fields, rejected: false, tries_left: None, help: Help::default() }
    }
}

impl ChallengeField {
    /// Free text, shown while typed.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> ChallengeField {
        ChallengeField {
            name: name.into(),
            label: label.into(),
            role: FieldRole::Other,
            secret: false,
            optional: false,
            placeholder: None,
            rejected: false,
            picture: None,
            options: vec![],
        }
    }
}

/// What is needed to go on with a link, sealed by the caller so that any node can. Opaque to everybody but its connector.
#[derive(Serialize, Deserialize)]
pub struct Pending(pub String);

/// Every step but the last carries what is needed to go on.
pub enum Step {
    Ask(Challenge, Pending),
    /// Send the browser there; it comes back to `return_url`, or `answer` with nothing asks whether it is done.
    Visit(Url, Pending),
    Wait(Span, Pending),
    /// To be saved before anything else: a result can be had once. After a repair it is the grant that was there before.
    Linked(Vec<Grant>),
    /// The client left or the institution refused; nothing was linked.
    Ended(Fault),
    /// The client closed the provider's page without an error.
    Left,
}

/// The right to read one connection. The token is the only secret and stays sealed at rest.
#[derive(Debug)]
pub struct Grant {
    /// The provider's id of the connection.
    pub external_id: String,
    pub token: Secret<String>,
    /// The provider's id of the institution that it turned out to be, if it says.
    pub institution: Option<String>,
    pub consent_ends: Option<Time>,
}

/// Where the last fetch ended: opaque to everybody but its connector, committed with its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cursor(pub String);

/// A fetch may rotate its token, move its cursor, take a while, or need the client in the middle.
pub enum Fetch {
    Done { snapshot: Snapshot, grant: Grant, cursor: Cursor },
    Ask(Challenge, Pending),
    Wait(Span, Pending),
}

/// A hook as it came in: raw bytes, because signatures are over bytes.
pub struct HookRequest {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub now: Time,
}

/// What a hook means. Hooks only mark things dirty: figures come from a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// New values may be there.
    Changed {
        external_id: String,
    },
    /// The connection broke; the fetch that follows finds out how.
    Broken {
        external_id: String,
        fault: Fault,
    },
    /// It was repaired elsewhere.
    Repaired {
        external_id: String,
    },
    NewAccounts {
        external_id: String,
    },
    ConsentEnding {
        external_id: String,
        at: Option<Time>,
    },
    ConsentRevoked {
        external_id: String,
    },
    /// A link session ended: ask for its outcome.
    LinkFinished {
        link_token: String,
    },
    InstitutionStatus {
        institution: String,
    },
}

/// What a check of the operator's keys found (`heldaway check plaid`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub detail: String,
}

#[async_trait]
pub trait Connector: Send + Sync {
    /// Name, abilities, rate budget.
    fn card(&self) -> &Card;
    async fn institutions(&self, page: Page) -> Result<InstitutionPage, Fault>;
    /// Fresh word on one institution: status, notice, success.
    async fn institution(&self, external_id: &str) -> Result<InstitutionCard, Fault>;
    async fn begin(&self, start: LinkStart) -> Result<Step, Fault>;
    /// Goes on with answers, or with none to ask whether anything has happened.
    async fn answer(&self, pending: Pending, answers: Answers) -> Result<Step, Fault>;
    /// `by_hand`: a person asked; where the provider has an on-demand refresh it may be used.
    async fn fetch(&self, grant: Grant, cursor: Cursor, by_hand: bool, now: Time) -> Result<Fetch, Fault>;
    /// The client left a link unfinished: takes back what was begun at the provider. Nothing to take back counts as done.
    async fn abandon(&self, _pending: Pending) -> Result<(), Fault> {
        Ok(())
    }
    /// Ends the permission at the provider. Already gone counts as done.
    async fn disconnect(&self, grant: &Grant) -> Result<(), Fault>;
    /// The page where people end a permission themselves, at a provider that cannot be told: we delete our key, and nobody confirms the rest.
    fn ended_at(&self) -> Option<Url> {
        None
    }
    /// Verifies and reads a hook. An error means: refuse it.
    async fn hook(&self, request: &HookRequest) -> Result<Vec<Signal>, Fault>;
    /// Checks keys, products and return address live. `return_url` is where the provider would send browsers back.
    async fn check(&self, return_url: &Url) -> Result<Vec<Check>, Fault>;
}
