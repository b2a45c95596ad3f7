//! The policy summary: whom policies insure, what they cover and cost, and what nobody recorded, for the firm and for the client.

use crate::it::browser::{Browser, Page};
use crate::it::family::{Family, family};
use crate::it::house::{MAYA, houses};
use crate::it::portal::{at, signed};
use model::portal::{Area, Rights};

/// A policy through the form, as an adviser types it.
async fn policy(maya: &mut Browser, f: &Family, fields: &[(&str, &str)]) -> (String, Page) {
    let new = format!("{}/facts/new", f.at());
    let p = maya.get(&format!("{new}?type=insurance")).await;
    let (id, owner) = (p.hidden("id"), f.member.to_string());
    let mut all = vec![("id", id.as_str()), ("type", "insurance"), ("portfolio", "current"), ("owner", owner.as_str())];
    all.extend([("value", ""), ("as_of", "2026-11-20")]);
    all.extend(fields);
    let done = maya.post(&new, &p, &all).await;
    (id.clone(), done)
}

// proves: P27
#[tokio::test]
async fn policies_add_up_by_currency_and_what_nobody_recorded_is_said() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let empty = maya.get(&format!("{}/policies", f.at())).await;
        assert!(empty.body.contains("No policies recorded") && empty.body.contains("facts/new?type=insurance"), "{}", empty.body);
        let who = f.member.to_string();
        let life = [("name", "Term one"), ("sort", "term_life"), ("currency", "USD"), ("cover", "1,000,000"), ("insured", who.as_str())];
        let more = [("premium", "51.07"), ("every", "month"), ("institution", "Granite Life"), ("mask", "1182"), ("ends", "2041-03-31")];
        assert_eq!(policy(&mut maya, &f, &[&life[..], &more[..]].concat()).await.1.status, 303);
        let euro = [
            ("name", "Abroad"),
            ("sort", "whole_life"),
            ("currency", "EUR"),
            ("cover", "90,000"),
            ("premium", "100"),
            ("every", "quarter"),
        ];
        assert_eq!(policy(&mut maya, &f, &euro).await.1.status, 303);
        let bare = [("name", "Umbrella"), ("sort", "liability"), ("currency", "USD")];
        assert_eq!(policy(&mut maya, &f, &bare).await.1.status, 303);
        let over = [("name", "Old one"), ("sort", "term_life"), ("currency", "USD"), ("cover", "500,000"), ("ends", "2020-01-01")];
        assert_eq!(policy(&mut maya, &f, &over).await.1.status, 303);

        let p = maya.get(&format!("{}/policies", f.at())).await;
        for words in [
            "€90,000 + $1,000,000",
            "$51.07 a month",
            "$612.84 a year",
            "€400 + $612.84 <span class=\"small muted\">a year and 1 unknown</span>",
            "Granite Life ••1182",
            "Ends 31 Mar 2041",
            "Ended 1 Jan 2020",
            "No insured person recorded",
            "Not in the totals: 1 policy whose term is over.",
            "Liability cover</dt><dd class=\"num\">Not recorded",
            "Disability cover</dt><dd class=\"num\">None recorded",
            "Prepared by Maya",
            "not an offer",
        ] {
            assert!(p.body.contains(words), "{words}: {}", p.body);
        }
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::of([model::portal::Right::View(Area::Policies)])).await;
        let own = ngozi.get(&format!("{}/policies", at(&f))).await;
        for words in ["€90,000 + $1,000,000", "$612.84 a year", "No insured person recorded", "not an offer"] {
            assert!(own.body.contains(words), "{words}: {}", own.body);
        }
        assert!(!own.body.contains("/accounts/"), "what is not shared is no link: {}", own.body);
        let (_, mut none) = signed(&house, &f, 2, Rights::of([model::portal::Right::View(Area::Map)])).await;
        assert_eq!(none.get(&format!("{}/policies", at(&f))).await.status, 404);
    }
}

// proves: P27
#[tokio::test]
async fn beneficiaries_add_up_to_a_whole_and_who_is_not_named_is_said() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let erik = crate::it::portal::erik(&house, &f).await;
        let mut maya = house.signed_in(MAYA).await;
        let life =
            [("name", "Term one"), ("sort", "term_life"), ("currency", "USD"), ("cover", "1,000,000"), ("beneficiaries", "Erik, as noted")];
        let (id, _) = policy(&mut maya, &f, &life).await;
        let bare = [("name", "Term two"), ("sort", "term_life"), ("currency", "USD")];
        policy(&mut maya, &f, &bare).await;
        let page = maya.get(&format!("{}/policies", f.at())).await;
        assert!(page.body.contains("Erik, as noted") && page.body.contains("One has no beneficiary recorded here"), "{}", page.body);

        let at = format!("/accounts/{id}/beneficiaries");
        assert!(maya.get(&format!("/accounts/{id}")).await.body.contains(&at), "the account leads to it");
        let form = maya.get(&at).await;
        let erik = erik.to_string();
        let short =
            [("primary_1_who", erik.as_str()), ("primary_1_share", "60"), ("primary_2_name", "Ada <Trust>"), ("primary_2_share", "39.99")];
        let no = maya.post(&at, &form, &short).await;
        assert!(no.status == 422 && no.body.contains("these add up to 99.99 %") && no.body.contains("Ada &#60;Trust&#62;"), "{}", no.body);
        let stray = maya.post(&at, &form, &[("contingent_1_name", "Ruth"), ("contingent_1_share", "100")]).await;
        assert!(stray.status == 422 && stray.body.contains("Name a primary beneficiary first"), "{}", stray.body);
        let odd = maya.post(&at, &form, &[("primary_1_name", "Ruth"), ("primary_1_share", "half")]).await;
        assert!(odd.status == 422 && odd.body.contains("Enter a share such as"), "{}", odd.body);
        let whole = [
            ("primary_1_who", erik.as_str()),
            ("primary_1_share", "60"),
            ("primary_2_name", "Ada <Trust>"),
            ("primary_2_share", "40 %"),
            ("contingent_1_name", "Ruth"),
            ("contingent_1_share", "100"),
        ];
        assert_eq!(maya.post(&at, &form, &whole).await.status, 303);
        let page = maya.get(&format!("{}/policies", f.at())).await;
        for words in
            ["Erik 60\u{a0}%, Ada &#60;Trust&#62; 40\u{a0}%", "Ruth 100\u{a0}%", "100 % of Term one, in their stead", "Who receives what"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("as noted"), "shares beat the note");
        let again = maya.get(&at).await;
        assert!(again.body.contains("value=\"60\"") && again.body.contains("Ada &#60;Trust&#62;"), "{}", again.body);

        let people = maya.get(&format!("{}/members", f.at())).await;
        let stays = maya.post(&format!("{}/members/{erik}/leave", f.at()), &people, &[]).await;
        assert!(stays.status == 409 && stays.body.contains("Erik is named as a beneficiary of Term one"), "{}", stays.body);

        // Every version is kept, and the projections are what the log says.
        assert_eq!(maya.post(&at, &again, &[]).await.status, 303);
        let db = house.app.store().read(&house.scope).await.unwrap();
        let id: model::AccountId = id.parse().unwrap();
        let log = store::facts::history(&db, model::beneficiaries::BeneficiariesFact::entity(id)).await.unwrap();
        assert_eq!(log.len(), 2);
        drop(db);
        let report = app::rebuild::run(&house.app).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}
