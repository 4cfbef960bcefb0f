//! Rules about what is absent: each names the only place where a thing may be.

use super::source::{Finding, Source, holds_word};

/// Crates that must be provable without the outside world.
pub const PURE: [&str; 10] = [
    "api-types",
    "envelope",
    "phi",
    "audit-chain",
    "plugin-package",
    "retrieval",
    "policy",
    "units",
    "voice-turn",
    "heard",
];

type Rule = fn(&Source) -> Vec<Finding>;

pub const ALL: [Rule; 9] = [
    acting_user_from_caller_or_stored_work,
    sql_only_in_store,
    wasmtime_only_in_sandbox,
    env_only_in_config,
    http_client_only_in_egress,
    model_client_uses_the_gate,
    clock_and_random_passed_in,
    phi_types_have_no_debug,
    nothing_is_printed,
];

fn in_host(source: &Source) -> bool {
    source.path.starts_with("host/src/")
}

/// All SQL of a feature lies in its `store.rs`; opening the database and claiming a job are the exceptions.
pub fn sql_only_in_store(source: &Source) -> Vec<Finding> {
    let path = &source.path;
    let allowed = path.ends_with("/store.rs")
        || path.contains("/store/")
        || path == "host/src/db.rs"
        || path.starts_with("host/src/jobs/");
    if !path.starts_with("host/") || allowed {
        return Vec::new();
    }
    let words = [
        "sqlx::query",
        "sqlx::query_as",
        "sqlx::query_scalar",
        "sqlx::raw_sql",
        "query_as",
        "query_scalar",
        "QueryBuilder",
        "raw_sql",
    ];
    source.forbid("sql_only_in_store", &words, "SQL belongs into the feature's store.rs")
}

/// The host acts as nobody but the user who called or whose stored work goes on.
pub fn acting_user_from_caller_or_stored_work(source: &Source) -> Vec<Finding> {
    let stores = ["host/src/jobs/store.rs", "host/src/chat/store.rs"];
    if source.path.starts_with("host/crates/nextcloud/") || stores.contains(&source.path.as_str()) {
        return Vec::new();
    }
    source.forbid(
        "acting_user_from_caller_or_stored_work",
        &["of_stored_work"],
        "only rows of stored work may name an acting user; take the caller's",
    )
}

/// One crate names wasmtime, so that editing anything else never rebuilds it.
pub fn wasmtime_only_in_sandbox(source: &Source) -> Vec<Finding> {
    if source.path.starts_with("host/crates/sandbox/") || source.path.starts_with("xtask/") {
        return Vec::new();
    }
    source.forbid("wasmtime_only_in_sandbox", &["wasmtime"], "ask the sandbox crate")
}

/// Settings are read once, validated and typed; nothing else looks at the environment. Handing a few
/// variables on to a child whose environment was cleared is no setting.
pub fn env_only_in_config(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("host/") || source.path.starts_with("host/src/config") {
        return Vec::new();
    }
    let words = [
        "env::var",
        "env::var_os",
        "env::vars",
        "env::vars_os",
        "Env::var",
        "Env::raw",
        "option_env!",
    ];
    let mut found = source.forbid("env_only_in_config", &words, "settings come from the configuration");
    let after_clearing = |line: usize| {
        let start = line.saturating_sub(HANDED_ON_WITHIN);
        source.code[start..line]
            .iter()
            .any(|code| code.contains(".env_clear()"))
    };
    found.retain(|finding| !after_clearing(finding.line));
    found
}

/// Lines after `env_clear` in which variables may be handed on.
const HANDED_ON_WITHIN: usize = 6;

/// One outbound client for the whole host: the gate that screens, limits and logs.
pub fn http_client_only_in_egress(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("host/") || source.path.starts_with("host/src/egress/") {
        return Vec::new();
    }
    let why = "everything outbound passes the egress gate";
    let words = [
        "hyper",
        "hyper_util",
        "ureq",
        "TcpStream::connect",
        "TcpSocket",
        "UdpSocket",
        "UnixStream::connect",
        "lookup_host",
        "connect_async",
        "client_async",
        "client_async_with_config",
    ];
    let mut found = source.forbid("http_client_only_in_egress", &words, why);
    // async-openai speaks in reqwest's messages; turning those into the gate's opens nothing.
    let messages = source.path.starts_with("host/src/models/");
    let named = source.shipped().filter(|(_, line)| {
        let mut rest = (*line).to_owned();
        if messages {
            for message in ["reqwest::Request", "reqwest::Response", "reqwest::Body"] {
                rest = rest.replace(message, "");
            }
        }
        holds_word(&rest, "reqwest") || holds_word(&rest, "RequestBuilder")
    });
    found.extend(
        named.map(|(number, _)| source.finding(number, "http_client_only_in_egress", format!("`reqwest`: {why}"))),
    );
    found
}

