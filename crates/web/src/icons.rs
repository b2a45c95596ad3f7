//! The icon set: strokes on a 24 grid, drawn for this project, written into the page as SVG. Knows nothing of what an icon means on a page.

use askama::filters::HtmlSafe;
use std::fmt;

/// One icon; shows itself as SVG in a template: `{{ icon::HOME }}`, or smaller, `{{ icon::HOME.s() }}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon {
    path: &'static str,
    class: &'static str,
}

impl Icon {
    const fn new(path: &'static str) -> Icon {
        Icon { path, class: "ico" }
    }
    /// At 16 pixels, beside small text.
    pub const fn s(self) -> Icon {
        Icon { class: "ico s", ..self }
    }
    /// Turning: something is being waited for.
    pub const fn spin(self) -> Icon {
        Icon { class: "ico spin", ..self }
    }
    /// The stroke itself, for drawings.
    pub const fn path(self) -> &'static str {
        self.path
    }
    /// Small and turning.
    pub const fn spin_s(self) -> Icon {
        Icon { class: "ico s spin", ..self }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Icon { path, class } = self;
        write!(f, r#"<svg class="{class}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{path}"/></svg>"#)
    }
}
impl HtmlSafe for Icon {}

/// The house over three people: the product's own mark.
#[derive(Clone, Copy, Debug)]
pub struct Mark;

/// The mark's drawing, also served as the page icon.
pub const MARK_SVG: &str = include_str!("../assets/mark.svg");

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK_SVG.trim_end())
    }
}
impl HtmlSafe for Mark {}

pub const HOME: Icon = Icon::new("M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z");
pub const USERS: Icon = Icon::new(
    "M9 11.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM2.8 19.6c.5-3.3 3-5.2 6.2-5.2s5.7 1.9 6.2 5.2M15.8 5a3.2 3.2 0 0 1 0 6M17.8 14.8c2 .7 3.1 2.4 3.4 4.8",
);
pub const PLUG: Icon = Icon::new("M9 3.5v4M15 3.5v4M6.5 7.5h11v3.7a5.5 5.5 0 0 1-11 0zM12 16.7V21");
pub const CHART: Icon = Icon::new("M4 4v16h16M8.5 16v-4.5M13 16V8M17.5 16v-6.5");
pub const BANK: Icon = Icon::new("M4 9.5 12 4.5l8 5zM5.5 12v5.5M10 12v5.5M14 12v5.5M18.5 12v5.5M4 20h16");
pub const GEAR: Icon = Icon::new(
    "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM12 3.5v2.3M12 18.2v2.3M20.5 12h-2.3M5.8 12H3.5M18 6l-1.6 1.6M7.6 16.4 6 18M18 18l-1.6-1.6M7.6 7.6 6 6",
);
pub const SEARCH: Icon = Icon::new("M10.8 17.1a6.3 6.3 0 1 0 0-12.6 6.3 6.3 0 0 0 0 12.6ZM15.5 15.5 20 20");
pub const BELL: Icon = Icon::new("M6.5 16.5v-6a5.5 5.5 0 0 1 11 0v6l1.5 1.5H5zM10 20.5h4");
pub const PLUS: Icon = Icon::new("M12 5v14M5 12h14");
pub const CLOSE: Icon = Icon::new("M6 6l12 12M18 6 6 18");
pub const CHECK: Icon = Icon::new("M5 12.5l4.5 4.5L19 7.5");
pub const REFRESH: Icon = Icon::new("M19.5 11a7.6 7.6 0 0 0-13.6-3.7L4.5 9M4.5 5v4h4M4.5 13a7.6 7.6 0 0 0 13.6 3.7l1.4-1.7M19.5 19v-4h-4");
pub const ALERT: Icon = Icon::new("M12 4.5 21 19.5H3zM12 10v4.5M12 17.2v.1");
pub const STOP: Icon = Icon::new("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 8v5M12 16v.1");
pub const INFO: Icon = Icon::new("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5M12 8v.1");
pub const CLOCK: Icon = Icon::new("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2");
pub const OK: Icon = Icon::new("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8.3 12.3l2.5 2.5 5-5.3");
pub const PENCIL: Icon = Icon::new("M5 19l1-4L16 5l3 3L9 18zM14 7l3 3");
pub const SHIELD: Icon = Icon::new("M12 3.5l7 2.5v5.5c0 4.3-2.8 7.3-7 9-4.2-1.7-7-4.7-7-9V6z");
pub const UMBRELLA: Icon = Icon::new("M12 3.5v1.5M4 13a8 8 0 0 1 16 0zM12 13v5a2 2 0 0 1-4 0");
pub const WALLET: Icon = Icon::new("M4.5 7.5h13a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-13zM4.5 7.5v-1a1.5 1.5 0 0 1 1.5-1.5h10v2.5M15.5 13.5h.1");
pub const TREND: Icon = Icon::new("M4 16.5l5-5.5 4 3.5 6.5-8M15 6.5h4.5V11");
pub const RETIRE: Icon =
    Icon::new("M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4");
