//! Sign-in, settings, help, outbox, set-up and what goes wrong.

use crate::Page;
use crate::sample::{contact, plain, qr, shell};
use web::view::help::{HelpContents, HelpTopic, Topic};
use web::view::kit::{Chip, Field, FieldKind, Pick, Problem, Problems, Select};
use web::view::outbox::{Mail, Outbox};
use web::view::preferences::Preferences;
use web::view::settings::*;
use web::view::setup::{Checked, Progress, Setup, SetupCode, SetupStep, StepForm};
use web::view::shell::{Here, Note, Tone};
use web::view::sign_in::{SignIn, SignInCode};
use web::view::wrong::Wrong;

pub fn pages() -> Vec<Page> {
    let mut pages = vec![
        ("sign-in", sign_in("", "")),
        ("sign-in-wrong", sign_in("maya@alderfinch.example", "The e-mail or the password is not right")),
        ("sign-in-code", sign_in_code()),
        ("settings", settings_firm()),
        ("settings-staff", settings_staff()),
        ("settings-institutions", settings_institutions()),
        ("settings-mail", settings_mail()),
        ("preferences", preferences()),
        ("outbox", outbox()),
        ("setup", setup()),
        ("setup-code", setup_code()),
        ("not-found", Wrong::not_found(plain()).to_string()),
        ("too-often", Wrong::too_often(plain(), "in 2 minutes").to_string()),
        ("old-form", Wrong::old_form(plain(), "/").to_string()),
        ("broken", Wrong::broken(plain(), "7KQ2M-9D4XT").to_string()),
        ("help", HelpContents { shell: shell(Here::Help), support: contact() }.to_string()),
    ];
    let names = [
        "help-finding",
        "help-importing",
        "help-two-factor",
        "help-portals",
        "help-adding-later",
        "help-renewing",
        "help-ending",
        "help-failing",
        "help-integrations",
    ];
    for (topic, name) in Topic::ALL.into_iter().zip(names) {
        pages.push((name, HelpTopic { shell: shell(Here::Help), topic, support: contact(), film: String::new() }.to_string()));
    }
    pages
}

fn sign_in(email: &str, wrong: &str) -> String {
    let (mail, pass) = SignIn::fields(email, "", "");
    let problems = if wrong.is_empty() { Problems::default() } else { Problems(vec![Problem { field: "email", text: wrong.into() }]) };
    SignIn { shell: plain(), problems, said: None, email: mail, password: pass, next: String::new(), passkeys: true }.to_string()
}

fn sign_in_code() -> String {
    let code = Field::new("code", "6-digit code").kind(FieldKind::Code);
    SignInCode {
        shell: plain(),
        problems: Problems::default(),
        code,
        printed: Field::new("printed", "Recovery code"),
        ask: Some(contact()),
        next: String::new(),
    }
    .to_string()
}

fn settings_firm() -> String {
    let mut shell = shell(Here::Settings);
    shell.said = Some(Note::ok("Saved."));
    SettingsFirm {
        shell,
        tab: SettingsTab::Firm,
        problems: Problems::default(),
        name: Field::new("name", "Firm").value("Alder & Finch"),
        zone: Select::new("zone", "Time zone", vec![Pick::new("America/Chicago", "Chicago", true)]),
        support_email: Field::new("support_email", "Support e-mail").kind(FieldKind::Email).value("help@alderfinch.example"),
        support_phone: Field::new("support_phone", "Support phone").value("555-0142"),
        disclaimer: Field::new("disclaimer", "Disclaimer").kind(FieldKind::Area).hint("Printed under every report"),
        plan: "Complete, with Asset Sync".into(),
        logo: None,
        logo_error: String::new(),
        statements: [
            Field::new("mail_disclaimer", "Under every message").kind(FieldKind::Area).optional(),
            Field::new("compliance", "Your rules for talking with clients").kind(FieldKind::Area).optional(),
            Field::new("compliance_link", "Where the rules stand in full").kind(FieldKind::Url).optional(),
            Field::new("data_support", "Data Support").kind(FieldKind::Email).optional(),
        ],
        may_change: true,
    }
    .to_string()
}

fn settings_staff() -> String {
    let row = |name: &str, initials: &str, role: &str, seen: &str| StaffRow {
        name: name.into(),
        initials: initials.into(),
        likeness: String::new(),
        card: "Lead planner · 555-0142".into(),
        email: format!("{}@alderfinch.example", initials.to_lowercase()),
        role: role.into(),
        roles: vec![("support", "Support")],
        seen: seen.into(),
        chip: seen.starts_with("Has").then(|| Chip::bare(Tone::Info, "Invited")),
        manage: "#".into(),
        ended: false,
        enrolled: true,
    };
    SettingsStaff {
        shell: shell(Here::Settings),
        tab: SettingsTab::Staff,
        rows: vec![
            row("Robin Finch", "RF", "Administrator", "Signed in today, 9:31 AM"),
            row("Maya Castellanos", "MC", "Lead adviser", "Signed in today, 8:02 AM"),
            row("Tom Iverson", "TI", "Sub-adviser", "Has not signed in yet"),
        ],
        problems: Problems::default(),
        waiting: Vec::new(),
        may_invite: true,
        new_id: String::new(),
        name: Field::new("name", "Name"),
        email: Field::new("email", "E-mail").kind(FieldKind::Email),
        role: Select::new("role", "Role", vec![Pick::new("adviser", "Adviser", true)]),
        link: "https://heldaway.alderfinch.example/i#7KQ2M-9D4XT-H7VMC-9WKD3-P6ZJYG".into(),
    }
    .to_string()
}

