//! The drawings as SVG: attributes and classes alone, no style. Floats place points and name ticks; figures are written by who knows them.

use crate::view::kit::Kind;
use crate::view::map::esc;
use std::fmt::{Display, Formatter, Result};

#[derive(Clone, Debug, Default)]
pub struct Point {
    /// Days since the first point.
    pub at: f64,
    pub value: f64,
    /// "Sep".
    pub month: String,
}

/// One currency's line. Never fewer than two points.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// "Net worth, 30 Sep 2025 to 20 Nov 2026".
    pub title: String,
    /// "$" or nothing.
    pub sign: &'static str,
    pub points: Vec<Point>,
    /// The whole in a sentence, figures in full.
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Bar {
    pub name: &'static str,
    pub kind: Kind,
    pub size: f64,
    pub value: String,
}

#[derive(Clone, Debug, Default)]
pub struct Bars {
    pub title: String,
    pub bars: Vec<Bar>,
    pub about: String,
}

const LEFT: f64 = 52.0;
const RIGHT: f64 = 546.0;
const TOP: f64 = 16.0;
const FOOT: f64 = 198.0;

/// Where the scale begins, its step and how many steps it has.
fn scale(points: &[Point]) -> (f64, f64, usize) {
    let (lo, hi) = points.iter().fold((f64::MAX, f64::MIN), |(lo, hi), p| (lo.min(p.value), hi.max(p.value)));
    let room = if hi > lo { hi - lo } else { hi.abs().max(1.0) / 10.0 };
    let rough = room / 3.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|n| n * power).find(|s| *s >= rough * 0.999).unwrap_or(10.0 * power);
    let begin = (lo / step).floor() * step;
    let steps = ((hi - begin) / step).ceil().max(1.0) as usize;
    (begin, step, steps)
}

/// "$2.25M", "−$40k": as many places as the step needs.
fn short(value: f64, step: f64, sign: &str) -> String {
    let most = value.abs().max(step);
    let (unit, name) = match most {
        m if m >= 1e9 => (1e9, "B"),
        m if m >= 1e6 => (1e6, "M"),
        m if m >= 1e3 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let places = (0..3).find(|n| ((step / unit) * 10f64.powi(*n)).fract().abs() < 1e-6).unwrap_or(2) as usize;
    let minus = if value < 0.0 && (value / unit).abs() >= 0.005 { "\u{2212}" } else { "" };
    format!("{minus}{sign}{:.places$}{name}", (value / unit).abs())
}

impl Line {
    /// "scale starts at $2.0M"; nothing where it starts at nothing.
    pub fn cut(&self) -> Option<String> {
        let (begin, step, _) = scale(&self.points);
        (begin != 0.0).then(|| format!("scale starts at {}", short(begin, step, self.sign)))
    }
}

impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (begin, step, steps) = scale(&self.points);
        let y = |v: f64| FOOT - (v - begin) / (step * steps as f64) * (FOOT - TOP);
        let span = self.points.last().map_or(1.0, |p| p.at).max(1.0);
        let x = |p: &Point| LEFT + p.at / span * (RIGHT - LEFT);
        write!(f, r#"<svg class="chart" viewBox="0 0 620 228" role="img" aria-label="{}">"#, esc(&self.about))?;
        for n in 0..=steps {
            let (v, at) = (begin + step * n as f64, y(begin + step * n as f64));
            let label = short(v, step, self.sign);
            write!(
                f,
                r#"<path class="ax" d="M{LEFT} {at:.1}H{RIGHT}"/><text class="rt" x="{}" y="{:.1}">{label}</text>"#,
                LEFT - 8.0,
                at + 4.0
            )?;
        }
        let mut free = f64::MIN;
        for p in &self.points {
            // A name stands where the one before leaves it room.
            if x(p) >= free && x(p) <= RIGHT {
                write!(f, r#"<text class="mid" x="{:.1}" y="220">{}</text>"#, x(p), esc(&p.month))?;
                free = x(p) + 44.0;
            }
        }
        let path: Vec<String> = self.points.iter().map(|p| format!("{:.1} {:.1}", x(p), y(p.value))).collect();
        write!(f, r#"<path class="ln" d="M{}"/>"#, path.join("L"))?;
        if let Some(p) = self.points.last() {
            let label = short(p.value, p.value.abs() / 1000.0, self.sign);
            let (x, y) = (x(p), y(p.value));
            write!(
                f,
                r#"<circle class="pt" cx="{x:.1}" cy="{y:.1}" r="4.5"/><text class="lb" x="{:.1}" y="{:.1}">{label}</text>"#,
                x + 10.0,
                y + 4.0
            )?;
        }
        f.write_str("</svg>")
    }
}
impl askama::filters::HtmlSafe for Line {}

impl Display for Bars {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let most = self.bars.iter().map(|b| b.size.abs()).fold(1.0, f64::max);
        let height = (self.bars.len() * 45).max(45);
        write!(f, r#"<svg class="chart" viewBox="0 0 380 {height}" role="img" aria-label="{}">"#, esc(&self.about))?;
        for (n, b) in self.bars.iter().enumerate() {
            let y = n * 45;
            write!(
                f,
                r#"<text x="0" y="{}">{}</text><text class="rt st" x="380" y="{}">{}</text><rect class="bar {}" x="0" y="{}" width="{:.1}" height="10" rx="3"/>"#,
                y + 14,
                esc(b.name),
                y + 14,
                esc(&b.value),
                b.kind.class(),
                y + 21,
                (b.size.abs() / most * 380.0).max(1.0)
            )?;
        }
        f.write_str("</svg>")
    }
}
impl askama::filters::HtmlSafe for Bars {}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: &[f64]) -> Line {
        let points = values.iter().enumerate().map(|(n, v)| Point { at: n as f64 * 30.0, value: *v, month: "Sep".into() }).collect();
        Line { sign: "$", points, ..Line::default() }
    }

    #[test]
    fn every_point_stands_inside_and_the_scale_says_where_it_begins() {
        for values in [
            vec![2_041_000.0, 2_252_040.0],
            vec![0.0, 0.0],
            vec![-5.0, 12.0, 3.0],
            vec![1e27, 2e27],
            vec![700.0, 700.0],
            vec![-449_350.0, -430_000.0],
        ] {
            let l = line(&values);
            let (begin, step, steps) = scale(&l.points);
            for v in &values {
                assert!(
                    *v >= begin - 1e-6 * step && *v <= begin + step * steps as f64 * (1.0 + 1e-9) + 1e-6,
                    "{values:?}: {begin} {step} {steps}"
                );
            }
            assert!((1..=5).contains(&steps), "{values:?}: {steps}");
            assert!(!l.to_string().contains("NaN") && !l.to_string().contains("style="), "{l}");
        }
        assert_eq!(line(&[2_041_000.0, 2_252_040.0]).cut().as_deref(), Some("scale starts at $2.0M"));
        assert_eq!(line(&[0.0, 300.0]).cut(), None);
        assert_eq!(short(2_252_040.0, 2_252.0, "$"), "$2.25M");
        assert_eq!(short(-40_000.0, 20_000.0, "$"), "\u{2212}$40k");
    }
}
