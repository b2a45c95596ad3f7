//! The demo's past, written in the order in which it would have happened: firms, households, links, some weeks of refreshes, today's troubles.

use super::book::{Book, Client};
use super::households::{self, Hand, Made, Plan, by_hand};
use super::staff::{self, Firm};
use super::{Stage, links, portal, wire};
use crate::Trouble;
use futures_util::future::try_join_all;
use model::fact::HouseholdStatus::{Client as ClientNow, Prospect};
use model::permission::TeamRole::{Delegate, SubAdviser};
use model::{ConnectionId, ConnectionState, FirmScope, Span};

/// How many days ago the demo's past begins.
const BEGINS: i64 = 36;
/// Days ago on which refreshes ran.
const LOOKS: [i64; 4] = [22, 9, 4, 1];

pub async fn all(stage: &Stage, more: u32) -> Result<Book, Trouble> {
    eprintln!("Inventing two firms, their households and some weeks of their past…");
    // Every provider's list, so that whoever looks for an institution finds it from the first minute.
    for connector in stage.app.connectors() {
        app::institutions::import(&stage.app, connector.card().key).await?;
    }
    known_names(stage).await?;
    stage.clock.go_to(Span::days(BEGINS));
    let mut first = staff::alder_finch(stage).await?;
    let mut second = staff::tarn_kettle(stage).await?;
    let maya = first.as_who("lead");
    let cast = Cast::make(stage, &first, &maya).await?;
    let wired = Wired::link(stage, &maya, &cast).await?;
    for behind in LOOKS {
        stage.clock.go_to(Span::days(behind));
        wire::settle(stage).await?;
        wired.breaks_by(stage, &maya, behind).await?;
        if behind == 9 {
            // Nobody opened it: it has run out since.
            portal::invite(stage, &maya, &cast.whitlock, ("Grace", "Whitlock")).await?;
        }
    }
    stage.clock.go_to(Span::ZERO);
    wire::trouble(stage).await;
    wire::settle(stage).await?;
    wire::hooks_on(stage, &maya, &wired.quick).await?;
    cast.by_hand(stage, &maya).await?;
    links::share(stage, &maya, &cast.halloran, "Pat").await?;
    links::mail(stage, &maya, &cast.tanaka, "Kenji").await?;
    portal::invite(stage, &maya, &cast.tanaka, ("Kenji", "Tanaka")).await?;
    let proofs = cast.portal(stage, &maya).await?;
    wire::settle(stage).await?;
    for n in 0..more {
        households::generated(stage, &first, &maya, n).await?;
    }
    let bram = second.as_who("lead");
    for n in 0..3 {
        households::generated(stage, &second, &bram, 1_000 + n).await?;
    }
    cast.note(&mut first, &proofs);
    second.page.households = first_households(stage, &bram).await?;
    Ok(Book { firms: vec![first.page, second.page] })
}

async fn first_households(stage: &Stage, scope: &FirmScope) -> Result<Vec<model::HouseholdId>, Trouble> {
    let db = stage.app.store().read(scope).await?;
    Ok(store::households::all(&db).await?.into_iter().map(|h| h.id).collect())
}

/// The institutions of the pictures are the ones that people know, also by their short names.
async fn known_names(stage: &Stage) -> Result<(), Trouble> {
    let known: [(&str, i64, &[&str]); 12] = [
        ("ins_larchmont_brokerage", 99, &["LMT", "Larchmont Investments"]),
        ("ins_larchmont_workplace", 98, &["Larchmont 401k", "Larchmont Retirement"]),
        ("ins_bluewater", 94, &["BWCU", "Blue Water"]),
        ("ins_northgate", 93, &["Northgate Securities"]),
        ("ins_sable", 91, &["Sable credit card"]),
        ("ins_pinecrest", 90, &["Pinecrest HSA"]),
        ("ins_meridian", 88, &["Meridian Mortgage"]),
        ("ins_kestrel", 87, &["Kestrel loans"]),
        ("ins_tessera", 86, &["Tessera College Savings"]),
        ("ins_harborvale", 85, &["Harbor and Vale", "H&V"]),
        ("ins_larchmont_bank", 84, &["LMB"]),
        ("ins_109508", 60, &["Wickerbird"]),
    ];
    let tx = stage.app.store().begin_system().await?;
    for (external_id, popularity, names) in known {
        let Some(i) = store::institutions::by_external(&tx, "plaid", external_id).await? else { continue };
        store::institutions::set_popularity(&tx, i.id, popularity).await?;
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        store::institutions::set_aliases(&tx, i.id, &names).await?;
    }
    Ok(tx.commit().await?)
}

/// The households of the pictures.
struct Cast {
    okafor: Made,
    abara: Made,
    brandt: Made,
    delacroix: Made,
    halloran: Made,
    moreau: Made,
    tanaka: Made,
    vance: Made,
    whitlock: Made,
}

