//! Which accounts are one, over the real engine and store: what joins by itself, what is asked about once, what people join and take apart,
//! and that nothing is counted twice, lost or shown fresher than it is.

mod world;

use app::joins::{self, Answer, Gone};
use model::fact::Fact;
use model::{AccountId, AccountState, Decimal, FaultKind, Source};
use proptest::prelude::*;
use world::{BANK, World, data, world, worlds};

fn cents(n: i64) -> Decimal {
    Decimal::new(n, 2)
}

async fn open(w: &World) -> joins::Doubled {
    joins::doubled(&w.app, &w.scope, w.household).await.expect("what waits")
}

/// The value that an account's page shows on a day.
async fn on(w: &World, id: AccountId, day: &str) -> Option<Decimal> {
    let day: Option<model::Date> = day.parse().ok();
    app::account_view::view(&w.app, &w.scope, id, day).await.expect("the account").shown.and_then(|s| s.head.value)
}

async fn named(w: &World, name: &str) -> AccountId {
    w.shown().await.iter().find(|a| a.name == name).expect("an account of this name").id
}

async fn join_id(w: &World, account: AccountId) -> model::JoinId {
    let (_, p) = joins::paths(&w.app, &w.scope, account).await.expect("its paths");
    let part = p.lines.iter().find_map(|l| if let joins::Apart::Join(id) = l.apart { Some(id) } else { None });
    part.expect("a join")
}

// proves: N33 N57
#[tokio::test]
async fn a_doubtful_one_is_kept_apart_counted_visibly_asked_once_joined_and_taken_apart_to_the_letter() {
    for w in worlds().await {
        w.link("one", "plaid", BANK, 0, vec![data(&w, "a", "Everyday", "0417", 5_000)]).await;
        let old = w.shown().await[0].id;
        app::accounts::rename(&w.app, &w.scope, old, "Groceries and rent").await.unwrap();
        app::accounts::set_owners(&w.app, &w.scope, old, app::accounts::equal_shares(&w.members)).await.unwrap();
        w.next_day().await;
        // The first sign-in stops; another provider calls the account otherwise.
        w.fails("one", FaultKind::NeedsCredentials);
        w.refresh().await;
        w.link("two", "mx", BANK, 0, vec![data(&w, "b", "Premier Checking", "0417", 6_100)]).await;
        let shown = w.shown().await;
        assert_eq!(shown.len(), 2, "80 points: kept apart");
        let new = shown[1].id;
        let d = open(&w).await;
        assert_eq!(d.asked.len(), 1);
        assert_eq!(d.asked[0].others[0].because, "the same institution, the same kind of account, the same last digits");
        assert_eq!(
            (d.twice().single().unwrap().amount, w.total().await),
            (cents(6_100), cents(11_100)),
            "visible and counted until somebody says"
        );
        w.refresh().await;
        assert_eq!(open(&w).await.asked.len(), 1, "asked once");

        let before = w.whole().await;
        joins::answer(&w.app, &w.scope, new, Answer::Same(old)).await.unwrap();
        let one = &w.shown().await[0];
        assert_eq!((w.shown().await.len(), one.id, one.name.as_str(), one.owners.len()), (1, old, "Groceries and rent", 2));
        assert_eq!((one.figures.value, w.total().await), (Some(cents(6_100)), cents(6_100)), "the path that works brings the values");
        assert!(open(&w).await.is_empty());
        assert!(joins::answer(&w.app, &w.scope, new, Answer::Another).await.is_err(), "answered is answered");
        w.rebuilds().await;

        joins::part(&w.app, &w.scope, join_id(&w, old).await).await.unwrap();
        assert_eq!(w.whole().await, before, "to the letter");
        assert!(open(&w).await.is_empty(), "and never asked again");
        w.rebuilds().await;
        w.next_day().await;
        w.says("two", vec![data(&w, "b2", "Premier Checking", "0417", 6_200)]);
        w.refresh().await;
        assert_eq!(
            (w.shown().await.len(), open(&w).await.asked.len()),
            (2, 0),
            "another number of the provider's keeps it its own account"
        );
    }
}

