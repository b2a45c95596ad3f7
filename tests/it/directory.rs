//! The directory of institutions: read page by page, found by what people type, corrected and learning.

use app::institutions::{self, Status};
use model::Span;
use model::plan::Plan;
use serde_json::json;

// proves: N5 N37 N38 N60
#[tokio::test]
async fn institutions_are_found_by_name_address_alias_and_by_what_others_chose() {
    for stage in stage::stages().await {
        let app = &stage.app;
        let firm = stage.firm("Alder & Finch", Plan::Complete).await;
        let first = |typed: &str| institutions::search(app, typed, 5).into_iter().next();
        for (typed, name) in [
            ("larchmont work", "Larchmont Workplace"),
            ("larchmnt workplce", "Larchmont Workplace"),
            ("https://work.larchmont.example/login", "Larchmont Workplace"),
            ("bluewater", "Bluewater Credit Union"),
        ] {
            assert_eq!(first(typed).map(|f| f.name).as_deref(), Some(name), "{typed}");
        }
        assert!(institutions::search(app, "qqqzzzxxx", 5).is_empty());
        let found = first("bluewater").expect("an institution");
        assert_eq!((found.host.as_str(), found.url.as_deref()), ("www.bluewatercu.example", Some("https://www.bluewatercu.example")));
        assert!(!found.name_marks.is_empty());

        // An administrator gives it another name; an adviser may not.
        let names = ["Harbour Savers".to_owned(), "  ".to_owned()];
        assert!(institutions::set_aliases(app, &firm.lead.scope, found.id, &names).await.is_err());
        institutions::set_aliases(app, &firm.administrator.scope, found.id, &names).await.expect("a name");
        assert_eq!(first("harbour savers").map(|f| f.id), Some(found.id));

        // What several people chose after the same words is found by them; what looks like a person's address or number is not kept.
        assert_ne!(first("the teal one").map(|f| f.id), Some(found.id));
        for _ in 0..3 {
            institutions::learn(app, "the teal one", found.id).await.expect("a lesson");
            institutions::learn(app, "ngozi@okafor.example", found.id).await.expect("a lesson");
            institutions::learn(app, "4929 1188", found.id).await.expect("a lesson");
        }
        institutions::rebuild(app).await.expect("an index");
        assert_eq!(first("the teal one").map(|f| f.id), Some(found.id));
        let kept = store::institutions::lessons(&app.store().read_system().await.expect("a look")).await.expect("lessons");
        assert_eq!(kept.iter().map(|(q, ..)| q.as_str()).collect::<Vec<_>>(), ["the teal one"]);
        assert_eq!(institutions::popular(app, &firm.lead.scope, 3).await.expect("thumbnails")[0].id, found.id);
        stage.end().await;
    }
}

// proves: N67 N68
#[tokio::test]
async fn the_providers_word_on_an_institution_is_asked_again_after_ten_minutes() {
    for stage in stage::stages().await {
        let found = institutions::search(&stage.app, "northgate brokerage", 1).remove(0);
        let now = institutions::refresh(&stage.app, found.id).await.expect("a word");
        assert_ne!(now.status, Status::Down);
        let path = format!("/_control/institutions/{}/health", found.external_id);
        stage.plaid.direct(&path, json!({ "health": "down" })).await.expect("the provider's part");
        let soon = institutions::refresh(&stage.app, found.id).await.expect("a word");
        assert_eq!(soon.status, now.status, "asked again at once");
        stage.clock.advance(Span::minutes(10));
        let later = institutions::refresh(&stage.app, found.id).await.expect("a word");
        assert_eq!(later.status, Status::Down);
        let other = institutions::search(&stage.app, "bluewater", 1).remove(0);
        assert_ne!(institutions::refresh(&stage.app, other.id).await.expect("a word").status, Status::Down, "only the one that is down");
        stage.end().await;
    }
}
