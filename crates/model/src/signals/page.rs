//! The documentation of the rules, made from them.

use super::pack;

/// The documentation page: `docs/signals.md`.
pub fn page() -> String {
    let mut text = "# Attention signals\n\n<!-- Made from crates/model/src/signals: change the rules there. -->\n\nEach rule reads what is known of a \
                    household, works one measure out and holds it against one threshold.\nThere are four answers: a *finding*, *fine*, *cannot be \
                    told* with exactly what is missing, and *nothing to look at*. What is\nunknown is never zero: a sum over an unknown value \
                    is not told, unless the finding holds whatever the value is. A measure at\nits threshold is fine. Amounts are exact; what a \
                    page rounds says \"about\". Amounts in several currencies are not added up.\n\nThe rules look at the Current portfolio \
                    without what is muted. A firm changes thresholds under *Settings, Signals*: a draft, tried on\nthe whole book, then \
                    published; every version is kept.\n"
        .to_owned();
    for r in pack() {
        let limit = r.limit.map_or_else(|| "none".into(), |l| format!("{} ({}, up to {})", l.words(r.default()), l.unit.name(), l.most));
        text += &format!(
            "\n## {}: {}\n\nVersion {}. {}\n\n- reads: {}\n- threshold: {limit}\n- arithmetic: {}\n",
            r.key,
            r.title,
            r.version,
            r.about,
            r.reads.join(", "),
            r.how
        );
    }
    text
}