fn settings_institutions() -> String {
    let alias = |text: &str, learned| Alias { text: text.into(), learned, remove: "#".into() };
    SettingsInstitutions {
        shell: shell(Here::Settings),
        tab: SettingsTab::Institutions,
        typed: Some(true),
        query: "larch".into(),
        rows: vec![
            AliasRow {
                name: "Larchmont Workplace".into(),
                site: "work.larchmont.example".into(),
                aliases: vec![alias("LW", false), alias("larchmont 401k", true)],
                add: "#".into(),
                key: "i1".into(),
            },
            AliasRow {
                name: "Larchmont Bank".into(),
                site: "bank.larchmont.example".into(),
                aliases: Vec::new(),
                add: "#".into(),
                key: "i2".into(),
            },
        ],
        line: "12,040 institutions, last read today, 4:00 AM.".into(),
        may_change: true,
    }
    .to_string()
}

fn settings_mail() -> String {
    SettingsMail {
        shell: shell(Here::Settings),
        tab: SettingsTab::Mail,
        problems: Problems::default(),
        way: "smtp.alderfinch.example, port 465, TLS".into(),
        from: "Alder & Finch <asset-sync@alderfinch.example>".into(),
        sends: true,
        may_change: true,
        tested: "Arrived today, 9:32 AM".into(),
        change: "#".into(),
    }
    .to_string()
}

fn preferences() -> String {
    Preferences {
        shell: shell(Here::Nowhere),
        problems: Problems::default(),
        name: Field::new("name", "Name").value("Maya Castellanos"),
        title: Field::new("title", "Title").value("Lead planner").optional(),
        phone: Field::new("phone", "Telephone").value("555-0142").optional(),
        likeness: String::new(),
        likeness_error: String::new(),
        theme: Select::new("theme", "Colours", vec![Pick::new("system", "As the system says", true), Pick::new("dark", "Dark", false)]),
        zone: Select::new("zone", "Time zone", vec![Pick::new("", "The firm’s, Chicago", true)]),
        email: "maya@alderfinch.example".into(),
        sessions: vec!["Safari on a phone, today, 8:02 AM".into()],
    }
    .to_string()
}

fn outbox() -> String {
    let mut shell = plain();
    shell.sandbox = true;
    let mail = Mail {
        to: "ngozi@okafor.example".into(),
        cc: "maya@alderfinch.example".into(),
        subject: "Connect your accounts for our review".into(),
        when: "today, 9:44 AM".into(),
        paragraphs: vec!["Hello Ngozi,".into(), "This link lets you connect the accounts you hold elsewhere.".into()],
        link: "start.html".into(),
    };
    Outbox { shell, mails: vec![mail] }.to_string()
}

fn setup() -> String {
    let step = |key, title, text: &str, progress| SetupStep {
        key,
        title,
        text: text.into(),
        progress,
        note: None,
        form: None,
        secret: None,
        change: if progress == Progress::Done { "#".into() } else { String::new() },
        way: None,
    };
    let check = |tone, title: &str, text: &str| Checked { tone, title: title.into(), text: text.into() };
    let keys = StepForm {
        action: "#".into(),
        fields: vec![
            Field::new("client_id", "Client ID").value("64f0c2a19be7d0001b3c77e1"),
            Field::new("secret", "Secret").kind(FieldKind::Password).hint("Never shown again after saving"),
        ],
        selects: vec![Select::new("provider", "Provider", vec![Pick::new("plaid", "Plaid, production", true)])],
        checks: vec![
            check(Tone::Ok, "Keys accepted", "Plaid answered in 212 ms"),
            check(Tone::Bad, "Liabilities", "Product is off. Ask Plaid to switch it on, or loans and cards bring a balance only"),
            check(Tone::Warn, "Webhooks", "Waiting for the first one. Sync also works by polling"),
        ],
        button: "Check again".into(),
        second: Some(("Continue without Liabilities".into(), "skip".into())),
        multipart: false,
    };
    let mut steps = vec![
        step("address", "Address", "https://heldaway.alderfinch.example answers from outside", Progress::Done),
        step("administrator", "Administrator", "Robin Finch, password and authenticator", Progress::Done),
        step("firm", "Firm", "Alder & Finch, Chicago time, logo, disclaimer for reports", Progress::Done),
        step("support", "Support address", "help@alderfinch.example and 555-0142, shown to clients on every link page", Progress::Done),
        step("mail", "Mail", "smtp.alderfinch.example, port 465, TLS", Progress::Done),
        step("keys", "Data provider keys", "Checked live with the provider; kept sealed, apart from the data", Progress::Open),
        step("staff", "Staff", "Invite advisers, sub-advisers and delegates; each sets up their own second factor", Progress::Later),
        step("household", "First household", "Add one by hand; then start Asset Sync from its portfolio", Progress::Later),
    ];
    steps[1].secret = Some(("JBSW Y3DP EHPK 3PXP".into(), qr()));
    steps[4].note = Some(Note::ok("Sent to robin@alderfinch.example at 9:31 AM.").titled("The test message was handed over"));
    steps[5].form = Some(keys);
    steps[6].way = Some(("Invite staff".into(), "#".into()));
    let title = "Set up Alder & Finch".into();
    Setup {
        shell: plain(),
        title,
        person: "Signed in as Robin Finch, administrator".into(),
        problems: Problems::default(),
        steps,
        finish: None,
    }
    .to_string()
}

fn setup_code() -> String {
    SetupCode { shell: plain(), problems: Problems::default(), code: Field::new("code", "Set-up code"), action: "#".into() }.to_string()
}
