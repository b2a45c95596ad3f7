//! Property, debts and policies by hand: the adviser's and the client's forms, every version, and where they show.

use crate::it::family::{family, scope};
use crate::it::house::{MAYA, houses};
use crate::it::portal::{at, signed};
use model::portal::{Area, Right, Rights};

// proves: E6 E11 D12
#[tokio::test]
async fn property_debt_and_policy_are_entered_changed_and_kept_in_every_version() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let new = format!("{}/facts/new", f.at());
        let menu = maya.get(&format!("{}/accounts/new", f.at())).await;
        assert!(menu.body.contains(&format!("{new}?portfolio=current&#38;type=insurance")), "{}", menu.body);
        let owner = f.member.to_string();

        let p = maya.get(&format!("{new}?type=loan")).await;
        let common = [("portfolio", "current"), ("owner", owner.as_str()), ("currency", "USD"), ("as_of", "2026-11-20")];
        let id = p.hidden("id");
        let mut fields = vec![("id", id.as_str()), ("type", "loan"), ("kind", "mortgage"), ("name", "Home loan"), ("value", "300,000")];
        fields.extend([("rate", "5.25 %"), ("payment", "1,900"), ("every", "month"), ("ends", "2045-06-30")]);
        fields.extend(common);
        let bad: Vec<_> = fields.iter().map(|(n, v)| if *n == "rate" { (*n, "cheap") } else { (*n, *v) }).collect();
        let refused = maya.post(&new, &p, &bad).await;
        assert!(
            refused.status == 422 && refused.body.contains("Enter a yearly rate") && refused.body.contains("1,900"),
            "{}",
            refused.body
        );
        assert_eq!(maya.post(&new, &p, &fields).await.status, 303);
        assert_eq!(maya.post(&new, &p, &fields).await.status, 303, "a second click changes nothing");
        let loan = id.clone();

        let p = maya.get(&format!("{new}?type=property")).await;
        assert!(p.body.contains("Home loan"), "the debts to choose from");
        let id = p.hidden("id");
        let mut fields = vec![("id", id.as_str()), ("type", "property"), ("name", "House"), ("value", "450000"), ("sort", "home")];
        fields.extend([("address", "12 Alder Way"), ("mortgage", loan.as_str())]);
        fields.extend(common);
        assert_eq!(maya.post(&new, &p, &fields).await.status, 303);
        let page = maya.get(&format!("/accounts/{id}/details")).await;
        assert!(page.body.contains("12 Alder Way") && page.body.contains("Home loan"), "{}", page.body);

        let p = maya.get(&format!("{new}?type=insurance")).await;
        let id = p.hidden("id");
        let mut fields = vec![("id", id.as_str()), ("type", "insurance"), ("name", "Term life"), ("value", ""), ("sort", "term_life")];
        fields.extend([("institution", "Harbor Mutual"), ("mask", "9911"), ("cover", "500,000"), ("premium", "480"), ("every", "year")]);
        fields.extend([("insured", owner.as_str()), ("beneficiaries", "Erik Lindqvist")]);
        fields.extend(common);
        assert_eq!(maya.post(&new, &p, &fields).await.status, 303);
        let folio = maya.get(&format!("{}/portfolio", f.at())).await;
        assert!(
            folio.body.contains("$150,000") && folio.body.contains("Term life"),
            "a policy without cash value is not zero: {}",
            folio.body
        );
        let p = maya.get(&format!("/accounts/{id}/details")).await;
        assert!(p.body.contains("$500,000") && p.body.contains("$480.00 a year") && p.body.contains("Erik Lindqvist"), "{}", p.body);
        let change = [("value", "1,250.50"), ("as_of", "2026-11-19"), ("sort", "term_life"), ("cover", "600000"), ("every", "year")];
        let on = maya.post(&format!("/accounts/{id}/details"), &p, &change).await;
        let p = maya.follow(&on).await;
        assert!(
            p.body.contains("$600,000") && p.body.contains("$1,250.50 as of") && p.body.contains("$500,000"),
            "every version: {}",
            p.body
        );
        let report = app::rebuild::run(&house.app).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
        let _ = scope(&house);
    }
}