/// async-openai brings a client of its own; it may be made only around the gate's.
pub fn model_client_uses_the_gate(source: &Source) -> Vec<Finding> {
    if !in_host(source) || !source.shipped().any(|(_, line)| holds_word(line, "async_openai")) {
        return Vec::new();
    }
    let rule = "model_client_uses_the_gate";
    if !source.path.starts_with("host/src/models/") && !source.path.starts_with("host/src/egress/") {
        return vec![source.finding(1, rule, "`async_openai` is named in models and egress only")];
    }
    let mut found = source.forbid(rule, &["Client::new()"], "build the client around the egress gate");
    let gated = source.shipped().any(|(_, line)| {
        ["with_http_client", "with_http_service", "Client::build", "HttpClient"]
            .iter()
            .any(|word| line.contains(word))
    });
    found.extend(
        source
            .shipped()
            .filter(|(_, line)| line.contains("Client::with_config(") && !gated)
            .map(|(number, _)| {
                source.finding(
                    number,
                    rule,
                    "`Client::with_config` without the egress gate's HTTP client",
                )
            }),
    );
    found
}

/// Time and chance come in as arguments, so that every behaviour can be replayed.
pub fn clock_and_random_passed_in(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("host/") || source.path == "host/src/clock.rs" {
        return Vec::new();
    }
    let rule = "clock_and_random_passed_in";
    let words = [
        "SystemTime::now",
        "Utc::now",
        "Local::now",
        "rand::rng",
        "rand::random",
        "thread_rng",
        "OsRng",
        "getrandom",
        "fastrand",
        "Uuid::new_v4",
        "Uuid::now_v7",
        "random_bytes",
    ];
    let mut found = source.forbid(rule, &words, "take `clock::Clock` or `clock::Random` as an argument");
    if PURE
        .iter()
        .any(|name| source.path.starts_with(&format!("host/crates/{name}/")))
    {
        found.extend(source.forbid(rule, &["Instant::now"], "a pure crate has no clock"));
    }
    found
}

/// A type of the PHI crate that holds text must not be printable by accident.
pub fn phi_types_have_no_debug(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("host/crates/phi/") {
        return Vec::new();
    }
    let lines: Vec<(usize, &str)> = source.shipped().collect();
    let mut found = Vec::new();
    for (index, (number, line)) in lines.iter().enumerate() {
        if !(line.contains("derive(") && holds_word(line, "Debug")) {
            continue;
        }
        let body = type_body(&lines[index..]);
        if ["String", "str", "Cow", "Vec<u8>", "char"]
            .iter()
            .any(|word| holds_word(&body, word))
        {
            found.push(source.finding(*number, "phi_types_have_no_debug", "`Debug` on a type that holds text"));
        }
    }
    found
}

/// From the derive to the end of the type.
fn type_body(lines: &[(usize, &str)]) -> String {
    let mut body = String::new();
    let mut depth = 0i32;
    for (_, line) in lines {
        body.push_str(line);
        body.push('\n');
        depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
        let ended = line.trim_end().ends_with(';') || line.trim_end().ends_with('}');
        if depth <= 0 && ended && (holds_word(&body, "struct") || holds_word(&body, "enum")) {
            break;
        }
    }
    body
}