impl Cast {
    async fn make(stage: &Stage, firm: &Firm, maya: &FirmScope) -> Result<Cast, Trouble> {
        let both = [("sub_adviser", SubAdviser), ("delegate", Delegate)];
        let tom = [("sub_adviser", SubAdviser)];
        let plan = |name, status, people, adults, review_in, team| Plan { name, status, people, adults, review_in, team };
        let made = async |p: Plan<'_>| households::make(stage, firm, maya, &p).await;
        let okafor = [
            ("Ngozi", "Okafor", "1980-03-14"),
            ("Erik", "Lindqvist", "1978-08-02"),
            ("Ada", "Lindqvist", "2011-05-20"),
            ("Jonas", "Lindqvist", "2015-02-11"),
        ];
        let abara = [
            ("Chidi", "Abara", "1975-06-01"),
            ("Ruth", "Abara", "1977-01-23"),
            ("Ife", "Abara", "2006-09-09"),
            ("Sam", "Abara", "2009-12-30"),
            ("Tobi", "Abara", "2013-04-17"),
        ];
        let moreau = [("Priya", "Singh", "1984-10-10"), ("Luc", "Moreau", "1982-07-07"), ("Anaïs", "Moreau", "2018-03-03")];
        Ok(Cast {
            okafor: made(plan("Okafor–Lindqvist", ClientNow, &okafor, 2, Some(2), &both)).await?,
            abara: made(plan("Abara", ClientNow, &abara, 2, Some(11), &tom)).await?,
            brandt: made(plan("Brandt", ClientNow, &[("Lotte", "Brandt", "1961-02-15")], 1, Some(5), &[])).await?,
            delacroix: made(plan("Delacroix", Prospect, &[("Amélie", "Delacroix", "1988-11-05")], 1, Some(9), &tom)).await?,
            halloran: made(plan("Halloran", Prospect, &[("Pat", "Halloran", "1970-01-31")], 1, None, &[])).await?,
            moreau: made(plan("Moreau–Singh", ClientNow, &moreau, 2, Some(17), &[])).await?,
            tanaka: made(plan(
                "Tanaka",
                ClientNow,
                &[("Kenji", "Tanaka", "1968-04-04"), ("Mio", "Tanaka", "1971-09-13")],
                2,
                Some(3),
                &both,
            ))
            .await?,
            vance: made(plan("Vance", ClientNow, &[("Eleanor", "Vance", "1949-12-08")], 1, Some(40), &[])).await?,
            whitlock: made(plan(
                "Whitlock",
                ClientNow,
                &[("Grace", "Whitlock", "1979-05-26"), ("Jo", "Whitlock", "1980-06-30")],
                2,
                Some(26),
                &[],
            ))
            .await?,
        })
    }

