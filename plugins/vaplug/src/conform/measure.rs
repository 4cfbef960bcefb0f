//! What a call costs, against the limits of the host.

use std::time::Duration;

use anyhow::Result;
use plugin_package::{Manifest, Vectors, World};
use sandbox::{Limits, Sandbox};

use super::egress::Egress;
use super::{calls, cases};
use crate::print::row;
use crate::start;

/// How close the search for the memory comes, in bytes.
const STEP: usize = 256 << 10;

#[derive(Default)]
pub struct Measured {
    pub times: Vec<Duration>,
    pub egress: Egress,
}

impl Measured {
    pub fn print(mut self) {
        self.times.sort_unstable();
        if let (Some(middle), Some(longest)) = (self.times.get(self.times.len() / 2), self.times.last()) {
            row(
                "time",
                &format!(
                    "{} a call (longest of {}: {})",
                    shown(*middle),
                    self.times.len(),
                    shown(*longest)
                ),
            );
        }
        row("egress", &self.egress.to_string());
    }
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1000.0 {
        format!("{micros:.0} us")
    } else {
        format!("{:.1} ms", micros / 1000.0)
    }
}

/// Searches for the least memory with which every case passes: a call's peak, rounded up.
pub async fn memory(sandbox: &Sandbox, component: &[u8], manifest: &Manifest, vectors: &Vectors) -> Result<()> {
    let host = Limits::default().memory_bytes;
    let limit = manifest
        .limits
        .memory_mib
        .map_or(host, |mib| ((mib as usize) << 20).min(host));
    let (mut low, mut high) = (0, limit);
    while high - low > STEP {
        let middle = low + (high - low) / 2;
        let plugin = start::load(sandbox, component.to_vec(), manifest, Some(middle)).await?;
        let passes = match manifest.world {
            World::Calculator => cases::pass(&plugin, vectors).await,
            _ => calls::pass(&plugin, manifest, vectors).await,
        };
        if passes {
            high = middle;
        } else {
            low = middle;
        }
    }
    let mib = |bytes: usize| format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20);
    row("memory", &format!("at most {} of {}", mib(high), mib(limit)));
    Ok(())
}