// proves: N57 E26 D8 D9 D12
#[tokio::test]
async fn what_was_kept_by_hand_is_linked_with_its_history_and_comes_back_as_it_was() {
    for w in worlds().await {
        let hand = w.by_hand(1, "House account", "", "4000", "2026-11-10").await;
        let a = w.shown().await.remove(0);
        app::accounts::change(&w.app, &w.scope, hand, &a.name, a.owners, Some(("4,200.50", "2026-11-15"))).await.unwrap();
        w.link("one", "plaid", BANK, 0, vec![data(&w, "a", "Everyday", "0417", 430_000)]).await;
        let fed = w.shown().await.into_iter().find(|a| a.id != hand).unwrap().id;
        assert_eq!(w.total().await, cents(850_050));
        let (_, targets) = joins::targets(&w.app, &w.scope, hand).await.unwrap();
        assert_eq!(targets.iter().map(|a| a.id).collect::<Vec<_>>(), [fed]);
        let before = w.whole().await;

        joins::link(&w.app, &w.scope, hand, fed).await.unwrap();
        let one = w.shown().await.remove(0);
        assert_eq!((one.id, one.name.as_str(), one.owners.len(), one.source), (hand, "House account", 2, Source::Aggregation));
        assert_eq!((w.shown().await.len(), w.total().await), (1, cents(430_000)));
        assert!(one.figures.received_at.is_some() && one.figures.as_of.is_some(), "as-of and received, not the typed day");
        assert_eq!(on(&w, hand, "2026-11-12").await, Some(cents(400_000)), "what was typed stays on its days");
        assert_eq!(on(&w, hand, "2026-11-16").await, Some(cents(420_050)));
        w.rebuilds().await;

        joins::part(&w.app, &w.scope, join_id(&w, hand).await).await.unwrap();
        assert_eq!(w.whole().await, before);
        w.rebuilds().await;

        // Joined again, more arrives, and people rename it: that stays when it is taken apart.
        joins::link(&w.app, &w.scope, hand, fed).await.unwrap();
        w.next_day().await;
        w.says("one", vec![data(&w, "a", "Everyday", "0417", 440_000)]);
        w.refresh().await;
        app::accounts::rename(&w.app, &w.scope, hand, "Rent").await.unwrap();
        assert_eq!(w.total().await, cents(440_000));
        joins::part(&w.app, &w.scope, join_id(&w, hand).await).await.unwrap();
        let both = w.shown().await;
        let of = |id| both.iter().find(|a| a.id == id).unwrap();
        assert_eq!((of(hand).name.as_str(), of(hand).figures.value, of(hand).source), ("Rent", Some(cents(420_050)), Source::Manual));
        assert_eq!((of(fed).name.as_str(), of(fed).figures.value), ("Everyday", Some(cents(440_000))), "each has what arrived for it");
        w.rebuilds().await;
    }
}

// proves: N57 N65 D3
#[tokio::test]
async fn by_two_sign_ins_it_is_one_account_one_brings_the_values_and_the_other_waits_behind_it() {
    for w in worlds().await {
        let his = w.link("his", "plaid", BANK, 0, vec![data(&w, "a", "Joint checking", "0417", 5_000)]).await;
        let account = w.shown().await[0].id;
        w.next_day().await;
        let hers = w.link("hers", "mx", BANK, 1, vec![data(&w, "b", "Joint checking", "0417", 5_500)]).await;
        assert_eq!((w.shown().await.len(), w.total().await), (1, cents(5_500)), "counted once");
        let db = w.app.store().read(&w.scope).await.unwrap();
        let there: Vec<_> = store::connections::of_household(&db, w.household).await.unwrap().iter().map(|c| c.id).collect();
        drop(db);
        assert_eq!(there, [his, hers], "another person's permission is theirs to end");
        let (_, p) = joins::paths(&w.app, &w.scope, account).await.unwrap();
        let told: Vec<_> = p.lines.iter().map(|l| (l.connection.unwrap(), l.feeds)).collect();
        assert_eq!(told, [(his, false), (hers, true)]);
        assert!(p.lines[1].because.contains("the same last digits, the same name"), "{}", p.lines[1].because);

        joins::prefer(&w.app, &w.scope, account, his).await.unwrap();
        w.says("his", vec![data(&w, "a", "Joint checking", "0417", 5_600)]);
        w.refresh().await;
        assert_eq!((w.shown().await[0].connection, w.total().await), (Some(his), cents(5_600)));
        // They were two after all: each has what its own sign-in brought.
        let other = joins::split(&w.app, &w.scope, account, hers).await.unwrap();
        let both = w.shown().await;
        assert_eq!(both.len(), 2);
        let of = |id| both.iter().find(|a| a.id == id).unwrap();
        assert_eq!((of(account).connection, of(account).figures.value), (Some(his), Some(cents(5_600))));
        assert_eq!((of(other).connection, of(other).figures.value), (Some(hers), Some(cents(5_500))));
        w.rebuilds().await;
        w.says("hers", vec![data(&w, "b", "Joint checking", "0417", 5_700)]);
        w.next_day().await;
        w.refresh().await;
        assert_eq!(w.shown().await.iter().find(|a| a.id == other).unwrap().figures.value, Some(cents(5_700)));
    }
}