pub const PROPERTY: Icon = Icon::new("M4.5 11 12 4.8l7.5 6.2M6.5 9.8V19h11V9.8M10.5 19v-5h3v5");
pub const CARD: Icon = Icon::new("M4 6.5h16v11H4zM4 10.5h16M7 14.5h3");
pub const CASE: Icon = Icon::new("M4 8.5h16v10.5H4zM9 8.5V6a1 1 0 0 1 1-1h4a1 1 0 0 1 1 1v2.5M4 13h16");
pub const COIN: Icon = Icon::new(
    "M12 19.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM14.5 9.5c-.5-.9-1.4-1.3-2.5-1.3-1.4 0-2.4.7-2.4 1.8 0 2.6 5 1.2 5 3.9 0 1.2-1.1 2-2.6 2-1.2 0-2.2-.5-2.6-1.5M12 6.8v1.4M12 15.9v1.4",
);
pub const DOWN: Icon = Icon::new("M7 10l5 5 5-5");
pub const RIGHT: Icon = Icon::new("M10 7l5 5-5 5");
pub const LEFT: Icon = Icon::new("M14 7l-5 5 5 5");
pub const BACK: Icon = Icon::new("M11 6l-6 6 6 6M5 12h14");
pub const OPEN: Icon = Icon::new("M13.5 5H19v5.5M19 5l-8 8M16.5 13.5V19H5V7.5h5.5");
pub const COPY: Icon = Icon::new("M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9");
pub const MAIL: Icon = Icon::new("M4 6.5h16v11.5H4zM4.5 7.5 12 13l7.5-5.5");
pub const PRINT: Icon =
    Icon::new("M7.5 9V4.5h9V9M7.5 16.5H5a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-2.5M7.5 14h9v5.5h-9z");
pub const MOON: Icon = Icon::new("M19 14.5A7.8 7.8 0 0 1 9.5 5a7.8 7.8 0 1 0 9.5 9.5z");
pub const PHONE: Icon = Icon::new("M8 3.5h8a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1ZM11 17.5h2");
pub const CHAT: Icon = Icon::new("M4.5 5.5h15v10.5H11l-4 3.5v-3.5H4.5z");
pub const CALL: Icon = Icon::new(
    "M6.5 4.5 9.5 4l1.5 4-2 1.5a10 10 0 0 0 5.5 5.5l1.5-2 4 1.5-.5 3c-.1 1-1 1.8-2 1.7C10.5 18.7 5.3 13.5 4.8 6.5c-.1-1 .7-1.9 1.7-2z",
);
pub const LOCK: Icon = Icon::new("M6 11h12v8.5H6zM8.5 11V8.5a3.5 3.5 0 0 1 7 0V11");
pub const KEY: Icon = Icon::new("M8.5 14.5a4 4 0 1 1 3.7-5.5H20v3.5h-2v2.5h-3v-2.5h-2.8a4 4 0 0 1-3.7 2zM8 10.5h.1");
pub const EYE: Icon =
    Icon::new("M3 12c2-3.8 5.2-5.8 9-5.8s7 2 9 5.8c-2 3.8-5.2 5.8-9 5.8S5 15.8 3 12ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z");
pub const ADD_PERSON: Icon =
    Icon::new("M10 11.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM3.8 19.6c.5-3.3 3-5.2 6.2-5.2 1.5 0 2.8.4 3.8 1.1M18 14v6M15 17h6");
pub const LIST: Icon = Icon::new("M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1");
pub const MORE: Icon = Icon::new("M5.5 12h1M11.5 12h1M17.5 12h1");
pub const FILTER: Icon = Icon::new("M4 6h16l-6 7v5.5l-4-2V13z");
pub const CALENDAR: Icon = Icon::new("M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 4v4M15.5 4v4");
pub const DOWNLOAD: Icon = Icon::new("M12 4.5v10M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14");
pub const HEART: Icon = Icon::new("M12 19.5C6.5 15.5 4 12.7 4 9.5A4 4 0 0 1 12 8a4 4 0 0 1 8 1.5c0 3.2-2.5 6-8 10z");
pub const EDUCATION: Icon = Icon::new("M3 9.5 12 5.5l9 4-9 4zM7 11.5v4.5c1.5 1.3 3.2 2 5 2s3.5-.7 5-2v-4.5M21 9.5v5");
pub const CAR: Icon = Icon::new("M4.5 16.5v-4l2-5.5h11l2 5.5v4zM4.5 12.5h15M7 16.5V19M17 16.5V19M8 14.5h.1M16 14.5h.1");
pub const FINGER: Icon = Icon::new(
    "M7 19c-.8-2.5-1-4.5-1-6.5a6 6 0 0 1 12 0c0 1.5 0 3-.3 4.5M10 20c-.8-2.5-1.2-5-1.2-7.3a3.2 3.2 0 0 1 6.4 0c0 2.5-.2 4.8-.8 6.8M12 12.7c0 2.5.2 5 .7 7.3",
);
pub const PAUSE: Icon = Icon::new("M9 6v12M15 6v12");
pub const FLAG: Icon = Icon::new("M6 20.5v-16h11l-2 4 2 4H6");
pub const LINK: Icon =
    Icon::new("M10 14a3.5 3.5 0 0 0 5 0l3.5-3.5a3.5 3.5 0 0 0-5-5L12 7M14 10a3.5 3.5 0 0 0-5 0l-3.5 3.5a3.5 3.5 0 0 0 5 5L12 17");
pub const HELP: Icon =
    Icon::new("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.1");
pub const OUT: Icon = Icon::new("M10 4.5H5.5v15H10M14 8l4 4-4 4M18 12H9.5");
pub const MUTE: Icon = Icon::new("M4.5 9.5v5h3.5l4 3.5V6L8 9.5zM15.5 9.5l5 5M20.5 9.5l-5 5");
pub const TRASH: Icon = Icon::new("M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5");
pub const UNLINK: Icon =
    Icon::new("M10 14a3.5 3.5 0 0 0 5 0l3.5-3.5a3.5 3.5 0 0 0-5-5M14 10a3.5 3.5 0 0 0-5 0l-3.5 3.5a3.5 3.5 0 0 0 5 5M4.5 4.5l15 15");
