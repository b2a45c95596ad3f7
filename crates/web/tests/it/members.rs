//! People, trusts and businesses of a household with what comes in and which documents there are.

use crate::it::family::{by_hand, family};
use crate::it::house::{MAYA, houses};
use crate::it::portal::{at, signed};
use model::portal::Preset;
use model::{IncomeId, MemberId};

// proves: P27
#[tokio::test]
async fn a_trust_owns_by_per_cent_has_no_age_and_no_sign_in_and_ages_are_estimated_or_refused_at_the_field() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let mut maya = house.signed_in(MAYA).await;
        let trust = MemberId::new(rig::START, [31; 10]);
        let form = maya.get(&format!("{}/members/new", f.at())).await;
        let post = format!("{}/members/{trust}", f.at());
        let aged = maya.post(&post, &form, &[("first", "Larch Trust"), ("role", "trust"), ("born", "2001-01-01")]).await;
        assert!(aged.status == 422 && aged.body.contains("A trust or a business has no age"), "{}", aged.body);
        assert_eq!(maya.post(&post, &form, &[("first", "Larch Trust"), ("role", "trust")]).await.status, 303);
        let account = by_hand(&house, &f, 1, "Brokerage", "1000").await;
        let change = format!("/accounts/{account}/change");
        let p = maya.get(&change).await;
        let shares = [(format!("share_{}", f.member), "40"), (format!("share_{trust}"), "60")];
        let mut fields = vec![("name", "Brokerage"), ("value", "1000"), ("as_of", "2026-11-19")];
        fields.extend(shares.iter().map(|(n, v)| (n.as_str(), *v)));
        assert_eq!(maya.post(&change, &p, &fields).await.status, 303);
        assert!(maya.get(&format!("/accounts/{account}")).await.body.contains("Ngozi 40 %, Larch Trust 60 %"));
        let map = maya.get(&format!("{}/map", f.at())).await;
        assert!(map.body.contains("Larch Trust") && map.body.contains("Brokerage"), "{}", map.body);
        let people = maya.get(&format!("{}/members", f.at())).await;
        assert!(people.body.contains("Larch Trust") && people.body.contains(">Trust<"), "{}", people.body);
        let gone = maya.post(&format!("{post}/leave"), &people, &[]).await;
        assert!(gone.status == 409 && gone.body.contains("Larch Trust owns accounts here"), "{}", gone.body);
        let portal = maya.get(&format!("{}/portal", f.at())).await;
        assert!(portal.body.contains("Not a person: no sign-in"), "{}", portal.body);
        let asked = maya.get(&format!("{}/asset-sync?member={trust}", f.at())).await;
        assert_eq!(asked.status, 404, "a trust is not asked for its sign-in");
        let turned = maya.post(&post, &form, &[("first", "Larch"), ("role", "adult")]).await;
        assert!(turned.status == 422 && turned.body.contains("A person stays a person"), "{}", turned.body);

        let me = format!("{}/members/{}", f.at(), f.member);
        let base = [("first", "Ngozi"), ("last", "Okafor"), ("role", "adult")];
        for (name, typed, said) in [
            ("born", "2031-01-01", "nobody has an age below zero"),
            ("born_year", "2031", "nobody has an age below zero"),
            ("born_year", "1880", "more than 130 years ago"),
            ("born_year", "old", "Enter a date"),
        ] {
            let no = maya.post(&me, &form, &[&base[..], &[(name, typed)]].concat()).await;
            assert!(no.status == 422 && no.between(&format!("id=\"{name}-e\""), "</p>").contains(said), "{name} {typed}: {}", no.body);
        }
        let dependant = maya.post(&me, &form, &[("first", "Ngozi"), ("role", "dependant")]).await;
        assert!(dependant.status == 422 && dependant.body.contains("at least one adult"), "{}", dependant.body);
        assert_eq!(maya.post(&me, &form, &[&base[..], &[("born_year", "1961")]].concat()).await.status, 303);
        let people = maya.get(&format!("{}/members", f.at())).await;
        assert!(people.body.contains("about 65 years old, estimated: born about 1961"), "{}", people.body);
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let own = ngozi.get(&format!("{}/members", at(&f))).await;
        assert!(own.body.contains("About 1961") && own.body.contains("Larch Trust"), "{}", own.body);
        let report = app::rebuild::run(&house.app).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

