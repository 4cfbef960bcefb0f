//! What is said about how long data is kept, holds, copies and erasures.

pub mod english;
pub mod german;

use api_types::RetentionClass;

pub use english::RetentionTexts;

impl RetentionTexts {
    /// Name of a class of records.
    pub fn class(&self, class: RetentionClass) -> &'static str {
        match class {
            RetentionClass::Conversations => self.conversations,
            RetentionClass::ClinicalContexts => self.clinical_contexts,
            RetentionClass::Documents => self.documents,
            RetentionClass::EgressLog => self.egress_log,
            RetentionClass::LiveEvents => self.live_events,
            RetentionClass::PluginCalls => self.plugin_calls,
            RetentionClass::Sessions => self.sessions,
            RetentionClass::VoiceSessions => self.voice_sessions,
            RetentionClass::DepartedUsers => self.departed_users,
        }
    }

    /// From when on its time counts.
    pub fn counted(&self, class: RetentionClass) -> &'static str {
        match class {
            RetentionClass::Conversations => self.counted_conversations,
            RetentionClass::ClinicalContexts => self.counted_contexts,
            RetentionClass::Documents => self.counted_documents,
            RetentionClass::EgressLog => self.counted_egress,
            RetentionClass::LiveEvents | RetentionClass::PluginCalls => self.counted_moment,
            RetentionClass::Sessions | RetentionClass::VoiceSessions => self.counted_sessions,
            RetentionClass::DepartedUsers => self.counted_departed,
        }
    }
}