// proves: N33
#[tokio::test]
async fn relink_every_id_anew_provider_change_and_migration_keep_account_history_and_edits() {
    for w in worlds().await {
        let two = |w: &World, ids: [&str; 2]| vec![data(w, ids[0], "Everyday", "0417", 5_000), data(w, ids[1], "Savings", "", 777)];
        let c = w.link("one", "plaid", BANK, 0, two(&w, ["a", "b"])).await;
        let ids = [named(&w, "Everyday").await, named(&w, "Savings").await];
        for id in &ids {
            app::accounts::rename(&w.app, &w.scope, *id, "Named by people").await.unwrap();
        }
        // The provider changes every id.
        w.next_day().await;
        w.says("one", two(&w, ["c", "d"]));
        w.refresh().await;
        // The client signs in again, then comes by another provider.
        w.sign_in_again(c).await;
        w.next_day().await;
        w.link("two", "mx", BANK, 0, two(&w, ["m1", "m2"])).await;
        let savings = open(&w).await;
        assert_eq!(savings.asked.len(), 1, "without digits another provider's is asked about");
        joins::answer(&w.app, &w.scope, savings.asked[0].account.account.id, Answer::Same(ids[1])).await.unwrap();
        let all = w.shown().await;
        assert!(all.len() == 2 && all.iter().all(|a| ids.contains(&a.id) && a.name == "Named by people"), "{all:#?}");

        // The institution goes by another name from now on: asked about once, and known from then on.
        w.next_day().await;
        let moved = |w: &World| vec![data(w, "f1", "Everyday", "0417", 5_000)];
        w.link("three", "mx", "Foxglove Bank", 0, moved(&w)).await;
        let d = open(&w).await;
        assert_eq!((d.asked.len(), d.asked[0].others[0].account.id), (1, ids[0]));
        joins::answer(&w.app, &w.scope, d.asked[0].account.account.id, Answer::Same(ids[0])).await.unwrap();
        w.next_day().await;
        w.link("four", "plaid", "Foxglove Bank", 0, vec![data(&w, "g1", "Everyday", "0417", 9_000)]).await;
        assert_eq!((w.shown().await.len(), open(&w).await.asked.len()), (2, 0));
        let db = w.app.store().read(&w.scope).await.unwrap();
        assert!(!store::received::history(&db, ids[0]).await.unwrap().is_empty());
        drop(db);
        w.rebuilds().await;
    }
}

