//! The first-run checklist: eight steps, each saved, to come back to at any time.

use super::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Done,
    Open,
    /// Not started; waits for the steps before it.
    Later,
}

/// One line of a live check.
#[derive(Clone, Debug)]
pub struct Checked {
    pub tone: Tone,
    pub title: String,
    pub text: String,
}

/// A form inside a step.
#[derive(Clone, Debug, Default)]
pub struct StepForm {
    pub action: String,
    /// Shown two in a row.
    pub fields: Vec<Field>,
    pub selects: Vec<Select>,
    pub checks: Vec<Checked>,
    pub button: String,
    /// A second way on: word and the value posted as `then`.
    pub second: Option<(String, String)>,
    /// A picture may be posted with it (the logo).
    pub multipart: bool,
}

#[derive(Clone, Debug)]
pub struct SetupStep {
    /// "address": for `id` and for `/setup#address`.
    pub key: &'static str,
    pub title: &'static str,
    pub text: String,
    pub progress: Progress,
    /// The result of the last test, beside a done step.
    pub note: Option<Note>,
    pub form: Option<StepForm>,
    /// A secret shown once: the second factor's key, with its code as SVG.
    pub secret: Option<(String, String)>,
    /// Opens the step again; "" when it cannot be changed here.
    pub change: String,
    /// A button that leads elsewhere: word and address.
    pub way: Option<(String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub struct Setup {
    pub shell: PlainShell,
    /// "Set up Alder & Finch".
    pub title: String,
    /// "Signed in as Robin Finch, administrator"; "" before that.
    pub person: String,
    pub problems: Problems,
    pub steps: Vec<SetupStep>,
    /// Everything needed is there: word and address of the way out.
    pub finish: Option<(String, String)>,
}
impl Setup {
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|s| s.progress == Progress::Done).count()
    }
    /// The bar's width on a 100 grid.
    fn filled(&self) -> usize {
        self.done() * 100 / self.steps.len().max(1)
    }
}

/// Before the checklist: the one-use code that the console printed.
#[derive(Debug, Template)]
#[template(path = "setup_code.html")]
pub struct SetupCode {
    pub shell: PlainShell,
    pub problems: Problems,
    pub code: Field,
    pub action: String,
}
