//! What vendors did for this session: what left for which answer, and that one failed.

use voice_turn::vap::HostMessage;

use super::super::words;
use super::Session;
use crate::models::Stage;

impl Session {
    /// No sound of this session leaves the house.
    pub(super) fn is_local(&self) -> bool {
        self.understanding.outside.is_none() && self.speaking.outside.is_none()
    }

    /// Something of a turn leaves: it belongs to the answer there is, or to the one that comes.
    pub(super) fn left(&mut self, turn: u32, row: String) {
        self.rows.push((turn, row));
        let answering = self.answers.iter().find(|(stamp, _)| stamp.turn == turn);
        if let Some(message) = answering.and_then(|(_, answering)| answering.message.clone()) {
            self.account(turn, &message);
        }
    }

    /// What left up to this turn stands on the receipt of its answer.
    pub(super) fn account(&mut self, turn: u32, message: &str) {
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.rows)
            .into_iter()
            .partition(|(of, _)| *of <= turn);
        self.rows = later;
        let rows = now.into_iter().map(|(_, row)| row).collect();
        self.app.egress.belong(rows, message);
    }

    /// This server does what a vendor could not. The user is told once a turn.
    pub(super) fn fell(&mut self, stage: Stage, turn: u32) {
        self.measure.fell_back();
        if self.told.insert(stage, turn) == Some(turn) {
            return;
        }
        let (code, text) = words::fell_back(stage);
        self.wire.tell(HostMessage::Notice {
            code: code.to_owned(),
            text: text.to_owned(),
        });
    }
}
