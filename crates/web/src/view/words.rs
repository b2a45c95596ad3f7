//! How figures, days and moments read. Money has a true minus sign; days and hours are those of the reader's time zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Decimal, Money, Time};

const MINUS: char = '\u{2212}';

/// To the cent, and beyond it where the figure goes beyond: `$1,234.56`, `−$0.10`, `$0.0125`. Nothing is rounded in silence.
pub fn money(m: &Money) -> String {
    let places = m.amount.normalize().scale().clamp(minor(m.currency.code()), 12);
    amount(m.amount, m.currency.code(), places, false)
}
/// For lists and headlines: whole amounts without their zeros, `$1,234`; all others to the cent, `$1,234.50`.
pub fn money_short(m: &Money) -> String {
    if m.amount.fract().is_zero() { amount(m.amount, m.currency.code(), 0, false) } else { money(m) }
}
/// A change: `+$9,940`, `−$120`, `$0`.
pub fn money_change(m: &Money) -> String {
    amount(m.amount, m.currency.code(), 0, true)
}
/// A price keeps up to six places beyond the cent: `$31.42`, `$0.013`.
pub fn price(m: &Money) -> String {
    let places = m.amount.normalize().scale().clamp(minor(m.currency.code()), 6);
    amount(m.amount, m.currency.code(), places, false)
}
/// A number of shares as it was given, grouped: `6,120.441`.
pub fn quantity(d: Decimal) -> String {
    let (sign, digits) = digits(d, d.scale().min(8));
    format!("{sign}{digits}")
}
/// `52%`, from a part and its whole; "n/a" when the whole is nothing.
pub fn share(part: Decimal, whole: Decimal) -> String {
    match part.checked_div(whole) {
        Some(r) => format!("{}%", (r * Decimal::ONE_HUNDRED).round_dp(0).normalize()).replace('-', &MINUS.to_string()),
        None => "n/a".into(),
    }
}
/// `0.65%`, to two places.
pub fn percent(part: Decimal, whole: Decimal) -> String {
    match part.checked_div(whole) {
        Some(r) => {
            let (sign, digits) = digits(r * Decimal::ONE_HUNDRED, 2);
            format!("{sign}{digits}%")
        }
        None => "n/a".into(),
    }
}

fn amount(value: Decimal, code: &str, places: u32, plus: bool) -> String {
    let (sign, digits) = digits(value, places);
    let sign = if plus && sign.is_empty() && value.round_dp(places) > Decimal::ZERO { "+".to_owned() } else { sign };
    match code {
        "USD" => format!("{sign}${digits}"),
        "EUR" => format!("{sign}€{digits}"),
        "GBP" => format!("{sign}£{digits}"),
        "JPY" => format!("{sign}¥{digits}"),
        // A space that does not break keeps code and figure together.
        other => format!("{sign}{other}\u{a0}{digits}"),
    }
}

fn minor(code: &str) -> u32 {
    if matches!(code, "JPY" | "KRW" | "ISK" | "CLP") { 0 } else { 2 }
}

/// Sign and grouped digits at a number of places; what rounds to nothing has no sign.
fn digits(value: Decimal, places: u32) -> (String, String) {
    let mut v = value.round_dp(places);
    v.rescale(places);
    let sign = if v.is_sign_negative() && !v.is_zero() { MINUS.to_string() } else { String::new() };
    let text = v.abs().to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    if !rest.is_empty() {
        grouped.push('.');
        grouped.push_str(rest);
    }
    (sign, grouped)
}

