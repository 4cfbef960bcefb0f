//! `voiceassist serve`: builds the application, serves it, ends cleanly.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::serve::{ListenerExt, TapIo};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::dispatch::Dispatch;
use super::hear;
use super::init::Init;
use super::outward;
use super::starting;
use crate::admin::health;
use crate::app::App;
use crate::audit::{self, Trail};
use crate::chat;
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::cloud::{self, Cloud};
use crate::config::Config;
use crate::db::Db;
use crate::edge::limits::Limits;
use crate::egress::{Egress, EgressSettings, Origin};
use crate::guidelines;
use crate::hosts::{Hosts, Redis};
use crate::identity::{self, login};
use crate::ingest::{self, shelf, sweep};
use crate::jobs::worker;
use crate::knowledge::Knowledge;
use crate::knowledge::loading::Loading;
use crate::knowledge::public;
use crate::live::Live;
use crate::models::EmbeddingAdapter;
use crate::retention;
use crate::vault::{self, Vault};
use crate::voice::{self, Voice};
use crate::{db, router};

/// Files read at the same time: one child on each of two cores. Looks and fetches wait for Nextcloud most of the time.
const WORKERS: usize = 2;
/// Largest file that an administrator may allow to be fetched.
const MAX_FILE: usize = 1 << 30;
/// An embedding model that was not used for so long is let go.
const IDLE: Duration = Duration::from_secs(300);
/// Routine requests to Nextcloud stand in the egress log for a week.
const LOGGED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Serves until the process is told to stop.
///
/// # Errors
/// What keeps the server from starting, with what to do about it.
pub async fn serve(config: Config) -> Result<()> {
    let (ready, routes) = watch::channel(None);
    let (opened, cloud) = watch::channel(None);
    let loading = Arc::<Loading>::default();
    let init = config.installed.as_ref().map(|installed| {
        let identity = installed.identity.clone();
        Arc::new(Init::new(identity, cloud, routes.clone(), Arc::clone(&loading)))
    });
    let routes = starting::router(routes, init.clone(), Arc::clone(&loading));
    let stop = CancellationToken::new();
    let socket = config.installed.as_ref().and_then(|installed| installed.socket.clone());
    let (address, serving) = match socket {
        Some(path) => {
            let listener = bind_socket(&path)?;
            let serving = axum::serve(listener, routes).with_graceful_shutdown(stop.clone().cancelled_owned());
            (path.display().to_string(), tokio::spawn(serving.into_future()))
        }
        None => {
            let listener = bind(&config).await?;
            let address = format!("http://{}", listener.local_addr()?);
            let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
            let serving = axum::serve(at_once(listener), routes).with_graceful_shutdown(stop.clone().cancelled_owned());
            (address, tokio::spawn(serving.into_future()))
        }
    };
    let begun = async {
        let ground = open(&config, Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
        opened.send_replace(ground.cloud.clone());
        let app = complete(config, ground, loading, std::env::current_exe()?).await?;
        start_work(&app, &stop).await?;
        anyhow::Ok(app)
    };
    let app = match begun.await {
        Ok(app) => app,
        Err(error) => {
            // Nextcloud shows the administrator what it is told, and otherwise only that nothing happens.
            if let Some(init) = init {
                init.failed(&format!("{error:#}")).await;
            }
            return Err(error);
        }
    };
    ready.send_replace(Some(router::router(Arc::clone(&app))));
    announce(&app, &address).await?;
    tokio::spawn({
        let stop = stop.clone();
        async move {
            wait_for_signal().await;
            stop.cancel();
        }
    });
    serving.await??;
    app.audit.close().await;
    Ok(app.hosts.leave().await?)
}

/// HaRP's tunnel ends at a unix socket; one left by the last process is replaced.
fn bind_socket(path: &Path) -> Result<UnixListener> {
    let _ = std::fs::remove_file(path);
    UnixListener::bind(path).with_context(|| format!("cannot listen on the socket {}", path.display()))
}

async fn bind(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}. Is VoiceAssist running already? Stop it, or choose another port with VOICEASSIST_LISTEN=127.0.0.1:8378",
            config.listen
        )
    })
}

/// What is written leaves at once. Frames of sound and events are small: the system would hold the second of two back until
/// the first is acknowledged, for 40 ms and more.
pub fn at_once(listener: TcpListener) -> TapIo<TcpListener, fn(&mut TcpStream)> {
    listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection will be slow");
        }
    })
}

