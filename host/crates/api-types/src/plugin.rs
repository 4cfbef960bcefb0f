use serde::{Deserialize, Serialize};

/// What an administrator sees of every installed plugin. Every figure is counted from stored rows.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdminPlugins {
    pub plugins: Vec<AdminPlugin>,
    pub publishers: Vec<PluginPublisher>,
    /// Start of the time the figures of calls and egress are counted over.
    pub since: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    Running,
    /// Switched off by an administrator.
    Off,
    /// Its first version waits for consent.
    Waiting,
    /// It cannot run; the reason says why.
    Refused,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdminPlugin {
    pub id: String,
    pub title: String,
    pub world: String,
    /// Its intended purpose, in its publisher's words.
    pub purpose: String,
    pub licence: String,
    /// Of what runs or, before that, of what waits.
    pub version: String,
    pub digest: String,
    pub state: PluginState,
    pub reason: Option<String>,
    pub publisher: String,
    /// Of the publisher's key.
    pub fingerprint: String,
    pub bundled: bool,
    /// What was agreed to, or would be, in plain words.
    pub consent: Vec<String>,
    pub grants: Vec<PluginGrant>,
    pub settings: Vec<PluginSetting>,
    pub parts: Vec<PluginPart>,
    pub upgrade: Option<PluginUpgrade>,
    /// Version that one step back would run.
    pub previous: Option<String>,
    pub calls: PluginCalls,
    pub egress: PluginEgress,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginGrantKind {
    /// An origin it may call.
    Http,
    /// A secret that the server adds to its requests.
    Credential,
    /// A folder of the user.
    Files,
}

/// One thing the package asks for, and whether it has it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginGrant {
    pub kind: PluginGrantKind,
    /// The origin, handle or folder name.
    pub name: String,
    pub title: String,
    pub granted: bool,
    /// Of a credential: whether a secret was entered.
    pub set: Option<bool>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginSetting {
    pub key: String,
    pub title: String,
    pub value: String,
}

/// A calculator or tool of a plugin.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginPart {
    pub id: String,
    pub title: String,
    pub enabled: bool,
}

/// A newer version that asks for more than was granted.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginUpgrade {
    pub version: String,
    pub digest: String,
    /// What it asks for beyond the present grant, in plain words.
    pub widening: Vec<String>,
    pub consent: Vec<String>,
    pub grants: Vec<PluginGrant>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginCalls {
    pub calls: i64,
    pub errors: i64,
    /// Milliseconds, of the newest 1,000 calls; none without calls.
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub last_at: Option<i64>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginEgress {
    pub requests: i64,
    pub refused: i64,
    pub bytes_out: i64,
    pub bytes_in: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginPublisher {
    pub name: String,
    pub key: String,
    pub fingerprint: String,
    /// Its packages came with the program.
    pub bundled: bool,
}

/// The form of an installation: one package file.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageForm {
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Binary))]
    pub file: Vec<u8>,
}

/// What came of an installation.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginInstalled {
    pub id: String,
    pub version: String,
    /// It runs; otherwise it waits for consent.
    pub active: bool,
    pub widening: Vec<String>,
}

/// Consent to a package: exactly these things are granted, of those it asks for.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantPlugin {
    /// The package the person has read the consent of.
    pub digest: String,
    pub http: Vec<String>,
    pub credentials: Vec<String>,
    pub files: Vec<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SwitchPlugin {
    pub enabled: bool,
    /// One calculator or tool; absent: the whole plugin.
    #[serde(default)]
    pub part: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetPluginSetting {
    pub value: String,
}

/// A secret; it is never shown again. Empty removes it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SetPluginSecret {
    pub secret: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinPublisher {
    pub name: String,
    pub key: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginLog {
    pub calls: Vec<PluginCall>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginCall {
    pub at: i64,
    pub version: String,
    /// The calculator, tool or step.
    pub part: String,
    pub ms: f64,
    /// `done`, or why not.
    pub outcome: String,
}

/// What using a tool may do.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolEffect {
    Read,
    /// Changes something that can be undone.
    Write,
    /// Cannot be undone.
    Irreversible,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolInfo {
    pub plugin: String,
    pub plugin_title: String,
    pub plugin_version: String,
    pub name: String,
    pub title: String,
    pub description: String,
    pub effect: ToolEffect,
    /// JSON Schema 2020-12 of its arguments.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub input_schema: serde_json::Value,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolList {
    pub tools: Vec<ToolInfo>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallTool {
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub arguments: serde_json::Value,
}

/// A result, or a proposal to confirm.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToolAnswer {
    Result(ToolOutcome),
    Proposal(ToolProposal),
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolOutcome {
    pub plugin: String,
    pub plugin_version: String,
    pub tool: String,
    pub content: Vec<ToolContent>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub structured: Option<serde_json::Value>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToolContent {
    /// CommonMark without HTML.
    Text {
        text: String,
    },
    Citation {
        citation: ToolCitation,
    },
    File {
        folder: String,
        path: String,
    },
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCitation {
    pub title: String,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub published: Option<String>,
    /// `https` only.
    pub url: Option<String>,
    pub doi: Option<String>,
    pub pmid: Option<String>,
}

/// What would change. Confirmed within five minutes, once, as it stands.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolProposal {
    pub id: String,
    pub plugin: String,
    pub plugin_title: String,
    pub tool: String,
    pub title: String,
    pub effect: ToolEffect,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub arguments: serde_json::Value,
    pub changes: Vec<ToolChange>,
    pub expires_at: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolChange {
    /// One sentence, as the plugin wrote it.
    pub summary: String,
    pub target: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub before: Option<serde_json::Value>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub after: Option<serde_json::Value>,
}

/// Places in `changes` of what the person agreed to; none of the others happens.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmProposal {
    pub accepted: Vec<usize>,
}

/// Guideline sources and how their documents changed.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guidelines {
    pub sources: Vec<GuidelineSource>,
    /// Newest first.
    pub changes: Vec<GuidelineChange>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuidelineSource {
    pub plugin: String,
    pub title: String,
    pub publisher: String,
    pub homepage: String,
    pub licence: String,
    pub looked_at: Option<i64>,
    pub next_at: i64,
    pub error: Option<String>,
    pub listed: i64,
    /// Of these, how many are searched.
    pub fetched: i64,
    pub failed: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuidelineChange {
    pub id: String,
    pub plugin: String,
    pub document: Option<String>,
    pub title: String,
    pub at: i64,
    /// `changed` or `withdrawn`.
    pub kind: String,
    /// Lines.
    pub added: i64,
    pub removed: i64,
    /// Unified difference of the text.
    pub diff: String,
}
