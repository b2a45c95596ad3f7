//! A household as it was on any day: read once, decided in memory for as many days as are asked. What was known then stays what it was; a
//! correction that came later changes what is known now.

use crate::facts::Row;
use crate::{Result, facts};
use jiff::tz::TimeZone;
use model::as_of::{Came, Figure, Look, Said, behind, figure, stood};
use model::fact::Fact;
use model::{AccountId, AccountState, Date, HouseholdId, PortfolioId, PortfolioKind, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Firm;
use store::accounts::{Account, Figures};
use store::facts::Version;
use store::members::Member;
use store::received::Total;

/// Everything that was said of a household and that came for its accounts.
#[derive(Debug)]
pub struct Log {
    household: HouseholdId,
    versions: Vec<Version>,
    totals: Vec<Total>,
}

/// One account's part of the log.
struct Entry<'a> {
    id: AccountId,
    said: Vec<Said<'a>>,
    totals: &'a [Total],
    came: Vec<Came>,
}

/// The household's possessions as they were: those of the Current portfolio, each once.
#[derive(Debug, Clone, Default)]
pub struct Then {
    pub accounts: Vec<Account>,
    pub members: Vec<Member>,
    /// Of these, accounts that are deleted by now: they are read for what was known then, and lead nowhere.
    pub gone: HashSet<AccountId>,
}

#[crate::boxed]
pub async fn log(db: &Firm, household: HouseholdId) -> Result<Log> {
    let versions = store::facts::history_of_household(db, household).await?;
    let totals = store::received::of_household(db, household).await?;
    Ok(Log { household, versions, totals })
}

impl Log {
    /// The day the household was first spoken of, and the first day that anything of it is known to be true.
    pub fn begins(&self, zone: &TimeZone) -> (Option<Date>, Option<Date>) {
        let said = self.versions.iter().map(|v| v.true_from).min();
        let typed = self.versions.iter().filter_map(|v| match &v.fact {
            Fact::Account(f) => f.manual.as_ref().map(|m| m.as_of),
            _ => None,
        });
        let came = self.totals.iter().map(|t| t.came.as_of).min().map(|t| t.date(zone));
        (said, said.into_iter().chain(typed).chain(came).min())
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let mut said: BTreeMap<AccountId, Vec<Said<'_>>> = BTreeMap::new();
        for v in &self.versions {
            if let Fact::Account(fact) = &v.fact {
                said.entry(fact.id).or_default().push(Said { fact, true_from: v.true_from, known_from: v.known_from });
            }
        }
        said.into_iter()
            .map(|(id, said)| {
                let from = self.totals.partition_point(|t| t.account < id);
                let to = self.totals.partition_point(|t| t.account <= id);
                let totals = &self.totals[from..to];
                Entry { id, said, came: totals.iter().map(|t| t.came).collect(), totals }
            })
            .collect()
    }

    /// As it was at each look, in their order.
    #[crate::boxed]
    pub async fn at(&self, db: &Firm, looks: &[Look]) -> Result<Vec<Then>> {
        let entries = self.entries();
        let mut held = HashSet::new();
        let mut found = Vec::new();
        for look in looks {
            let rows = self.rows(&entries, *look);
            held.extend(rows.iter().filter_map(|r| r.came).map(|t| (t.account, t.hash.clone())));
            found.push(rows);
        }
        let currencies = store::received::currencies(db, &held).await?;
        let mut out = Vec::new();
        for (rows, look) in found.into_iter().zip(looks) {
            let mut accounts = Vec::with_capacity(rows.len());
            for Found { mut account, came } in rows {
                if let Some(t) = came {
                    let (day, value) = t.value()?;
                    let currency = currencies.get(&(t.account, t.hash.clone())).cloned();
                    let (as_of, received_at) = (Some(t.came.as_of), Some(t.came.received_at));
                    account.figures = Figures { currency, value, as_of, as_of_day: Some(day), received_at, ..Figures::default() };
                }
                accounts.push(account);
            }
            let gone = accounts.iter().map(|a| a.id).filter(|id| self.is_gone(*id)).collect();
            out.push(Then { accounts, members: self.members(*look), gone });
        }
        Ok(out)
    }

    fn is_gone(&self, account: AccountId) -> bool {
        let newest = self.versions.iter().rev().find_map(|v| match &v.fact {
            Fact::Account(f) if f.id == account => Some(f),
            _ => None,
        });
        newest.is_some_and(|f| f.state == AccountState::Deleted || f.same_as.is_some())
    }

    fn rows<'a>(&'a self, entries: &'a [Entry<'a>], look: Look) -> Vec<Found<'a>> {
        let current = self.current();
        // What stands behind another account is that account by a second path: its figures hold where the first has none.
        let mut paths: HashMap<AccountId, Vec<&Entry<'_>>> = HashMap::new();
        for e in entries {
            if let Some(first) = behind(&e.said, look) {
                paths.entry(first).or_default().push(e);
            }
        }
        let mut out = Vec::new();
        for e in entries {
            let Some(stood) = stood(&e.said, &e.came, look) else { continue };
            if Some(stood.fact.portfolio) != current {
                continue;
            }
            let other = || paths.get(&e.id)?.iter().find_map(|p| Some((*p, figure(&p.said, &p.came, look)?)));
            let (from, figure) = match stood.figure {
                Some(f) => (e, Some(f)),
                None => other().map_or((e, None), |(p, f)| (p, Some(f))),
            };
            let first = e.said.first().map_or(Time(0), |s| s.known_from);
            let mut account = facts::account(stood.fact, self.household, first);
            account.state = stood.state;
            account.figures = Figures::default();
            let came = match figure {
                Some(Figure::Came(n)) => from.totals.get(n),
                Some(Figure::Typed(m, at)) => {
                    let (currency, value, as_of_day) = (Some(m.currency.clone()), Some(m.value), Some(m.as_of));
                    account.figures = Figures { currency, value, as_of_day, received_at: Some(at), ..Figures::default() };
                    None
                }
                None => None,
            };
            out.push(Found { account, came });
        }
        out.sort_by_key(|f| (f.account.created_at, f.account.id));
        out
    }

    fn current(&self) -> Option<PortfolioId> {
        self.versions.iter().find_map(|v| match &v.fact {
            Fact::Portfolio(p) if p.kind == PortfolioKind::Current => Some(p.id),
            _ => None,
        })
    }

    /// The people as they were called then, those who have left since too.
    fn members(&self, look: Look) -> Vec<Member> {
        let mut out: BTreeMap<model::MemberId, Member> = BTreeMap::new();
        for v in self.versions.iter().filter(|v| v.known_from <= look.known) {
            let Fact::Member(f) = &v.fact else { continue };
            let begun = look.day.is_none_or(|d| v.true_from <= d);
            if (begun || !out.contains_key(&f.id))
                && let Some(Row::Member(m)) = Row::of(v, v.known_from)
            {
                out.insert(f.id, m);
            }
        }
        let mut members: Vec<Member> = out.into_values().filter(|m| m.active).collect();
        members.sort_by_key(|m| (m.place, m.id));
        members
    }
}

/// An account, and the row that its figures are in when they came.
struct Found<'a> {
    account: Account,
    came: Option<&'a Total>,
}
