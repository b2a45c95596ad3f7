//! From a loss to 1 to 99: straight lines between published points. Never falls while the loss grows.

/// Loss in percent and score. Below the first point the score is 1, above the last it is 99.
pub const CURVE: [(f64, f64); 9] =
    [(0.0, 1.0), (2.5, 10.0), (5.0, 20.0), (10.0, 35.0), (20.0, 55.0), (30.0, 70.0), (40.0, 80.0), (60.0, 92.0), (80.0, 99.0)];

/// The score of a loss (0.2 is a fifth), to the nearest whole number, halves up.
pub fn of_downside(loss: f64) -> u8 {
    let x = loss * 100.0;
    let between = CURVE.windows(2).find(|w| x < w[1].0);
    let exact = match between {
        Some([a, b]) if x > a.0 => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        Some([a, _]) => a.1,
        _ => CURVE[CURVE.len() - 1].1,
    };
    (exact + 0.5).floor().clamp(1.0, 99.0) as u8
}
