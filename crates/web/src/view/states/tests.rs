use super::*;
use model::ConnectionState as C;

fn about() -> About {
    About {
        institution: "Larchmont".into(),
        name: "Ngozi".into(),
        firm: "Alder & Finch".into(),
        when: "3 Mar 2027".into(),
        age: "34 days ago".into(),
        rate: "91%".into(),
        reference: "req_7".into(),
    }
}

/// Every row of the table: chip, then headline and sentence with the button behind the bar, for the client and for the adviser.
const TABLE: &[(Standing, &str, &str, &str)] = &[
    (Standing::Healthy, "Up to date", "| Refresh", "| Refresh"),
    (Standing::Refreshing, "Refreshing", "|", "|"),
    (Standing::OutOfDate, "Out of date", "Last updated 3 Mar 2027. | Refresh", "Last synced 3 Mar 2027, 34 days ago. | Refresh"),
    (
        Standing::NoValues,
        "No new values",
        "We couldn’t get the latest values. Refreshing usually fixes this. | Refresh",
        "We couldn’t get the latest values. Refreshing usually fixes this. | Refresh",
    ),
    (
        Standing::NewAccounts,
        "New accounts",
        "Larchmont shows new accounts. Choose which of them your adviser sees. | Choose accounts",
        "Larchmont shows new accounts. Only Ngozi can choose which of them you see. | Ask Ngozi to fix",
    ),
    (
        Standing::Slow,
        "Slow today",
        "Larchmont is slow today. It may take a few minutes. | Refresh",
        "Larchmont is slow today. 91% of attempts succeed. | Refresh",
    ),
    (
        Standing::Muted,
        "Muted",
        "No values arrive and none are counted. |",
        "Out of the totals; history stays. To unmute it, Ngozi needs a fresh link. | Send a link",
    ),
    (
        Standing::Disconnected,
        "Disconnected",
        "The last values stay, with their dates. |",
        "The last values stay, with their dates. To connect it again, Ngozi needs a fresh link. | Send a link",
    ),
    (
        Standing::Ending,
        "Ending",
        "We are ending the permission at Larchmont. This page says when the data provider has confirmed it. |",
        "We are ending the permission at Larchmont. This page says when the data provider has confirmed it. |",
    ),
    (Standing::At(C::Linking), "Connecting", "The first values are on their way. |", "The first values are on their way. |"),
    (
        Standing::At(C::NeedsCredentials),
        "Needs a new sign-in",
        "The institution rejected your sign-in. This usually means the password changed. Check that you can sign in at Larchmont, then enter \
         it again here. | Click to fix",
        "The institution rejected Ngozi’s sign-in. This usually means the password changed. Only Ngozi can enter the new one. | Ask Ngozi to \
         fix",
    ),
    (
        Standing::At(C::NeedsMfa),
        "Wants a code",
        "Larchmont wants to check it’s you. Have your phone ready. | Click to fix",
        "Larchmont wants a code from Ngozi. It sends the code to their phone or mailbox. | Ask Ngozi to fix",
    ),
    (
        Standing::At(C::Locked),
        "Sign-in locked",
        "Larchmont has locked this sign-in. Unlock it at Larchmont, then come back. | Open Larchmont",
        "Larchmont has locked Ngozi’s sign-in. Only Ngozi can unlock it there. Then a link brings it back. | Ask Ngozi to fix",
    ),
    (
        Standing::At(C::ActionAtInstitution),
        "Waits at the institution",
        "Larchmont wants you to accept something on its site first. Sign in at Larchmont, then come back. | Open Larchmont",
        "Larchmont wants Ngozi to accept something on its site first. It can be new terms or a new password. Then a link brings it back. | \
         Ask Ngozi to fix",
    ),
    (
        Standing::At(C::ConsentExpiring),
        "Permission ends soon",
        "Your permission for Larchmont ends on 3 Mar 2027. Renew it and values keep arriving. | Renew",
        "Ngozi’s permission for Larchmont ends on 3 Mar 2027. Values keep arriving until then. | Ask Ngozi to fix",
    ),
    (
        Standing::At(C::ConsentRevoked),
        "Permission ended",
        "Your permission for Larchmont ended on 3 Mar 2027. Renew it and the same accounts keep going. | Renew",
        "Ngozi’s permission for Larchmont ended on 3 Mar 2027. Only Ngozi can renew it. The same accounts keep going. | Ask Ngozi to fix",
    ),
    (
        Standing::At(C::InstitutionDown),
        "Institution is down",
        "Larchmont isn’t letting anyone connect right now. It isn’t your password, and there’s nothing you need to change. We keep trying. |",
        "Larchmont isn’t letting anyone connect right now. Failing since 3 Mar 2027. We keep trying; nobody needs to do anything. |",
    ),
    (
        Standing::At(C::ProviderDown),
        "Data provider is down",
        "Our data provider isn’t answering. It isn’t your password, and there’s nothing you need to change. We keep trying. |",
        "Our data provider isn’t answering. Failing since 3 Mar 2027. We keep trying; nobody needs to do anything. |",
    ),
    (
        Standing::At(C::NoAccounts),
        "No accounts found",
        "The sign-in worked, but Larchmont shows no accounts for it. New accounts can take a day. | Find new",
        "The sign-in worked, but Larchmont shows no accounts for it. New accounts can take a day. Ngozi may use another of its sign-in \
         pages. | Ask Ngozi to fix",
    ),
    (
        Standing::At(C::NotSupported),
        "Not supported",
        "Our data provider can’t connect Larchmont any more. Add the account by hand, or ask Alder & Finch. |",
        "Our data provider can’t connect Larchmont any more. Values no longer arrive by themselves. Keep the account up to date by hand. |",
    ),
    (
        Standing::At(C::NotReady),
        "Being prepared",
        "Larchmont is still getting the values ready. We look again by ourselves. |",
        "Larchmont is still getting the values ready. We look again by ourselves. |",
    ),
    (
        Standing::At(C::RateLimited),
        "Waiting its turn",
        "We asked Larchmont often enough for now. We look again 3 Mar 2027. |",
        "We asked Larchmont often enough for now. We look again 3 Mar 2027. |",
    ),
    (
        Standing::At(C::Ours),
        "Broken on our side",
        "Something broke on our side. We’ve recorded it, and nothing was lost. | Try again",
        "Something broke on our side. Reference req_7. We try again by ourselves. | Try again",
    ),
    (
        Standing::At(C::Removed),
        "Removed",
        "This connection has ended. |",
        "This connection has ended. To connect it again, Ngozi needs a fresh link. | Send a link",
    ),
];