// proves: N57 D9
#[tokio::test]
async fn a_vanished_account_moves_closes_or_hides_and_the_total_of_each_day_stays() {
    for w in worlds().await {
        let a = |w: &World, v| data(w, "a", "Everyday", "0417", v);
        w.link("one", "plaid", BANK, 0, vec![a(&w, 5_000), data(&w, "s", "Savings", "0425", 100)]).await;
        let old = named(&w, "Everyday").await;
        w.next_day().await;
        w.says("one", vec![data(&w, "n", "Premier", "9901", 5_050), data(&w, "s", "Savings", "0425", 100)]);
        w.refresh().await;
        let d = open(&w).await;
        assert_eq!((d.asked.len(), d.vanished.len()), (0, 1));
        let to = d.vanished[0].successors[0].id;
        assert_eq!(w.total().await, cents(10_150), "doubled, and said to be open");
        let second = w.app.now().utc_date();
        let first = second.yesterday().unwrap();
        let days = [first.yesterday().unwrap(), first, second, second.tomorrow().unwrap()].map(|d| d.to_string());
        let before = w.whole().await;
        joins::gone::settle(&w.app, &w.scope, old, Gone::Moved(to)).await.unwrap();
        assert_eq!((w.shown().await.len(), w.total().await), (2, cents(5_150)));
        let mut seen = Vec::new();
        for day in &days {
            seen.push(on(&w, old, day).await);
        }
        assert_eq!(seen, [None, Some(cents(5_000)), Some(cents(5_050)), Some(cents(5_050))], "the one until the other begins");
        // Another sign-in shows it under the number that it has now: the same account, counted once.
        w.link("hers", "mx", BANK, 1, vec![data(&w, "m", "Premier", "9901", 5_050)]).await;
        assert_eq!((w.shown().await.len(), w.total().await, open(&w).await.asked.len()), (2, cents(5_150), 0));
        assert!(open(&w).await.is_empty());
        w.rebuilds().await;
        w.next_day().await;
        w.refresh().await;
        assert!(open(&w).await.is_empty() && w.shown().await.iter().all(|a| a.figures.missing_since.is_none()));
        joins::part(&w.app, &w.scope, join_id(&w, old).await).await.unwrap();
        assert_eq!(w.shown().await.len(), 3);
        assert_eq!(before.len(), w.whole().await.len());
        w.rebuilds().await;

        // Savings vanishes: hidden there, back, gone again, closed.
        let savings = w.shown().await.into_iter().find(|a| a.name == "Savings").unwrap().id;
        w.says("one", vec![data(&w, "n", "Premier", "9901", 5_050)]);
        w.refresh().await;
        joins::gone::settle(&w.app, &w.scope, savings, Gone::Hidden).await.unwrap();
        assert!(!open(&w).await.vanished.iter().any(|v| v.account.id == savings));
        assert_eq!(w.shown().await.iter().find(|a| a.id == savings).unwrap().figures.value, Some(cents(100)), "the last value stays");
        w.next_day().await;
        w.says("one", vec![data(&w, "n", "Premier", "9901", 5_050), data(&w, "s", "Savings", "0425", 110)]);
        w.refresh().await;
        assert!(joins::gone::settle(&w.app, &w.scope, savings, Gone::Closed).await.is_err(), "it is there again");
        w.next_day().await;
        w.says("one", vec![data(&w, "n", "Premier", "9901", 5_050)]);
        w.refresh().await;
        joins::gone::settle(&w.app, &w.scope, savings, Gone::Closed).await.unwrap();
        let closed = w.shown().await.into_iter().find(|a| a.id == savings).unwrap();
        assert!(closed.state == AccountState::Muted && closed.closed_on.is_some() && closed.figures.value == Some(cents(110)));
        assert!(on(&w, savings, &days[1]).await.is_some(), "its history stays");
        w.rebuilds().await;
    }
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// An account's value changes.
    Moves(usize, i64),
    /// The provider changes every id.
    Rekeys,
    Fails(bool),
    LinksAgain(bool),
    Hides(usize),
    Renames(usize),
    /// The first open question is answered.
    Answers(bool),
    Links,
    Parts,
    Sign,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0usize..3, 1i64..9_999).prop_map(|(n, v)| Step::Moves(n, v)),
        Just(Step::Rekeys),
        any::<bool>().prop_map(Step::Fails),
        any::<bool>().prop_map(Step::LinksAgain),
        (0usize..3).prop_map(Step::Hides),
        (0usize..4).prop_map(Step::Renames),
        any::<bool>().prop_map(Step::Answers),
        Just(Step::Links),
        Just(Step::Parts),
        Just(Step::Sign),
    ]
}

/// What is true outside: three accounts, one without digits.
struct Truth {
    values: [i64; 3],
    hidden: [bool; 3],
    era: u32,
    items: u32,
}

impl Truth {
    fn says(&self, w: &World, item: &str) -> Vec<model::AccountData> {
        let names = [("Everyday", "0417"), ("Savings", "0425"), ("Holiday", "")];
        let shown = (0..3).filter(|n| !self.hidden[*n]);
        shown.map(|n| data(w, &format!("{item}-{n}-{}", self.era), names[n].0, names[n].1, self.values[n])).collect()
    }
    /// The institution tells every sign-in the same.
    fn told(&self, w: &World) {
        for n in 0..self.items {
            let item = format!("i{n}");
            w.says(&item, self.says(w, &item));
        }
    }
}

