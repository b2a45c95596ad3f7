//! How the numbers of a rule read. Whatever is rounded says "about".

use crate::{Date, Decimal, Money};

/// `1,234.5`, with a true minus.
pub(super) fn number(value: Decimal) -> String {
    let text = value.abs().normalize().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// `$1,234.50`, `EUR 1,234.50`: whole amounts without their zeros, nothing rounded.
pub fn amount(m: &Money) -> String {
    let mut value = m.amount.normalize();
    if value.scale() == 1 {
        value.rescale(2);
    }
    let text = value.abs().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if value.is_sign_negative() && !value.is_zero() { "−" } else { "" };
    let whole = number(whole.parse().unwrap_or_default());
    let digits = if rest.is_empty() { whole } else { format!("{whole}.{rest}") };
    match m.currency.code() {
        "USD" => format!("{sign}${digits}"),
        "EUR" => format!("{sign}€{digits}"),
        "GBP" => format!("{sign}£{digits}"),
        "JPY" => format!("{sign}¥{digits}"),
        other => format!("{sign}{other}\u{a0}{digits}"),
    }
}

/// A part of a whole: `12.5%`, `about 33.33%`.
pub(super) fn percent(part: Decimal, whole: Decimal) -> String {
    let share = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|p| p.checked_div(whole));
    share.map_or_else(|| "not a number".into(), |s| format!("{}%", about(s)))
}

/// To two digits after the point, and said where that is not all.
pub(super) fn about(value: Decimal) -> String {
    let short = value.round_dp(2);
    if short == value { number(short) } else { format!("about {}", number(short)) }
}

pub(super) fn day(d: Date) -> String {
    d.strftime("%-d %b %Y").to_string()
}

/// `1 account`, `14 accounts`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(Decimal::from(n)), if n == 1 { one } else { many })
}

/// `12 days left`, `10 days over`, `today`.
pub(super) fn left(days: i32) -> String {
    let n = count(days.unsigned_abs() as usize, "day", "days");
    match days {
        ..0 => format!("{n} over"),
        0 => "today".into(),
        _ => format!("{n} left"),
    }
}

pub(super) fn days_old(day: Date, today: Date) -> i32 {
    day.until(today).map_or(0, |s| s.get_days())
}
