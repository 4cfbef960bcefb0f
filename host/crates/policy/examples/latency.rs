//! How long a warm decision takes: `cargo xtask bench policy`.
#![expect(clippy::print_stdout, reason = "the figures are the point")]

use std::time::Instant;

use policy::{Input, Policy, PolicyError, Role, SecondFactor, Subject};

const ROUNDS: usize = 2000;

fn main() -> Result<(), PolicyError> {
    let policy = Policy::bundled()?;
    // The first and the last rule that can decide, and one that no rule names.
    let operations = [
        "POST /api/v1/session",
        "POST /api/v1/conversations/{id}/messages",
        "POST /api/admin/panel/clinical-contexts/{id}/reveal",
        "GET /api/v1/unknown",
    ];
    let mut micros = Vec::new();
    for _ in 0..ROUNDS {
        for operation in operations {
            let subject = Subject {
                role: Role::Admin,
                second_factor: SecondFactor::Fresh,
                nextcloud: true,
            };
            let began = Instant::now();
            std::hint::black_box(policy.allow(&Input { subject, operation }));
            micros.push(began.elapsed().as_micros());
        }
    }
    micros.sort_unstable();
    let at = |share: usize| micros[(micros.len() * share / 1000).min(micros.len() - 1)];
    println!(
        "policy: {} decisions, p50 {} us, p95 {} us, p99 {} us, longest {} us (bar: p99 < 1000 us)",
        micros.len(),
        at(500),
        at(950),
        at(990),
        at(1000)
    );
    Ok(())
}
