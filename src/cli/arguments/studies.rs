//! The arguments of what works with figures: estimate, scale, simulate.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ListFormat;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc estimate shop.arch\n  archc estimate shop.arch -o estimate.md\n  archc estimate shop.arch --format json | jq '.sections[].lines[]'"
)]
pub(in crate::cli) struct Estimate {
    /// The design, or `-` for standard input
    pub(in crate::cli) file: String,
    /// Where to write; its ending tells the format. Standard output otherwise
    #[arg(long, short, value_name = "OUT")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// The format, where the ending does not tell it
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<EstimateFormat>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum EstimateFormat {
    /// In columns, for a terminal
    Human,
    /// One JSON document
    Json,
    /// Markdown
    Md,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc scale shop.arch --users 1k,100k,1M,100M\n  archc scale shop.arch --format json | jq '.sizes[].steps'"
)]
pub(in crate::cli) struct Scale {
    /// The design, or `-` for standard input
    pub(in crate::cli) file: String,
    /// Numbers of users
    #[arg(long, value_delimiter = ',', default_value = "1k,100k,1M,100M", value_name = "SIZES")]
    pub(in crate::cli) users: Vec<String>,
    /// How it is told
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(in crate::cli) format: ListFormat,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc simulate shop.arch                        every scenario, loss and pair of losses\n  archc simulate shop.arch --scenario black_friday\n  archc simulate shop.arch --fail us.a us.api#2   a zone and a replica\n  archc simulate shop.arch --load 10x --losses 1  every single loss under tenfold load\n\nHow it judges: the design as drawn is held against its objectives over a year. While something is down, an objective on availability asks\nwhether requests still succeed as long as nothing else fails; throughput and latency are those of what is left. A region, a managed\ncomponent or an external may be lost where the objective promises no more than it does.\n\nExit codes: 0 every objective holds as drawn, in every case and under every single loss (and pair, with --losses 2), 1 an objective fails, 2 the work could not be done."
)]
pub(in crate::cli) struct Simulate {
    /// The design, or `-` for standard input
    pub(in crate::cli) file: String,
    /// A scenario of the file; may be repeated. All of them where nothing else is asked
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) scenario: Vec<String>,
    /// What is down: components, groups, replicas such as `us.api#2`
    #[arg(long, value_name = "PATH", num_args = 1.., value_delimiter = ',')]
    pub(in crate::cli) fail: Vec<String>,
    /// Factor on the load of every actor
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    pub(in crate::cli) load: Option<f64>,
    /// People of every actor that gives `users`
    #[arg(long, value_name = "COUNT", value_parser = people)]
    pub(in crate::cli) users: Option<u64>,
    /// Caches that are empty
    #[arg(long, value_name = "PATH", num_args = 1.., value_delimiter = ',')]
    pub(in crate::cli) cold: Vec<String>,
    /// Try every single loss (1), and every pair of losses (2); 2 where nothing else is asked, else 0. Pairs decide of the exit code only
    /// where this asks for them
    #[arg(long, value_name = "0|1|2", value_parser = clap::value_parser!(u8).range(0..=2))]
    pub(in crate::cli) losses: Option<u8>,
    /// Try each case by chance instead: many requests, measured beside what is computed
    #[arg(long, conflicts_with_all = ["losses", "rows"])]
    pub(in crate::cli) monte_carlo: bool,
    /// What the random numbers start from: the same one gives the same figures
    #[arg(long, value_name = "N", default_value_t = 1, requires = "monte_carlo")]
    pub(in crate::cli) seed: u64,
    /// Requests of each flow that are tried
    #[arg(long, value_name = "N", default_value_t = 20_000, requires = "monte_carlo", value_parser = clap::value_parser!(u64).range(200..=2_000_000))]
    pub(in crate::cli) requests: u64,
    /// Rows of each table of losses, the worst ones; 15, of JSON 1000
    #[arg(long, value_name = "N")]
    pub(in crate::cli) rows: Option<usize>,
    /// How it is told
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(in crate::cli) format: ListFormat,
}

/// `10x`, or a number.
fn factor(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('x').unwrap_or(text).parse::<f64>().ok();
    let sound = number.filter(|factor| factor.is_finite() && (0.0..=1e12).contains(factor));
    sound.ok_or_else(|| "write a factor such as 10x or 0.5".to_owned())
}

/// `50k`, `1M`, or a whole number.
fn people(text: &str) -> Result<u64, String> {
    let count = crate::units::read_quantity(text.trim()).ok().and_then(|quantity| quantity.count());
    count.ok_or_else(|| "write a count such as 50k or 1M".to_owned())
}
