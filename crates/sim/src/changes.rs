//! What changes outside: at the provider, at an institution, and what people say of it.

use crate::drive::Ended;
use crate::sim::{Did, Sim};
use crate::world::Fail;
use model::{FaultKind, Span, Time};

impl Sim {
    /// People say of an account that vanished what it went on as; where none has, one moves away at its institution.
    pub async fn moved(&mut self) -> Result<Did, Fail> {
        let ours = |sim: &Sim, outside: usize, missing: bool| {
            let fits = |a: &crate::view::Acct| a.state == "live" && a.same_as.is_none() && a.missing == missing;
            sim.view.accts.iter().find(|(id, a)| sim.is.get(id) == Some(&outside) && fits(a)).map(|(id, a)| (*id, a.household))
        };
        let moves = self.world.provider.state().moves.clone();
        let said = moves.iter().find_map(|(from, to)| Some((ours(self, *from, true)?, ours(self, *to, false)?)));
        let Some(((face, household), (path, _))) = said.filter(|(a, b)| a.1 == b.1) else {
            self.moves_away();
            return Ok(Did { outside: true, ..Did::default() });
        };
        let scope = self.world.homes.iter().find(|h| h.household == household).ok_or("an account of no household")?.scope;
        let app = self.app();
        let act = async move { app::joins::gone::settle(&app, &scope, face, app::joins::Gone::Moved(path)).await.map(|_| ()) };
        match self.act(act, None).await? {
            Ended::Well => {
                self.saw("a move was said");
                Ok(Did { joined: Some((face, path)), ..Did::default() })
            }
            _ => Ok(Did::default()),
        }
    }

    /// One account is no more, and another is there in its place, whoever of the house looks.
    fn moves_away(&mut self) {
        let now = self.world.now();
        let (d, mut s) = (&mut self.world.dice, self.world.provider.state());
        let shown: Vec<(usize, usize)> = s.logins.iter().enumerate().flat_map(|(n, l)| l.shows.iter().map(move |a| (n, *a))).collect();
        let Some((n, from)) = d.pick(&shown) else { return };
        let (home, institution) = (s.logins[n].household, s.logins[n].institution);
        let to = s.outside.len();
        // Its figures are newer than the last ones of the one before it, though the clock was set back between them: what is older
        // than what is shown is not taken, whoever brings it.
        let last = s.outside[from].versions.last().map_or(now, |v| v.as_of + Span::seconds(1));
        let next = crate::truth::Outside::new(to, home, institution, now.max(last) + Span::hours(20), d);
        s.outside.push(next);
        for l in s.logins.iter_mut().filter(|l| l.household == home && l.institution == institution) {
            if l.shows.remove(&from) {
                l.shows.insert(to);
            }
        }
        s.moves.push((from, to));
        drop(s);
        self.saw("an account moved away");
    }

    pub fn provider_changes(&mut self) {
        let now: Time = self.world.now();
        let mut saw = None;
        {
            let (d, mut s) = (&mut self.world.dice, self.world.provider.state());
            if s.logins.is_empty() {
                return;
            }
            let n = d.below(s.logins.len());
            let kind = FaultKind::ALL[d.below(FaultKind::ALL.len())];
            let shown: Vec<usize> = s.logins[n].shows.iter().copied().collect();
            let Some(account) = d.pick(&shown) else { return };
            match d.below(6) {
                0 => s.logins[n].trouble = Some(crate::truth::fault(kind, d)),
                1 => s.logins[n].trouble = None,
                2 if d.chance(400) => {
                    for account in shown {
                        *s.logins[n].names.entry(account).or_default() += 1;
                    }
                    saw = Some("every external id changed");
                }
                2 => {
                    *s.logins[n].names.entry(account).or_default() += 1;
                    saw = Some("an external id changed");
                }
                3 => {
                    s.logins[n].hidden.insert(account);
                    saw = Some("an account vanished");
                }
                4 => {
                    saw = (!s.logins[n].hidden.is_empty()).then_some("what had vanished is back");
                    s.logins[n].hidden.clear();
                }
                _ => {
                    let (home, institution) = (s.logins[n].household, s.logins[n].institution);
                    let there: Vec<usize> = (0..s.outside.len())
                        .filter(|a| s.outside[*a].household == home && s.outside[*a].institution == institution)
                        .collect();
                    // A new account, or one that the other sign-in of the house shows already.
                    let account = if d.chance(500) { d.pick(&there) } else { None }.unwrap_or_else(|| {
                        let number = s.outside.len();
                        let outside = crate::truth::Outside::new(number, home, institution, now, d);
                        s.outside.push(outside);
                        number
                    });
                    s.logins[n].shows.insert(account);
                    saw = Some("an account appeared");
                }
            }
        }
        if let Some(what) = saw {
            self.saw(what);
        }
    }
}
