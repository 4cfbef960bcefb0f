//! What reaches outside, put together: for the server, and for `voiceassist egress-map`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::serve::{self, Ground};
use crate::admin::egress_map::{self, Outward};
use crate::clock::{Clock, SystemClock, SystemRandom};
use crate::config::Config;
use crate::models::Models;
use crate::plugins::{Plugins, Reach};

/// Plugins, what they reach with, and the models.
pub(super) fn connect(config: &Config, ground: &Ground, worker_exe: &Path) -> Result<(Arc<Plugins>, Reach, Models)> {
    let (db, clock) = (ground.db.clone(), Arc::clone(&ground.clock));
    let random = Arc::clone(&ground.random);
    let plugins = Arc::new(Plugins::of(config, db.clone(), Arc::clone(&clock), random, worker_exe)?);
    let reach = Reach {
        db: db.clone(),
        vault: ground.vault.clone(),
        clock: Arc::clone(&clock),
        egress: ground.egress.clone(),
        plugins: Arc::clone(&plugins),
        cloud: ground.cloud.clone(),
    };
    let models = Models::new(config.model.clone(), ground.egress.clone(), db, clock);
    let models = models
        .with_adapters(reach.clone(), config.enable_biogpt_adapter)
        .with_speech(&config.speech);
    Ok((plugins, reach, models))
}

/// Draws the egress map from the same configuration and database as the running server's.
///
/// # Errors
/// What keeps the server from starting.
pub async fn print_map(config: &Config, worker_exe: &Path, out: &mut impl Write) -> Result<()> {
    let ground = serve::open(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
    let (plugins, _, models) = connect(config, &ground, worker_exe)?;
    plugins.refresh().await?;
    let outward = Outward {
        config,
        egress: &ground.egress,
        models: &models,
        plugins: &plugins,
    };
    let map = egress_map::draw(&outward, SystemClock.now_ms()).await?;
    Ok(out.write_all(egress_map::markdown(&map).as_bytes())?)
}
