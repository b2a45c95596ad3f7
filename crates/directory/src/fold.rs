//! Letters as people type them: lower case, no diacritics, no apostrophes; words with the place that they came from. Knows no entries.

/// Longest word that is kept, in folded bytes; more is cut off, so that hostile input stays cheap.
pub const WORD_BYTES: usize = 32;

/// Folded text with, for each folded byte, where its character begins and ends in the original.
#[derive(Default)]
pub struct Folded {
    pub text: String,
    pub origin: Vec<(u32, u32)>,
    /// Where words begin and end in `text` (words are separated by one space).
    pub words: Vec<Word>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    pub start: usize,
    pub end: usize,
    /// Written without spaces between words, so it is searched by its parts.
    pub cjk: bool,
}

impl Folded {
    pub fn word(&self, at: usize) -> &str {
        &self.text[self.words[at].start..self.words[at].end]
    }

    /// The words without anything between them.
    pub fn glued(&self) -> String {
        self.text.replace(' ', "")
    }
}

pub fn fold(source: &str) -> Folded {
    let mut out = Folded::default();
    let mut open: Option<Word> = None;
    let mut before = ' ';
    for (at, c) in source.char_indices() {
        let joins = is_joiner(c) || (c == '(' && before.is_alphanumeric());
        before = c;
        if joins {
            continue;
        }
        let cjk = is_cjk(c);
        if !(c.is_alphanumeric() || cjk) || open.is_some_and(|w| w.cjk != cjk) {
            close(&mut out, &mut open);
        }
        if !(c.is_alphanumeric() || cjk) {
            continue;
        }
        let word = open.get_or_insert_with(|| {
            if !out.text.is_empty() {
                out.text.push(' ');
                out.origin.push((at as u32, at as u32));
            }
            Word { start: out.text.len(), end: out.text.len(), cjk }
        });
        letters(c, |folded| {
            if !cjk && out.text.len() - word.start >= WORD_BYTES {
                return;
            }
            let was = out.text.len();
            out.text.push(folded);
            out.origin.extend(std::iter::repeat_n((at as u32, (at + c.len_utf8()) as u32), out.text.len() - was));
        });
        word.end = out.text.len();
    }
    close(&mut out, &mut open);
    out
}

fn close(out: &mut Folded, open: &mut Option<Word>) {
    if let Some(word) = open.take().filter(|w| w.end > w.start) {
        out.words.push(word);
    }
}

/// Parts of a run without spaces: pairs of characters, or the one character.
pub fn cjk_parts(run: &str) -> Vec<&str> {
    let starts: Vec<usize> = run.char_indices().map(|(i, _)| i).chain([run.len()]).collect();
    if starts.len() < 3 {
        return vec![run];
    }
    starts.windows(3).map(|w| &run[w[0]..w[2]]).collect()
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | ')' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{300}'..='\u{36f}')
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The letters that one character is typed as.
fn letters(c: char, mut push: impl FnMut(char)) {
    let c = match c {
        // Full-width forms of the basic letters and digits.
        '\u{ff10}'..='\u{ff5a}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    if c.is_ascii() {
        return push(c.to_ascii_lowercase());
    }
    for c in c.to_lowercase() {
        match base(c) {
            "" if is_joiner(c) => {}
            "" => push(c),
            several => several.chars().for_each(&mut push),
        }
    }
}

fn base(c: char) -> &'static str {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ả' | 'ạ' | 'ấ' | 'ầ' | 'ậ' | 'ắ' | 'ằ' | 'ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẽ' | 'ẻ' | 'ẹ' | 'ế' | 'ề' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ǒ' | 'ọ' | 'ố' | 'ồ' | 'ộ' | 'ớ' | 'ờ' | 'ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ǔ' | 'ụ' | 'ứ' | 'ừ' | 'ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

/// The other customary spelling of a word with umlauts or rings ("oesterbank"), when there is one.
pub fn long_spelling(word: &str) -> Option<String> {
    let mut changed = false;
    let mut out = String::new();
    for c in word.chars().flat_map(char::to_lowercase) {
        let long = match c {
            'ä' => "ae",
            'ö' | 'ø' => "oe",
            'ü' => "ue",
            'å' => "aa",
            _ => "",
        };
        changed |= !long.is_empty();
        if long.is_empty() { out.push(c) } else { out.push_str(long) }
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(s: &str) -> Vec<String> {
        let folded = fold(s);
        (0..folded.words.len()).map(|i| folded.word(i).to_owned()).collect()
    }

    #[test]
    fn folds_what_keyboards_lack() {
        assert_eq!(words("Österbank Łódź Straße Sjørup"), ["osterbank", "lodz", "strasse", "sjorup"]);
        assert_eq!(words("Cafe\u{301} Ｂａｎｋ"), ["cafe", "bank"]);
        assert_eq!(words("People’s 401(k) Plan, Harbor & Vale"), ["peoples", "401k", "plan", "harbor", "vale"]);
        assert_eq!(words("東都銀行Bank"), ["東都銀行", "bank"]);
        assert_eq!(long_spelling("Österbank").as_deref(), Some("oesterbank"));
        assert_eq!(long_spelling("Osterbank"), None);
    }

    #[test]
    fn parts_of_a_run_overlap() {
        assert_eq!(cjk_parts("東都銀行"), ["東都", "都銀", "銀行"]);
        assert_eq!(cjk_parts("銀"), ["銀"]);
    }

    #[test]
    fn every_folded_byte_knows_its_origin() {
        for s in ["ßtraße &Æon İstanbul", "a\u{301}\u{302}b", "東a都", "((x)", "\u{301}"] {
            let f = fold(s);
            assert_eq!(f.text.len(), f.origin.len());
            for w in &f.words {
                assert!(f.text.is_char_boundary(w.start) && f.text.is_char_boundary(w.end) && w.start < w.end);
            }
            for &(a, b) in &f.origin {
                assert!(s.is_char_boundary(a as usize) && s.is_char_boundary(b as usize));
            }
        }
    }
}
