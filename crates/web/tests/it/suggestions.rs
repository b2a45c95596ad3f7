//! "Something looks wrong" and suggestions: from the client's page to the adviser's answer and back.

use crate::it::family::{by_hand, family, fed};
use crate::it::house::{MAYA, ROBIN, houses};
use crate::it::portal::{at, set_rights, signed};
use crate::it::provider::{Provider, settle};
use model::ConnectionState;
use model::portal::{Area, Preset, Right, Rights};

// proves: P6 P37
#[tokio::test]
async fn something_looks_wrong_reaches_the_lead_with_its_item_and_comes_back_answered() {
    for house in houses().await {
        let provider = Provider::beside(&house).await;
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let base = at(&f);
        // Beside each account of the map, and on each page.
        let map = ngozi.get(&format!("{base}/map")).await;
        assert!(map.body.contains(&format!("{base}/wrong?about={account}")) && map.body.contains(&format!("{base}/wrong?about=map")));
        let ask = ngozi.get(&format!("{base}/wrong?about={account}")).await;
        assert!(ask.body.contains("Workplace 401(k), Larchmont Workplace") && ask.body.contains("Send to Maya"), "{}", ask.body);
        assert!(!ask.body.contains("I suggest a change"), "that is a right of its own");
        let id = ask.hidden("id");
        let about = account.to_string();
        let none = ngozi.post(&format!("{base}/wrong"), &ask, &[("id", &id), ("about", &about), ("kind", "wrong"), ("words", " ")]).await;
        assert!(none.status == 422 && none.body.contains("Say in a few words"), "{}", none.body);
        let said =
            [("id", id.as_str()), ("about", about.as_str()), ("kind", "wrong"), ("words", "It is my wife's, not mine.\n<b>Really</b>")];
        for _ in 0..2 {
            assert_eq!(
                ngozi.post(&format!("{base}/wrong"), &ask, &said).await.location(),
                format!("{base}/told"),
                "a second click changes nothing"
            );
        }
        settle(&house).await;
        let letters = provider.mail_to(MAYA);
        assert_eq!(letters.len(), 1);
        let text = letters[0].paragraphs.join("\n");
        assert!(
            text.contains("Ngozi says that something looks wrong: Workplace 401(k)") && text.contains(&format!("{}/suggestions", f.at()))
        );
        assert!(!text.contains("my wife"), "what they say is read here, not in a mailbox");

        let mut maya = house.signed_in(MAYA).await;
        let members = maya.get(&format!("{}/members", f.at())).await;
        assert!(members.body.contains("Suggestions<span class=\"count\">1"), "{}", members.between("<nav class=\"tabs\"", "</nav>"));
        let list = maya.get(&format!("{}/suggestions", f.at())).await;
        assert!(list.body.contains("Ngozi Okafor") && list.body.contains("&#60;b&#62;Really"), "{}", list.body);
        assert!(list.body.contains(&format!("href=\"/accounts/{account}\"")), "it leads to the item");
        // Robin sees it and is not of the team.
        let mut robin = house.signed_in(ROBIN).await;
        let seen = robin.get(&format!("{}/suggestions", f.at())).await;
        assert!(seen.body.contains("Ngozi Okafor") && !seen.body.contains("name=\"do\""), "{}", seen.body);
        let action = format!("{}/suggestions/{id}", f.at());
        assert_eq!(robin.post(&action, &seen, &[("do", "accept"), ("answer", "")]).await.status, 409);
        let why = maya.post(&action, &list, &[("do", "decline"), ("answer", "")]).await;
        assert!(why.status == 422 && why.body.contains("the client reads it"), "{}", why.body);
        let done = maya.post(&action, &list, &[("do", "accept"), ("answer", "Thank you, I have changed the owner.")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(maya.post(&action, &list, &[("do", "accept"), ("answer", "again")]).await.status, 409, "it is answered once");

        let told = ngozi.get(&format!("{base}/told")).await;
        assert!(told.body.contains("Thank you, I have changed the owner.") && told.body.contains("Done"), "{}", told.body);
        assert!(ngozi.get(&base).await.body.contains("Maya has done it"), "the first page says that there is an answer");
        assert!(!maya.get(&format!("{}/members", f.at())).await.body.contains("Suggestions<span"));
    }
}

// proves: P24 P37 D3
#[tokio::test]
async fn a_suggested_value_is_a_draft_until_the_adviser_accepts_it() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let account = by_hand(&house, &f, 1, "Studio", "120000").await;
        let (login, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights().with(Right::Suggest)).await;
        let base = at(&f);
        let about = account.to_string();
        let map = format!("{base}/map");
        let mut sent = Vec::new();
        for value in ["135,000", "5"] {
            let ask = ngozi.get(&format!("{base}/wrong?about={about}")).await;
            assert!(ask.body.contains("I suggest a change") && ask.body.contains("name=\"value\""), "{}", ask.body);
            let id = ask.hidden("id");
            let mut said = vec![
                ("id", id.as_str()),
                ("about", about.as_str()),
                ("kind", "change"),
                ("words", ""),
                ("value", "a lot"),
                ("as_of", "2026-11-20"),
            ];
            assert_eq!(ngozi.post(&format!("{base}/wrong"), &ask, &said).await.status, 422);
            said[4].1 = value;
            assert_eq!(ngozi.post(&format!("{base}/wrong"), &ask, &said).await.status, 303);
            sent.push(id);
        }
        assert!(ngozi.get(&map).await.body.contains("$120,000"), "nothing has changed");
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get(&format!("{}/suggestions", f.at())).await;
        assert!(list.body.contains("$135,000 as of 20 Nov 2026") && list.body.contains("Accept and write the value"), "{}", list.body);
        let answer = |id: &str| format!("{}/suggestions/{id}", f.at());
        assert_eq!(maya.post(&answer(&sent[1]), &list, &[("do", "decline"), ("answer", "That cannot be right.")]).await.status, 303);
        assert_eq!(maya.post(&answer(&sent[0]), &list, &[("do", "accept"), ("answer", "")]).await.status, 303);
        let now = ngozi.get(&map).await;
        assert!(now.body.contains("$135,000") && !now.body.contains("$120,000"), "{}", now.body);
        let told = ngozi.get(&format!("{base}/told")).await;
        assert!(told.body.contains("Accepted") && told.body.contains("Declined") && told.body.contains("That cannot be right."));
        // Without the right there is no draft, whatever is posted.
        set_rights(&house, &f, login, Preset::Everything.rights()).await;
        let ask = ngozi.get(&format!("{base}/wrong?about={about}")).await;
        let id = ask.hidden("id");
        let said =
            [("id", id.as_str()), ("about", about.as_str()), ("kind", "change"), ("words", "x"), ("value", "1"), ("as_of", "2026-11-20")];
        assert_eq!(ngozi.post(&format!("{base}/wrong"), &ask, &said).await.status, 404);
    }
}