fn line(t: &Told) -> String {
    [t.headline.as_str(), &t.sentence, "|", &t.button].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

// proves: E34 E36 E37 E39 E43 N32 N70 D12
#[test]
fn every_row_of_the_table_reads_as_written_for_both_readers() {
    for (standing, chip, client, adviser) in TABLE {
        let (yours, theirs) = (told(*standing, Reader::Client, &about()), told(*standing, Reader::Adviser, &about()));
        assert_eq!((yours.chip.text.as_str(), theirs.chip.text.as_str()), (*chip, *chip));
        assert_eq!((line(&yours).as_str(), line(&theirs).as_str()), (*client, *adviser), "{standing:?}");
    }
    for state in C::ALL {
        let rows = TABLE.iter().filter(|(s, ..)| *s == state.into()).count();
        assert_eq!(rows, 1, "{state:?} stands in the table once");
    }
}

// proves: N68 N69 E46
#[test]
fn a_site_that_is_down_never_asks_for_a_sign_in_and_nobody_is_blamed() {
    for (standing, ..) in TABLE {
        for reader in [Reader::Client, Reader::Adviser] {
            let t = told(*standing, reader, &About { when: String::new(), ..about() });
            let all = format!("{} {} {}", t.headline, t.sentence, t.button);
            for word in ["please", "oops", "sorry", "error", "  on ."] {
                assert!(!all.to_lowercase().contains(word), "{standing:?}: {all}");
            }
            assert_eq!(t.act == Act::None, t.button.is_empty(), "{standing:?}");
            if matches!(standing, Standing::At(s) if !s.waits_for_client()) && reader == Reader::Client {
                assert!(t.act != Act::Fix, "{standing:?} asks for a sign-in");
            }
        }
    }
    let down = told(C::InstitutionDown.into(), Reader::Client, &about());
    assert!(down.sentence.contains("isn’t your password"));
}

// proves: N30
#[test]
fn refresh_waits_and_the_adviser_asks_while_only_the_client_can_mend_it() {
    for state in C::ALL.into_iter().filter(|s| s.waits_for_client()) {
        let t = told(state.into(), Reader::Adviser, &about());
        assert_eq!(t.act, Act::Ask, "{state:?}");
        assert_eq!(t.refresh_waits, "Refresh waits for Ngozi’s new sign-in", "{state:?}");
        assert_eq!(told(state.into(), Reader::Client, &about()).refresh_waits, "Refresh and Find new wait for your new sign-in");
    }
    assert!(told(Standing::OutOfDate, Reader::Adviser, &about()).refresh_waits.is_empty());
}

// proves: E40 E41
#[test]
fn the_institutions_name_in_the_sentence_opens_its_own_site_in_a_new_tab() {
    let t = told(C::NeedsCredentials.into(), Reader::Client, &about());
    let shown = Sentence::naming(&t.sentence, "Larchmont", "https://larchmont.example").to_string();
    assert!(
        shown.contains("sign in at <a href=\"https://larchmont.example\" target=\"_blank\" rel=\"noopener noreferrer\">Larchmont<"),
        "{shown}"
    );
    assert!(shown.ends_with(", then enter it again here."));
    assert_eq!(Sentence::naming(&t.sentence, "Larchmont", "").to_string(), t.sentence);
}
