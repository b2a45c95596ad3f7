//! The words of the messages that belong to Asset Sync. Plain, present tense; whoever writes, the code stands in the person's copy alone.

use model::link::Purpose;

/// What a message about a link names.
pub struct About<'a> {
    /// The person's first name.
    pub given: &'a str,
    pub adviser: &'a str,
    pub firm: &'a str,
    pub support_email: &'a str,
    pub support_phone: &'a str,
    /// "Friday 27 November".
    pub until: &'a str,
    /// The institution that a repair or a search for new accounts is about.
    pub institution: &'a str,
}

/// Where the code would stand, in the adviser's copy and in previews.
pub const DOTS: &str = "•••••-•••••-•••••-•••••-••••••";

pub fn subject(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Connect => "Connect your accounts for our review",
        Purpose::Repair(_) => "One of your connections needs a new sign-in",
        Purpose::FindNew(_) => "Choose the accounts that I should see",
    }
}

/// What stands before the link and what stands after it.
pub fn invitation(purpose: Purpose, about: &About<'_>) -> (Vec<String>, Vec<String>) {
    let About { given, adviser, firm, until, institution, .. } = about;
    let ask = match purpose {
        Purpose::Connect => format!(
            "Connect the accounts you hold elsewhere, so that I see the whole picture at our review. Open the link, choose Get started, find \
             your institution and sign in there. It takes about two minutes and works until {until}."
        ),
        Purpose::Repair(_) => format!(
            "{institution} asks for a new sign-in, so your accounts there have stopped updating. Open the link, choose Get started and sign in. \
             Your accounts stay the same. The link works until {until}."
        ),
        Purpose::FindNew(_) => format!(
            "{institution} may show accounts that you have not chosen yet. Open the link, choose Get started, sign in and choose them. \
             The link works until {until}."
        ),
    };
    let first = adviser.split_whitespace().next().unwrap_or(adviser);
    let closing = vec![
        format!("Nobody at {firm} will ask you for a password or a code.{} Reply to this message to reach me.", help(about)),
        first.to_owned(),
    ];
    (vec![format!("Hello {given},"), ask], closing)
}

fn help(about: &About<'_>) -> String {
    let ways: Vec<&str> = [about.support_email, about.support_phone].into_iter().filter(|w| !w.is_empty()).collect();
    if ways.is_empty() { String::new() } else { format!(" Help: {}.", ways.join(" or ")) }
}

/// The code for a second browser.
pub fn code(about: &About<'_>, code: &str) -> (String, Vec<String>) {
    let text = vec![
        format!("Hello {},", about.given),
        format!("{code} is the code to go on in the browser where you just opened your link from {}. It works for 10 minutes.", about.firm),
        format!("If that was not you, tell {}: somebody else may have your link.{}", about.adviser, help(about)),
    ];
    (format!("Your code for {}", about.firm), text)
}

/// To the adviser, when somebody asks for a new link. Says nothing that the subject line of a lost phone should not show.
pub fn asked(about: &About<'_>, household: &str, page: &str) -> (String, Vec<String>) {
    let text = vec![
        format!("{} opened a link that no longer works and asks for a new one.", about.given),
        format!("You can send it from the household {household}:"),
        page.to_owned(),
    ];
    ("A client asks for a new link".into(), text)
}

/// The institution lets people connect again.
pub fn back(about: &About<'_>) -> (String, Vec<String>) {
    let text = vec![
        format!("Hello {},", about.given),
        format!(
            "{} lets people connect again. Open the link from {} once more to go on; if it no longer works, reply and I send a new one.",
            about.institution, about.firm
        ),
        about.adviser.split_whitespace().next().unwrap_or(about.adviser).to_owned(),
    ];
    (format!("You can connect {} now", about.institution), text)
}
