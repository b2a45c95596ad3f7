//! Accounts from a file: chosen, looked at, taken in; by an adviser and by a client.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, client, client_mail, family, scope};
use crate::it::house::{House, MAYA, houses};
use model::portal::Rights;

const BANK: &str = include_str!("../../../ofx/tests/files/bank.ofx");
const INVESTMENT: &str = include_str!("../../../ofx/tests/files/investment.ofx");
const CARD: &str = include_str!("../../../ofx/tests/files/card.qfx");

/// Chooses a file; the answer is the way to what it holds, or the form again.
async fn choose(browser: &mut Browser, base: &str, name: &str, file: &[u8], institution: &str, f: &Family) -> Page {
    let at = format!("{base}/import");
    let csrf = browser.get(&at).await.hidden("csrf");
    let mut body = Vec::new();
    for (field, value) in [("csrf", csrf.as_str()), ("institution", institution), ("owner", &f.member.to_string())] {
        body.extend_from_slice(format!("--xx\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--xx--\r\n");
    browser.send("POST", &at, "multipart/form-data; boundary=xx", &body).await
}

/// Chooses it and takes it in without another word.
async fn whole(browser: &mut Browser, base: &str, file: &str, f: &Family) -> Page {
    let chosen = choose(browser, base, "statement.ofx", file.as_bytes(), "", f).await;
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    let sheet = browser.get(chosen.location()).await;
    browser.post(chosen.location(), &sheet, &[("do", "take")]).await
}

async fn accounts(house: &House, f: &Family) -> Vec<store::accounts::Account> {
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    store::accounts::of_household(&db, f.household).await.expect("accounts")
}

async fn rows(house: &House, f: &Family) -> usize {
    let db = house.app.store().read(&scope(house)).await.expect("a look");
    let mut received = 0;
    for a in accounts(house, f).await {
        received += store::received::history(&db, a.id).await.expect("history").len();
    }
    received
}

// proves: N70 E11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_shown_before_it_changes_anything_and_again_it_changes_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        let chosen = choose(&mut maya, &f.at(), "bank.ofx", BANK.as_bytes(), "", &f).await;
        let sheet = maya.get(chosen.location()).await;
        assert!(sheet.body.contains("Bluewater Credit Union") && sheet.body.contains("Checking 0417"), "{}", sheet.body);
        assert!(sheet.body.contains("$8,120.44") && accounts(&house, &f).await.is_empty(), "nothing is changed by looking");
        let done = maya.post(chosen.location(), &sheet, &[("do", "take")]).await;
        assert_eq!(done.location(), format!("{}/accounts", f.at()));
        let known = accounts(&house, &f).await;
        let mut values: Vec<String> = known.iter().filter_map(|a| a.figures.value).map(|v| v.to_string()).collect();
        values.sort();
        assert_eq!((known.len(), values), (2, vec!["21500.00".to_owned(), "8120.44".into()]));
        assert!(maya.get(done.location()).await.body.contains("Taken in: 2 accounts, 2 new, 5 new movements."));
        assert_eq!(rows(&house, &f).await, 2);
        // The same file again, and once more with a newer balance.
        assert_eq!(whole(&mut maya, &f.at(), BANK, &f).await.status, 303);
        assert_eq!((accounts(&house, &f).await.len(), rows(&house, &f).await), (2, 2));
        assert!(maya.get(&format!("{}/accounts", f.at())).await.body.contains("Nothing new"));
        let newer = BANK.replace("8120.44", "8200.00").replacen("<DTASOF>20261120", "<DTASOF>20261121", 1);
        assert_eq!(whole(&mut maya, &f.at(), &newer, &f).await.status, 303);
        assert_eq!((accounts(&house, &f).await.len(), rows(&house, &f).await), (2, 3));
        let report = app::rebuild::run(&house.app).await.expect("a rebuild");
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holdings_cash_and_margin_add_up_and_a_sign_that_a_card_leaves_out_is_asked() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        assert_eq!(whole(&mut maya, &f.at(), INVESTMENT, &f).await.status, 303);
        let known = accounts(&house, &f).await;
        // 2120.00 + 7560.29 + 4937.50 - 230.00 + 300 + 512.33 - 100.00
        assert_eq!(known[0].figures.value.expect("a value").to_string(), "15100.12");
        let plain = CARD.replace("<BALAMT>-318.55", "<BALAMT>318.55");
        let refused = choose(&mut maya, &f.at(), "card.qfx", plain.as_bytes(), "Meridian Card", &f).await;
        let sheet = maya.get(refused.location()).await;
        let no = maya.post(refused.location(), &sheet, &[("do", "take")]).await;
        assert!(no.status == 422 && no.body.contains("Say whether the balance is owed"), "{}", no.body);
        let yes = maya.post(refused.location(), &sheet, &[("do", "take"), ("owed", "owed")]).await;
        assert_eq!(yes.status, 303);
        let card = accounts(&house, &f).await.into_iter().find(|a| a.institution == "Meridian Card").expect("the card");
        assert_eq!(card.figures.value.expect("a value").to_string(), "-318.55");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_file_gets_a_clear_answer_and_changes_nothing() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        let at_once: [(&str, &[u8], &str); 6] = [
            ("empty.ofx", b"", "Choose a file"),
            ("blank.ofx", b" \r\n", "This file is empty"),
            ("page.ofx", b"<!DOCTYPE html><html><body>Sign in</body></html>", "This is a web page"),
            ("packed.ofx", b"PK\x03\x04 ", "packed"),
            ("report.pdf", b"%PDF-1.7", "This is a PDF"),
            ("letter.txt", b"Dear client", "no columns"),
        ];
        for (name, body, sentence) in at_once {
            let p = choose(&mut maya, &f.at(), name, body, "Bluewater", &f).await;
            assert!(p.status == 422 && p.body.contains(sentence), "{name}: {}", p.body);
        }
        let cut = &BANK[..BANK.len() / 2];
        let bomb =
            BANK.replace("<OFX>", "<!DOCTYPE OFX [<!ENTITY a \"AAAA\"><!ENTITY b \"&a;&a;&a;\">]><OFX>").replace("Card 1182", "&b;&b;");
        let refused = whole(&mut maya, &f.at(), cut, &f).await;
        assert!(refused.status == 422 && refused.body.contains("ends in the middle"), "{}", refused.body);
        assert!(accounts(&house, &f).await.is_empty());
        // Hostile and harmless: its entities are words like any others.
        assert_eq!(whole(&mut maya, &f.at(), &bomb, &f).await.status, 303);
        let euros = BANK.replace("<CURDEF>USD", "<CURDEF>EUR");
        let other = whole(&mut maya, &f.at(), &euros, &f).await;
        assert!(other.status == 422 && other.body.contains("is kept in USD here, and the file says EUR"), "{}", other.body);
        let foreign = BANK.replace("<ORG>Bluewater Credit Union", "<ORG>Northgate Brokerage");
        let chosen = choose(&mut maya, &f.at(), "bank.ofx", foreign.as_bytes(), "Bluewater Credit Union", &f).await;
        let sheet = maya.get(chosen.location()).await;
        assert!(sheet.body.contains("This file is of Northgate Brokerage"), "{}", sheet.body);
        let silent = BANK.replace("<CURDEF>USD\n", "").replace("Bluewater Credit Union", "Quiet Bank");
        let asked = whole(&mut maya, &f.at(), &silent, &f).await;
        assert!(asked.status == 422 && asked.body.contains("Choose the currency: the file does not say it"), "{}", asked.body);
        assert_eq!(accounts(&house, &f).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_as_people_say_and_the_next_one_is_remembered() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        let csv = "Datum;Text;Betrag;Saldo\n02.11.2026;Bäckerei;-4,50;1.245,56\n03.11.2026;Gehalt;1.250,00;2.495,56\n";
        let chosen = choose(&mut maya, &f.at(), "umsatz.csv", csv.as_bytes(), "Sparhaus", &f).await;
        let sheet = maya.get(chosen.location()).await;
        assert!(sheet.body.contains("How the table is read") && sheet.body.contains("Bäckerei"));
        let columns = [("column", "day"), ("column", "text"), ("column", "amount"), ("column", "balance")];
        let mut said = vec![("do", "take"), ("rows", "movements"), ("name", "Giro"), ("kind", "checking"), ("mask", "4417")];
        said.extend(columns);
        let no = maya.post(chosen.location(), &sheet, &said).await;
        for sentence in ["Say how dates are written", "Say how amounts are written", "Choose the currency"] {
            assert!(no.status == 422 && no.body.contains(sentence), "{sentence}: {}", no.body);
        }
        said.extend([("days", "dmy"), ("comma", "comma"), ("currency", "EUR")]);
        let shown = maya.post(chosen.location(), &sheet, &[&[("do", "look")], &said[1..]].concat()).await;
        assert!(shown.body.contains("€2,495.56") && accounts(&house, &f).await.is_empty(), "{}", shown.body);
        assert_eq!(maya.post(chosen.location(), &sheet, &said).await.status, 303);
        assert!(maya.get(&format!("{}/accounts", f.at())).await.body.contains("2 new movements"));
        assert_eq!(rows(&house, &f).await, 1);
        let again = choose(&mut maya, &f.at(), "umsatz.csv", csv.as_bytes(), "Sparhaus", &f).await;
        let sheet = maya.get(again.location()).await;
        assert!(sheet.body.contains("last file with these columns"), "{}", sheet.body);
        assert_eq!(maya.post(again.location(), &sheet, &said).await.status, 303);
        assert_eq!((accounts(&house, &f).await.len(), rows(&house, &f).await), (1, 1));
    }
}

// proves: E6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_brings_a_file_within_their_rights_and_limits() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        client(&house, &f, 7, Rights::ALL).await;
        let mut ines = house.signed_in(&client_mail(7)).await;
        let base = format!("/portal/{}", f.household);
        assert!(ines.get(&format!("{base}/accounts/new")).await.body.contains("/import"));
        let done = whole(&mut ines, &base, BANK, &f).await;
        assert_eq!((done.status, done.location().to_owned()), (303, format!("{base}/accounts")));
        assert_eq!(accounts(&house, &f).await.len(), 2);
        let huge = vec![b'x'; app::imports::CLIENT_BYTES + 100_000];
        let p = choose(&mut ines, &base, "huge.ofx", &huge, "Bluewater", &f).await;
        assert!(p.status == 422 && p.body.contains("larger than 10 MB"), "{} {}", p.status, p.body);
        // What staff brought is not the client's to look at.
        let mut maya = house.signed_in(MAYA).await;
        let theirs = choose(&mut maya, &f.at(), "bank.ofx", BANK.as_bytes(), "", &f).await;
        let id = theirs.location().rsplit('/').next().expect("an id").to_owned();
        assert_eq!(ines.get(&format!("{base}/import/{id}")).await.status, 404);
    }
}

