//! How much room a text takes, as near as can be told without the reader's fonts, on the safe side; and cutting what has none.

/// Of a letter, in parts of the size of its type.
fn em(c: char) -> f32 {
    match c {
        // What is written over or into its neighbour.
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | '·' => 0.3,
        ' ' | '\u{a0}' => 0.32,
        't' | 'f' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '&' | '…' | '—' => 0.95,
        'a'..='z' => 0.6,
        '0'..='9' | '$' | '+' | '−' => 0.65,
        // Scripts whose letters fill a square, and pictures.
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{3fffd}' => 1.1,
        // Indic scripts and their neighbours are broad.
        '\u{900}'..='\u{e7f}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => 0.85,
        _ => 0.72,
    }
}

/// How wide a text is at a size of type.
pub fn width(text: &str, size: f32) -> f32 {
    text.chars().map(em).sum::<f32>() * size
}

/// The text, or as much of it as has room, with an ellipsis. What belongs to a letter stays with it.
pub fn cut(text: &str, size: f32, room: f32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let room = room - em('…') * size;
    let mut used = 0.0;
    let mut kept = String::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        used += em(c) * size;
        if used > room {
            break;
        }
        kept.push(c);
        // Two pictures that a joiner makes one.
        if c == '\u{200d}' && letters.peek().is_some_and(|n| used + em(*n) * size > room) {
            break;
        }
    }
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '·' | '\u{200d}'));
    format!("{kept}…")
}
