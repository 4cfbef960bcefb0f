use serde::{Deserialize, Serialize};

/// What the server is and holds, as the caller may see it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemStatus {
    pub version: String,
    pub demo: bool,
    /// Where everything is kept on the server.
    pub data_dir: String,
    pub documents: i64,
    pub documents_ready: i64,
    pub documents_waiting: i64,
    pub documents_failed: i64,
    pub passages: i64,
    pub max_upload_bytes: i64,
    /// File name endings that can be read.
    pub accepts: Vec<String>,
    pub example_questions: Vec<String>,
    pub model: String,
    pub model_runs_at: String,
    /// Whether what is stored is encrypted, in words: "encrypted under the master key …" or "not encrypted against the host".
    pub at_rest: String,
    /// Things an operator should know, such as a missing OCR program.
    pub notices: Vec<String>,
    /// Verifies the signed checkpoints of the audit trail.
    pub audit_public_key: String,
}

/// What an endpoint does.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointKind {
    /// Writes answers.
    #[default]
    Answers,
    /// Recognises what is said. Sound is patient information: it is used only where that is allowed under an agreement.
    SpeechToText,
    /// Says answers, likewise.
    TextToSpeech,
}

/// A model endpoint the operator configured. Off until an admin switches it on.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelEndpoint {
    pub id: String,
    pub title: String,
    pub kind: EndpointKind,
    pub base_url: Option<String>,
    pub local: bool,
    pub enabled: bool,
    /// The extractive answerer is always there and cannot be switched off.
    pub built_in: bool,
    /// Why it cannot be used now, whatever its switch says.
    pub blocked: Option<String>,
    pub phi_handling: PhiHandling,
    pub agreement: Option<Agreement>,
}

/// What a remote endpoint is given of patient information while it is on; a local one is given everything.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhiHandling {
    /// What may hold some is answered on this server.
    #[default]
    NeverPhi,
    /// Placeholders go out in place of identifiers, and come back as what they stand for.
    RedactAndRestore,
    /// Everything, under an agreement.
    PhiAllowed,
}

/// The contract under which a remote endpoint may see patient information.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Where it is on file, such as "BAA 2026-17".
    pub reference: String,
    /// Day of the agreement, `YYYY-MM-DD`.
    pub agreed_on: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelEndpointList {
    pub endpoints: Vec<ModelEndpoint>,
}

/// What is left out stays as it is. `phi_allowed` needs an agreement, unless one is on file.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SwitchEndpoint {
    pub enabled: bool,
    pub phi_handling: Option<PhiHandling>,
    pub agreement: Option<Agreement>,
}

/// How a harmless request to an endpoint went.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointTest {
    /// Until the answer was complete, in milliseconds.
    pub total_ms: i64,
    /// Until its first piece.
    pub first_ms: Option<i64>,
    /// Why it failed; none when it answered.
    pub problem: Option<String>,
}
