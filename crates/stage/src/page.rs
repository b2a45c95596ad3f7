//! What a browser without scripts sees of a page: its words, its links, its forms. Reads our own and the rehearsal provider's HTML, not
//! anybody's.

use url::Url;

#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    /// Where it was found in the end.
    pub url: Url,
    pub html: String,
}

/// A form as it stands in the page, ready to be filled in.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: Url,
    pub post: bool,
    pub fields: Vec<(String, String)>,
    buttons: Vec<(String, String, String)>,
}

/// One element: name, attributes, where its content begins.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(String, String)>,
    after: usize,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl Page {
    /// The page's words without its markup, spaces folded.
    pub fn words(&self) -> String {
        words(&self.html)
    }

    pub fn has(&self, text: &str) -> bool {
        self.words().contains(text)
    }

    /// Says what is there instead when something is not.
    #[track_caller]
    pub fn must_have(&self, text: &str) -> &Page {
        assert!(self.has(text), "“{text}” is not on {} ({}):\n{}", self.url, self.status, self.words());
        self
    }

    /// Every link: (words, address).
    pub fn links(&self) -> Vec<(String, Url)> {
        let mut out = Vec::new();
        for tag in tags(&self.html).filter(|t| t.name == "a") {
            let end = self.html[tag.after..].find("</a>").map_or(self.html.len(), |n| tag.after + n);
            let Some(at) = tag.attribute("href").and_then(|h| self.url.join(h).ok()) else { continue };
            let label = tag.attribute("aria-label").map(str::to_owned).unwrap_or_else(|| words(&self.html[tag.after..end]));
            out.push((label, at));
        }
        out
    }

    /// The first link whose words contain this.
    #[track_caller]
    pub fn link(&self, text: &str) -> Url {
        let found = self.links().into_iter().find(|(w, _)| w.contains(text)).map(|(_, u)| u);
        found.unwrap_or_else(|| panic!("no link “{text}” on {}:\n{:#?}", self.url, self.links()))
    }

    pub fn forms(&self) -> Vec<Form> {
        let mut out = Vec::new();
        for tag in tags(&self.html).filter(|t| t.name == "form") {
            let end = self.html[tag.after..].find("</form>").map_or(self.html.len(), |n| tag.after + n);
            let action =
                tag.attribute("action").filter(|a| !a.is_empty()).and_then(|a| self.url.join(a).ok()).unwrap_or_else(|| self.url.clone());
            let post = tag.attribute("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
            let (fields, buttons) = controls(&self.html[tag.after..end]);
            out.push(Form { action, post, fields, buttons });
        }
        out
    }

    /// The first form that leads to an address with this in its path, or that has a button or a field of this name.
    #[track_caller]
    pub fn form(&self, what: &str) -> Form {
        let fits = |f: &Form| {
            f.action.path().contains(what) || f.fields.iter().any(|(n, _)| n == what) || f.buttons.iter().any(|(_, _, w)| w.contains(what))
        };
        let found = self.forms().into_iter().find(fits);
        found.unwrap_or_else(|| panic!("no form “{what}” on {} ({}):\n{}", self.url, self.status, self.html))
    }

    /// Whether there is such a form.
    pub fn has_form(&self, what: &str) -> bool {
        self.forms().iter().any(|f| f.action.path().contains(what) || f.buttons.iter().any(|(_, _, w)| w.contains(what)))
    }
}

impl Form {
    /// Types into a field, or chooses; a field that is not there is added, as the page's script would.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Form {
        let value = value.into();
        match self.fields.iter_mut().find(|(n, _)| n == name) {
            Some((_, v)) => *v = value,
            None => self.fields.push((name.into(), value)),
        }
        self
    }

    /// Ticks one more of several.
    pub fn and(mut self, name: &str, value: impl Into<String>) -> Form {
        self.fields.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Form {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// Presses the button with these words, or of this name and value.
    #[track_caller]
    pub fn press(mut self, what: &str) -> Form {
        let found = self.buttons.iter().find(|(n, v, w)| w.contains(what) || v == what || n == what).cloned();
        let (name, value, _) = found.unwrap_or_else(|| panic!("no button “{what}” among {:?}", self.buttons));
        if !name.is_empty() {
            self.fields.push((name, value));
        }
        self
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

type Controls = (Vec<(String, String)>, Vec<(String, String, String)>);

/// What the form would send as it stands, and its buttons (name, value, words).
fn controls(html: &str) -> Controls {
    let (mut fields, mut buttons, mut select) = (Vec::new(), Vec::new(), None::<(String, bool)>);
    for tag in tags(html) {
        let name = tag.attribute("name").unwrap_or_default().to_owned();
        let value = tag.attribute("value").unwrap_or_default().to_owned();
        if tag.attribute("disabled").is_some() {
            continue;
        }
        match tag.name {
            "input" => match tag.attribute("type").unwrap_or("text") {
                "checkbox" | "radio" if tag.attribute("checked").is_none() => {}
                "checkbox" | "radio" => fields.push((name, if value.is_empty() { "on".into() } else { value })),
                "submit" => buttons.push((name, value.clone(), value)),
                _ if !name.is_empty() => fields.push((name, value)),
                _ => {}
            },
            "textarea" => {
                let end = html[tag.after..].find("</textarea>").map_or(html.len(), |n| tag.after + n);
                fields.push((name, unescape(html[tag.after..end].trim_start_matches('\n'))));
            }
            "select" => select = Some((name, false)),
            "option" => {
                let Some((name, taken)) = &mut select else { continue };
                let end = html[tag.after..].find('<').map_or(html.len(), |n| tag.after + n);
                let value = tag.attribute("value").map_or_else(|| words(&html[tag.after..end]), str::to_owned);
                // The first one stands until another is marked.
                match (tag.attribute("selected").is_some(), *taken) {
                    (true, true) => {
                        if let Some(last) = fields.iter_mut().rev().find(|(n, _)| n == name) {
                            last.1 = value;
                        }
                    }
                    (_, false) => {
                        fields.push((name.clone(), value));
                        *taken = true;
                    }
                    _ => {}
                }
            }
            "button" => {
                let end = html[tag.after..].find("</button>").map_or(html.len(), |n| tag.after + n);
                if tag.attribute("type").unwrap_or("submit") == "submit" {
                    let label = tag.attribute("aria-label").map(str::to_owned).unwrap_or_else(|| words(&html[tag.after..end]));
                    buttons.push((name, value, label));
                }
            }
            _ => {}
        }
    }
    (fields, buttons)
}

/// Opening tags one after another; comments, scripts and styles are passed over.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + html[at..].find('<')?;
            let rest = &html[open + 1..];
            if rest.starts_with("!--") {
                at = open + html[open..].find("-->").map_or(html.len() - open, |n| n + 3);
                continue;
            }
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            if length == 0 {
                at = open + 1;
                continue;
            }
            let (attributes, after) = attributes(html, open + 1 + length);
            at = after;
            return Some(Tag { name: &rest[..length], attributes, after });
        }
    })
}