async fn play(steps: &[Step]) {
    let w = world().await;
    let mut truth = Truth { values: [10_000, 20_000, 30_000], hidden: [false; 3], era: 0, items: 1 };
    let mut connection = w.link("i0", "plaid", BANK, 0, truth.says(&w, "i0")).await;
    let hand = w.by_hand(1, "By hand", "", "100", "2026-11-10").await;
    let mut names: std::collections::HashMap<AccountId, String> = std::collections::HashMap::new();
    let mut said_two = 0;
    for (n, s) in steps.iter().enumerate() {
        w.next_day().await;
        let item = format!("i{}", truth.items - 1);
        let succeeded = async |w: &World| {
            let db = w.app.store().read(&w.scope).await.unwrap();
            store::connections::of_household(&db, w.household).await.unwrap().iter().map(|c| (c.id, c.succeeded_at)).collect::<Vec<_>>()
        };
        let last = succeeded(&w).await;
        truth.told(&w);
        match s {
            Step::Moves(a, v) => truth.values[*a] = *v,
            Step::Rekeys => truth.era += 1,
            Step::Hides(a) => truth.hidden[*a] = !truth.hidden[*a],
            Step::Sign => w.sign_in_again(connection).await,
            Step::LinksAgain(mx) => {
                let item = format!("i{}", truth.items);
                truth.items += 1;
                connection = w.link(&item, if *mx { "mx" } else { "plaid" }, BANK, 0, truth.says(&w, &item)).await;
            }
            Step::Renames(a) => {
                if let Some(a) = w.shown().await.get(*a) {
                    app::accounts::rename(&w.app, &w.scope, a.id, &format!("Ours {n}")).await.unwrap();
                    names.insert(a.id, format!("Ours {n}"));
                }
            }
            Step::Answers(yes) => {
                if let Some(q) = open(&w).await.asked.first() {
                    let answer = if *yes { Answer::Same(q.others[0].account.id) } else { Answer::Another };
                    said_two += usize::from(!yes);
                    joins::answer(&w.app, &w.scope, q.account.account.id, answer).await.unwrap();
                }
            }
            Step::Links => {
                if let Ok((_, targets)) = joins::targets(&w.app, &w.scope, hand).await
                    && let Some(to) = targets.first()
                {
                    let before = w.whole().await;
                    joins::link(&w.app, &w.scope, hand, to.id).await.unwrap();
                    let id = join_id(&w, hand).await;
                    joins::part(&w.app, &w.scope, id).await.unwrap();
                    assert_eq!(w.whole().await, before, "joined and parted: to the letter");
                    joins::link(&w.app, &w.scope, hand, to.id).await.unwrap();
                }
            }
            Step::Parts => {
                let db = w.app.store().read(&w.scope).await.unwrap();
                let newest = store::joins::of_household(&db, w.household).await.unwrap().pop();
                drop(db);
                if let Some(j) = newest
                    && joins::part(&w.app, &w.scope, j.id).await.is_ok()
                {
                    said_two += 1;
                }
            }
            Step::Fails(mfa) => {
                w.fails(&item, if *mfa { FaultKind::NeedsMfa } else { FaultKind::InstitutionDown });
                w.refresh().await;
                let now = succeeded(&w).await;
                let same = |(id, at): &(model::ConnectionId, Option<model::Time>)| *id != connection || last.contains(&(*id, *at));
                assert!(now.iter().all(same), "a failure moved when it was last updated");
                w.sign_in_again(connection).await;
            }
        }
        truth.told(&w);
        w.refresh().await;
        check(&w, &truth, said_two, &names).await;
    }
}

async fn check(w: &World, truth: &Truth, said_two: usize, names: &std::collections::HashMap<AccountId, String>) {
    let shown = w.shown().await;
    let asked = open(w).await;
    for name in ["Everyday", "Savings", "Holiday"] {
        let db = w.app.store().read(&w.scope).await.unwrap();
        let mut same = Vec::new();
        for a in shown.iter().filter(|a| a.state == AccountState::Live) {
            let head = store::accounts::head(&db, a.id).await.unwrap().unwrap_or_default();
            if a.source != Source::Manual && head.name == name && a.figures.missing_since.is_none() {
                same.push(a.id);
            }
        }
        let open = asked.asked.iter().filter(|q| same.contains(&q.account.account.id)).count();
        assert!(same.len() <= 1 + open + said_two, "{name} is here {} times, {open} asked about", same.len());
    }
    for (id, name) in names {
        let db = w.app.store().read(&w.scope).await.unwrap();
        let Some(Fact::Account(f)) = store::facts::current(&db, id.uuid()).await.unwrap().map(|v| v.fact) else { panic!("{id} vanished") };
        let _ = truth;
        assert_eq!(f.name, *name, "an edit was lost");
    }
    w.rebuilds().await;
}

/// So many cases, or as many as `PROPTEST_CASES` says.
fn cases(usual: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    // What the library does unasked is more than a household played on a database should take.
    let cases = if asked.cases == 256 { usual } else { asked.cases };
    ProptestConfig { cases, ..asked }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, failure_persistence: None, ..cases(24) })]
    // proves: N33 N57 D12
    #[test]
    fn whatever_arrives_and_whatever_people_say_nothing_is_doubled_lost_or_shown_too_fresh(steps in prop::collection::vec(step(), 1..14)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(play(&steps));
    }
}
