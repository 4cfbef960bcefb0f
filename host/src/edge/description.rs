//! What the API's description says of every operation alike: how a caller proves who they are, and which problems it can
//! answer beside its own.

use std::collections::BTreeMap;

use policy::{Input, Policy, SecondFactor, Subject};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::edge::caller::ACCESS_COOKIE;

const PROBLEM: &str = "application/problem+json";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// Whether a caller whom nobody knows may use the operation is asked of the policy itself.
pub fn complete(api: &mut OpenApi, policy: &Policy) {
    let components = api.components.get_or_insert_with(Components::new);
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(ACCESS_COOKIE)));
    components.add_security_scheme("cookie", cookie);
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            let open = policy.allow(&Input {
                subject: Subject {
                    role: policy::Role::Nobody,
                    second_factor: SecondFactor::None,
                    nextcloud: false,
                },
                operation: &format!("{method} {path}"),
            });
            describe(operation, method != "GET", open.allow);
        }
    }
}

/// `get_v1_documents_id` for `GET /api/v1/documents/{id}`: generated clients call their functions so.
fn name(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/").unwrap_or(path);
    let words = path
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.fold(method.to_lowercase(), |name, word| name + "_" + word)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem {
        get, put, post, delete, ..
    } = item;
    [("GET", get), ("PUT", put), ("POST", post), ("DELETE", delete)]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn describe(operation: &mut Operation, changes: bool, open: bool) {
    let written = operation.request_body.is_some();
    let asked = written
        || operation
            .parameters
            .as_ref()
            .is_some_and(|parameters| !parameters.is_empty());
    let identified = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| parameter.name == "id");
    let possible = [
        (asked, "400", "The request cannot be used"),
        (!open, "401", "Not signed in"),
        (
            changes || !open,
            "403",
            "Not allowed, or a code of the second factor is needed",
        ),
        (identified, "404", "Not yours, or not there"),
        (written, "413", "Too large"),
        (
            true,
            "429",
            "Too many requests; `Retry-After` says how many seconds to wait",
        ),
        (true, "500", "Something went wrong on the server"),
        (true, "503", "Not available now, or what must be recorded cannot be"),
    ];
    let responses = &mut operation.responses.responses;
    for (_, status, description) in possible.into_iter().filter(|(is, ..)| *is) {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| ResponseBuilder::new().description(description).build().into());
    }
    for response in failures(responses) {
        let problem = Content::new(Some(Ref::from_schema_name("ProblemBody")));
        response.content.shift_remove(JSON);
        response.content.insert(PROBLEM.to_owned(), problem);
    }
    for response in responses.values_mut() {
        if let RefOr::T(response) = response
            && let Some(content) = response.content.get_mut(EVENTS)
        {
            *content = Content::new(Some(event()));
        }
    }
    if !open {
        let ways = ["cookie", "bearer"].map(|way| SecurityRequirement::new::<_, [&str; 0], &str>(way, []));
        operation.security = Some(ways.to_vec());
    }
}

/// One server-sent event; what its `data` is a text of stays among the schemas.
fn event() -> Object {
    let text = |description: &str| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
    };
    ObjectBuilder::new()
        .property("id", text("Where to go on after a broken connection"))
        .property("event", text("The `type` of the data"))
        .property("data", text("JSON: an `AnswerEvent`"))
        .build()
}

fn failures(responses: &mut BTreeMap<String, RefOr<Response>>) -> impl Iterator<Item = &mut Response> {
    responses
        .iter_mut()
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .filter_map(|(_, response)| match response {
            RefOr::T(response) => Some(response),
            RefOr::Ref(_) => None,
        })
}