// proves: P27
#[tokio::test]
async fn income_adds_up_by_currency_and_documents_that_nobody_recorded_are_no_finding() {
    for house in houses().await {
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let other = family(&house, 2, "Abara", "Chidi").await;
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get(&format!("{}/members", f.at())).await;
        assert!(page.body.contains("No income recorded. That is not the same as none."), "{}", page.body);
        assert!(
            page.body.contains("Ngozi: will, power of attorney, health directive") && page.body.contains("they may exist all the same")
        );
        let who = f.member.to_string();
        let form = maya.get(&format!("{}/income/new", f.at())).await;
        let at = |n: u8| format!("{}/income/{}", f.at(), IncomeId::new(rig::START, [50 + n; 10]));
        let common = [("member", who.as_str()), ("kind", "salary"), ("every", "month")];
        let bad = [("amount", "-5"), ("currency", "USD"), ("from", "2024-01-01"), ("until", "2023-01-01")];
        let no = maya.post(&at(1), &form, &[&common[..], &bad[..]].concat()).await;
        assert!(
            no.status == 422 && no.body.contains("Enter an amount above zero") && no.body.contains("before the first day"),
            "{}",
            no.body
        );
        let pay = [("amount", "8,333.33"), ("currency", "USD"), ("from", "2020-01-01")];
        assert_eq!(maya.post(&at(1), &form, &[&common[..], &pay[..]].concat()).await.status, 303);
        assert_eq!(maya.post(&at(2), &form, &[&common[..], &[("amount", ""), ("currency", "USD")]].concat()).await.status, 303);
        let euro = [("member", who.as_str()), ("kind", "rent"), ("every", "quarter"), ("amount", "1,000"), ("currency", "EUR")];
        assert_eq!(maya.post(&at(3), &form, &euro).await.status, 303);
        let page = maya.get(&format!("{}/members", f.at())).await;
        for words in ["$8,333.33 a month", "$99,999.96", "€4,000 + $99,999.96 and 1 unknown", "Since 1 Jan 2020"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let (_, mut ngozi) = signed(&house, &f, 1, Preset::Everything.rights()).await;
        let own = ngozi.get(&format!("{}/financials", crate::it::portal::at(&f))).await;
        assert!(own.body.contains("$99,999.96") && !own.body.contains("income/new"), "{}", own.body);
        let ended = [("amount", "8,333.33"), ("currency", "USD"), ("until", "2026-11-01")];
        assert_eq!(maya.post(&at(1), &form, &[&common[..], &ended[..]].concat()).await.status, 303);
        assert_eq!(maya.post(&at(2), &form, &[("do", "remove")]).await.status, 303);
        let page = maya.get(&format!("{}/members", f.at())).await;
        assert!(page.body.contains("Ended 1 Nov 2026") && page.body.contains("<td class=\"num strong\">€4,000</td>"), "{}", page.body);
        let strange = at(3).replace(&f.household.to_string(), &other.household.to_string());
        assert_eq!(maya.post(&strange, &form, &[("do", "remove")]).await.status, 404, "another household's");

        let doc = format!("{}/documents/{}", f.at(), model::DocumentId::new(rig::START, [9; 10]));
        let new = maya.get(&format!("{}/documents/new", f.at())).await;
        let ahead = maya.post(&doc, &new, &[("member", who.as_str()), ("kind", "will"), ("signed", "2031-01-01")]).await;
        assert!(ahead.status == 422 && ahead.body.contains("This lies in the future"), "{}", ahead.body);
        let will =
            [("member", who.as_str()), ("kind", "will"), ("signed", "2019-05-02"), ("kept", "Safe at home"), ("review", "2026-01-01")];
        assert_eq!(maya.post(&doc, &new, &will).await.status, 303);
        let page = maya.get(&format!("{}/members", f.at())).await;
        for words in ["Safe at home", "2 May 2019", "1 Jan 2026", "Ngozi: power of attorney, health directive"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(maya.get(&doc).await.body.contains("Safe at home"));
        let report = app::rebuild::run(&house.app).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}
