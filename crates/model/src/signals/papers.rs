//! Rules over legal documents: what is recorded of them, not the documents themselves.

use super::{Household, Limit, Mend, Missing, Outcome, Rule, Step, Unit, Verdict, say};
use crate::Decimal;
use crate::documents::not_recorded;

pub(super) const RULES: &[Rule] = &[Rule {
    key: "document_review",
    version: 1,
    title: "A legal document waits for its review",
    client: "A legal document waits to be looked at again",
    about: "The days that are left until each recorded document is to be looked at again. A usual one that nobody has recorded for an adult is \
            missing: whether it exists is not known.",
    how: "days from today to the day of review of each document; a day that has passed is less than nothing",
    reads: &["legal documents", "adults"],
    limit: Limit::at_least(0, Unit::Days, 365),
    apply: document_review,
}];

fn document_review(h: &Household, limit: Decimal) -> Verdict {
    if h.documents.is_empty() {
        return Verdict::nothing("No legal document is recorded");
    }
    let (mut steps, mut due, mut least) = (Vec::new(), 0, None);
    for d in &h.documents {
        let whose = h.adults.iter().find(|(id, _)| *id == d.member).map_or("another person", |(_, name)| name.as_str());
        let label = format!("{} of {whose}", d.kind.words());
        let Some(review) = d.review else {
            steps.push(Step::new(label, "no day of review", "not counted"));
            continue;
        };
        let left = say::days_old(h.today, review);
        due += usize::from(Decimal::from(left) < limit);
        least = Some(least.map_or(left, |l: i32| l.min(left)));
        steps.push(Step::new(label, format!("{} to {}", say::day(h.today), say::day(review)), say::left(left)));
    }
    let missing: Vec<Missing> = h
        .adults
        .iter()
        .flat_map(|(id, name)| {
            not_recorded(&h.documents, *id).into_iter().map(move |k| format!("a {} of {name}", k.words().to_lowercase()))
        })
        .map(|what| Missing::new(what, Mend::Documents))
        .collect();
    if due == 0 && !missing.is_empty() {
        return Verdict::new(Outcome::cannot(missing), &[]);
    }
    let measure = least.map_or_else(|| "no day of review".into(), say::left);
    Verdict::new(Outcome::of(due > 0, measure, steps, vec![Mend::Documents]), &[])
}
