//! Photographs, titles and telephones of staff: whose they are, who sees them, what is refused.

use crate::it::browser::{Browser, Page};
use crate::it::cast::{second_firm, staff};
use crate::it::family::{client, client_mail, family};
use crate::it::house::{MAYA, ROBIN, houses, maya};
use model::permission::Role;
use model::portal::Preset;

/// A picture of one point, with a note in it.
pub fn png() -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat();
    let head = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    let parts = [chunk(b"IHDR", &head), chunk(b"tEXt", b"Place\x00at home"), chunk(b"IDAT", b"point"), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

/// Posts a form with one file in it.
pub async fn send_file(browser: &mut Browser, path: &str, page: &Page, name: &str, file: &[u8]) -> Page {
    let csrf = page.hidden("csrf");
    let head = format!(
        "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--xx\r\n\
         Content-Disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--xx--\r\n"].concat();
    browser.send("POST", path, "multipart/form-data; boundary=xx", &body).await
}

// proves: P22
#[tokio::test]
async fn a_likeness_is_seen_by_the_firm_and_its_clients_and_by_nobody_else() {
    for house in houses().await {
        let mut at_desk = house.signed_in(MAYA).await;
        let page = at_desk.get("/preferences").await;
        for (file, why) in
            [(&b"<svg onload=alert(1)>"[..], "PNG or JPEG"), (b"", "PNG or JPEG"), (b"\x89PNG\r\n\x1a\nrest", "can’t be read")]
        {
            let no = send_file(&mut at_desk, "/preferences/likeness", &page, "likeness", file).await;
            assert!(no.status == 422 && no.body.contains(why) && no.body.contains("<title>Error: "), "{}", no.body);
        }
        let large = vec![0xff; 201 * 1024];
        assert!(send_file(&mut at_desk, "/preferences/likeness", &page, "likeness", &large).await.status >= 400);
        assert_eq!(send_file(&mut at_desk, "/preferences/likeness", &page, "likeness", &png()).await.status, 303);
        let page = at_desk.get("/preferences").await;
        let href = page.between("<img class=\"avatar xl\" src=\"", "\"").to_owned();
        assert!(href.starts_with(&format!("/likeness/{}?v=", maya())), "{}", page.body);

        let seen = at_desk.get(&href).await;
        assert!(
            seen.status == 200
                && seen.header("content-type") == Some("image/png")
                && seen.header("x-content-type-options") == Some("nosniff")
        );
        assert!(seen.body.contains("IDAT") && !seen.body.contains("at home"), "what a camera notes is left out");
        // A colleague, and a client of the firm.
        assert!(house.signed_in(ROBIN).await.get("/settings/staff").await.body.contains(&href));
        let f = family(&house, 1, "Okafor", "Ngozi").await;
        let login = client(&house, &f, 1, Preset::Reader.rights()).await;
        let mut ngozi = house.browser();
        let done = house.sign_in(&mut ngozi, &client_mail(1)).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(ngozi.get(&href).await.status, 200);
        // Nobody without a sign-in, nobody of another firm; and clients have no likeness.
        let nobody = house.browser().get(&href).await;
        assert!(nobody.status == 303 && nobody.location().starts_with("/sign-in"));
        second_firm(&house).await;
        staff(&house, crate::it::cast::tom().firm(), &[(23, "Una Grey", "una@otherfirm.example", Role::Adviser)]).await;
        assert_eq!(house.signed_in("una@otherfirm.example").await.get(&href).await.status, 404);
        assert_eq!(at_desk.get(&format!("/likeness/{login}")).await.status, 404);
        assert_eq!(at_desk.get("/likeness/nonsense").await.status, 404);

        assert_eq!(at_desk.post("/preferences/likeness/remove", &page, &[]).await.status, 303);
        assert_eq!(at_desk.get(&href).await.status, 404);
    }
}

// proves: P22
#[tokio::test]
async fn title_and_telephone_are_ones_own_to_say() {
    for house in houses().await {
        let mut at_desk = house.signed_in(MAYA).await;
        let page = at_desk.get("/preferences").await;
        let no = at_desk.post("/preferences", &page, &[("name", "Maya Castellanos"), ("phone", "call me"), ("title", "Lead")]).await;
        assert!(no.status == 422 && no.body.contains("Enter a phone number") && no.body.contains("call me"), "{}", no.body);
        let fields = [("name", "Maya Castellanos"), ("title", " Lead   planner "), ("phone", "(555) 010-0142"), ("theme", "dark")];
        assert_eq!(at_desk.post("/preferences", &page, &fields).await.status, 303);
        let card = app::likeness::card(&house.app.store().read(&house.scope).await.unwrap(), maya()).await.unwrap().unwrap();
        assert_eq!((card.title.as_deref(), card.phone.as_deref()), (Some("Lead planner"), Some("(555) 010-0142")));
        let list = house.signed_in(ROBIN).await.get("/settings/staff").await;
        assert!(list.body.contains("Lead planner · (555) 010-0142"), "{}", list.body);
        // The switch of colours knows nothing of either.
        let page = at_desk.get("/preferences").await;
        assert_eq!(at_desk.post("/preferences/theme", &page, &[("theme", "light")]).await.status, 204);
        assert!(at_desk.get("/preferences").await.body.contains("value=\"Lead planner\""));
    }
}
