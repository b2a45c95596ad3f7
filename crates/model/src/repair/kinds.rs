//! Causes, owners, steps and ends of repair cases, with their keys and their words.

/// Why something has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    Credentials,
    Code,
    Locked,
    AtInstitution,
    /// It still works; the permission ends soon.
    PermissionEnding,
    PermissionEnded,
    NoAccounts,
    InstitutionDown,
    ProviderDown,
    /// Not ready, or asked too often, for longer than such things last.
    Delayed,
    NotSupported,
    /// The provider no longer knows the connection.
    Removed,
    Ours,
    /// No connection: a message to the person came back for good.
    Bounced,
}

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    Client,
    Adviser,
    Institution,
    Provider,
    /// Whoever runs the product: the administrator, or Data Support while a ticket is with them.
    Us,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The client mends it where it failed.
    Mend,
    Renew,
    /// The client looks for accounts again, or at another of the institution's sign-in pages.
    FindNew,
    /// The client has not answered: the adviser talks to them.
    Call,
    /// It heals by itself; we keep trying.
    Wait,
    /// It has had its time: the adviser reports it.
    Report,
    /// Values are typed from now on.
    ByHand,
    /// Only a fresh link brings it back.
    FreshLink,
    /// The client has signed in again, or the provider says that it is mended: values are on their way.
    AwaitValues,
    /// Data Support works on it.
    AwaitAnswer,
    /// Keys, limits, our own code.
    OurSide,
    /// The address of the person is wrong or closed.
    Address,
}

/// What ended a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// A good refresh, and nobody had to do anything.
    Healed,
    /// A good refresh after the client signed in again.
    Mended,
    /// A good refresh after the provider said that it was mended elsewhere.
    Elsewhere,
    /// The connection itself has ended.
    Disconnected,
    /// A later message arrived, or the address is another one now.
    Reached,
}

macro_rules! keys {
    ($name:ident: $($variant:ident $key:literal $words:literal,)*) => {
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),* }
            }
            pub fn from_key(key: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|x| x.key() == key)
            }
            /// A few words for lists.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $words),* }
            }
        }
    };
}

keys! { Cause:
    Credentials "credentials" "Sign-in rejected",
    Code "code" "Wants a code",
    Locked "locked" "Sign-in locked",
    AtInstitution "at_institution" "Waits at the institution",
    PermissionEnding "permission_ending" "Permission ends soon",
    PermissionEnded "permission_ended" "Permission ended",
    NoAccounts "no_accounts" "No accounts found",
    InstitutionDown "institution_down" "Institution is down",
    ProviderDown "provider_down" "Data provider is down",
    Delayed "delayed" "Values are late",
    NotSupported "not_supported" "Not supported",
    Removed "removed" "Gone at the provider",
    Ours "ours" "Broken on our side",
    Bounced "bounced" "E-mail comes back",
}

keys! { Owner:
    Client "client" "Client",
    Adviser "adviser" "Adviser",
    Institution "institution" "Institution",
    Provider "provider" "Data provider",
    Us "us" "Data Support",
}

keys! { End:
    Healed "healed" "Healed by itself",
    Mended "mended" "Mended by the client",
    Elsewhere "elsewhere" "Mended elsewhere",
    Disconnected "disconnected" "The connection has ended",
    Reached "reached" "The address works again",
}

/// The move in words for the adviser: what comes next. `given`: the client's first name.
pub fn words(cause: Cause, step: Step, given: &str, institution: &str) -> String {
    match step {
        Step::Mend => match cause {
            Cause::Code => format!("{given} signs in again and types the code that {institution} sends."),
            Cause::Locked => format!("{given} unlocks the sign-in at {institution}, then signs in again."),
            Cause::AtInstitution => format!("{given} does what {institution} asks for on its own site, then signs in again."),
            _ => format!("{given} enters the new sign-in for {institution}."),
        },
        Step::Renew => format!("{given} renews the permission for {institution}."),
        Step::FindNew => format!("{given} looks for new accounts, or tries another sign-in page of {institution}."),
        Step::Call => format!("{given} has not answered. Talk to {given}, or send the link again."),
        Step::Wait if cause == Cause::NoAccounts => "New accounts can take a day. We look again by ourselves.".into(),
        Step::Wait => "We keep trying. Nobody needs to do anything.".into(),
        Step::Report => "It has lasted too long to wait for. Report it to Data Support.".into(),
        Step::ByHand => "Keep the accounts up to date by hand, or report that the institution is missing.".into(),
        Step::FreshLink => format!("Send {given} a fresh link. The same accounts go on."),
        Step::AwaitValues => "It was mended a moment ago. The next good refresh closes this case.".into(),
        Step::AwaitAnswer => "Data Support has the ticket.".into(),
        Step::OurSide => "Our own side mends it. We try again by ourselves.".into(),
        Step::Address => format!("Ask {given} for the right address and correct it under Members."),
    }
}