// proves: E6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_accounts_stay_in_the_file() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        assert_eq!(whole(&mut maya, &f.at(), BANK, &f).await.status, 303);
        let numbers: Vec<&str> = BANK.split("<ACCTID>").skip(1).filter_map(|rest| rest.split(['<', '\r', '\n']).next()).collect();
        assert!(numbers.len() > 1 && numbers.iter().all(|n| n.len() > 4), "{numbers:?}");
        let db = house.app.store().read(&scope(&house)).await.unwrap();
        let names = store::aliases::of_household(&db, f.household).await.unwrap();
        assert_eq!(names.len(), 2);
        for number in numbers {
            assert!(names.iter().all(|l| !l.external_id.contains(number)), "{number}");
        }
        drop(db);
        // And they find their accounts again all the same.
        assert_eq!(whole(&mut maya, &f.at(), BANK, &f).await.status, 303);
        assert_eq!(accounts(&house, &f).await.len(), 2);
    }
}

const TABLE: &str = "Datum;Betrag;Text\n20.11.2026;12,50;Zinsen\n";

/// How a table was read, as its sheet shows it at first: the role of the third column.
async fn third_column(browser: &mut Browser, base: &str, f: &Family) -> String {
    let chosen = choose(browser, base, "umsatz.csv", TABLE.as_bytes(), "Sparhaus", f).await;
    let sheet = browser.get(chosen.location()).await;
    let select = sheet.body.split("name=\"column\"").nth(3).expect("the third column").split("</select>").next().unwrap_or_default();
    let picked = select.split("<option").find(|o| o.contains("selected")).unwrap_or_default();
    picked.split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default().to_owned()
}

