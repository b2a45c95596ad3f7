//! Words that institutions' names are made of. Invented places; nothing here names a real institution.

pub(crate) const HEADS: [&str; 96] = [
    "Brindle", "Quill", "Tansy", "Sorrel", "Umber", "Wicker", "Ambry", "Cindle", "Dapple", "Eskarn", "Farrow", "Gorse", "Hobble", "Inkle",
    "Jessa", "Kettle", "Loom", "Marrow", "Nettle", "Orrin", "Pewter", "Quennel", "Rush", "Sallow", "Thistle", "Under", "Vellum", "Wren",
    "Yarrow", "Zephyr", "Bramble", "Copper", "Drizzle", "Ember", "Fennel", "Gossa", "Hazel", "Ivor", "Juniper", "Kindle", "Lark", "Mistle",
    "Noddle", "Osier", "Pebble", "Quarry", "Raven", "Saffron", "Teasel", "Ulver", "Vesper", "Willow", "Yonder", "Alder", "Bracken",
    "Clover", "Damson", "Elder", "Finch", "Gander", "Heron", "Iver", "Jasper", "Kestle", "Linnet", "Medlar", "Nimble", "Otter", "Plover",
    "Quince", "Rowan", "Sedge", "Tallow", "Ullin", "Vetch", "Whin", "Yew", "Zinnia", "Barley", "Cricket", "Dunnock", "Eider", "Fescue",
    "Godwit", "Hornbeam", "Isling", "Jackdaw", "Knapple", "Lovage", "Merle", "Nuthatch", "Oriole", "Pipit", "Rookery", "Siskin", "Tarn",
];
pub(crate) const TAILS: [&str; 48] = [
    "mere", "vane", "hollow", "wick", "stead", "marsh", "fold", "garth", "thorpe", "combe", "holt", "low", "dell", "reach", "spire",
    "gate", "moor", "by", "ness", "worth", "brook", "croft", "down", "field", "ford", "glen", "ham", "hurst", "law", "ley", "mouth",
    "pool", "ridge", "rock", "shaw", "side", "slade", "sted", "stow", "thwaite", "ton", "vale", "wade", "water", "well", "weir", "wold",
    "yard",
];

/// Parts of names for other languages: country, currency, places, patterns with `{}` for the place.
pub(crate) struct Tongue {
    pub country: &'static [&'static str],
    pub currency: &'static str,
    pub heads: &'static [&'static str],
    pub tails: &'static [&'static str],
    pub patterns: &'static [&'static str],
}

