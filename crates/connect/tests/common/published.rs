//! The provider's published description, read just far enough to say which fields a request may and must have. Not a YAML library.

use serde_json::{Map, Value};
use std::collections::HashMap;

pub struct Published {
    schemas: HashMap<String, Vec<Line>>,
    requests: HashMap<String, String>,
}

#[derive(Clone)]
struct Line {
    indent: usize,
    text: String,
}

impl Published {
    pub fn read(yaml: &str) -> Published {
        let lines: Vec<Line> = yaml
            .lines()
            .filter(|l| !l.trim().is_empty())
            .map(|l| Line { indent: l.len() - l.trim_start().len(), text: l.trim_start().to_string() })
            .collect();
        let (mut schemas, mut requests) = (HashMap::new(), HashMap::new());
        let (mut top, mut second, mut path, mut body) = (String::new(), String::new(), String::new(), false);
        for (i, line) in lines.iter().enumerate() {
            let key = line.text.trim_end_matches(':');
            match line.indent {
                0 => top = key.into(),
                2 => {
                    second = key.into();
                    path = key.into();
                    body = false;
                }
                4 if top == "components" && second == "schemas" => {
                    let own = lines[i + 1..].iter().take_while(|l| l.indent > 4).cloned().collect();
                    schemas.insert(key.to_string(), own);
                }
                6 if top == "paths" => body = key == "requestBody",
                _ => {}
            }
            if top == "paths"
                && body
                && let Some(name) = reference(&line.text)
            {
                requests.entry(path.clone()).or_insert(name);
            }
        }
        Published { schemas, requests }
    }

    /// What is wrong with a body, field by field.
    pub fn faults(&self, path: &str, body: &Map<String, Value>) -> Vec<String> {
        match self.requests.get(path) {
            Some(schema) => self.compare(&self.schema(schema), body, path),
            None => vec![format!("{path} is not published")],
        }
    }

    fn schema(&self, name: &str) -> Value {
        self.schemas.get(name).map(|lines| parse(lines)).unwrap_or(Value::Null)
    }

    fn resolved(&self, schema: &Value) -> (Map<String, Value>, Vec<String>) {
        let (mut fields, mut required) = (Map::new(), Vec::new());
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            return self.resolved(&self.schema(name));
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let (f, r) = self.resolved(part);
            fields.extend(f);
            required.extend(r);
        }
        fields.extend(schema["properties"].as_object().cloned().unwrap_or_default());
        required.extend(schema["required"].as_array().into_iter().flatten().filter_map(|r| r.as_str().map(String::from)));
        (fields, required)
    }

    fn compare(&self, schema: &Value, body: &Map<String, Value>, at: &str) -> Vec<String> {
        let (fields, required) = self.resolved(schema);
        let missing = required.iter().filter(|r| !body.contains_key(*r)).map(|r| format!("{at}: {r} is required"));
        let mut faults: Vec<String> = missing.collect();
        for (name, value) in body {
            let at = format!("{at}.{name}");
            match (fields.get(name), value) {
                (None, _) => faults.push(format!("{at} is not known")),
                (Some(inner), Value::Object(o)) => faults.extend(self.compare(inner, o, &at)),
                _ => {}
            }
        }
        faults
    }
}

fn reference(text: &str) -> Option<String> {
    let rest = text.strip_prefix("- ").unwrap_or(text).strip_prefix("$ref:")?;
    rest.trim().trim_matches(['\'', '"']).rsplit('/').next().map(String::from)
}

/// Maps, lists and scalars by indentation; texts of several lines come out as nonsense keys that nobody asks for.
fn parse(lines: &[Line]) -> Value {
    let Some(first) = lines.first() else { return Value::Null };
    let own = |l: &Line| l.indent == first.indent;
    if first.text.starts_with("- ") {
        let mut list = Vec::new();
        for (i, line) in lines.iter().enumerate().filter(|(_, l)| own(l) && l.text.starts_with("- ")) {
            let rest = lines[i + 1..].iter().take_while(|l| l.indent > first.indent).cloned();
            let head = Line { indent: first.indent + 2, text: line.text[2..].to_string() };
            list.push(parse(&std::iter::once(head).chain(rest).collect::<Vec<_>>()));
        }
        return Value::Array(list);
    }
    let mut map = Map::new();
    if !first.text.contains(':') {
        return Value::String(first.text.trim_matches(['\'', '"']).into());
    }
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| own(l) && !l.text.starts_with("- ")) {
        let Some((key, value)) = line.text.split_once(':') else { continue };
        let below = |l: &&Line| l.indent > first.indent || (l.indent == first.indent && l.text.starts_with("- "));
        let inner: Vec<Line> = lines[i + 1..].iter().take_while(below).cloned().collect();
        let value = match value.trim() {
            "" => parse(&inner),
            text => Value::String(text.trim_matches(['\'', '"']).into()),
        };
        map.insert(key.trim_matches(['\'', '"']).into(), value);
    }
    Value::Object(map)
}
