//! `voiceassist serve`: builds the application, serves it, ends cleanly.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::dispatch::Dispatch;
use crate::app::App;
use crate::chat;
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::config::Config;
use crate::egress::{Egress, EgressSettings};
use crate::identity::login;
use crate::ingest::{shelf, sweep, watch};
use crate::jobs::worker;
use crate::knowledge::Knowledge;
use crate::models::Models;
use crate::plugins::Plugins;
use crate::{db, router};

/// Files read at the same time: one child on each of two cores.
const WORKERS: usize = 2;

/// Serves until the process is told to stop.
///
/// # Errors
/// What keeps the server from starting, with what to do about it.
pub async fn serve(config: Config) -> Result<()> {
    let listener = bind(&config).await?;
    let address = listener.local_addr()?;
    let app = build(
        config,
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        std::env::current_exe()?,
    )
    .await?;
    let stop = CancellationToken::new();
    start_work(&app, &stop).await?;
    announce(&app, address).await?;
    tokio::spawn({
        let stop = stop.clone();
        async move {
            wait_for_signal().await;
            stop.cancel();
        }
    });
    let routes = router::router(Arc::clone(&app));
    axum::serve(listener, routes)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await?;
    Ok(())
}

async fn bind(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}. Is VoiceAssist running already? Stop it, or choose another port with VOICEASSIST_LISTEN=127.0.0.1:8378",
            config.listen
        )
    })
}

/// Opens everything the application needs; starts no work.
///
/// # Errors
/// A missing model, library or folder, with what to do about it.
pub async fn build(
    config: Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    worker_exe: PathBuf,
) -> Result<Arc<App>> {
    let data = &config.data_dir;
    std::fs::create_dir_all(data).with_context(|| {
        format!(
            "the data folder {} cannot be made; set VOICEASSIST_DATA_DIR",
            data.display()
        )
    })?;
    let db = db::open(&config.database_url).await.with_context(|| {
        format!(
            "the database in {} cannot be opened. If it was written by a newer version, use that version",
            data.display()
        )
    })?;
    let mut gate = EgressSettings::default();
    if let Some(model) = &config.model {
        gate.allowed
            .push(model.allowed_origin().context("MODEL_BASE_URL cannot be used")?);
    }
    let egress = Egress::new(gate, db.clone(), Arc::clone(&clock), Arc::clone(&random));
    let knowledge = Knowledge::open(&config, db.clone()).await?;
    let models = Models::new(config.model.clone(), egress.clone(), db.clone(), Arc::clone(&clock));
    let plugins = Plugins::load(&config.cache_dir.join("plugins")).await?;
    Ok(Arc::new(App {
        tools: extract::Tools::find(&config.cache_dir),
        extract_limits: extract::child::Limits::default(),
        running: chat::Running::default(),
        new_job: Notify::new(),
        config,
        db,
        clock,
        random,
        egress,
        knowledge,
        models,
        plugins,
        worker_exe,
    }))
}

/// Starts the workers and the regular looks; takes up what the last process left.
///
/// # Errors
/// Of the database or the sample shelf.
pub async fn start_work(app: &Arc<App>, stop: &CancellationToken) -> Result<()> {
    shelf::arrange(app)
        .await
        .map_err(|error| anyhow::anyhow!("the sample shelf is not in order: {error}"))?;
    let runner: Arc<dyn worker::Runner> = Arc::new(Dispatch);
    worker::start(app, &runner, WORKERS, stop).await?;
    chat::resume_interrupted(app).await?;
    let (watching, sweeping) = (Arc::clone(app), Arc::clone(app));
    let (stop_watching, stop_sweeping) = (stop.clone(), stop.clone());
    tokio::spawn(async move { stop_watching.run_until_cancelled(watch::forever(watching)).await });
    tokio::spawn(async move { stop_sweeping.run_until_cancelled(sweep::forever(sweeping)).await });
    Ok(())
}

async fn announce(app: &App, address: std::net::SocketAddr) -> Result<()> {
    let mut out = std::io::stdout();
    if app.config.app_secret.is_some() {
        writeln!(out, "VoiceAssist is running on http://{address}")?;
    } else {
        let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
        let secret = login::link(&app.config, &app.db, clock, random, login::ADMIN).await?;
        writeln!(
            out,
            "VoiceAssist is running. Open this link once, within 30 minutes:\n\n    http://{address}/#login={secret}\n"
        )?;
        writeln!(
            out,
            "Data: {}    Another link: {} login --user {}",
            app.config.data_dir.display(),
            app.worker_exe.display(),
            login::ADMIN
        )?;
    }
    out.flush()?;
    Ok(())
}

async fn wait_for_signal() {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let Ok(mut terminate) = terminate else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
