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
            "€400 + $612.84 and 1 unknown",
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
