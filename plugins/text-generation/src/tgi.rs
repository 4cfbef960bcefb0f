//! Hugging Face text-generation-inference: `POST /generate_stream` and `GET /info`.
//!
//! Made for models without a chat template, such as BioGPT: the messages become one text, and the model goes
//! on writing.

use serde_json::{Value, json};
use voiceassist_plugin::chat::{Capability, Event, Finish, ModelInfo, Part, Request, Role, Usage};
use voiceassist_plugin::{Error, Outside, refused, unavailable, unsupported};

use crate::server::{Server, said};
use crate::stream::{self, Stream};

/// Tokens of an answer when nobody says how many.
const OUTPUT: u32 = 256;

pub fn models<O: Outside>(server: &Server<O>) -> Result<Vec<ModelInfo>, Error> {
    let info = server.get("/info")?;
    let id = info["model_id"]
        .as_str()
        .ok_or_else(|| unavailable("malformed", "the server does not name its model"))?;
    let number = |key: &str| info[key].as_u64().and_then(|count| u32::try_from(count).ok());
    let total = number("max_total_tokens")
        .or(server.number("context-tokens"))
        .unwrap_or(1_024);
    // Older servers call it `max_input_length`.
    let input = number("max_input_tokens").or(number("max_input_length"));
    Ok(vec![ModelInfo {
        id: id.to_owned(),
        title: id.to_owned(),
        capabilities: Capability::CHAT,
        context_tokens: total,
        output_tokens: server
            .number("output-tokens")
            .or(input.map(|input| total.saturating_sub(input))),
        dimensions: None,
        region: server.outside.setting("region"),
        extras: json!({ "revision": info["model_sha"], "server": info["version"] }).to_string(),
    }])
}

pub fn open<O: Outside>(server: &Server<O>, request: &Request) -> Result<Stream, Error> {
    let response = server.stream("/generate_stream", &body(server, request)?)?;
    Ok(Stream::new(response, stream::Reader::Tgi(Reader::default())))
}

fn body<O: Outside>(server: &Server<O>, request: &Request) -> Result<Value, Error> {
    if !request.tools.is_empty() {
        return Err(unsupported("this model calls no tools"));
    }
    if request.response_schema.is_some() {
        return Err(unsupported("this model follows no schema"));
    }
    let most = request
        .max_output_tokens
        .or(server.number("output-tokens"))
        .unwrap_or(OUTPUT);
    let mut parameters = json!({
        "max_new_tokens": most, "return_full_text": false, "details": true, "stop": request.stop,
    });
    // The server takes only temperatures above zero; zero means the likeliest token, its own default.
    match request.temperature {
        Some(temperature) if temperature > 0.0 => {
            parameters["do_sample"] = json!(true);
            parameters["temperature"] = json!(temperature);
        }
        _ => parameters["do_sample"] = json!(false),
    }
    if let Some(tokens) = server.number("truncate") {
        parameters["truncate"] = json!(tokens);
    }
    Ok(json!({ "inputs": prompt(request)?, "parameters": parameters }))
}

/// The messages as one text with empty lines between them.
fn prompt(request: &Request) -> Result<String, Error> {
    let mut parts = Vec::new();
    for message in &request.messages {
        if message.role == Role::Tool {
            return Err(unsupported("this model reads no results of tools"));
        }
        for part in &message.parts {
            match part {
                Part::Text(text) if text.trim().is_empty() => {}
                Part::Text(text) => parts.push(text.trim().to_owned()),
                Part::Reasoning(_) => {}
                Part::Image(_) => return Err(unsupported("this model reads no pictures")),
                Part::ToolCall(_) | Part::ToolOutput(_) => {
                    return Err(unsupported("this model calls no tools"));
                }
            }
        }
    }
    if parts.is_empty() {
        Err(refused("there is nothing to go on from"))
    } else {
        Ok(parts.join("\n\n"))
    }
}

/// Reads token events; the last one carries `generated_text` and details.
#[derive(Default)]
pub struct Reader {
    finish: Option<Finish>,
}

impl Reader {
    /// The events of one token, and whether the stream is over.
    pub fn read(&mut self, data: &str) -> Result<(Vec<Event>, bool), Error> {
        let event: Value =
            serde_json::from_str(data).map_err(|_| unavailable("malformed", "an event of the server is not JSON"))?;
        if let Some(error) = said(&event) {
            return Err(error);
        }
        let token = &event["token"];
        let text = token["text"]
            .as_str()
            .ok_or_else(|| unavailable("malformed", "an event of the server has no token"))?;
        let mut events = Vec::new();
        if !token["special"].as_bool().unwrap_or(false) && !text.is_empty() {
            events.push(Event::Text(text.to_owned()));
        }
        let details = &event["details"];
        if details.is_object() || event["generated_text"].is_string() {
            let number = |key: &str| details[key].as_u64().and_then(|count| u32::try_from(count).ok());
            // Older servers do not say how long the prompt was; half a count is none.
            if let (Some(input_tokens), Some(output_tokens)) = (number("input_length"), number("generated_tokens")) {
                events.push(Event::Usage(Usage {
                    input_tokens,
                    cached_input_tokens: 0,
                    output_tokens,
                }));
            }
            self.finish = Some(match details["finish_reason"].as_str() {
                Some("length") => Finish::Length,
                _ => Finish::Stop,
            });
            return Ok((events, true));
        }
        Ok((events, false))
    }

    pub fn end(&mut self) -> (Vec<Event>, Option<Finish>) {
        (Vec::new(), self.finish)
    }
}
