//! Every fixed address that a template links or posts to is in the table of routes.

use axum::http::Method;
use std::fs;
use std::path::{Path, PathBuf};

fn templates(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("the templates") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { templates(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_link_and_no_form_leads_nowhere() {
    let mut files = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut files);
    let table = web::routes::table();
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(&file).expect("a template");
        for (mark, is_form) in [("href=\"/", false), ("action=\"/", true)] {
            for (at, _) in text.match_indices(mark) {
                let rest = &text[at + mark.len() - 1..];
                let path = rest.split(['"', '?', '#']).next().unwrap_or_default();
                // What is put in when the page is drawn is looked at by the tests of that page.
                if path.contains('{') {
                    continue;
                }
                let posts = is_form && rest.split('>').next().is_some_and(|tag| tag.contains("method=\"post\""));
                let method = if posts { Method::POST } else { Method::GET };
                let known = table.iter().any(|(m, p, _)| *m == method && *p == path);
                assert!(known, "{method} {path} in {}", file.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 20);
}