pub(crate) const TONGUES: [Tongue; 11] = [
    Tongue {
        country: &["CA"],
        currency: "CAD",
        heads: &["Maple", "Loon", "Caribou", "Birch", "Moose", "Tamarack", "Otter", "Beaver"],
        tails: &["wick", "fold", "stead", "thorpe", "gate", "holt", "reach", "combe", "garth"],
        patterns: &["{} Trust Company", "Caisse {}", "{} Credit Union", "Bank of {}", "Banque {}"],
    },
    Tongue {
        country: &["GB"],
        currency: "GBP",
        heads: &["Wren", "Thistle", "Nettle", "Barrow", "Copse", "Hatter", "Pewter", "Tiddle", "Mallow"],
        tails: &["combe", "thwaite", "bury", "wick", "hampton", "stoke", "leigh", "minster"],
        patterns: &["{} Building Society", "Bank of {}", "{} & Sons", "{} Wealth", "{} Pensions"],
    },
    Tongue {
        country: &["IE"],
        currency: "EUR",
        heads: &["Bally", "Kil", "Dun", "Carrig", "Knock", "Lis"],
        tails: &["fennel", "quill", "umber", "tansy", "wicker", "linnet", "sorrel"],
        patterns: &["{} Credit Union", "Bank of {}", "Banc {}", "{} Savings"],
    },
    Tongue {
        country: &["DE"],
        currency: "EUR",
        heads: &["Krähen", "Grün", "Lärchen", "Müffel", "Distel", "Weiß", "Königs", "Öhr", "Zwetschgen"],
        tails: &["hausen", "bühl", "au", "winkel", "furt", "moor", "stätten", "brück"],
        patterns: &["Sparverein {}", "Bürgerbank {}", "{}er Bank", "Bankhaus {}", "Kreditbank {}"],
    },
    Tongue {
        country: &["FR"],
        currency: "EUR",
        heads: &["Mont", "Vau", "Brû", "Chantre", "Épine", "Grelot", "Fougè", "Noisel"],
        tails: &["crin", "lières", "fontaine", "quille", "vergne", "hêtre", "mouche"],
        patterns: &["Crédit de {}", "Banque {}", "Caisse {}", "Comptoir de {}", "Mutuelle {}"],
    },
    Tongue {
        country: &["ES"],
        currency: "EUR",
        heads: &["Villa", "Monte", "Peña", "Casta", "Olive", "Zarza", "Ardilla"],
        tails: &["ñales", "bríos", "rueda", "quilla", "ciruelo", "mora", "nieves"],
        patterns: &["Caja {}", "Banco de {}", "Caixa {}", "Ahorros {}"],
    },
    Tongue {
        country: &["NL"],
        currency: "EUR",
        heads: &["Kwik", "Zand", "Molen", "Ooie", "Distel", "Kruis", "Vos"],
        tails: &["hoven", "stede", "dijk", "vliet", "poort", "beek", "waard"],
        patterns: &["{} Bank", "Spaarbank {}", "{} Vermogen", "Coöperatie {}"],
    },
    Tongue {
        country: &["SE"],
        currency: "EUR",
        heads: &["Öster", "Väst", "Björk", "Älg", "Lind"],
        tails: &["ängby", "köping", "sjö", "fors", "hällan"],
        patterns: &["{}bank", "Sparbanken {}", "{} Kassa"],
    },
    Tongue {
        country: &["PL"],
        currency: "EUR",
        heads: &["Łódź", "Żuraw", "Śliw", "Ćmiel", "Brzęcz"],
        tails: &[" Wschód", " Zachód", "ów", "ice", "owiec"],
        patterns: &["Bank {}", "Kasa {}", "{} Oszczędności"],
    },
    Tongue {
        country: &["US"],
        currency: "USD",
        heads: &["日本 ", "青空 ", "夕凪 ", "千鳥 "],
        tails: &["Sazanami", "Kogarashi", "Tsubame", "Komorebi", "Minazuki"],
        patterns: &["{} Trust", "{} 信託", "{} Pacific Bank"],
    },
    Tongue {
        country: &["US"],
        currency: "USD",
        heads: &["Olga", "Baltha", "Mirel", "Zacha"],
        tails: &["zar", "mún", "bëk", "dô", "rén"],
        patterns: &["{} Community Bank", "{} Savings"],
    },
];

/// The nearest plain letters, for hosts, tickers and monograms.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            'ä' | 'á' | 'à' | 'â' | 'å' | 'ą' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'í' | 'î' | 'ï' => out.push('i'),
            'ö' | 'ó' | 'ô' => out.push('o'),
            'ü' | 'ú' | 'û' | 'ù' => out.push('u'),
            'Ä' | 'Á' | 'À' => out.push('A'),
            'É' | 'È' => out.push('E'),
            'Ö' | 'Ó' => out.push('O'),
            'Ü' | 'Ú' => out.push('U'),
            'ß' => out.push_str("ss"),
            'ñ' | 'ń' => out.push('n'),
            'ç' | 'ć' => out.push('c'),
            'Ć' => out.push('C'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'ź' | 'ż' => out.push('z'),
            'Ź' | 'Ż' => out.push('Z'),
            'ś' => out.push('s'),
            'Ś' => out.push('S'),
            _ => {}
        }
    }
    out
}

/// A host label of a name.
pub(crate) fn label(name: &str) -> String {
    let mut out: String = plain(name).to_ascii_lowercase().replace('&', "and");
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}
