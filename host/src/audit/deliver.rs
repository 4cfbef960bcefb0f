//! Carries entries and checkpoints into the second sink: in order, at least once, and after an outage from where it stood.

use audit_chain::Line;

use super::store::{self, Position};
use super::trail::{SinkState, Trail};

/// Lines in one write.
const TOGETHER: i64 = 500;

#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    #[error("{0}")]
    Sink(String),
    /// Someone took rows out of the database.
    #[error("the database has {has} entries, and {delivered} had been delivered: rows were taken out")]
    Shrunk { has: u64, delivered: u64 },
    #[error("the row after entry {after} cannot be read")]
    Unreadable { after: u64 },
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

impl Trail {
    /// Brings the sink to the end of the trail, and makes sure that it can be reached.
    ///
    /// # Errors
    /// See [`DeliverError`]; what was not delivered is delivered the next time.
    pub async fn deliver(&self) -> Result<(), DeliverError> {
        let (Some(sink), Some(target)) = (&self.sink, &self.settings.sink) else {
            return Ok(());
        };
        let id = target.to_string();
        let mut sink = sink.lock().await;
        sink.reach().await.map_err(DeliverError::Sink)?;
        loop {
            let stands = store::position(&self.db, &id).await?;
            let has = store::length(&self.db).await?;
            if has < stands.entries {
                let delivered = stands.entries;
                return Err(DeliverError::Shrunk { has, delivered });
            }
            let from = sink.rewound(stands);
            let (lines, reached) = self.lines_after(from).await?;
            if lines.is_empty() {
                sink.settled();
                return Ok(());
            }
            sink.write(&lines).await.map_err(DeliverError::Sink)?;
            sink.went_on(reached);
            store::advance(&self.db, &id, reached).await?;
        }
    }

    /// The next entries, each followed by the checkpoints that cover it.
    async fn lines_after(&self, from: Position) -> Result<(Vec<Line>, Position), DeliverError> {
        let rows = store::rows_after(&self.db, from.entries, TOGETHER).await?;
        let mut checkpoints = store::checkpoints_after(&self.db, from.checkpoints)
            .await?
            .into_iter()
            .peekable();
        let (mut lines, mut reached) = (Vec::new(), from);
        let mut covering = |reached: &mut Position, lines: &mut Vec<Line>| {
            while let Some(next) = checkpoints.next_if(|next| next.sequence <= reached.entries) {
                reached.checkpoints = next.number;
                lines.push(Line::Checkpoint(next));
            }
        };
        covering(&mut reached, &mut lines);
        for row in rows {
            let row = row.ok_or(DeliverError::Unreadable { after: reached.entries })?;
            // What was forged goes out as it is; whoever verifies the copy will see it.
            reached.entries = row.entry.sequence;
            lines.push(Line::Row(row));
            covering(&mut reached, &mut lines);
        }
        Ok((lines, reached))
    }

    /// Delivers, and keeps how that went for everyone who asks.
    pub(super) async fn look_after_sink(&self) {
        let Some(target) = &self.settings.sink else { return };
        let mut state = match self.deliver().await {
            Ok(()) => SinkState::Reached,
            Err(error) => SinkState::Unreachable(error.to_string()),
        };
        if self.sink_state() == state {
            return;
        }
        match &state {
            SinkState::Unreachable(reason) => {
                tracing::error!(reason, "the second copy of the audit trail stands still")
            }
            _ => tracing::info!("the second copy of the audit trail is written"),
        }
        if self.settings.sink_required {
            let refuses = state != SinkState::Reached;
            if let Err(error) = store::refuse(&self.db, &target.to_string(), refuses).await {
                tracing::error!(%error, "whether the second sink is there could not be kept");
                state = SinkState::Unknown;
            }
        }
        // Told only once it holds: whoever hears of it finds that things are refused, or go on.
        self.state.send_replace(state);
    }
}
