//! Files beside connections, over the real engine and store: the same account by both is one, movements stay with the path that brought
//! them, the same file again changes nothing, and no order of it all doubles, loses or freshens anything.

mod world;

use app::imports::{Answers, Brought, By, Outcome, Said};
use app::joins::{self, Answer};
use model::fact::Fact;
use model::import::{Days, Mapping, Role, Rows};
use model::{AccountId, AccountState, FaultKind, Source, TradeData};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};
use store::params;
use world::{BANK, World, data, world, worlds};

/// A statement of each account: its number, its balance in cents, and its movements.
fn ofx(w: &World, accounts: &[(&str, i64, &[u32])]) -> String {
    let day = w.app.now().utc_date().to_string().replace('-', "");
    let mut s = format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{day}<LANGUAGE>ENG<FI><ORG>{BANK}</FI></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1>"
    );
    for (number, cents, moves) in accounts {
        s.push_str(&format!("<STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>000000018<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>"));
        for m in *moves {
            s.push_str(&format!("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261101<TRNAMT>-{m}.00<FITID>f{m}<NAME>Paid {m}</STMTTRN>"));
        }
        s.push_str(&format!(
            "</BANKTRANLIST><LEDGERBAL><BALAMT>{}.{:02}<DTASOF>{day}</LEDGERBAL></STMTRS></STMTTRNRS>",
            cents / 100,
            cents % 100
        ));
    }
    s.push_str("</BANKMSGSRSV1></OFX>");
    s
}

fn table(moves: &[u32]) -> String {
    let mut s = String::from("Date,Description,Amount\n");
    for m in moves {
        s.push_str(&format!("2026-11-02,Bought {m},-{m}.00\n"));
    }
    s
}

fn columns() -> Answers {
    let mapping = Mapping {
        rows: Rows::Movements,
        columns: vec![Role::Day, Role::Text, Role::Amount],
        days: Some(Days::YearFirst),
        comma: Some(false),
        currency: Some(model::Currency::usd()),
    };
    let table = Said { mapping, name: "Savings".into(), kind: "checking".into(), mask: "0425".into(), as_of: String::new() };
    Answers { table: Some(table), ..Answers::default() }
}

async fn bring(w: &World, body: &str, answers: &Answers) -> Result<Outcome, app::Error> {
    let by = By::Staff(&w.scope, w.household);
    let member = w.members[0].to_string();
    let id =
        app::imports::bring(&w.app, by, &Brought { name: "a file", body: body.as_bytes(), institution: BANK, member: &member }).await?;
    app::imports::take_in(&w.app, by, id, answers).await
}

/// Every movement: whose it is and what it is called.
async fn movements(w: &World) -> Vec<(AccountId, String, Option<String>)> {
    let db = w.app.store().read(&w.scope).await.unwrap();
    let sql = "SELECT account_id, external_id, cancelled_by FROM trade WHERE firm_id = $1 ORDER BY account_id, external_id";
    let rows = db.all(sql, params![db.id()]).await.unwrap();
    rows.iter().map(|r| (r.id("account_id").unwrap(), r.text("external_id").unwrap(), r.opt_text("cancelled_by").unwrap())).collect()
}

async fn of(w: &World, account: AccountId) -> Vec<String> {
    movements(w).await.into_iter().filter(|m| m.0 == account).map(|m| m.1).collect()
}

async fn answer_first(w: &World, yes: bool) -> bool {
    let open = joins::doubled(&w.app, &w.scope, w.household).await.unwrap();
    let Some(q) = open.asked.first() else { return false };
    let answer = if yes { Answer::Same(q.others[0].account.id) } else { Answer::Another };
    joins::answer(&w.app, &w.scope, q.account.account.id, answer).await.unwrap();
    true
}

async fn newest_join(w: &World) -> Option<model::JoinId> {
    let db = w.app.store().read(&w.scope).await.unwrap();
    store::joins::of_household(&db, w.household).await.unwrap().pop().map(|j| j.id)
}