    async fn by_hand(&self, stage: &Stage, maya: &FirmScope) -> Result<(), Trouble> {
        const HV: &str = "Harbor & Vale Custody";
        let okafor: [Hand<'_>; 9] = [
            ("Rollover IRA", "retirement", HV, "9034", "208,900", 1, &["Ngozi"], true),
            ("Roth IRA", "retirement", HV, "9035", "96,140", 1, &["Ngozi"], true),
            ("SEP IRA", "retirement", HV, "9101", "154,300", 1, &["Erik"], true),
            ("Joint brokerage", "brokerage", HV, "9040", "386,200", 1, &["Ngozi", "Erik"], true),
            ("Custodial", "brokerage", HV, "9077", "8,200", 1, &["Ada"], true),
            ("Swedish pension", "retirement", "Statement", "", "88,000", 51, &["Erik"], false),
            ("Lindqvist Studio", "business", "", "", "120,000", 49, &["Erik"], false),
            ("14 Orchard Lane", "property", "", "", "925,000", 98, &["Ngozi", "Erik"], false),
            ("Granite whole life", "insurance", "Granite Life", "4410", "26,900", 20, &["Ngozi"], false),
        ];
        for hand in &okafor {
            by_hand(stage, maya, &self.okafor, hand).await?;
        }
        let others: [(&Made, Hand<'_>); 5] = [
            (&self.abara, ("Joint brokerage", "brokerage", HV, "5120", "744,310", 1, &["Chidi", "Ruth"], true)),
            (&self.abara, ("Practice", "business", "", "", "310,000", 60, &["Chidi"], false)),
            (&self.brandt, ("Rollover IRA", "retirement", HV, "6018", "339,800", 1, &["Lotte"], true)),
            (&self.tanaka, ("Joint brokerage", "brokerage", HV, "7745", "512,060", 1, &["Kenji", "Mio"], true)),
            (&self.whitlock, ("Roth IRA", "retirement", HV, "8190", "121,400", 1, &["Grace"], true)),
        ];
        for (made, hand) in &others {
            by_hand(stage, maya, made, hand).await?;
        }
        Ok(())
    }

    /// Who signs in to the portal.
    async fn portal(&self, stage: &Stage, maya: &FirmScope) -> Result<Vec<portal::Proofs>, Trouble> {
        let who = [
            (&self.okafor, ("Ngozi", "Okafor"), portal::all()),
            (&self.okafor, ("Erik", "Lindqvist"), portal::looking()),
            (&self.brandt, ("Lotte", "Brandt"), portal::map()),
            (&self.vance, ("Eleanor", "Vance"), portal::looking()),
        ];
        try_join_all(who.into_iter().map(|(made, name, rights)| portal::client(stage, maya, made, name, rights))).await
    }

    fn note(&self, firm: &mut Firm, proofs: &[portal::Proofs]) {
        let all = [
            &self.okafor,
            &self.abara,
            &self.brandt,
            &self.delacroix,
            &self.halloran,
            &self.moreau,
            &self.tanaka,
            &self.vance,
            &self.whitlock,
        ];
        firm.page.households = all.iter().map(|m| m.id).collect();
        let people = [
            ("client", &self.okafor, "Ngozi", "Okafor"),
            ("client", &self.okafor, "Erik", "Lindqvist"),
            ("client", &self.brandt, "Lotte", "Brandt"),
            ("client", &self.tanaka, "Kenji", "Tanaka"),
            ("client", &self.vance, "Eleanor", "Vance"),
            ("prospect", &self.halloran, "Pat", "Halloran"),
            ("prospect", &self.delacroix, "Amélie", "Delacroix"),
        ];
        let client = |(part, made, first, last): (&str, &Made, &str, &str)| {
            let proven = proofs.iter().find(|p| p.member == made.person(first));
            Client {
                part: part.into(),
                name: format!("{first} {last}"),
                email: households::mail(first, last),
                household: made.id,
                member: made.person(first),
                password: proven.map(|p| p.password.clone()),
                totp: proven.map(|p| p.totp.clone()),
            }
        };
        firm.page.clients = people.into_iter().map(client).collect();
    }
}

/// The connections, by what becomes of them.
struct Wired {
    pinecrest: ConnectionId,
    sable: ConnectionId,
    /// Those that the provider speaks up about.
    quick: Vec<ConnectionId>,
}

impl Wired {
    async fn link(stage: &Stage, scope: &FirmScope, cast: &Cast) -> Result<Wired, Trouble> {
        let northgate = wire::link(stage, scope, &cast.okafor, "Erik", "ins_northgate", "erik").await?;
        wire::settle(stage).await?;
        // Nothing is asked of it again until tomorrow, so it grows old.
        let due = stage.clock.real_now() + Span::hours(12);
        let tx = stage.app.store().begin(scope).await?;
        store::connections::set_state(&tx, northgate, ConnectionState::Healthy, None, Some(due)).await?;
        tx.commit().await?;
        let (o, t) = (&cast.okafor, &cast.tanaka);
        let pinecrest = wire::link(stage, scope, o, "Ngozi", "ins_pinecrest", "ngozi").await?;
        let sable = wire::link(stage, scope, t, "Kenji", "ins_sable", "kenji").await?;
        let rest = [
            (o, "Ngozi", "ins_larchmont_workplace", "ngozi"),
            (o, "Ngozi", "ins_bluewater", "ngozi"),
            (o, "Ngozi", "ins_kestrel", "ngozi"),
            (o, "Ngozi", "ins_tessera", "ngozi"),
            (o, "Erik", "ins_sable", "erik"),
            (o, "Erik", "ins_meridian", "erik"),
            (&cast.abara, "Chidi", "ins_109508", "chidi"),
            (&cast.brandt, "Lotte", "ins_larchmont_workplace", "lotte"),
            (&cast.delacroix, "Amélie", "ins_meridian", "amelie"),
            (&cast.moreau, "Priya", "ins_kestrel", "priya"),
            (&cast.moreau, "Luc", "ins_tessera", "luc"),
            (t, "Kenji", "ins_larchmont_workplace", "kenji"),
            (&cast.whitlock, "Jo", "ins_larchmont_brokerage", "jo"),
        ];
        let mut quick =
            try_join_all(rest.into_iter().map(|(made, given, at, user)| wire::link(stage, scope, made, given, at, user))).await?;
        wire::settle(stage).await?;
        quick.extend([pinecrest, sable]);
        Ok(Wired { pinecrest, sable, quick })
    }

    /// Sign-ins that were rejected that many days ago.
    async fn breaks_by(&self, stage: &Stage, scope: &FirmScope, behind: i64) -> Result<(), Trouble> {
        let broken = match behind {
            9 => self.pinecrest,
            4 => self.sable,
            _ => return Ok(()),
        };
        let grant = wire::grant(stage, scope, broken).await?;
        Ok(stage.plaid.rehearse_break(&grant).await?)
    }
}