// proves: E6 D3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_a_client_reads_a_table_stands_for_nobody_else() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        client(&house, &f, 7, Rights::ALL).await;
        let mut ines = house.signed_in(&client_mail(7)).await;
        let mut maya = house.signed_in(MAYA).await;
        let base = format!("/portal/{}", f.household);
        assert_eq!(third_column(&mut maya, &f.at(), &f).await, "text");
        let chosen = choose(&mut ines, &base, "umsatz.csv", TABLE.as_bytes(), "Sparhaus", &f).await;
        let sheet = ines.get(chosen.location()).await;
        let said = [
            ("do", "take"),
            ("rows", "movements"),
            ("column", "day"),
            ("column", "amount"),
            ("column", "nothing"),
            ("days", "dmy"),
            ("comma", "comma"),
            ("currency", "EUR"),
            ("name", "Giro"),
            ("kind", "checking"),
        ];
        let done = ines.post(chosen.location(), &sheet, &said).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(third_column(&mut ines, &base, &f).await, "nothing", "remembered for her");
        assert_eq!(third_column(&mut maya, &f.at(), &f).await, "text", "and for nobody else");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_brings_so_many_files_an_hour_and_the_newest_wait() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        client(&house, &f, 7, Rights::ALL).await;
        let mut ines = house.signed_in(&client_mail(7)).await;
        let base = format!("/portal/{}", f.household);
        let mut brought = Vec::new();
        for n in 0..20 {
            // Each a moment later: which is the newest is no matter of chance.
            house.clock.advance(model::Span::seconds(1));
            let chosen = choose(&mut ines, &base, "umsatz.csv", TABLE.as_bytes(), "Sparhaus", &f).await;
            assert_eq!(chosen.status, 303, "the {n}th: {}", chosen.body);
            brought.push(chosen.location().to_owned());
        }
        assert_eq!(choose(&mut ines, &base, "umsatz.csv", TABLE.as_bytes(), "Sparhaus", &f).await.status, 429);
        for (n, at) in brought.iter().enumerate() {
            let sheet = ines.get(at).await;
            let waits = n >= 15;
            assert_eq!(sheet.status == 200, waits, "the {n}th: {}", sheet.status);
            assert!(waits || sheet.body.contains("no longer here"), "{}", sheet.body);
        }
    }
}

