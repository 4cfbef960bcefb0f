//! Times a component: `cargo run -p sandbox --example measure -- FILE.wasm`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measuring tool"
)]

use std::time::Instant;

use sandbox::{Limits, Sandbox};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let path = std::env::args().nth(1).expect("a component");
    let component = std::fs::read(path).unwrap();
    let size = component.len();
    let start = Instant::now();
    let sandbox = Sandbox::new(Limits::default()).unwrap();
    let started = start.elapsed();
    let start = Instant::now();
    let plugin = sandbox.load(component).await.unwrap();
    println!(
        "{size} bytes, engine {started:.2?}, inspect + compile + link {:.2?}",
        start.elapsed()
    );
    for example in plugin.examples().await.unwrap().iter().take(9).step_by(8) {
        let mut times: Vec<_> = Vec::with_capacity(2_000);
        for _ in 0..2_000 {
            let arguments = example.arguments.clone();
            let start = Instant::now();
            plugin.compute(&example.calculator, arguments, "en").await.unwrap();
            times.push(start.elapsed());
        }
        times.sort_unstable();
        println!(
            "{}: fresh call min {:.1?} p50 {:.1?} p99 {:.1?}",
            example.calculator, times[0], times[1_000], times[1_980]
        );
    }
}