/// Logs are structured; results are written to a writer that is passed in. A build script talks to cargo by printing.
pub fn nothing_is_printed(source: &Source) -> Vec<Finding> {
    if source.path.starts_with("xtask/") || source.path.ends_with("/build.rs") {
        return Vec::new();
    }
    let words = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
    source.forbid(
        "nothing_is_printed",
        &words,
        "use tracing, or a writer that is passed in",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, text: &str) -> Source {
        Source::parse(path, text)
    }

    #[test]
    fn sql_outside_a_store_is_found() {
        let text = "sqlx::query(\"SELECT 1\").execute(&db)";
        assert_eq!(sql_only_in_store(&at("host/src/chat/ask.rs", text)).len(), 1);
        assert_eq!(
            sql_only_in_store(&at("host/src/chat/ask.rs", "use sqlx::query_scalar;")).len(),
            1
        );
        assert!(sql_only_in_store(&at("host/src/chat/store.rs", text)).is_empty());
        assert!(sql_only_in_store(&at("host/src/jobs/claim.rs", text)).is_empty());
        assert!(
            sql_only_in_store(&at(
                "host/src/chat/ask.rs",
                "#[cfg(test)]\nmod tests { fn a() { sqlx::query(x) } }"
            ))
            .is_empty()
        );
    }

    #[test]
    fn wasmtime_outside_the_sandbox_is_found() {
        assert_eq!(
            wasmtime_only_in_sandbox(&at("host/src/plugins/call.rs", "use wasmtime::Store;")).len(),
            1
        );
        assert!(wasmtime_only_in_sandbox(&at("host/crates/sandbox/src/lib.rs", "use wasmtime::Store;")).is_empty());
    }

    #[test]
    fn environment_outside_the_configuration_is_found() {
        let text = "let a = std::env::var(\"A\");";
        assert_eq!(env_only_in_config(&at("host/src/chat/ask.rs", text)).len(), 1);
        assert_eq!(env_only_in_config(&at("host/crates/extract/src/ocr.rs", text)).len(), 1);
        assert!(env_only_in_config(&at("host/src/config.rs", text)).is_empty());
        let child = "command.env_clear();\nfor name in [\"PATH\"] {\n    let a = std::env::var_os(name);\n}";
        assert!(env_only_in_config(&at("host/crates/extract/src/ocr.rs", child)).is_empty());
    }

    #[test]
    fn second_way_out_is_found() {
        for text in [
            "use reqwest::Client;",
            "TcpStream::connect(address)",
            "tokio::net::lookup_host(name)",
        ] {
            assert_eq!(
                http_client_only_in_egress(&at("host/src/models/openai.rs", text)).len(),
                1,
                "{text}"
            );
            assert!(http_client_only_in_egress(&at("host/src/egress/client.rs", text)).is_empty());
        }
    }

    #[test]
    fn messages_of_the_model_client_open_nothing_and_a_client_does() {
        let at_models = |text: &str| http_client_only_in_egress(&at("host/src/models/carry.rs", text)).len();
        assert_eq!(at_models("fn carry(a: reqwest::Request) -> reqwest::Response {}"), 0);
        assert_eq!(at_models("let a = reqwest::Client::new();"), 1);
        assert_eq!(at_models("use reqwest::{Request, Client};"), 1);
    }

    #[test]
    fn model_client_beside_the_gate_is_found() {
        let own = "use async_openai::Client;\nlet c = Client::with_config(config);";
        assert_eq!(
            model_client_uses_the_gate(&at("host/src/models/openai.rs", own)).len(),
            1
        );
        assert_eq!(
            model_client_uses_the_gate(&at("host/src/chat/ask.rs", "use async_openai::types::Role;")).len(),
            1
        );
        let gated = format!("{own}.with_http_client(gate)");
        assert!(model_client_uses_the_gate(&at("host/src/models/openai.rs", &gated)).is_empty());
    }

    #[test]
    fn clock_and_chance_are_found() {
        for text in [
            "SystemTime::now()",
            "Uuid::new_v4()",
            "rand::rng().fill(x)",
            "chrono::Utc::now()",
        ] {
            assert_eq!(
                clock_and_random_passed_in(&at("host/src/chat/ask.rs", text)).len(),
                1,
                "{text}"
            );
            assert!(clock_and_random_passed_in(&at("host/src/clock.rs", text)).is_empty());
        }
        assert_eq!(
            clock_and_random_passed_in(&at("host/crates/retrieval/src/fuse.rs", "Instant::now()")).len(),
            1
        );
        assert!(clock_and_random_passed_in(&at("host/src/chat/ask.rs", "Instant::now()")).is_empty());
    }

    #[test]
    fn printable_phi_is_found() {
        let text = "#[derive(Clone, Debug)]\npub struct Span {\n  pub text: String,\n}\n";
        assert_eq!(
            phi_types_have_no_debug(&at("host/crates/phi/src/lib.rs", text)).len(),
            1
        );
        let plain = "#[derive(Clone, Debug)]\npub struct Span {\n  pub range: Range<usize>,\n}\nfn f(a: String) {}";
        assert!(phi_types_have_no_debug(&at("host/crates/phi/src/lib.rs", plain)).is_empty());
    }

    #[test]
    fn prints_are_found() {
        assert_eq!(
            nothing_is_printed(&at("host/src/chat/ask.rs", "println!(\"a\")")).len(),
            1
        );
        assert!(nothing_is_printed(&at("host/src/chat/ask.rs", "writeln!(out, \"a\")")).is_empty());
    }
}
