//! The second copy: append-only, and where an administrator of Nextcloud cannot reach it.

mod file;
mod syslog;

use audit_chain::Line;

use super::settings::{AuditSettings, Target};
use super::store::Position;
use crate::egress::{AllowedOrigin, Egress, Origin, PhiMode};

/// Syslog says nothing about what arrived: after a broken connection so many entries are sent once more.
const AGAIN: u64 = 1_000;
/// Checkpoints likewise.
const CHECKPOINTS_AGAIN: u64 = 10;

/// The collector that the operator named. The gate cannot read what is sent there; the trail holds no patient's text.
pub fn allowed_origin(settings: &AuditSettings) -> Option<AllowedOrigin> {
    let Some(Target::SyslogTcp { host, port }) = &settings.sink else {
        return None;
    };
    Some(AllowedOrigin {
        origin: Origin::tcp(syslog::SCHEME, host, *port).ok()?,
        local: true,
        phi: PhiMode::Allowed,
    })
}

pub struct Sink {
    target: Target,
    egress: Egress,
    syslog: Option<syslog::Channel>,
    /// A connection was there before, so its last words may have been lost.
    was_open: bool,
    resume: Option<Position>,
}

impl Sink {
    pub fn new(target: Target, egress: Egress) -> Self {
        Self {
            target,
            egress,
            syslog: None,
            was_open: false,
            resume: None,
        }
    }

    /// Makes sure that something could be written now.
    ///
    /// # Errors
    /// Why not, in words for an operator.
    pub async fn reach(&mut self) -> Result<(), String> {
        if let Target::File(path) = &self.target {
            return file::append(path, String::new()).await;
        }
        if let Some(channel) = &mut self.syslog
            && channel.is_open()
        {
            return Ok(());
        }
        self.syslog = None;
        let channel = syslog::Channel::open(&self.target, &self.egress).await?;
        if self.was_open {
            self.resume = Some(Position::default());
        }
        self.was_open = true;
        self.syslog = Some(channel);
        Ok(())
    }

    /// Where to go on, the database saying how far the sink had come.
    pub fn rewound(&mut self, stands: Position) -> Position {
        if self.resume == Some(Position::default()) {
            self.resume = Some(Position {
                entries: stands.entries.saturating_sub(AGAIN),
                checkpoints: stands.checkpoints.saturating_sub(CHECKPOINTS_AGAIN),
            });
        }
        self.resume.unwrap_or(stands)
    }

    /// # Errors
    /// Why not everything is known to have been written.
    pub async fn write(&mut self, lines: &[Line]) -> Result<(), String> {
        if let Target::File(path) = &self.target {
            let mut text = String::new();
            for line in lines {
                text.push_str(&line.write().map_err(|error| error.to_string())?);
                text.push('\n');
            }
            return file::append(path, text).await;
        }
        let channel = self.syslog.as_mut().ok_or("the connection is closed")?;
        let sent = channel.send(lines).await;
        if sent.is_err() {
            self.syslog = None;
        }
        sent
    }

    pub fn went_on(&mut self, reached: Position) {
        if let Some(resume) = &mut self.resume {
            *resume = reached;
        }
    }

    /// The end of the trail was reached.
    pub fn settled(&mut self) {
        self.resume = None;
    }
}
