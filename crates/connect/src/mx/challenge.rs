//! The institution's questions as our screens show them: its own words and pictures, nothing added. Answers go back under the same names.

use super::institutions;
use super::wire::{Choice as WireChoice, Credential, Institution, Question};
use crate::said::plain;
use crate::{Challenge, ChallengeField, ChallengeKind, Choice, FieldRole, Picture};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const LONGEST_LABEL: usize = 300;
const LARGEST_PICTURE: usize = 256 << 10;
const MOST_CHOICES: usize = 50;

/// The sign-in form as the institution defines it.
pub(super) fn credentials(mut fields: Vec<Credential>, institution: &Institution) -> Challenge {
    fields.sort_by_key(|f| f.display_order.unwrap_or(i64::MAX));
    let fields = fields.into_iter().filter_map(credential).collect();
    let prompt = institutions::notice(institution).unwrap_or_default();
    Challenge { help: institutions::help(institution), ..Challenge::new(ChallengeKind::Credentials, prompt, fields) }
}

fn credential(wire: Credential) -> Option<ChallengeField> {
    let guid = wire.guid.0.filter(|g| super::fit(g).is_ok())?;
    let word = [&wire.field_type, &wire.r#type, &wire.field_name].map(|t| t.as_deref().unwrap_or_default().to_ascii_uppercase());
    let says = |part: &str| word.iter().any(|w| w.contains(part));
    let role = match () {
        () if says("PASSWORD") || says("PASSCODE") || word[2] == "PIN" => FieldRole::Password,
        () if says("LOGIN") || says("USER") => FieldRole::Username,
        () => FieldRole::Other,
    };
    let label = wire.label.as_deref().or(wire.field_name.as_deref()).and_then(|l| plain(l, LONGEST_LABEL))?;
    let options = choices(wire.options.list);
    let (secret, optional) = (role == FieldRole::Password, wire.optional.unwrap_or(false));
    Some(ChallengeField { role, secret, optional, options, ..ChallengeField::text(guid, label) })
}

/// What stands between the sign-in and the accounts. `None` where the institution's question cannot be shown: it has no name to answer to.
pub(super) fn questions(wire: Vec<Question>) -> Challenge {
    let fields: Vec<ChallengeField> = wire.into_iter().filter_map(question).collect();
    let all = |f: fn(&ChallengeField) -> bool| !fields.is_empty() && fields.iter().all(f);
    let kind = match fields.len() {
        0 => ChallengeKind::Approval,
        1 if all(|f| !f.options.is_empty()) => ChallengeKind::Method,
        _ if all(|f| f.role == FieldRole::Code) => ChallengeKind::Code,
        _ => ChallengeKind::Questions,
    };
    Challenge::new(kind, "", fields)
}

fn question(wire: Question) -> Option<ChallengeField> {
    let guid = wire.guid.0.filter(|g| super::fit(g).is_ok())?;
    let word = wire.r#type.as_deref().unwrap_or_default().to_ascii_uppercase();
    let said = wire.label.as_deref().or(wire.field_name.as_deref());
    let label = said.and_then(|l| plain(l, LONGEST_LABEL)).unwrap_or_default();
    let mut options = choices(wire.options.list);
    options.extend(choices(wire.image_options.list));
    let role = match () {
        () if !options.is_empty() => FieldRole::Other,
        () if word == "TOKEN" || asks_for_code(&label) => FieldRole::Code,
        () => FieldRole::Other,
    };
    let picture = wire.image_data.as_deref().and_then(picture);
    Some(ChallengeField { role, picture, options, ..ChallengeField::text(guid, label) })
}

/// Institutions ask for a code in a field like any other; the browser may offer the one that just arrived.
fn asks_for_code(label: &str) -> bool {
    let label = label.to_lowercase();
    ["code", "passcode", "one-time", "one time", "token"]
        .iter()
        .any(|w| label.split(|c: char| !c.is_alphanumeric() && c != '-').any(|x| x == *w))
        || label.contains("one time")
}

fn choices(wire: Vec<WireChoice>) -> Vec<Choice> {
    let one = |c: WireChoice| {
        let value = c.value.0.or(c.label.0.clone()).or(c.guid.0).filter(|v| !v.is_empty() && v.len() <= LARGEST_PICTURE)?;
        let picture = c.data_uri.as_deref().and_then(picture);
        let label = c.label.as_deref().and_then(|l| plain(l, LONGEST_LABEL));
        let label = label.or_else(|| plain(&value, LONGEST_LABEL))?;
        Some(Choice { value, label, picture })
    };
    wire.into_iter().take(MOST_CHOICES).filter_map(one).collect()
}

/// A picture by its own first bytes, whatever the address claims; anything else is none.
fn picture(text: &str) -> Option<Picture> {
    let data = text.split_once(";base64,").map_or(text, |(_, data)| data);
    if data.len() > LARGEST_PICTURE {
        return None;
    }
    let clean: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(&clean).ok()?;
    let media = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        _ => return None,
    };
    Some(Picture { media: media.into(), data: clean })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::{Many, Read};

    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    fn asked(json: &str) -> Challenge {
        questions(Many::read(json).unwrap().list)
    }

    // proves: E23 E24 E25
    #[test]
    fn every_form_of_question_passes_through_in_its_own_words() {
        let code = asked(r#"[{"guid":"CRD-1","label":"Enter the code we sent","type":"TEXT"}]"#);
        assert_eq!((code.kind, code.fields[0].label.as_str()), (ChallengeKind::Code, "Enter the code we sent"));
        let token = asked(r#"[{"guid":"CRD-1","label":"Key fob","type":"TOKEN"}]"#);
        assert_eq!(token.kind, ChallengeKind::Code);
        let two = r#"[{"guid":"CRD-1","label":"First pet?","type":"TEXT"},{"guid":"CRD-2","label":"City of birth?","type":"TEXT"}]"#;
        let two = asked(two);
        assert_eq!((two.kind, two.fields.len(), two.fields[1].name.as_str()), (ChallengeKind::Questions, 2, "CRD-2"));
        let how =
            r#"[{"guid":"CRD-1","label":"How?","type":"OPTIONS","options":[{"label":"Text to ...21","value":"sms"},{"label":"Call"}]}]"#;
        let how = asked(how);
        assert_eq!(how.kind, ChallengeKind::Method);
        let values: Vec<_> = how.fields[0].options.iter().map(|o| (o.label.as_str(), o.value.as_str())).collect();
        assert_eq!(values, [("Text to ...21", "sms"), ("Call", "Call")]);
        assert_eq!(asked("[]").kind, ChallengeKind::Approval);
        let new = asked(r#"[{"guid":"CRD-1","label":"Hum the tune","type":"HUMMING"}]"#);
        assert_eq!((new.kind, new.fields[0].label.as_str()), (ChallengeKind::Questions, "Hum the tune"));
    }

    // proves: E24
    #[test]
    fn pictures_are_pictures_or_nothing() {
        let seen = asked(&format!(
            r#"[{{"guid":"CRD-1","label":"What is written?","type":"IMAGE_DATA","image_data":"data:image/png;base64,{PNG}"}}]"#
        ));
        assert_eq!(seen.fields[0].picture.as_ref().unwrap().media, "image/png");
        let bad = asked(r#"[{"guid":"CRD-1","label":"x","type":"IMAGE_DATA","image_data":"data:image/png;base64,PHNjcmlwdD4="}]"#);
        assert_eq!(bad.fields[0].picture, None);
        let pick = format!(
            r#"[{{"guid":"CRD-1","label":"Yours?","type":"IMAGE_OPTIONS","image_options":[{{"guid":"o1","label":"IMAGE_1","value":"v1","data_uri":"data:image/png;base64,{PNG}"}}]}}]"#
        );
        let pick = asked(&pick);
        assert_eq!((pick.kind, pick.fields[0].options[0].value.as_str()), (ChallengeKind::Method, "v1"));
        assert!(pick.fields[0].options[0].picture.is_some());
    }

    // proves: E14
    #[test]
    fn the_form_is_the_institutions_own() {
        let fields = r#"[
            {"guid":"CRD-2","field_name":"PASSWORD","field_type":"PASSWORD","label":"Passwort","display_order":2},
            {"guid":"CRD-1","field_name":"LOGIN","field_type":"TEXT","label":"Member number","display_order":1},
            {"guid":"../x","field_name":"LOGIN","label":"Nonsense"},
            {"guid":"CRD-3","field_name":"branch","field_type":"OPTIONS","label":"Branch","options":[{"label":"North","value":"n"}]}]"#;
        let place = Institution::read(
            r#"{"code":"b","instructional_text":"Use <b>your card's</b> PIN.","forgot_password_url":"https://b.example/forgot","trouble_signing_in_url":"javascript:x"}"#,
        )
        .unwrap();
        let form = credentials(Many::read(fields).unwrap().list, &place);
        let labels: Vec<_> = form.fields.iter().map(|f| (f.label.as_str(), f.role, f.secret)).collect();
        assert_eq!(
            labels,
            [("Member number", FieldRole::Username, false), ("Passwort", FieldRole::Password, true), ("Branch", FieldRole::Other, false)]
        );
        assert_eq!(form.prompt, "Use your card's PIN.");
        assert_eq!((form.help.forgot_password.as_deref(), form.help.trouble), (Some("https://b.example/forgot"), None));
    }
}
