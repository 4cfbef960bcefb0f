//! What every verb can reach: settings, database, clock, and the features that hold state.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::audit::Trail;
use crate::chat::Running;
use crate::clock::{Clock, Random};
use crate::cloud::Cloud;
use crate::config::Config;
use crate::db::Db;
use crate::edge::limits::Limits;
use crate::egress::Egress;
use crate::hosts::Hosts;
use crate::knowledge::Knowledge;
use crate::live::Live;
use crate::models::Models;
use crate::plugins::Plugins;
use crate::vault::Vault;
use crate::voice::Voice;

pub struct App {
    pub config: Config,
    pub db: Db,
    /// Seals what is stored and opens it again.
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub egress: Egress,
    pub audit: Arc<Trail>,
    pub hosts: Arc<Hosts>,
    /// Who may do what.
    pub policy: policy::Policy,
    pub limits: Limits,
    /// The Nextcloud that installed this app; none when it stands alone.
    pub cloud: Option<Arc<Cloud>>,
    pub knowledge: Knowledge,
    pub models: Models,
    pub plugins: Arc<Plugins>,
    pub running: Running,
    /// Conversations by voice.
    pub voice: Voice,
    /// Wakes administrators who watch.
    pub live: Live,
    /// Wakes the workers when a job was committed.
    pub new_job: Notify,
    /// The program that reads files in a child process: this one.
    pub worker_exe: PathBuf,
    pub tools: extract::Tools,
    pub extract_limits: extract::child::Limits,
}