const COMMA: &[u8] = include_bytes!("../../../ofx/tests/files/comma.ofx");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_files_are_read_for_what_they_are_and_huge_ones_are_refused() {
    for house in houses().await {
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        // Said to be Windows text and is not; decimal commas; another currency.
        let chosen = choose(&mut maya, &f.at(), "comma.ofx", COMMA, "Sparhaus", &f).await;
        let sheet = maya.get(chosen.location()).await;
        assert!(sheet.body.contains("the text is not in the encoding that the header names"), "{}", sheet.body);
        assert!(sheet.body.contains("a number is spelled unusually") && sheet.body.contains("€5.00"), "{}", sheet.body);
        assert_eq!(maya.post(chosen.location(), &sheet, &[("do", "take")]).await.status, 303);
        assert_eq!(accounts(&house, &f).await[0].figures.currency.as_ref().expect("a currency").code(), "EUR");
        // Nested beyond any sense, and still read to its end.
        let deep = BANK.replace("<BANKTRANLIST>", &format!("<BANKTRANLIST>{}", "<A><B>".repeat(20_000)));
        let chosen = choose(&mut maya, &f.at(), "deep.ofx", deep.as_bytes(), "", &f).await;
        let sheet = maya.get(chosen.location()).await;
        assert!(sheet.body.contains("elements are nested too deeply"), "{}", sheet.body);
        let huge = vec![b'x'; app::imports::STAFF_BYTES + 100_000];
        let p = choose(&mut maya, &f.at(), "huge.ofx", &huge, "Bluewater", &f).await;
        assert!(p.status == 422 && p.body.contains("larger than 32 MB"), "{} {}", p.status, p.body);
    }
}

/// Uploads in this folder: with a name, and open without one.
fn spooled(dir: &std::path::Path) -> (usize, usize) {
    let named = std::fs::read_dir(dir).expect("the folder").count();
    let open = std::fs::read_dir("/proc/self/fd").expect("what is open").flatten();
    (named, open.filter_map(|f| std::fs::read_link(f.path()).ok()).filter(|f| f.starts_with(dir)).count())
}

async fn until(dir: &std::path::Path, named_and_open: (usize, usize)) {
    let began = std::time::Instant::now();
    while spooled(dir) != named_and_open {
        assert!(began.elapsed().as_secs() < 60, "{:?}", spooled(dir));
        tokio::task::yield_now().await;
    }
}

// proves: E11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_upload_lies_in_no_named_file_and_a_torn_one_leaves_nothing() {
    use tokio::io::AsyncWriteExt;
    for house in houses().await {
        let dir = rig::Dir::new();
        house.app.set_spool(dir.path().to_owned());
        let f = family(&house, 1, "Brandt", "Ines").await;
        let mut maya = house.signed_in(MAYA).await;
        // Longer than a client's, most of it words that nobody reads.
        let long = BANK.replace("</OFX>", &format!("<!-- {} --></OFX>", "x".repeat(app::imports::CLIENT_BYTES)));
        assert_eq!(choose(&mut maya, &f.at(), "long.ofx", long.as_bytes(), "", &f).await.status, 303);
        assert_eq!(spooled(dir.path()), (0, 0));

        let csrf = maya.get(&format!("{}/import", f.at())).await.hidden("csrf");
        let cookies: Vec<String> = maya.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let head = format!(
            "POST {}/import HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nContent-Type: multipart/form-data; boundary=xx\r\nContent-Length: 9000000\r\n\r\n",
            f.at(),
            house.at,
            cookies.join("; ")
        );
        let parts = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"torn.ofx\"\r\n\r\n{}",
            &long[..2_000_000]
        );
        let mut line = tokio::net::TcpStream::connect(house.at).await.expect("the server listens");
        line.write_all(head.as_bytes()).await.expect("the server reads");
        line.write_all(parts.as_bytes()).await.expect("the server reads");
        // Two million characters have come or are coming: what keeps them has no name.
        until(dir.path(), (0, 1)).await;
        drop(line);
        until(dir.path(), (0, 0)).await;
        let db = house.app.store().read(&scope(&house)).await.expect("a look");
        let rows = db.all("SELECT id FROM import_file WHERE firm_id = $1", store::params![db.id()]).await.expect("files");
        assert_eq!(rows.len(), 1, "the torn one is none");
    }
}