// proves: E6 E11 D3
#[tokio::test]
async fn a_client_enters_their_own_and_reads_the_advisers() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let rights = Rights::of([Right::AddFacts, Right::View(Area::Financials), Right::View(Area::Policies)]);
        let (login, mut ngozi) = signed(&house, &f, 1, rights).await;
        let base = at(&f);
        let by_hand = ngozi.get(&format!("{base}/accounts/by-hand")).await;
        assert!(by_hand.body.contains(&format!("{base}/facts/new?type=insurance")));
        let p = ngozi.get(&format!("{base}/facts/new?type=insurance")).await;
        let id = p.hidden("id");
        let owner = f.member.to_string();
        let fields = [
            ("id", id.as_str()),
            ("type", "insurance"),
            ("name", "My policy"),
            ("owner", owner.as_str()),
            ("value", "2,000"),
            ("currency", "EUR"),
            ("as_of", "2026-11-20"),
            ("sort", "whole_life"),
            ("cover", "90,000"),
        ];
        assert_eq!(ngozi.post(&format!("{base}/facts/new"), &p, &fields).await.status, 303);
        assert!(ngozi.get(&format!("{base}/accounts")).await.body.contains("My policy"));
        assert!(ngozi.get(&format!("{base}/policies")).await.body.contains("My policy"));
        let p = ngozi.get(&format!("{base}/accounts/{id}/details")).await;
        assert!(p.body.contains("€90,000") && p.body.contains("You entered it"), "{}", p.body);
        let change = [("value", "2,100"), ("as_of", "2026-11-20"), ("sort", "whole_life"), ("cover", "95,000")];
        let on = ngozi.post(&format!("{base}/accounts/{id}/details"), &p, &change).await;
        assert!(ngozi.follow(&on).await.body.contains("€95,000"));
        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get(&format!("/accounts/{id}/details")).await.body.contains("€95,000"), "the adviser sees it");

        let p = maya.get(&format!("{}/facts/new?type=property", f.at())).await;
        let theirs = p.hidden("id");
        let fields = [
            ("id", theirs.as_str()),
            ("type", "property"),
            ("portfolio", "current"),
            ("name", "House"),
            ("owner", owner.as_str()),
            ("value", "450000"),
            ("as_of", "2026-11-20"),
            ("sort", "home"),
        ];
        assert_eq!(maya.post(&format!("{}/facts/new", f.at()), &p, &fields).await.status, 303);
        let read = ngozi.get(&format!("{base}/accounts/{theirs}/details")).await;
        assert!(read.status == 200 && read.body.contains("Kept by your adviser") && !read.body.contains("<button class=\"btn primary\""));
        let no = ngozi.post(&format!("{base}/accounts/{theirs}/details"), &read, &change).await;
        assert_eq!(no.status, 404, "what the adviser owns is read-only");
        crate::it::portal::set_rights(&house, &f, login, Rights::of([Right::View(Area::Financials)])).await;
        assert_eq!(ngozi.get(&format!("{base}/facts/new")).await.status, 404);
    }
}

// proves: D3 P25
#[tokio::test]
async fn debts_that_are_not_shared_are_no_choice_in_a_clients_form() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let (_, mut ngozi) = signed(&house, &f, 1, Rights::of([Right::AddFacts])).await;
        let (base, owner) = (at(&f), f.member.to_string());
        let mut maya = house.signed_in(MAYA).await;
        let p = maya.get(&format!("{}/facts/new?type=loan", f.at())).await;
        let loan = p.hidden("id");
        let common = [("owner", owner.as_str()), ("currency", "USD"), ("as_of", "2026-11-20")];
        let mut fields = vec![("id", loan.as_str()), ("type", "loan"), ("kind", "loan"), ("name", "Private loan"), ("value", "9,000")];
        fields.extend([("portfolio", "current")]);
        fields.extend(common);
        assert_eq!(maya.post(&format!("{}/facts/new", f.at()), &p, &fields).await.status, 303);

        let new = format!("{base}/facts/new");
        let p = ngozi.get(&format!("{new}?type=property")).await;
        let id = p.hidden("id");
        let mut fields = vec![("id", id.as_str()), ("type", "property"), ("name", "Cabin"), ("value", "80000"), ("sort", "home")];
        fields.extend(common);
        assert_eq!(ngozi.post(&new, &p, &fields).await.status, 303);
        let form = ngozi.get(&format!("{base}/accounts/{id}/details")).await;
        assert!(form.body.contains("Mortgage on it") && form.body.contains("Cabin"), "{}", form.body);
        assert!(!p.body.contains("Private loan") && !form.body.contains("Private loan"), "{}", form.body);
        assert!(maya.get(&format!("/accounts/{id}/details")).await.status == 200);
    }
}