fn attributes(html: &str, mut at: usize) -> (Vec<(String, String)>, usize) {
    let mut out = Vec::new();
    let bytes = html.as_bytes();
    loop {
        while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        if at >= bytes.len() || bytes[at] == b'>' {
            return (out, (at + 1).min(bytes.len()));
        }
        let begin = at;
        while at < bytes.len() && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'=' | b'>' | b'/') {
            at += 1;
        }
        let name = html[begin..at].to_ascii_lowercase();
        let mut value = String::new();
        if bytes.get(at) == Some(&b'=') {
            at += 1;
            let (from, to, next) = match bytes.get(at) {
                Some(q @ (b'"' | b'\'')) => {
                    let end = html[at + 1..].find(*q as char).map_or(html.len(), |n| at + 1 + n);
                    (at + 1, end, (end + 1).min(html.len()))
                }
                _ => {
                    let end = html[at..].find(|c: char| c.is_whitespace() || c == '>').map_or(html.len(), |n| at + n);
                    (at, end, end)
                }
            };
            value = unescape(&html[from..to]);
            at = next;
        }
        out.push((name, value));
    }
}

fn words(html: &str) -> String {
    let (mut text, mut inside, mut skip) = (String::new(), false, "");
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if !skip.is_empty() {
            let end = rest.find(skip).map_or(rest.len(), |n| n + skip.len());
            (rest, skip) = (&rest[end..], "");
            continue;
        }
        match c {
            '<' if rest.starts_with("<script") => skip = "</script>",
            '<' if rest.starts_with("<style") => skip = "</style>",
            '<' => {
                inside = true;
                // Marks stand inside words; everything else stands between them.
                if !rest.starts_with("<mark>") && !rest.starts_with("</mark>") {
                    text.push(' ');
                }
            }
            '>' if inside => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|n| *n <= 8);
        let known = end.and_then(|end| {
            let c = match &rest[1..end] {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => '\u{a0}',
                n => {
                    let n = n.strip_prefix('#')?;
                    let code = n.strip_prefix(['x', 'X']).map_or_else(|| n.parse().ok(), |h| u32::from_str_radix(h, 16).ok())?;
                    char::from_u32(code)?
                }
            };
            Some((c, end + 1))
        });
        let (c, length) = known.unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page { status: 200, url: Url::parse("http://localhost:1/a/b").expect("an address"), html: html.into() }
    }

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let p = page(
            r#"<!-- <form action="/no"> --><form action="/save?x=1&amp;y=2" method="post"><input type="hidden" name="csrf" value="a&quot;b">
            <input name=q><input type="checkbox" name="on" checked><input type="radio" name="way" value="1"><input type="radio" name="way" value="2" checked>
            <select name="s"><option value="a">A<option value="b" selected>B</select><textarea name="t">x &lt; y</textarea>
            <button name="do" value="go">Go on</button></form>"#,
        );
        let form = p.form("save").press("Go on");
        assert_eq!(form.action.as_str(), "http://localhost:1/save?x=1&y=2");
        assert!(form.post);
        let sent: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(sent, [("csrf", "a\"b"), ("q", ""), ("on", "on"), ("way", "2"), ("s", "b"), ("t", "x < y"), ("do", "go")]);
    }

    #[test]
    fn words_are_what_people_read() {
        let p = page("<p>Ngozi&#39;s <b>401(k)</b>\n &amp; more</p><script>var x = '<p>no</p>'</script>");
        assert_eq!(p.words(), "Ngozi's 401(k) & more");
    }
}
