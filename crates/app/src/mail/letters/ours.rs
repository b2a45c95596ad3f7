//! The letters as the product words them.

use super::{Kind, Slot};

pub struct Ours {
    pub title: &'static str,
    pub when: &'static str,
    pub needs: &'static [Slot],
    pub takes: &'static [Slot],
    pub subject: &'static str,
    pub body: &'static str,
}

pub fn letter(kind: Kind) -> &'static Ours {
    match kind {
        Kind::Invitation => &INVITATION,
        Kind::Connect => &CONNECT,
        Kind::Repair => &REPAIR,
        Kind::RepairAll => &REPAIR_ALL,
        Kind::FindNew => &FIND_NEW,
        Kind::Stopped => &STOPPED,
        Kind::Ending => &ENDING,
        Kind::Code => &CODE,
        Kind::Back => &BACK,
        Kind::WorksAgain => &WORKS_AGAIN,
        Kind::Arrived => &ARRIVED,
        Kind::Asked => &ASKED,
        Kind::NewPassword => &NEW_PASSWORD,
        Kind::NewSignIn => &NEW_SIGN_IN,
        Kind::PasskeyAlone => &PASSKEY_ALONE,
        Kind::SignInChanged => &SIGN_IN_CHANGED,
        Kind::CameBack => &CAME_BACK,
    }
}

const LINK: &[Slot] = &[Slot::Link];
const ASKING: &[Slot] = &[Slot::FirstName, Slot::Adviser, Slot::AdviserFirst, Slot::Firm, Slot::Until, Slot::Help];
const MENDING: &[Slot] = &[Slot::FirstName, Slot::Institution, Slot::Adviser, Slot::AdviserFirst, Slot::Firm, Slot::Until, Slot::Help];
const NEEDING: &[Slot] =
    &[Slot::FirstName, Slot::What, Slot::Institution, Slot::Adviser, Slot::AdviserFirst, Slot::Firm, Slot::Until, Slot::Help];
const OWN: &[Slot] = &[Slot::FirstName, Slot::Firm, Slot::Help];
const TELLING: &[Slot] = &[Slot::FirstName, Slot::Adviser, Slot::AdviserFirst, Slot::Firm, Slot::Help];

static INVITATION: Ours = Ours {
    title: "Invitation to the portal",
    when: "Offered on a household’s invitation page; the adviser copies it into a message of their own",
    needs: LINK,
    takes: ASKING,
    subject: "Your household on one page",
    body: "Hello {first name},

Your household is ready to look at: one page that shows your family, what you own and what you owe. You can open it whenever you like in \
the client portal of {firm}.

Open this link to activate your login. Then choose how you sign in: a passkey, or a password with a code. Nobody but you sees it.

{link}

The link is for you alone. It works for seven days, until {last day}. If it has ended, tell me and I send a new one.

In the portal, Support documentation in the menu under your name answers most questions. {help}

If something there is not right, tell me: choose Something looks wrong beside it, or reply to this message.

{adviser’s first name}",
};

static CONNECT: Ours = Ours {
    title: "Connect your accounts",
    when: "Sent with Send e-mail, the adviser in cc",
    needs: LINK,
    takes: ASKING,
    subject: "Connect your accounts for our review",
    body: "Hello {first name},

Connect the accounts you hold elsewhere, so that I see the whole picture at our review. Open the link, choose Get started, find your \
institution and sign in there. It takes about two minutes and works until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach me.

{adviser’s first name}",
};

static REPAIR: Ours = Ours {
    title: "A new sign-in is needed",
    when: "Sent when an adviser asks a client to mend a connection",
    needs: LINK,
    takes: MENDING,
    subject: "One of your connections needs a new sign-in",
    body: "Hello {first name},

{institution} asks for a new sign-in, so your accounts there have stopped updating. Open the link, choose Get started and sign in. Your \
accounts stay the same. The link works until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach me.

{adviser’s first name}",
};

static REPAIR_ALL: Ours = Ours {
    title: "Everything that needs a new sign-in",
    when: "Sent when an adviser asks a client to mend all of their connections with one link",
    needs: LINK,
    takes: ASKING,
    subject: "Some of your connections need you",
    body: "Hello {first name},

Some of your connections have stopped updating and need a new sign-in. Open the link and choose Get started: it leads you through them one \
after the other. Your accounts stay the same. The link works until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach me.

{adviser’s first name}",
};

static STOPPED: Ours = Ours {
    title: "A connection needs the client",
    when: "Sent once by itself when something has stopped that only the client can mend",
    needs: LINK,
    takes: NEEDING,
    subject: "{institution} needs you",
    body: "Hello {first name},

{what is needed}

Until then your accounts there do not update. Open the link and choose Get started: it begins at the step that failed. Your accounts stay the \
same. The link works until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach {adviser}.

{firm}",
};

static ENDING: Ours = Ours {
    title: "A permission ends soon",
    when: "Sent by itself 30, 7 and 1 days before a client’s permission for an institution ends",
    needs: LINK,
    takes: NEEDING,
    subject: "Your permission for {institution} ends soon",
    body: "Hello {first name},

{what is needed} Renew it and values keep arriving; do nothing and they stop on that day. Nothing else changes.

Open the link and choose Get started. It works until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach {adviser}.

{firm}",
};