// proves: P25 P38
#[tokio::test]
async fn nobody_asks_about_what_is_not_shared_with_them_and_nobody_answers_for_another_household() {
    for house in houses().await {
        let (f, other) = (family(&house, 1, "Okafor", "Ngozi").await, family(&house, 2, "Adeyemi", "Folake").await);
        let (connection, account) = fed(&house, &f, 5, ConnectionState::Healthy).await;
        let foreign = by_hand(&house, &other, 2, "Cottage", "1").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::View(Area::Members)])).await;
        let base = at(&f);
        for about in ["map", "accounts", "balance-sheet", &account.to_string(), &connection.to_string(), &foreign.to_string(), "nonsense"] {
            assert_eq!(ngozi.get(&format!("{base}/wrong?about={about}")).await.status, 404, "{about}");
        }
        let ask = ngozi.get(&format!("{base}/wrong?about=members")).await;
        let id = ask.hidden("id");
        let said = [("id", id.as_str()), ("about", "members"), ("kind", "wrong"), ("words", "Born in May")];
        assert_eq!(ngozi.post(&format!("{base}/wrong"), &ask, &said).await.status, 303);
        let mut maya = house.signed_in(MAYA).await;
        let list = maya.get(&format!("{}/suggestions", other.at())).await;
        assert!(list.body.contains("Nothing from your clients"), "{}", list.body);
        let p = maya.post(&format!("{}/suggestions/{id}", other.at()), &list, &[("do", "accept"), ("answer", "")]).await;
        assert_eq!(p.status, 404);
    }
}