// proves: N70 E11
#[tokio::test]
async fn a_file_first_then_a_connection_and_the_reverse_are_asked_about_once_and_become_one() {
    for file_first in [true, false] {
        for w in worlds().await {
            let statement = ofx(&w, &[("770010417", 5_000, &[1, 2])]);
            let found = vec![data(&w, "a", "Everyday", "0417", 5_100)];
            if file_first {
                bring(&w, &statement, &Answers::default()).await.unwrap();
                w.next_day().await;
                w.link("one", "plaid", BANK, 0, found).await;
            } else {
                w.link("one", "plaid", BANK, 0, found).await;
                w.next_day().await;
                bring(&w, &ofx(&w, &[("770010417", 5_000, &[1, 2])]), &Answers::default()).await.unwrap();
            }
            let asked = joins::doubled(&w.app, &w.scope, w.household).await.unwrap().asked.len();
            assert_eq!(w.shown().await.len(), 1 + asked, "one account, or two and a question");
            let before = (w.whole().await, movements(&w).await);
            if answer_first(&w, true).await {
                assert_eq!(w.shown().await.len(), 1);
                let join = newest_join(&w).await.unwrap();
                assert_eq!(movements(&w).await, before.1, "joining moves none");
                joins::part(&w.app, &w.scope, join).await.unwrap();
                assert_eq!((w.whole().await, movements(&w).await), before, "to the letter");
            }
            w.rebuilds().await;
            assert_eq!(bring(&w, &statement, &Answers::default()).await.unwrap().movements, 0, "the same file brings none again");
        }
    }
}

// proves: N57 E11
#[tokio::test]
async fn movements_stay_with_the_path_that_brought_them_when_a_join_is_taken_apart() {
    for w in worlds().await {
        w.link("one", "plaid", BANK, 0, vec![data(&w, "a", "Everyday", "0417", 5_000)]).await;
        let fed = w.shown().await[0].id;
        assert_eq!(w.total().await, model::Decimal::new(5_000, 2));
        w.next_day().await;
        bring(&w, &ofx(&w, &[("990010425", 7_000, &[1, 2])]), &Answers::default()).await.unwrap();
        let filed = w.shown().await.into_iter().find(|a| a.source == Source::File).unwrap().id;
        assert_eq!((of(&w, fed).await.len(), of(&w, filed).await.len()), (0, 2));
        // What was kept by hand is fed by the file from now on: the file's account stands behind it.
        let hand = w.by_hand(1, "House account", "", "70", "2026-11-10").await;
        joins::link(&w.app, &w.scope, hand, filed).await.unwrap();
        w.next_day().await;
        let done = bring(&w, &ofx(&w, &[("990010425", 7_100, &[1, 2, 3])]), &Answers::default()).await.unwrap();
        assert_eq!((done.movements, done.added), (1, 0), "known ones are known while it stands behind another");
        joins::part(&w.app, &w.scope, newest_join(&w).await.unwrap()).await.unwrap();
        assert_eq!((of(&w, hand).await.len(), of(&w, filed).await), (0, vec!["f1".to_owned(), "f2".into(), "f3".into()]));
        let again = bring(&w, &ofx(&w, &[("990010425", 7_100, &[1, 2, 3])]), &Answers::default()).await.unwrap();
        assert_eq!(again.movements, 0);
        w.rebuilds().await;
    }
}

fn moved(id: &str, cancels: Option<&str>) -> TradeData {
    TradeData {
        external_id: id.into(),
        account: "a".into(),
        cancels: cancels.map(Into::into),
        day: "2026-11-02".parse().unwrap(),
        name: "Fee".into(),
        raw_type: "fee".into(),
        security: None,
        quantity: None,
        price: None,
        amount: None,
        fees: None,
        currency: None,
    }
}

