//! The guides for clients: one source for the support centre of the portal and for the hand-outs that advisers give away. Written here.

/// One guide. The body is HTML without forms and without names: whoever shows it adds whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// The address: `/portal/support/{slug}`.
    pub slug: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub part: Part,
    /// Words that people look for and the text does not say.
    pub words: &'static str,
    pub body: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    SigningIn,
    Accounts,
    Trouble,
    YourData,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::SigningIn, Part::Accounts, Part::Trouble, Part::YourData];
    pub fn name(self) -> &'static str {
        match self {
            Part::SigningIn => "Signing in",
            Part::Accounts => "Adding accounts",
            Part::Trouble => "When something stops",
            Part::YourData => "Your data and your adviser",
        }
    }
}

macro_rules! guides {
    ($($slug:literal $part:ident $title:literal $about:literal $words:literal;)*) => {
        static ALL: &[Guide] = &[$(Guide {
            slug: $slug,
            title: $title,
            about: $about,
            part: Part::$part,
            words: $words,
            body: include_str!(concat!("../templates/guides/", $slug, ".html")),
        },)*];
    };
}

guides! {
    "first-sign-in" SigningIn "Your first sign-in" "From your adviser’s link to your own way in, step by step" "activate activation invitation invite login register begin start qr";
    "passkeys" SigningIn "Signing in with a passkey" "Your phone’s fingerprint or face instead of a password" "fingerprint face id windows hello password biometrics touch";
    "codes" SigningIn "Codes for signing in" "The six digits beside your password, and printed recovery codes" "two-factor authenticator 2fa mfa otp one-time recovery print";
    "lost-phone" SigningIn "A lost phone or a forgotten password" "Back in by two ways, never by a phone call alone" "forgot reset stolen new phone locked out recover";
    "adding-accounts" Accounts "Adding accounts" "Connect an account you sign in to, or enter one by hand" "connect link bank institution import user guide add organizer";
    "right-sign-in-page" Accounts "Choosing the right sign-in page" "Large institutions have several: how to pick yours" "portal url web address several entries workplace 401k";
    "second-step" Accounts "When your institution asks a second question" "Codes, questions and taps that your institution asks for" "two-factor access code security question mfa text message";
    "refresh-together" Accounts "Refresh together" "What asks for a code each time, cleared in one sitting" "mfa code every time sitting list all at once together";
    "keeping-current" Accounts "How values stay current" "When they update, what the dates mean, and what Refresh does" "update daily refresh as of date stale old find new";
    "new-sign-in" Trouble "The institution rejected your sign-in" "Usually a changed password: how to fix it" "password changed rejected credentials click to fix reconnect";
    "no-new-values" Trouble "We couldn’t get the latest values" "Slow, down or waiting: what to do and when to wait" "refresh down slow error out of date unavailable";
    "no-accounts" Trouble "No accounts found" "The sign-in worked, but nothing shows" "find new empty missing account";
    "waits-at-institution" Trouble "Locked, new terms, or a permission that ended" "What only you can do at your institution" "locked terms accept consent expired renew revoked";
    "what-your-adviser-sees" YourData "What your adviser sees" "Balances and holdings, never your passwords" "privacy password credentials safe security move money";
    "who-looked" YourData "Who looked at your data" "Each look is noted, and you can read it" "audit access log privacy support";
    "ending-a-connection" YourData "Changing and ending what you connected" "Name, owners, mute, disconnect, delete: what each ends" "remove stop rename owner share joint delete disconnect mute unlink revoke";
    "printing" YourData "Printing and saving" "Where the print button is, and why it may be missing" "pdf print download export save paper csv";
    "something-looks-wrong" YourData "Something looks wrong" "Tell your adviser, with the item it is about" "mistake error report correct change suggestion wrong";
    "sharing" YourData "Who sees what, and ending it" "Two adults, two ways in, and how sharing ends" "spouse partner divorce break-up separate stop sharing joint second adult leave";
}

/// All of them, in the order of the contents.
pub fn all() -> &'static [Guide] {
    ALL
}

pub fn find(slug: &str) -> Option<&'static Guide> {
    ALL.iter().find(|g| g.slug == slug)
}

/// Those that hold every word that was typed, titles first; all of them for nothing typed.
pub fn search(typed: &str) -> Vec<&'static Guide> {
    let words: Vec<String> = typed.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).take(8).collect();
    let hit = |text: &str| words.iter().all(|w| text.contains(w.as_str()));
    let mut found: Vec<(usize, &Guide)> = Vec::new();
    for g in ALL {
        let head = format!("{} {} {}", g.title, g.about, g.words).to_lowercase();
        let whole = format!("{head} {}", plain(g.body).to_lowercase());
        if hit(&g.title.to_lowercase()) {
            found.push((0, g));
        } else if hit(&head) {
            found.push((1, g));
        } else if hit(&whole) {
            found.push((2, g));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, g)| g).collect()
}

/// The text without its marks.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // proves: P8 P21
    #[test]
    fn there_is_a_guide_for_each_question_and_each_is_found() {
        assert!(all().len() >= 10);
        for g in all() {
            assert_eq!(find(g.slug), Some(g));
            assert!(plain(g.body).split_whitespace().count() > 60, "{} says too little", g.slug);
            assert!(!g.body.contains("please") && !g.body.contains("Please") && !g.body.contains("<form"), "{}", g.slug);
            assert_eq!(search(g.title).first(), Some(&g), "{}", g.title);
        }
        for part in Part::ALL {
            assert!(all().iter().any(|g| g.part == part));
        }
        for (typed, slug) in [("forgot", "lost-phone"), ("pdf", "printing"), ("divorce", "sharing"), ("401k", "right-sign-in-page")] {
            assert_eq!(search(typed).first().map(|g| g.slug), Some(slug), "{typed}");
        }
        assert!(search("zebra").is_empty());
        assert_eq!(search("").len(), all().len());
    }
}
