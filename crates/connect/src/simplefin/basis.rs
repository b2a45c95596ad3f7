//! What a holding cost. The protocol does not say whether the figure is for the position or for one share, and institutions differ: it is
//! taken only where the other figures leave one reading, and is unknown otherwise.

use model::Decimal;

/// The cost of the whole position.
pub(super) fn total(cost: Option<Decimal>, bought_at: Option<Decimal>, shares: Decimal, value: Option<Decimal>) -> Option<Decimal> {
    let cost = cost.filter(|c| !c.is_zero())?;
    if shares == Decimal::ONE {
        return Some(cost);
    }
    let of_all = cost.checked_mul(shares)?.normalize();
    if let Some(price) = bought_at.filter(|p| !p.is_zero()) {
        return match (near(cost, price.checked_mul(shares)?), near(cost, price)) {
            (true, false) => Some(cost),
            (false, true) => Some(of_all),
            _ => None,
        };
    }
    // Nobody's shares are worth five times or a fifth of what they cost under the wrong reading and the right one alike.
    let value = value.filter(|v| !v.is_zero())?;
    match (likely(cost, value), likely(of_all, value)) {
        (true, false) => Some(cost),
        (false, true) => Some(of_all),
        _ => None,
    }
}

/// Within one part in a hundred.
fn near(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() * Decimal::ONE_HUNDRED <= b.abs()
}

fn likely(cost: Decimal, value: Decimal) -> bool {
    let five = Decimal::from(5);
    let (cost, value) = (cost.abs(), value.abs());
    cost <= value.saturating_mul(five) && value <= cost.saturating_mul(five)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Option<Decimal> {
        model::money::decimal(text)
    }

    #[test]
    fn a_cost_is_taken_only_where_one_reading_is_left() {
        let of = |cost, price, shares, value| total(d(cost), d(price), d(shares).unwrap(), d(value)).map(|c| c.to_string());
        // For the position, for one share, for neither.
        assert_eq!(of("5000.00", "50.00", "100", "6000").as_deref(), Some("5000.00"));
        assert_eq!(of("50.00", "50.00", "100", "6000").as_deref(), Some("5000"));
        assert_eq!(of("777", "50.00", "100", "6000"), None);
        // Without a price of one share the worth decides, where it can.
        assert_eq!(of("5000.00", "0.00", "100", "6000").as_deref(), Some("5000.00"));
        assert_eq!(of("50.00", "", "100", "6000").as_deref(), Some("5000"));
        assert_eq!(of("50.00", "", "2", "120"), None, "both readings are likely");
        assert_eq!(of("50.00", "", "100", "0"), None);
        assert_eq!(of("0.00", "50.00", "100", "6000"), None, "nothing is not zero");
        assert_eq!(of("42.10", "", "1", "").as_deref(), Some("42.10"));
    }
}
