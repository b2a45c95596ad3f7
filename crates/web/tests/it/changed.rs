//! What changed between two days: every cause by its name, to the cent.

use crate::it::family::{by_hand, day, dec, family, fed, receive, scope, valued};
use crate::it::house::{MAYA, houses};
use model::{ConnectionState, Currency, Span, TradeData};

fn moved(id: &str, on: &str, raw: &str, amount: &str) -> TradeData {
    TradeData {
        external_id: id.into(),
        account: "a1".into(),
        cancels: None,
        day: day(on),
        name: id.into(),
        raw_type: raw.into(),
        security: None,
        quantity: None,
        price: None,
        amount: Some(dec(amount)),
        fees: None,
        currency: Some(Currency::usd()),
    }
}

/// The first figure after a heading.
fn after(body: &str, name: &str) -> String {
    let rest = body.split_once(&format!(">{name}<")).map_or("", |(_, r)| r);
    let cell = rest.split_once("class=\"num").map_or("", |(_, r)| r);
    cell.split_once('>').and_then(|(_, r)| r.split_once('<')).map_or("", |(t, _)| t).to_owned()
}

// proves: E4
#[tokio::test]
async fn every_cause_has_its_name_and_together_they_are_the_difference() {
    for house in houses().await {
        // The houses share a clock, and the one before moved it.
        house.clock.set(rig::START);
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (via, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let studio = by_hand(&house, &f, 1, "Studio", "120000").await;
        house.clock.advance(Span::days(10));
        valued(&house, studio, "125000", "2026-11-20").await;
        valued(&house, studio, "150000", "2026-11-25").await;
        by_hand(&house, &f, 2, "Boat", "9000").await;
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        receive(&tx, via, account, 3, "2026-11-28", "1220.25", "11.00", house.app.now()).await;
        tx.commit().await.unwrap();
        let mut maya = house.signed_in(MAYA).await;
        let page = format!("{}/changed?from=2026-11-21&to=2026-12-01", f.at());
        // The source has told no movements: prices explain their part, and the rest nobody.
        let p = maya.get(&page).await.body;
        assert_eq!((after(&p, "Market"), after(&p, "Not explained")), ("+$100.00".into(), "+$20.00".into()), "{p}");
        let tx = house.app.store().begin(&scope(&house)).await.unwrap();
        let told = [moved("old", "2026-11-10", "cash/contribution", "-5"), moved("in", "2026-11-24", "cash/contribution", "-20")];
        store::trades::insert(&tx, via, "a1", account, &told.iter().collect::<Vec<_>>(), house.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let p = maya.get(&page).await.body;
        for (name, figure) in [
            ("On 21 Nov 2026", "$121,100.25"),
            ("Corrected", "+$5,000.00"),
            ("New", "+$9,000.00"),
            ("Money in and out", "+$20.00"),
            ("Market", "+$100.00"),
            ("Typed by hand", "+$25,000.00"),
            ("On 1 Dec 2026", "$160,220.25"),
            ("Not explained", ""),
        ] {
            assert_eq!(after(&p, name), figure, "{name}: {p}");
        }
        assert!(p.contains(&format!("/accounts/{studio}")) && p.contains("+$30,000.00"), "{p}");
        // The same days again say the same; the same day twice says nothing.
        let same = maya.get(&format!("{}/changed?from=2026-12-01&to=2026-12-01", f.at())).await.body;
        assert!(same.contains("Nothing changed between these days"), "{same}");
    }
}

// proves: E4
#[tokio::test]
async fn days_that_cannot_be_compared_say_why_at_their_field() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        by_hand(&house, &f, 1, "Studio", "120000").await;
        let mut maya = house.signed_in(MAYA).await;
        for (asked, said, field) in [
            ("from=2026-11-21&to=2026-11-20", "Choose a day before the second one", "from-e"),
            ("from=soon", "Enter a day, such as", "from-e"),
            ("from=2026-11-20&to=2027-01-01", "This day has not come yet", "to-e"),
        ] {
            let p = maya.get(&format!("{}/changed?{asked}", f.at())).await.body;
            assert!(p.contains(said) && p.contains(&format!("id=\"{field}\"")), "{asked}: {p}");
        }
    }
}