// proves: E11
#[tokio::test]
async fn many_movements_are_written_together_each_once_and_one_takes_back_another_in_any_order() {
    for w in worlds().await {
        let path = w.link("one", "plaid", BANK, 0, vec![data(&w, "a", "Everyday", "0417", 5_000)]).await;
        let account = w.shown().await[0].id;
        // More than one statement's rows, with a rest; one id twice; what takes back before what is taken back.
        let mut all: Vec<TradeData> = (0..67).map(|n| moved(&format!("t{n:02}"), None)).collect();
        all.insert(0, moved("undo", Some("t66")));
        all.push(moved("t03", None));
        let given: Vec<&TradeData> = all.iter().collect();
        let tx = w.app.store().begin(&w.scope).await.unwrap();
        assert_eq!(store::trades::insert(&tx, path, "a", account, &given, w.app.now()).await.unwrap(), 68);
        assert_eq!(store::trades::insert(&tx, path, "a", account, &given, w.app.now()).await.unwrap(), 0);
        assert_eq!(store::trades::insert(&tx, path, "a", account, &[&moved("new", None)], w.app.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let known = movements(&w).await;
        assert_eq!(known.len(), 69);
        let taken: Vec<&String> = known.iter().filter(|m| m.2.is_some()).map(|m| &m.1).collect();
        assert_eq!(taken, ["t66"]);
    }
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Moves(usize, i64),
    Rekeys,
    Fails(bool),
    LinksAgain(bool),
    Renames(usize),
    Answers(bool),
    Links,
    Parts,
    Statement(bool),
    Table,
    /// A file that was cut.
    Torn,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0usize..2, 1i64..9_999).prop_map(|(n, v)| Step::Moves(n, v)),
        Just(Step::Rekeys),
        any::<bool>().prop_map(Step::Fails),
        any::<bool>().prop_map(Step::LinksAgain),
        (0usize..4).prop_map(Step::Renames),
        any::<bool>().prop_map(Step::Answers),
        Just(Step::Links),
        Just(Step::Parts),
        any::<bool>().prop_map(Step::Statement),
        any::<bool>().prop_map(Step::Statement),
        Just(Step::Table),
        Just(Step::Torn),
    ]
}

const NUMBERS: [&str; 2] = ["770010417", "770010425"];

struct Truth {
    values: [i64; 2],
    era: u32,
    items: u32,
    connected: bool,
}

impl Truth {
    fn item(&self) -> String {
        format!("i{}", self.items)
    }
    fn says(&self, w: &World) -> Vec<model::AccountData> {
        let name = |n: usize| format!("{}-{n}-{}", self.item(), self.era);
        vec![data(w, &name(0), "Everyday", "0417", self.values[0]), data(w, &name(1), "Savings", "0425", self.values[1])]
    }
}

type Times = Vec<(model::ConnectionId, Option<model::Time>)>;

async fn succeeded(w: &World) -> Times {
    let db = w.app.store().read(&w.scope).await.unwrap();
    store::connections::of_household(&db, w.household).await.unwrap().iter().map(|c| (c.id, c.succeeded_at)).collect()
}

