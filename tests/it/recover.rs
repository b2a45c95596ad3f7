//! `heldaway recover`, as an operator uses it: the code is printed, the link goes to the mailbox, and neither is enough alone.

use super::program::{Program, run, said};
use rig::Dir;
use stage::{Browser, Page};
use std::net::TcpListener as Probe;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;

const EMAIL: &str = "robin@alderfinch.example";

/// A mail server on this machine that takes everything.
async fn mailbox() -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            tokio::spawn(talk(line, tell.clone()));
        }
    });
    (port, told)
}

async fn talk(mut line: TcpStream, tell: mpsc::UnboundedSender<String>) {
    let (read, mut write) = line.split();
    let mut read = BufReader::new(read);
    let _ = write.write_all(b"220 test\r\n").await;
    let mut text = String::new();
    while read.read_line(&mut text).await.is_ok_and(|n| n > 0) {
        let answer = match text.split([' ', ':', '\r']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "DATA" => "354 go on",
            "QUIT" => return,
            _ => "250 fine",
        };
        let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
        if answer.starts_with("354") {
            let mut message = Vec::new();
            while !message.ends_with(b"\r\n.\r\n") {
                let Ok(byte) = read.read_u8().await else { return };
                message.push(byte);
            }
            let _ = tell.send(String::from_utf8_lossy(&message).replace("=\r\n", "").replace("=3D", "="));
            let _ = write.write_all(b"250 taken\r\n").await;
        }
        text.clear();
    }
}

/// A form of the set-up, filled in by name.
async fn fill(browser: &mut Browser, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
    let mut form = page.form("csrf");
    form.action = page.url.join(path).expect("an address");
    form.fields.retain(|(name, _)| name == "csrf");
    let form = fields.iter().fold(form, |f, (name, value)| f.with(name, *value));
    browser.send(form).await
}

fn serve(data: &str, at: &str) -> (Program, String) {
    let mut server = Program::start(&["serve", "--data", data, "--listen", at]);
    let said = server.until("Heldaway serves");
    (server, said)
}

// goal: G12 a firm with one administrator: whoever runs the server and the mailbox together, neither alone
#[tokio::test]
async fn the_operator_begins_at_the_command_line_and_the_mailbox_finishes() {
    let dir = Dir::new();
    let data = dir.path().join("data").display().to_string();
    let (port, mut letters) = mailbox().await;
    let free = Probe::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
    let (at, home) = (free.to_string(), Url::parse(&format!("http://{free}")).expect("an address"));
    let recover = |email: &str| run(&["recover", "--data", &data, email]);

    let (mut server, _) = serve(&data, &at);
    let line = server.until("/setup#");
    let code = line.split_once("/setup#").map_or("", |(_, code)| code.trim());
    let mut desk = Browser::new(home.clone());
    let page = desk.get("/setup").await;
    let page = fill(&mut desk, &page, "/setup/begin", &[("code", code)]).await;
    let who = [("name", "Robin Finch"), ("email", EMAIL), ("password", "seven green lamps at noon")];
    let page = fill(&mut desk, &page, "/setup/administrator", &who).await;
    let secret = page.html.split_once("id=\"totp\" tabindex=\"0\">").map_or("", |(_, rest)| rest).split('<').next().unwrap_or_default();
    let now = model::Time::from_seconds(std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs() as i64);
    let factor = app::factors::code_at(&secret.replace(' ', ""), now).expect("a code");
    let page = fill(&mut desk, &page, "/setup/administrator/confirm", &[("factor", &factor)]).await;
    page.must_have("Signed in as Robin Finch");
    let twice = recover(EMAIL);
    assert!(!twice.status.success() && said(&twice).contains("already works in"), "{}", said(&twice));
    assert!(server.stop());
    let unset = recover(EMAIL);
    assert!(!unset.status.success() && said(&unset).contains("Mail is not set up"), "{}", said(&unset));

    let (server, _) = serve(&data, &at);
    // The line to the first server is gone with it; the cookies are not.
    let cookies = desk.cookies;
    let mut desk = Browser::new(home.clone());
    desk.cookies = cookies;
    let page = desk.get("/setup").await;
    let port = port.to_string();
    let page = fill(&mut desk, &page, "/setup/mail", &[("host", "127.0.0.1"), ("port", &port), ("security", "none")]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(server.stop());

    let nobody = recover("nobody@alderfinch.example");
    assert!(!nobody.status.success() && said(&nobody).contains("Nobody of the staff"), "{}", said(&nobody));
    let begun = recover(EMAIL);
    assert!(begun.status.success(), "{}", said(&begun));
    let code = said(&begun).lines().find_map(|l| l.strip_prefix("Read this code out to ")?.split_once(": ").map(|(_, c)| c.to_owned()));
    let code = code.expect("a code to read out");
    assert!(!said(&begun).contains("/recover#"), "the link is for the mailbox alone");

    let (server, _) = serve(&data, &at);
    let link = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let letter = letters.recv().await.expect("a letter");
            assert!(!letter.contains(&code), "the code is for the telephone alone");
            if let Some((_, rest)) = letter.split_once("/recover#") {
                return rest.split_whitespace().next().unwrap_or_default().to_owned();
            }
        }
    });
    let link = link.await.expect("the link comes");
    let mut home_browser = Browser::new(home);
    let page = home_browser.get("/recover").await;
    let asked = home_browser.send(page.form("code").with("code", &link)).await;
    let wrong = home_browser.send(asked.form("spoken").with("spoken", "0000 0000")).await;
    wrong.must_have("doesn’t fit");
    let page = home_browser.send(wrong.form("spoken").with("spoken", &code)).await;
    page.must_have("Choose how you sign in");
    assert!(server.stop());
}
