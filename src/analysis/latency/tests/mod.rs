//! Latency from expression to percentile, and from text to figure.

mod flows;
mod kernel;
mod laws;