/// What everything else stands on: there within a moment, however much is stored.
pub struct Ground {
    pub(super) db: Db,
    pub(super) vault: Vault,
    pub(super) egress: Egress,
    trail: Arc<Trail>,
    pub(super) cloud: Option<Arc<Cloud>>,
    hosts: Arc<Hosts>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
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
    let ground = open(&config, clock, random).await?;
    complete(config, ground, Arc::default(), worker_exe).await
}

/// Opens the database and the way out.
pub(super) async fn open(config: &Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Ground> {
    let data = &config.data_dir;
    std::fs::create_dir_all(data).with_context(|| {
        format!(
            "the data folder {} cannot be made; set VOICEASSIST_DATA_DIR",
            data.display()
        )
    })?;
    let db = db::open(&config.database_url).await.with_context(|| {
        format!(
            "the database cannot be opened: {}. If it was written by a newer version, use that version",
            db::place(&config.database_url)
        )
    })?;
    let never_in = config.folders_of_data();
    let vault = Vault::open_all(&config.master_key, &never_in, &db, clock.as_ref(), Arc::clone(&random)).await?;
    let mut gate = EgressSettings::default();
    if let Some(model) = &config.model {
        gate.allowed
            .push(model.allowed_origin().context("MODEL_BASE_URL cannot be used")?);
    }
    for vendor in &config.speech {
        let allowed = vendor.allowed_origin();
        gate.allowed
            .push(allowed.with_context(|| format!("{} cannot be used", vendor.setting()))?);
    }
    if let Some(installed) = &config.installed {
        gate.allowed.push(cloud::origin(installed)?);
        gate.limits.response_bytes = gate.limits.response_bytes.max(MAX_FILE);
        gate.limits.first_byte = gate.limits.first_byte.max(Duration::from_secs(90));
        gate.limits.total = gate.limits.total.max(Duration::from_secs(600));
    }
    gate.allowed.extend(audit::allowed_origin(&config.audit));
    for origin in &config.plugin_private_origins {
        gate.private_for_plugins
            .push(Origin::parse(origin).context("VOICEASSIST_PLUGIN_PRIVATE_ORIGINS cannot be used")?);
    }
    if let Some(issuer) = &config.oidc_issuer {
        gate.allowed
            .push(identity::issuer::allowed_origin(issuer).context("NEXTCLOUD_OIDC_ISSUER cannot be used")?);
    }
    let redis = config.redis_url.as_ref();
    let redis = redis
        .map(|url| Redis::parse(url).context("REDIS_URL cannot be read"))
        .transpose()?;
    if let Some(redis) = &redis {
        gate.allowed
            .push(redis.allowed_origin().context("REDIS_URL cannot be used")?);
    }
    let hosts = Arc::new(Hosts::open(db.clone(), Arc::clone(&clock), random.as_ref(), redis).await?);
    let egress = Egress::new(gate, db.clone(), Arc::clone(&clock), Arc::clone(&random));
    let trail = Trail::open(&config.audit, data, &db, &clock, random.as_ref(), &egress)?;
    let cloud = config
        .installed
        .as_ref()
        .map(|installed| Arc::new(Cloud::new(installed, egress.clone(), db.clone(), Arc::clone(&clock))));
    Ok(Ground {
        db,
        vault,
        egress,
        trail,
        cloud,
        hosts,
        clock,
        random,
    })
}

/// Loads what takes its time: plugins and, counted by `loading`, the search index.
async fn complete(config: Config, ground: Ground, loading: Arc<Loading>, worker_exe: PathBuf) -> Result<Arc<App>> {
    let knowledge = Knowledge::open(&config, ground.db.clone(), ground.vault.clone(), loading).await?;
    let (plugins, reach, models) = outward::connect(&config, &ground, &worker_exe)?;
    let embedding = EmbeddingAdapter::new(reach, config.enable_pubmedbert_adapter);
    let knowledge = knowledge.with_adapter(embedding);
    let Ground {
        db,
        vault,
        egress,
        trail,
        cloud,
        hosts,
        clock,
        random,
    } = ground;
    let limits = Limits::new(&config.limits, Arc::clone(&clock));
    Ok(Arc::new(App {
        cloud,
        tools: extract::Tools::find(&config.cache_dir),
        extract_limits: extract::child::Limits::default(),
        running: chat::Running::default(),
        voice: Voice::new(&config),
        live: Live::default(),
        new_job: Notify::new(),
        config,
        db,
        vault,
        clock,
        random,
        egress,
        audit: trail,
        hosts,
        policy: policy::Policy::bundled()?,
        limits,
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
    app.audit.start(stop).await?;
    app.hosts.join().await?;
    app.plugins.arrange().await?;
    shelf::arrange(app)
        .await
        .map_err(|error| anyhow::anyhow!("the sample shelf is not in order: {error}"))?;
    vault::reseal::resume(app).await?;
    let runner: Arc<dyn worker::Runner> = Arc::new(Dispatch);
    retention::resume(app).await?;
    worker::start(app, &runner, WORKERS, stop).await?;
    chat::resume_interrupted(app).await?;
    voice::store::end_of_gone_hosts(&app.db, app.clock.now_ms()).await?;
    tokio::spawn(hear::of_others(Arc::clone(app), stop.clone()));
    let (watching, sweeping) = (Arc::clone(app), Arc::clone(app));
    let (stop_watching, stop_sweeping) = (stop.clone(), stop.clone());
    let (looking, resting, following) = (Arc::clone(app), Arc::clone(app), Arc::clone(app));
    let (stop_looking, stop_resting, stop_following) = (stop.clone(), stop.clone(), stop.clone());
    let (looking_after, stop_looking_after) = (Arc::clone(app), stop.clone());
    tokio::spawn(async move {
        stop_looking_after
            .run_until_cancelled(health::forever(looking_after))
            .await
    });
    let (keys, stop_keys) = (Arc::clone(app), stop.clone());
    tokio::spawn(async move { stop_keys.run_until_cancelled(vault::follow::forever(keys)).await });
    let (scraping, stop_scraping) = (Arc::clone(app), stop.clone());
    if let Some(space) = app.knowledge.public_space() {
        let stop_filling = stop.clone();
        tokio::spawn(async move { stop_filling.run_until_cancelled(public::forever(space)).await });
    }
    tokio::spawn(async move { stop_scraping.run_until_cancelled(guidelines::forever(scraping)).await });
    tokio::spawn(async move { stop_following.run_until_cancelled(following.plugins.follow()).await });
    tokio::spawn(async move { stop_looking.run_until_cancelled(cloud::look::forever(looking)).await });
    tokio::spawn(async move { stop_resting.run_until_cancelled(rest(resting)).await });
    tokio::spawn(async move {
        stop_watching
            .run_until_cancelled(ingest::watch::forever(watching))
            .await
    });
    tokio::spawn(async move { stop_sweeping.run_until_cancelled(sweep::forever(sweeping)).await });
    Ok(())
}

/// An installation takes up models that came later, gives its memory back and forgets routine requests; standing alone the model stays, and the
/// next question is not slower.
async fn rest(app: Arc<App>) {
    while app.cloud.is_some() {
        if let Err(error) = app.knowledge.complete().await {
            tracing::error!(%error, "what was read without the model has no vectors yet");
        }
        tokio::time::sleep(IDLE).await;
        app.knowledge.release_if_idle();
        let before = app.clock.now_ms() - LOGGED_MS;
        if let Err(error) = app.egress.forget_routine(cloud::PURPOSE, before).await {
            tracing::error!(%error, "old rows of the egress log could not be removed");
        }
    }
}

async fn announce(app: &App, address: &str) -> Result<()> {
    let mut out = std::io::stdout();
    if let Some(cloud) = &app.cloud {
        let nextcloud = cloud.client.address().as_str();
        writeln!(
            out,
            "VoiceAssist listens on {address} and belongs to the Nextcloud at {nextcloud}."
        )?;
        match cloud.client.version().await {
            Ok(version) => writeln!(out, "Nextcloud {version} answers.")?,
            Err(error) => writeln!(
                out,
                "From here it does not answer: {error}. Check NEXTCLOUD_URL, its certificate and trusted_domains."
            )?,
        }
    } else {
        let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
        let secret = login::link(&app.config, &app.db, clock, random, login::ADMIN).await?;
        writeln!(
            out,
            "VoiceAssist is running. Open this link once, within 30 minutes:\n\n    {address}/#login={secret}\n"
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