static FIND_NEW: Ours = Ours {
    title: "Choose more accounts",
    when: "Sent when an adviser asks a client to look for new accounts",
    needs: LINK,
    takes: MENDING,
    subject: "Choose the accounts that I should see",
    body: "Hello {first name},

{institution} may show accounts that you have not chosen yet. Open the link, choose Get started, sign in and choose them. The link works \
until {last day}.

{link}

Nobody at {firm} will ask you for a password or a code. {help} Reply to this message to reach me.

{adviser’s first name}",
};

static CODE: Ours = Ours {
    title: "A code for another browser",
    when: "Sent when a link is opened in a second browser",
    needs: &[Slot::Code],
    takes: TELLING,
    subject: "Your code for {firm}",
    body: "Hello {first name},

{code} is the code to go on in the browser where you just opened your link from {firm}. It works for 10 minutes.

If that was not you, tell {adviser}: somebody else may have your link. {help}",
};

static BACK: Ours = Ours {
    title: "An institution is back",
    when: "Sent once to a client who asked to be told",
    needs: &[Slot::Institution],
    takes: TELLING,
    subject: "You can connect {institution} now",
    body: "Hello {first name},

{institution} lets people connect again. Open the link from {firm} once more to go on; if it no longer works, reply and I send a new one.

{adviser’s first name}",
};

static WORKS_AGAIN: Ours = Ours {
    title: "A connection works again",
    when: "Sent once to a client who asked for it on their Accounts page",
    needs: &[Slot::Institution],
    takes: TELLING,
    subject: "{institution} works again",
    body: "Hello {first name},

{institution} works again, and your accounts there are up to date. There is nothing left to do.

If something there is not right, reply to this message. {help}

{adviser’s first name}",
};

static ARRIVED: Ours = Ours {
    title: "The accounts have arrived",
    when: "Sent once to a client who left, or asked, while the first values were on their way",
    needs: &[Slot::Institution],
    takes: TELLING,
    subject: "Your accounts at {institution} have arrived",
    body: "Hello {first name},

Your accounts at {institution} have arrived, and from now on they update by themselves. There is nothing left to do.

If one is missing, or one should not be there, reply to this message. {help}

{adviser’s first name}",
};

static ASKED: Ours = Ours {
    title: "A client asks for a new link",
    when: "Sent to the adviser",
    needs: LINK,
    takes: &[Slot::FirstName, Slot::Household, Slot::Firm],
    subject: "A client asks for a new link",
    body: "{first name} opened a link that no longer works and asks for a new one.

You can send it from the household {household}:

{link}",
};

static NEW_PASSWORD: Ours = Ours {
    title: "A forgotten password",
    when: "Sent to whoever asks for it on the sign-in page",
    needs: LINK,
    takes: OWN,
    subject: "Set a new password for {firm}",
    body: "Hello {first name},

Set a new password for {firm} here. The link works once, for an hour, together with a code from your app or a printed one:

{link}

If you did not ask for this, nothing changes. If it happens again, tell {firm} at once. {help}",
};

static NEW_SIGN_IN: Ours = Ours {
    title: "A new sign-in",
    when: "Sent when an adviser, or a second administrator, helps somebody back in",
    needs: LINK,
    takes: OWN,
    subject: "Set up your sign-in at {firm} anew",
    body: "Hello {first name},

Set up your sign-in at {firm} anew here. The page asks for a code of eight digits that you are told on the telephone:

{link}

The link works once, for an hour. If nobody is on the telephone with you, do not open it and tell {firm} at once. {help}",
};

static PASSKEY_ALONE: Ours = Ours {
    title: "No password to set anew",
    when: "Sent to whoever asks for a new password and signs in with a passkey alone",
    needs: &[],
    takes: OWN,
    subject: "Signing in to {firm}",
    body: "Hello {first name},

You sign in to {firm} with a passkey, so there is no password to set anew. Choose Sign in with a passkey on the sign-in page.

If you no longer have a device with your passkey, call your adviser, or an administrator if you work at {firm}: they start it, and you \
finish it yourself in a few minutes. {help}",
};

static SIGN_IN_CHANGED: Ours = Ours {
    title: "Something about a sign-in",
    when: "Sent to a person when a factor changes, a new browser signs in, or a session ends",
    needs: &[Slot::News],
    takes: OWN,
    subject: "Your sign-in at {firm}",
    body: "Hello {first name},

{what happened}

If that was not you, tell {firm} at once. {help}",
};

static CAME_BACK: Ours = Ours {
    title: "Somebody set up their sign-in anew",
    when: "Sent to their adviser; of staff, to an administrator",
    needs: &[Slot::Client],
    takes: &[Slot::FirstName, Slot::Firm],
    subject: "A sign-in was set up anew",
    body: "{client} set up their sign-in anew.

If nobody at {firm} read out a code to them today, call them now: somebody else may have done it.",
};
