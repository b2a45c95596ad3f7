//! Taking a file in: 5,000 rows of movements as an OFX file and as a table, each into a database on the disk, and then the same file again.

use super::machine::{self, round};
use super::scratch::Scratch;
use crate::demo::households::{self, Made};
use crate::demo::{Rehearsed, Stage, staff};
use crate::node::{self, Plan};
use crate::{Trouble, clock};
use app::App;
use app::imports::{Answers, Brought, By, Outcome, Said};
use clap::Args;
use connect::plaid::{Plaid, PlaidConfig};
use model::fact::HouseholdStatus;
use model::import::{Days, Mapping, Role, Rows};
use model::{Clock, Currency, FirmScope, HouseholdId, MemberId, Secret};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use url::Url;

#[derive(Args)]
pub struct Options {
    /// Movements of each file
    #[arg(long, default_value_t = 5_000, value_name = "N")]
    rows: usize,
}

pub async fn run(options: Options) -> Result<Value, Trouble> {
    let dir = Scratch::new()?;
    let stage = stage(dir.path()).await?;
    let firm = staff::alder_finch(&stage).await?;
    let scope = firm.as_who("lead");
    let plan = households::Plan {
        name: "Files",
        status: HouseholdStatus::Client,
        people: &[("Ada", "Files", "1980-01-01")],
        adults: 1,
        review_in: None,
        team: &[],
    };
    let made: Made = households::make(&stage, &firm, &scope, &plan).await?;
    let whose = Whose { app: &stage.app, scope: &scope, household: made.id, member: made.person("Ada") };
    let day = stage.clock.now().utc_date().to_string();
    let ofx = whose.twice(&statement(options.rows, &day), "Bluewater Bench", &Answers::default()).await?;
    let csv = whose.twice(&table(options.rows), "Foxglove Bench", &columns()).await?;
    let (median, slowest) = machine::fsync_us(dir.path())?;
    stage.app.store().clone().close().await?;
    Ok(json!({
        "bench": "import",
        "rows": options.rows,
        "processors": machine::processors(),
        "disk_fsync_us": { "p50": median, "max": slowest },
        "ofx": ofx,
        "csv": csv,
    }))
}

async fn stage(dir: &Path) -> Result<Stage, Trouble> {
    let clock = Arc::new(Rehearsed::new(clock::of(None)));
    let base = Url::parse("http://127.0.0.1:1").map_err(|e| Trouble(e.to_string()))?;
    let keys = PlaidConfig { base: base.clone(), client_id: String::new(), secret: Secret::new(String::new()) };
    let plaid = Arc::new(Plaid::new(keys, clock.clone())?);
    let config = app::Config { public_url: base, demo: true, reachable: false, secure_cookies: false };
    let url = crate::place::sqlite_url(&dir.join("bench.db"));
    let plan = Plan { database: &url, keys: &[dir.join("key/kek")], clock: clock.clone(), connectors: Vec::new(), config };
    Ok(Stage { app: node::open(plan).await?, plaid, clock, seed: 1 })
}

struct Whose<'a> {
    app: &'a App,
    scope: &'a FirmScope,
    household: HouseholdId,
    member: MemberId,
}

impl Whose<'_> {
    async fn twice(&self, file: &str, institution: &str, answers: &Answers) -> Result<Value, Trouble> {
        let first = self.once(file, institution, answers).await?;
        let again = self.once(file, institution, answers).await?;
        Ok(json!({ "bytes": file.len(), "first": first, "again": again }))
    }

    /// Brought, looked at and taken in, as a person does it.
    async fn once(&self, file: &str, institution: &str, answers: &Answers) -> Result<Value, Trouble> {
        let by = By::Staff(self.scope, self.household);
        let owner = self.member.to_string();
        let (before, began) = (machine::cpu()?, Instant::now());
        let brought = Brought { name: "bench", body: file.as_bytes(), institution, member: &owner };
        let id = app::imports::bring(self.app, by, &brought).await?;
        let view = app::imports::view(self.app, by, id, answers).await?;
        if let Some(wrong) = view.found.wrong.first() {
            return Err(Trouble(wrong.message.clone()));
        }
        let Outcome { accounts, written, movements, .. } = app::imports::take_in(self.app, by, id, answers).await?;
        let (cpu, seconds) = (machine::cpu()? - before, began.elapsed());
        Ok(json!({
            "cpu_seconds": round(cpu.as_secs_f64()),
            "seconds": (seconds.as_secs_f64() * 1000.0).round() / 1000.0,
            "accounts": accounts,
            "figures_written": written,
            "movements_written": movements,
        }))
    }
}

fn statement(rows: usize, day: &str) -> String {
    let day = day.replace('-', "");
    let mut s = String::from(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>000000018<ACCTID>770010417<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n",
    );
    for n in 0..rows {
        let (month, date) = (n / 28 % 10 + 1, n % 28 + 1);
        s.push_str(&format!("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{month:02}{date:02}<TRNAMT>-{}.{:02}<FITID>b{n}<NAME>Harbor & Vale Grocers {n}<MEMO>Card 1182</STMTTRN>\n", n % 900, n % 100));
    }
    s.push_str(&format!("</BANKTRANLIST><LEDGERBAL><BALAMT>8120.44<DTASOF>{day}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"));
    s
}

fn table(rows: usize) -> String {
    let mut s = String::from("Date,Description,Amount,Balance\n");
    for n in 0..rows {
        let (month, date) = (n / 28 % 10 + 1, n % 28 + 1);
        s.push_str(&format!("2026-{month:02}-{date:02},\"Harbor, Vale and Grocers {n}\",-{}.{:02},8120.44\n", n % 900, n % 100));
    }
    s
}

fn columns() -> Answers {
    let mapping = Mapping {
        rows: Rows::Movements,
        columns: vec![Role::Day, Role::Text, Role::Amount, Role::Balance],
        days: Some(Days::YearFirst),
        comma: Some(false),
        currency: Some(Currency::usd()),
    };
    let said = Said { mapping, name: "Everyday".into(), kind: "checking".into(), mask: "2208".into(), as_of: String::new() };
    Answers { table: Some(said), ..Answers::default() }
}
