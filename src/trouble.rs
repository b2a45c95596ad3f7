//! What goes wrong at the command line: one sentence for the operator, nothing secret in it.

#[derive(Debug)]
pub struct Trouble(pub String);

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<app::Error> for Trouble {
    fn from(e: app::Error) -> Trouble {
        match e {
            app::Error::Invalid(fields) => {
                let all: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.name, f.message)).collect();
                Trouble(all.join("; "))
            }
            other => Trouble(other.to_string()),
        }
    }
}
impl From<store::Error> for Trouble {
    fn from(e: store::Error) -> Trouble {
        Trouble(e.to_string())
    }
}
impl From<model::Fault> for Trouble {
    fn from(e: model::Fault) -> Trouble {
        Trouble(format!("the provider: {e}"))
    }
}
impl From<vault::Fault> for Trouble {
    fn from(e: vault::Fault) -> Trouble {
        Trouble(format!("the master key: {e}"))
    }
}
impl From<std::io::Error> for Trouble {
    fn from(e: std::io::Error) -> Trouble {
        Trouble(e.to_string())
    }
}
