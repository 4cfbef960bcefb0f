//! What is said on the pages of the administration: overview, conversations, indexing, egress, health, and their list.

pub mod english;
pub mod german;

pub use english::PanelTexts;

impl PanelTexts {
    /// The state of a document, a job, a conversation or an answer.
    pub fn state<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "empty" => self.state_empty,
            "running" => self.state_running,
            "done" => self.state_done,
            "stopped" => self.state_stopped,
            "failed" => self.state_failed,
            "ready" => self.state_ready,
            "queued" => self.state_queued,
            "extracting" => self.state_extracting,
            "embedding" => self.state_embedding,
            "later" => self.state_later,
            "dead" => self.state_dead,
            "answered" => self.kind_answered,
            "not_found" => self.kind_not_found,
            "clarification" => self.kind_clarification,
            "calculation" => self.kind_calculation,
            "refused" => self.kind_refused,
            "none" => self.class_none,
            "possible" => self.class_possible,
            "phi" => self.class_phi,
            "public" => self.class_public,
            "internal" => self.class_internal,
            other => other,
        }
    }

    /// A kind of identifier, as the host calls it.
    pub fn identifier(&self, name: &str) -> &'static str {
        match name {
            "NAME" => self.id_name,
            "PLACE" => self.id_place,
            "DATE" => self.id_date,
            "PHONE" | "FAX" => self.id_phone,
            "EMAIL" => self.id_email,
            "MRN" => self.id_record,
            "SSN" | "PLAN" | "ACCOUNT" | "LICENSE" => self.id_number,
            _ => self.id_other,
        }
    }

    /// Work that waits, as the host calls it.
    pub fn job<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "ingest.read" => self.job_read,
            "ingest.index" => self.job_index,
            "ingest.readers" => self.job_readers,
            "ingest.fetch" => self.job_fetch,
            "ingest.look" => self.job_look,
            "ingest.daily" => self.job_daily,
            "chat.erase" => self.job_erase,
            other => other,
        }
    }

    /// What is looked at.
    pub fn part<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "database" => self.part_database,
            "audit" => self.part_audit,
            "index" => self.part_index,
            "models" => self.part_models,
            "vault" => self.part_vault,
            "disk" => self.part_disk,
            "nextcloud" => self.part_nextcloud,
            "redis" => self.part_redis,
            other => other,
        }
    }
}
