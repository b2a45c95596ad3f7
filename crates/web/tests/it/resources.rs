//! Client portal resources: hand-outs to print and to give away, and the sample e-mail.

use crate::it::house::{MAYA, ROBIN, houses};
use crate::it::likeness::{png, send_file};

// proves: P8 P23
#[tokio::test]
async fn each_hand_out_prints_and_downloads_as_one_file_with_everything_inside() {
    for house in houses().await {
        let mut robin = house.signed_in(ROBIN).await;
        let page = robin.get("/settings").await;
        let fields = [
            ("name", "Alder & Finch"),
            ("zone", "America/Chicago"),
            ("support_email", "help@alderfinch.example"),
            ("support_phone", "555-0142"),
            ("disclaimer", "Alder & Finch gives no tax advice."),
        ];
        robin.post("/settings", &page, &fields).await;
        assert_eq!(send_file(&mut robin, "/settings/logo", &page, "logo", &png()).await.status, 303);

        let mut maya = house.signed_in(MAYA).await;
        assert!(maya.get("/help").await.body.contains("href=\"/resources\""));
        let list = maya.get("/resources").await;
        let slugs: Vec<String> = list
            .body
            .split("href=\"/resources/")
            .skip(1)
            .filter_map(|r| r.split('"').next())
            .filter(|s| !s.contains('/'))
            .map(str::to_owned)
            .collect();
        assert_eq!(slugs.len(), 4, "{}", list.body);
        for (slug, says) in [
            ("first-sign-in", "recovery codes"),
            ("using-the-portal", "Something looks wrong"),
            ("connecting-accounts", "Compare the name and the web address"),
            ("fixing-connections", "The institution rejected your sign-in"),
        ] {
            assert!(slugs.iter().any(|s| s == slug));
            let page = maya.get(&format!("/resources/{slug}")).await;
            assert!(page.body.contains(says) && page.body.contains("data-print"), "{slug}");
            let file = maya.get(&format!("/resources/{slug}/download")).await;
            let name = format!("attachment; filename=\"{slug}.html\"");
            assert_eq!(file.header("content-disposition"), Some(name.as_str()));
            for part in [says, "Maya Castellanos", "555-0142", "gives no tax advice", "data:image/png;base64,", "<style>"] {
                assert!(file.body.contains(part), "{slug}: {part}");
            }
            // It opens from a mailbox: nothing is fetched, and no address of ours stands in it.
            for part in ["<script", "<link", "href=\"/", "src=\"/", "http://", "url("] {
                assert!(!file.body.contains(part), "{slug}: {part}");
            }
        }
        assert_eq!(maya.get("/resources/nonsense").await.status, 404);
        assert_eq!(maya.get("/resources/nonsense/download").await.status, 404);
    }
}

// proves: P16 P17
#[tokio::test]
async fn the_sample_e_mail_is_there_to_copy_with_the_firms_words_and_rules() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let page = maya.get("/resources").await;
        for part in [
            "one page",
            "activate your login",
            "[the client’s own link]",
            "seven days",
            "not right",
            "compliance rules",
            "data-copy=\"sample\"",
        ] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        let mut robin = house.signed_in(ROBIN).await;
        let form = robin.get("/settings/letters/invitation").await;
        let own = [("act", "save"), ("subject", "Look at your plan"), ("body", "Dear {first name},\r\n\r\n{link}\r\n\r\n{adviser}")];
        assert_eq!(robin.post("/settings/letters/invitation", &form, &own).await.status, 303);
        let rules =
            [("compliance", "Copy compliance@alderfinch.example."), ("compliance_link", "https://rules.alderfinch.example/clients")];
        assert_eq!(robin.post("/settings/statements", &form, &rules).await.status, 303);
        let page = maya.get("/resources").await;
        for part in [
            "Look at your plan",
            "Dear [first name],",
            "Maya Castellanos",
            "Copy compliance@alderfinch.example.",
            "https://rules.alderfinch.example/clients",
        ] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
    }
}

// proves: E15 E35 E16 E17 E18 N58 N59 N60
#[tokio::test]
async fn the_user_guides_are_shared_by_link_print_and_file_and_name_nobody() {
    for house in houses().await {
        let mut maya = house.signed_in(MAYA).await;
        let mut anybody = house.browser();
        for (slug, title, says) in [
            ("connecting-accounts", "Add Accounts: user guide", ["Compare the name and the web address", "Larchmont Workplace"]),
            ("fixing-connections", "Accounts Troubleshooting: user guide", ["Click to fix", "No accounts found"]),
        ] {
            let page = maya.get(&format!("/resources/{slug}")).await;
            assert!(page.body.contains(title) && page.body.contains("data-print") && page.body.contains("/download"), "{}", page.body);
            assert!(page.body.contains(&format!("/guides/{slug}</code>")), "{}", page.body);
            let open = anybody.get(&format!("/guides/{slug}")).await;
            assert!(open.status == 200 && open.body.contains(title) && open.body.contains("data-print"), "{}", open.body);
            for part in says {
                assert!(open.body.contains(part), "{slug}: {part}");
            }
            assert!(!open.body.contains("Maya") && !open.body.contains("<form"), "{slug} names nobody and asks nothing");
        }
        assert!(anybody.get("/guides").await.body.contains("href=\"/guides/connecting-accounts\""));
        assert_eq!(anybody.get("/guides/good-tickets").await.status, 404, "what is for staff is not shared");
        let tickets = maya.get("/help/good-tickets").await;
        assert!(
            tickets.body.contains("One ticket for one connection") && tickets.body.contains("Clients open no tickets"),
            "{}",
            tickets.body
        );
        assert_eq!(anybody.get("/help/good-tickets").await.status, 303);
    }
}
