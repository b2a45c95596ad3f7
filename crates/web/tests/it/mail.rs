//! Mail on the line: a server that takes it, refuses it for now, refuses it for good, or dies with it.

use crate::it::house::{House, houses};
use app::mail::{Letter, Security, Smtp, Transport, mailbox};
use model::{MailId, Secret, Span};
use std::sync::{Arc, Mutex};
use store::mail::State;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server says to the recipient and to the whole message.
#[derive(Clone, Copy)]
pub struct Says {
    pub recipient: &'static str,
    pub message: &'static str,
}

pub const TAKES: Says = Says { recipient: "250 fine", message: "250 taken" };

pub type Taken = Arc<Mutex<Vec<String>>>;

pub async fn server(says: Says) -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken: Taken = Arc::default();
    let into = taken.clone();
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            tokio::spawn(talk(line, says, into.clone()));
        }
    });
    (port, taken)
}

async fn talk(mut line: TcpStream, says: Says, taken: Taken) {
    let (read, mut write) = line.split();
    let mut read = BufReader::new(read);
    let _ = write.write_all(b"220 test\r\n").await;
    let mut text = String::new();
    while read.read_line(&mut text).await.is_ok_and(|n| n > 0) {
        let answer = match text.split([' ', ':', '\r']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "RCPT" => says.recipient,
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
            if says.message.is_empty() {
                // It dies with the message in its hands.
                return;
            }
            taken.lock().unwrap().push(String::from_utf8_lossy(&message).into_owned());
            let _ = write.write_all(format!("{}\r\n", says.message).as_bytes()).await;
        }
        text.clear();
    }
}

async fn write(house: &House) -> MailId {
    let tx = house.app.store().begin(&house.scope).await.unwrap();
    let firm = store::firms::own(&tx).await.unwrap();
    let to = mailbox("Ngozi Ärlund", "ngozi@home.example").unwrap();
    let letter = Letter {
        household: None,
        purpose: "test".into(),
        recipient: to.clone(),
        to,
        cc: None,
        reply_to: None,
        subject: "Grüße".into(),
        paragraphs: vec![
            "A line that is far longer than seventy-eight letters, so that it must be folded somewhere on its way to the reader.".into(),
        ],
        thread: "t".into(),
    };
    let id = app::mail::write(&house.app, &tx, &firm, &letter).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn state(house: &House, id: MailId) -> State {
    store::mail::find(&house.app.store().read(&house.scope).await.unwrap(), id).await.unwrap().unwrap().state
}

pub fn post_to(house: &House, port: u16) {
    let smtp = Smtp { host: "127.0.0.1".into(), port, security: Security::None, user: String::new(), password: Secret::new(String::new()) };
    house.app.set_post(Transport::Smtp(Arc::new(smtp)));
}

#[tokio::test]
async fn a_message_is_sent_once_and_reads_as_it_was_written() {
    for house in houses().await {
        let (port, taken) = server(TAKES).await;
        post_to(&house, port);
        let id = write(&house).await;
        app::jobs::run_due(&house.app, 10).await.unwrap();
        app::mail::deliver(&house.app, house.scope.firm(), id).await.unwrap();
        assert_eq!(state(&house, id).await, State::Sent);
        let taken = taken.lock().unwrap();
        assert_eq!(taken.len(), 1);
        let seen = app::mail::read(&taken[0]);
        assert!(seen.to.contains("Ngozi Ärlund") && seen.subject == "Grüße" && seen.paragraphs[0].contains("folded somewhere"), "{seen:?}");
        assert!(taken[0].is_ascii());
    }
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_and_one_for_good_is_not() {
    for house in houses().await {
        let (port, _) = server(Says { recipient: "451 later", message: "250 taken" }).await;
        post_to(&house, port);
        let id = write(&house).await;
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!(state(&house, id).await, State::Waiting);
        let (port, taken) = server(TAKES).await;
        post_to(&house, port);
        house.clock.advance(Span::minutes(2));
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!((state(&house, id).await, taken.lock().unwrap().len()), (State::Sent, 1));
        let (port, _) = server(Says { recipient: "550 nobody here", message: "250 taken" }).await;
        post_to(&house, port);
        let id = write(&house).await;
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!(state(&house, id).await, State::Failed);
    }
}

#[tokio::test]
async fn what_a_dead_worker_may_have_sent_is_not_sent_again() {
    for house in houses().await {
        let (port, taken) = server(TAKES).await;
        post_to(&house, port);
        let id = write(&house).await;
        let tx = house.app.store().begin(&house.scope).await.unwrap();
        assert!(store::mail::advance(&tx, id, State::Waiting, State::Sending).await.unwrap());
        tx.commit().await.unwrap();
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!(state(&house, id).await, State::PerhapsSent);
        assert!(taken.lock().unwrap().is_empty());
        let mail = store::mail::find(&house.app.store().read(&house.scope).await.unwrap(), id).await.unwrap().unwrap();
        assert!(mail.message.is_none(), "wiped all the same");
    }
}

#[tokio::test]
async fn a_server_that_dies_with_the_message_may_have_it() {
    for house in houses().await {
        let (port, _) = server(Says { recipient: "250 fine", message: "" }).await;
        post_to(&house, port);
        let id = write(&house).await;
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!(state(&house, id).await, State::PerhapsSent);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_has_nothing() {
    for house in houses().await {
        let (port, _) = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            (listener.local_addr().unwrap().port(), ())
        };
        post_to(&house, port);
        let id = write(&house).await;
        app::jobs::run_due(&house.app, 10).await.unwrap();
        assert_eq!(state(&house, id).await, State::Waiting);
    }
}
