//! Calculators and read-only tools for other assistants, as tools of the Model Context Protocol (streamable HTTP, without
//! sessions of its own). Whoever calls is signed in as anywhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use api_types::{
    ArgumentValue, CalculateRequest, Calculation, CalculatorInfo, InputSource, ParameterDomain, ToolAnswer, ToolEffect,
};
use http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Map, Value, json};

use super::tools::call;
use super::{Intent, calculate};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Names of calculators stand apart from names of tools.
const CALCULATE: &str = "calculate-";
/// Between a plugin's id and the name of its tool.
const OF: &str = "__";
const INSTRUCTIONS: &str = "Medical calculators and read-only tools of a VoiceAssist server. A calculator asks for what is \
    missing and never assumes it; pass its questions on to the person.";

pub fn service(app: Arc<App>) -> StreamableHttpService<Server, NeverSessionManager> {
    let mut config = StreamableHttpServerConfig::default();
    config.legacy_session_mode = false;
    config.json_response = true;
    config.max_request_body_bytes = 256 << 10;
    // Every call needs a session, which no page of another host has.
    let config = config.disable_allowed_hosts();
    StreamableHttpService::new(move || Ok(Server(Arc::clone(&app))), Arc::default(), config)
}

pub struct Server(Arc<App>);

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("voiceassist", env!("CARGO_PKG_VERSION"));
        info.instructions = Some(INSTRUCTIONS.to_owned());
        info
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let calculators = self.0.plugins.calculators();
        let mut tools: Vec<Tool> = calculators.iter().map(of_calculator).collect();
        let reading = self
            .0
            .plugins
            .tools()
            .into_iter()
            .filter(|tool| tool.effect == ToolEffect::Read);
        tools.extend(reading.map(|tool| {
            let name = format!("{}{OF}{}", tool.plugin, tool.name);
            described(name, &tool.title, &tool.description, object(tool.input_schema))
        }));
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = context
            .extensions
            .get::<Parts>()
            .and_then(|parts| parts.extensions.get::<Caller>());
        let caller = caller.ok_or_else(|| ErrorData::internal_error("nobody is signed in", None))?;
        let arguments = request.arguments.unwrap_or_default();
        let result = match request.name.strip_prefix(CALCULATE) {
            Some(id) => self.calculate(caller, id, arguments).await,
            None => self.read(caller, &request.name, arguments).await,
        };
        Ok(result.unwrap_or_else(|problem| refused(&problem)).into())
    }
}

impl Server {
    async fn calculate(&self, caller: &Caller, id: &str, given: Map<String, Value>) -> Result<CallToolResult, Problem> {
        let mut arguments = BTreeMap::new();
        for (name, value) in given {
            let value: ArgumentValue = serde_json::from_value(value).map_err(|_| {
                Problem::bad_request(format!(
                    "\"{name}\" is neither a number, a text, yes or no, nor a quantity."
                ))
            })?;
            arguments.insert(name, value);
        }
        let intent = Intent::form(id, CalculateRequest { arguments });
        let calculation = calculate::recorded(&self.0, caller, &intent).await?;
        let text = spoken(&calculation);
        let mut result = CallToolResult::structured(json!(calculation));
        result.content = vec![ContentBlock::text(text)];
        Ok(result)
    }

    /// Only what reads; anything else needs a person to look at it first.
    async fn read(
        &self,
        caller: &Caller,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Result<CallToolResult, Problem> {
        let (plugin, tool) = name.split_once(OF).ok_or_else(Problem::not_found)?;
        let (loaded, tool) = self.0.plugins.tool(plugin, tool).ok_or_else(Problem::not_found)?;
        if tool.effect() != ToolEffect::Read {
            return Err(Problem::not_found());
        }
        caller.require_asker()?;
        let answer = call::call(&self.0, caller, &loaded, &tool, Value::Object(arguments)).await?;
        let ToolAnswer::Result(outcome) = answer else {
            return Err(Problem::not_found());
        };
        Ok(CallToolResult::structured(json!(outcome)))
    }
}

/// What a person would be told.
fn spoken(calculation: &Calculation) -> String {
    let findings = calculation.findings.iter().map(|finding| {
        let meaning = finding.interpretation.as_deref().unwrap_or_default();
        format!("{}: {} {meaning}", finding.label, finding.value)
    });
    let missing = calculation
        .inputs
        .iter()
        .filter(|input| input.source == InputSource::Missing);
    let questions = missing.filter_map(|input| input.question.clone());
    let assumed = calculation
        .inputs
        .iter()
        .filter(|input| input.source == InputSource::NotMentionedNo);
    let assumed = assumed.map(|input| format!("Not mentioned, counted as no: {}", input.label));
    let lines: Vec<String> = findings
        .chain(questions)
        .chain(assumed)
        .chain(calculation.warnings.iter().cloned())
        .collect();
    format!("{} {}\n{}", calculation.title, calculation.version, lines.join("\n"))
}

fn refused(problem: &Problem) -> CallToolResult {
    let body = problem.body();
    let text = body.detail.unwrap_or(body.title);
    CallToolResult::error(vec![ContentBlock::text(text)])
}

fn of_calculator(calculator: &CalculatorInfo) -> Tool {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in &calculator.parameters {
        let mut schema = schema(&parameter.domain);
        let description = match &parameter.help {
            Some(help) => format!("{}. {help}", parameter.label),
            None => parameter.label.clone(),
        };
        schema.insert("description".to_owned(), description.into());
        properties.insert(parameter.name.clone(), schema.into());
        if parameter.required {
            required.push(parameter.name.clone());
        }
    }
    let input =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let description = format!("{} {}", calculator.summary, calculator.population);
    described(
        format!("{CALCULATE}{}", calculator.id),
        &calculator.title,
        &description,
        object(input),
    )
}

fn schema(domain: &ParameterDomain) -> Map<String, Value> {
    object(match domain {
        ParameterDomain::Boolean => json!({ "type": "boolean" }),
        ParameterDomain::Integer { minimum, maximum } => {
            json!({ "type": "integer", "minimum": minimum, "maximum": maximum })
        }
        ParameterDomain::Date => json!({ "type": "string", "format": "date" }),
        ParameterDomain::Choice { options } => {
            let ids: Vec<_> = options.iter().map(|option| &option.id).collect();
            json!({ "type": "string", "enum": ids })
        }
        ParameterDomain::Quantity { unit, also_accepts, .. } => {
            let units: Vec<_> = std::iter::once(unit).chain(also_accepts).collect();
            json!({ "type": "object", "required": ["value", "unit"], "additionalProperties": false,
                "properties": { "value": { "type": "number" }, "unit": { "type": "string", "enum": units } } })
        }
    })
}

fn described(name: String, title: &str, description: &str, input: Map<String, Value>) -> Tool {
    let mut tool = Tool::new(name, description.to_owned(), input);
    tool.title = Some(title.to_owned());
    tool.annotations = Some(ToolAnnotations::new().read_only(true));
    tool
}

/// Bounds that are absent are left out: `null` is no bound.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}
