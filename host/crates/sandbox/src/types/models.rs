//! Models and what they are asked.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    pub chat: bool,
    pub embedding: bool,
    pub tools: bool,
    pub vision: bool,
    pub reasoning: bool,
    pub json_schema: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    pub id: String,
    pub title: String,
    pub capabilities: Capabilities,
    pub context_tokens: u32,
    pub output_tokens: Option<u32>,
    pub dimensions: Option<u32>,
    pub region: Option<String>,
    /// JSON.
    pub extras: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelToolCall {
    pub id: String,
    pub name: String,
    /// JSON.
    pub arguments: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Image {
        mime_type: String,
        contents: Vec<u8>,
    },
    ToolCall(ModelToolCall),
    ToolOutput {
        call_id: String,
        is_error: bool,
        text: String,
    },
    Reasoning(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolDefinition {
    pub name: String,
    pub description: String,
    /// JSON Schema 2020-12, as text.
    pub input_schema: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    pub model: String,
    pub messages: Vec<Message>,
    pub tools: Vec<ToolDefinition>,
    pub temperature: Option<f32>,
    pub max_output_tokens: Option<u32>,
    pub stop: Vec<String>,
    /// JSON Schema 2020-12, as text.
    pub response_schema: Option<String>,
    /// JSON.
    pub extras: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
    ToolCalls,
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub input_tokens: u32,
    pub cached_input_tokens: u32,
    pub output_tokens: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatEvent {
    Text(String),
    Reasoning(String),
    ToolCall(ModelToolCall),
    Usage(Usage),
    Finished(Finish),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Query,
    Document,
}

/// Row-major, one row an input; `values` is `dimensions` times the number of inputs, all finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub dimensions: u32,
    pub values: Vec<f32>,
}