/// `19 Nov 2026`.
pub fn day(d: Date) -> String {
    d.strftime("%-d %b %Y").to_string()
}
/// `19 Nov`, with the year when it is not this one.
pub fn day_near(d: Date, today: Date) -> String {
    if d.year() == today.year() { d.strftime("%-d %b").to_string() } else { day(d) }
}
/// `Thu 19 Nov`, with the year when it is not this one.
pub fn weekday(d: Date, today: Date) -> String {
    format!("{} {}", d.strftime("%a"), day_near(d, today))
}
/// `Friday 20 November`.
pub fn day_long(d: Date) -> String {
    d.strftime("%A %-d %B").to_string()
}
/// What a date field wants: `2026-11-19`.
pub fn day_value(d: Date) -> String {
    d.to_string()
}
/// `6:12 AM`.
pub fn hour(t: Time, zone: &TimeZone) -> String {
    t.zoned(zone).strftime("%-I:%M %p").to_string()
}
/// `today, 6:12 AM`, `yesterday, 5:58 PM`, `tomorrow, 6:00 AM`, else `9 Nov 2026, 6:04 AM`.
pub fn moment(t: Time, now: Time, zone: &TimeZone) -> String {
    format!("{}, {}", day_word(t.date(zone), now.date(zone)), hour(t, zone))
}
/// `today`, `yesterday`, `tomorrow`, else `9 Nov 2026`.
pub fn day_word(d: Date, today: Date) -> String {
    match today.until(d).map(|s| s.get_days()) {
        Ok(0) => "today".into(),
        Ok(-1) => "yesterday".into(),
        Ok(1) => "tomorrow".into(),
        _ => day(d),
    }
}
/// `Fri 27 Nov, 9:42 AM`: when a link ends.
pub fn until(t: Time, now: Time, zone: &TimeZone) -> String {
    format!("{}, {}", weekday(t.date(zone), now.date(zone)), hour(t, zone))
}
/// Whole days between an earlier day and today.
pub fn days_old(d: Date, today: Date) -> i32 {
    d.until(today).map_or(0, |s| s.get_days())
}
/// `1 account`, `14 accounts`, `1,200 accounts`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    let (_, digits) = digits(Decimal::from(n), 0);
    format!("{digits} {}", if n == 1 { one } else { many })
}
/// `Ngozi`, `Ngozi and Erik`, `Chidi, Ruth and Ada`.
pub fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
/// `Larchmont’s`, `Dapplegrey Investments’`.
pub fn owner(name: &str) -> String {
    if name.ends_with(['s', 'S']) { format!("{name}’") } else { format!("{name}’s") }
}
/// The same sentence with a capital: "today, 6:12 AM" begins a cell.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
/// `MC` for "Maya Castellanos"; one letter for one name.
pub fn initials(name: &str) -> String {
    let mut first = name.split_whitespace().filter_map(|w| w.chars().next());
    let a = first.next();
    a.into_iter().chain(first.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Currency;
    use model::money::decimal;

    fn usd(text: &str) -> Money {
        Money::usd(decimal(text).unwrap())
    }

    #[test]
    fn money_is_grouped_signed_and_never_a_negative_nothing() {
        assert_eq!(money(&usd("1776390")), "$1,776,390.00");
        assert_eq!(money(&usd("-412750.5")), "−$412,750.50");
        assert_eq!(money_short(&usd("-0.4")), "−$0.40");
        assert_eq!(money_short(&usd("999999.00")), "$999,999");
        assert_eq!(money_change(&usd("9940.20")), "+$9,940");
        assert_eq!(money_change(&usd("-120")), "−$120");
        assert_eq!(price(&usd("0.0130")), "$0.013");
        assert_eq!(price(&usd("31.4")), "$31.40");
        assert_eq!(quantity(decimal("6120.441").unwrap()), "6,120.441");
        assert_eq!(money(&Money::new(decimal("1200").unwrap(), "SEK".parse::<Currency>().unwrap())), "SEK\u{a0}1,200.00");
        assert_eq!(percent(decimal("2700.02").unwrap(), decimal("412380").unwrap()), "0.65%");
        assert_eq!(share(decimal("1").unwrap(), decimal("0").unwrap()), "n/a");
    }

    #[test]
    fn a_moment_reads_in_the_readers_zone() {
        let zone = TimeZone::get("America/Chicago").unwrap();
        let now = Time::parse("2026-11-20T15:40:00Z").unwrap();
        assert_eq!(moment(Time::parse("2026-11-20T12:12:00Z").unwrap(), now, &zone), "today, 6:12 AM");
        assert_eq!(moment(Time::parse("2026-11-20T05:59:00Z").unwrap(), now, &zone), "yesterday, 11:59 PM");
        assert_eq!(moment(Time::parse("2026-11-09T12:04:00Z").unwrap(), now, &zone), "9 Nov 2026, 6:04 AM");
        assert_eq!(moment(Time::parse("2026-11-21T12:00:00Z").unwrap(), now, &zone), "tomorrow, 6:00 AM");
        assert_eq!(until(Time::parse("2026-11-27T15:42:00Z").unwrap(), now, &zone), "Fri 27 Nov, 9:42 AM");
    }

    #[test]
    fn words_count_and_join() {
        assert_eq!(count(1, "account", "accounts"), "1 account");
        assert_eq!(count(1200, "account", "accounts"), "1,200 accounts");
        assert_eq!(and(&["Chidi".into(), "Ruth".into(), "Ada".into()]), "Chidi, Ruth and Ada");
        assert_eq!(initials("Maya van der Castellanos"), "MC");
        assert_eq!(initials("Lotte"), "L");
        assert_eq!(capital("today"), "Today");
    }
}
