//! `cargo run --release -p sim -- [SEEDS] [FIRST] [STEPS]`: as many seeds as the machine has patience for.

fn main() -> std::process::ExitCode {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse::<u64>());
    let mut number = |or: u64| numbers.next().map_or(Some(or), Result::ok);
    let (Some(seeds), Some(first), Some(steps)) = (number(1_000), number(0), number(sim::STEPS)) else {
        eprintln!("sim [SEEDS] [FIRST] [STEPS]");
        return std::process::ExitCode::FAILURE;
    };
    let (seen, failures) = sim::run::many(first..first + seeds, steps, None, 5);
    for (what, times) in &seen {
        println!("{times:>9}  {what}");
    }
    for f in &failures {
        println!("{f}");
    }
    println!("{seeds} seeds, {} failed", failures.len());
    if failures.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