async fn play(steps: &[Step]) {
    let w = world().await;
    let mut t = Truth { values: [10_000, 20_000], era: 0, items: 0, connected: false };
    let hand = w.by_hand(1, "By hand", "", "100", "2026-11-10").await;
    let mut names: HashMap<AccountId, String> = HashMap::new();
    let mut brought: BTreeSet<String> = BTreeSet::new();
    let (mut said_two, mut connection) = (0, None);
    for (n, s) in steps.iter().enumerate() {
        w.next_day().await;
        w.says(&t.item(), t.says(&w));
        match s {
            Step::Moves(a, v) => t.values[*a] = *v,
            Step::Rekeys => t.era += 1,
            Step::LinksAgain(mx) => {
                t.items += 1;
                t.connected = true;
                connection = Some(w.link(&t.item(), if *mx { "mx" } else { "plaid" }, BANK, 0, t.says(&w)).await);
            }
            Step::Renames(a) => {
                if let Some(a) = w.shown().await.get(*a) {
                    app::accounts::rename(&w.app, &w.scope, a.id, &format!("Ours {n}")).await.unwrap();
                    names.insert(a.id, format!("Ours {n}"));
                }
            }
            Step::Answers(yes) => said_two += usize::from(answer_first(&w, *yes).await && !yes),
            Step::Links => {
                if let Ok((_, targets)) = joins::targets(&w.app, &w.scope, hand).await
                    && let Some(to) = targets.first()
                {
                    let before = (w.whole().await, movements(&w).await);
                    joins::link(&w.app, &w.scope, hand, to.id).await.unwrap();
                    joins::part(&w.app, &w.scope, newest_join(&w).await.unwrap()).await.unwrap();
                    assert_eq!((w.whole().await, movements(&w).await), before, "joined and parted: to the letter");
                    joins::link(&w.app, &w.scope, hand, to.id).await.unwrap();
                }
            }
            Step::Parts => {
                if let Some(id) = newest_join(&w).await {
                    said_two += usize::from(joins::part(&w.app, &w.scope, id).await.is_ok());
                }
            }
            Step::Statement(both) => {
                let moves: Vec<u32> = (1..=n as u32 + 1).collect();
                let all = [(NUMBERS[0], t.values[0], &moves[..]), (NUMBERS[1], t.values[1], &moves[..])];
                let shown = if *both { &all[..] } else { &all[..1] };
                let file = ofx(&w, shown);
                bring(&w, &file, &Answers::default()).await.unwrap();
                for (number, ..) in shown {
                    brought.extend(moves.iter().map(|m| format!("{number} {m}")));
                }
                let before = (w.whole().await.len(), movements(&w).await);
                let again = bring(&w, &file, &Answers::default()).await.unwrap();
                assert_eq!((again.added, again.written, again.movements), (0, 0, 0), "the same file again");
                assert_eq!((w.whole().await.len(), movements(&w).await), before);
            }
            Step::Table => {
                let moves: Vec<u32> = (1..=n as u32 + 1).collect();
                bring(&w, &table(&moves), &columns()).await.unwrap();
                brought.extend(moves.iter().map(|m| format!("table {m}")));
            }
            Step::Torn => {
                let file = ofx(&w, &[(NUMBERS[0], 1, &[900])]);
                let before = (w.whole().await, movements(&w).await, succeeded(&w).await);
                assert!(bring(&w, &file[..file.len() - 60], &Answers::default()).await.is_err());
                assert_eq!((w.whole().await, movements(&w).await, succeeded(&w).await), before, "a torn file changes nothing");
            }
            Step::Fails(mfa) => {
                if let Some(c) = connection {
                    let last = succeeded(&w).await;
                    w.fails(&t.item(), if *mfa { FaultKind::NeedsMfa } else { FaultKind::InstitutionDown });
                    w.refresh().await;
                    let now = succeeded(&w).await;
                    assert!(now.iter().all(|one| one.0 != c || last.contains(one)), "a failure moved when it was last updated");
                    w.sign_in_again(c).await;
                }
            }
        }
        if t.connected {
            w.says(&t.item(), t.says(&w));
            w.refresh().await;
        }
        check(&w, said_two, &names, &brought).await;
    }
}

async fn check(w: &World, said_two: usize, names: &HashMap<AccountId, String>, brought: &BTreeSet<String>) {
    let shown = w.shown().await;
    let asked = joins::doubled(&w.app, &w.scope, w.household).await.unwrap().asked;
    for mask in ["0417", "0425"] {
        let live = |a: &&store::accounts::Account| a.state == AccountState::Live && a.source != Source::Manual;
        let same: Vec<AccountId> = shown.iter().filter(live).filter(|a| a.mask.as_deref() == Some(mask)).map(|a| a.id).collect();
        let open = asked.iter().filter(|q| same.contains(&q.account.account.id)).count();
        assert!(same.len() <= 1 + open + said_two, "{mask} is here {} times, {open} asked about", same.len());
    }
    let db = w.app.store().read(&w.scope).await.unwrap();
    for (id, name) in names {
        let Some(Fact::Account(f)) = store::facts::current(&db, id.uuid()).await.unwrap().map(|v| v.fact) else { panic!("{id} vanished") };
        assert_eq!(f.name, *name, "an edit was lost");
    }
    drop(db);
    assert_eq!(movements(w).await.len(), brought.len(), "each movement once, whatever was joined and parted");
    w.rebuilds().await;
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, max_shrink_iters: 60, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(11), ..ProptestConfig::default()
    })]
    // proves: N70 N57 E11
    #[test]
    fn connections_and_files_in_any_order_double_lose_and_freshen_nothing(steps in prop::collection::vec(step(), 1..12)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(play(&steps));
    }
}
