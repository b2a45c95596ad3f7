//! What was repaired, and where. Nothing is put right in silence.

use std::fmt;

/// Where in the file: a line, counted from 1, and a byte, counted from 0. In UTF-16 files bytes are counted after conversion to UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Place {
    pub line: u64,
    pub byte: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}", self.line, self.byte)
    }
}

/// One repair, or one thing that could not be repaired and was therefore left unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Warning {
    pub repair: Repair,
    pub place: Place,
    /// The element it happened at, in capitals; empty outside all elements.
    pub element: String,
    /// What stood there, shortened.
    pub found: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.repair.sentence())?;
        if !self.element.is_empty() {
            write!(f, " at {}", self.element)?;
        }
        if !self.found.is_empty() {
            write!(f, " ({})", self.found)?;
        }
        Ok(())
    }
}

macro_rules! repairs {
    ($($(#[$doc:meta])* $name:ident = $sentence:literal,)*) => {
        /// What kind of repair it was. New kinds may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum Repair { $($(#[$doc])* $name,)* }
        impl Repair {
            /// The same in words.
            pub fn sentence(self) -> &'static str {
                match self { $(Repair::$name => $sentence,)* }
            }
        }
    };
}

repairs! {
    /// The file begins without a header; the rest was read as if it had one.
    NoHeader = "the header is missing",
    /// The header names something that this reader does not know.
    OddHeader = "the header says something unknown",
    /// The bytes are of another encoding than the header says. Noted once.
    Mislabelled = "the text is not in the encoding that the header names",
    /// A byte that means nothing in the encoding; the replacement character stands for it.
    BadByte = "a byte without meaning was replaced",
    /// A control character was left out.
    Control = "a control character was left out",
    /// Element names in small letters. Noted once.
    SmallLetters = "element names are in small letters",
    /// An element was not closed; what follows it closed it.
    NotClosed = "a closing tag is missing",
    /// A closing tag without its opening tag was passed over.
    StrayClose = "a closing tag has no opening tag",
    /// Text where no text belongs was passed over.
    StrayText = "text stands where none belongs",
    /// `&` that begins no entity was kept as it is. Noted once.
    BareAmpersand = "an ampersand is not escaped",
    /// `<` that begins no tag was kept as it is. Noted once.
    BareLess = "a less-than sign is not escaped",
    /// An entity that the file declares itself. It is never expanded: its name stays as text.
    OwnEntity = "an entity of the file's own was not expanded",
    /// A declaration such as a document type was passed over.
    Declaration = "a declaration was passed over",
    /// A value longer than the limit; its beginning was kept.
    TooLong = "a value is too long and was cut",
    /// Elements nested deeper than the limit were read as if they lay at the limit.
    TooDeep = "elements are nested too deeply",
    /// One record has more fields than the limit; the rest was left out.
    TooMany = "a record has too many fields",
    /// The file ends in the middle. A value that it may have cut was left out.
    CutShort = "the file ends in the middle",
    /// A number in another spelling than the standard's, understood with certainty.
    OddNumber = "a number is spelled unusually",
    /// A number that can be read in two ways; it was left unknown.
    AmbiguousNumber = "a number can be read in two ways and was left unknown",
    /// Not a number; it was left unknown.
    BadNumber = "a number cannot be read and was left unknown",
    /// A date in another spelling than the standard's, understood with certainty.
    OddDate = "a date is spelled unusually",
    /// Not a date; it was left unknown.
    BadDate = "a date cannot be read and was left unknown",
    /// Records stand outside any statement; one was begun for them.
    NoStatement = "a statement begins without its opening tag",
    /// A field that the standard requires is missing.
    MissingField = "a required field is missing",
}

/// How many warnings are kept; the others are counted.
const KEPT: usize = 1_000;

/// The warnings of one reader.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub kept: Vec<Warning>,
    pub count: u64,
    once: u32,
    /// What the file's other numbers have shown: a comma that can only be a decimal one, or a point.
    pub comma_seen: bool,
    pub point_seen: bool,
    /// Where the record now read begins, for what its fields say.
    pub place: Place,
}

impl Notes {
    pub fn add(&mut self, repair: Repair, place: Place, element: &str, found: &str) {
        self.count += 1;
        if self.kept.len() < KEPT {
            let found: String = found.chars().take(80).collect();
            self.kept.push(Warning { repair, place, element: element.to_owned(), found });
        }
    }

    /// Habits of a whole file are noted where they show first.
    pub fn once(&mut self, repair: Repair, place: Place, element: &str, found: &str) {
        let bit = 1u32 << (repair as u32 % 32);
        if self.once & bit == 0 {
            self.once |= bit;
            self.add(repair, place, element, found);
        }
    }
}
