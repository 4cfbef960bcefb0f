//! `cargo xtask contract`: schemathesis sends what the API's description allows, and what it does not, in each role, and
//! compares every answer with it. What is left out, and why, stands in `xtask/bench/schemathesis.toml`; what is made for single
//! requests, in `xtask/bench/contract.py`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::bench::python::environment;
use crate::command::announce;
use crate::host::{Client, Host, fresh_folder};
use crate::paths::Paths;
use crate::run;
use crate::setup::Purpose;
use crate::term::{result, say};
use crate::wasm::FINISHER;

const ROLES: [&str; 4] = ["viewer", "user", "medical_staff", "admin"];
/// Of each caller: some are deleted on the way.
const CONVERSATIONS: usize = 300;
const DOCUMENTS: usize = 40;
const SESSIONS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(180);
/// Public, of the first test of RFC 8032.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const REASON: &str = "A look that the contract asks for";
const NOTE: &str = "# Heparin\n\nGive heparin 5000 units twice daily after hip surgery.\n";

/// In the roles whose names stand first in `words`, or in all of them.
pub fn contract(paths: &Paths, words: &[String], examples: u32, seed: Option<u64>) -> Result<()> {
    let named = words.iter().take_while(|word| !word.starts_with("--"));
    let mut roles: Vec<&str> = named.map(String::as_str).collect();
    if let Some(other) = roles.iter().find(|role| !ROLES.contains(role)) {
        bail!("there is no role {other:?}; name some of: {}", ROLES.join(", "));
    }
    if roles.is_empty() {
        roles = ROLES.to_vec();
    }
    run::build(paths, Purpose::Test)?;
    let python = environment(paths, "contract", "contract-requirements.txt")?;
    let program = python.with_file_name("schemathesis");
    let rules = std::fs::read_to_string(paths.root.join("xtask/bench/schemathesis.toml"))?;
    let mut failed = Vec::new();
    for role in &roles {
        say(format!("\n== as {role}"));
        let work = fresh_folder(paths.target.join("contract").join(role))?;
        let host = Host::start_with(
            &paths.host_binary(),
            &paths.root,
            &work.join("data"),
            true,
            &work.join("host.log"),
            &[
                ("MODEL_BASE_URL", "http://127.0.0.1:9/v1"),
                ("MODEL_NAME", "example-model"),
                ("VOICEASSIST_LIMIT_SIGN_IN_PER_MINUTE", "1000000"),
            ],
        )?;
        let caller = host.sign_in_as("somebody")?;
        let (own, mut known) = prepared(&host, &caller, role)?;
        known["role"] = json!(role);
        known["origin"] = json!(host.origin);
        known["binary"] = json!(paths.host_binary());
        known["data"] = json!(work.join("data"));
        known["packages"] = json!([package(paths, &work, "0.1.0")?, package(paths, &work, "0.2.0")?]);
        std::fs::write(work.join("run.json"), known.to_string())?;
        let settings = work.join("schemathesis.toml");
        std::fs::write(&settings, format!("{rules}\n{own}"))?;
        let seed = seed.unwrap_or(1).to_string();
        let run = announce(
            Command::new(&program)
                .current_dir(&work)
                .env("SCHEMATHESIS_HOOKS", paths.root.join("xtask/bench/contract.py"))
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .arg("--config-file")
                .arg(&settings)
                .args(["run", &format!("{}/api/openapi.json", host.origin)])
                .args(["--max-examples", &examples.to_string(), "--seed", &seed])
                .args(["--phases", "coverage,fuzzing", "--workers", "1"]),
            None,
        );
        if let Err(error) = run {
            say(format!("{error:#}"));
            failed.push(*role);
        }
    }
    if !failed.is_empty() {
        bail!("the answers are not what the description says: {}", failed.join(", "));
    }
    result(format!(
        "contract: {} roles, {examples} examples of each operation: 0 failures",
        roles.len()
    ));
    Ok(())
}

/// Gives the caller something that is theirs, then the role; returns where it is, as settings of schemathesis, and what
/// `contract.py` reads.
fn prepared(host: &Host, caller: &Client, role: &str) -> Result<(String, Value)> {
    let document = text(&caller.upload("heparin.md", NOTE.as_bytes())?["document"], "id")?;
    wait_until(caller, &document, "ready")?;
    let unreadable = text(&caller.upload("broken.pdf", b"%PDF-1.7\n")?["document"], "id")?;
    wait_until(caller, &unreadable, "failed")?;
    // Only an administrator may call everything.
    let warnings = match role {
        "admin" => r#""missing_auth", "missing_test_data""#,
        _ => r#""missing_test_data""#,
    };
    let mut settings = Settings(format!(
        "[warnings]\nfail-on = [{warnings}]\n\n[auth.openapi.bearer]\nbearer = {:?}\n\n",
        caller.authorization.trim_start_matches("Bearer ")
    ));
    let asked = conversation(caller)?;
    let answer = caller.ask(&asked, "1", "How much heparin after hip surgery?", || ())?;
    let whole = caller.get(&format!("/api/v1/conversations/{asked}"))?;
    let message = text(&whole["messages"][0], "id")?;
    let conversation_of = ("id", vec![asked]);
    settings.give(
        &["GET", "PUT"],
        "/api/v1/conversations/{id}(/context)?",
        std::slice::from_ref(&conversation_of),
    );
    settings.give(
        &[],
        "/api/v1/conversations/{id}/messages",
        std::slice::from_ref(&conversation_of),
    );
    settings.give(
        &[],
        "/api/v1/conversations/{id}/messages/{message}/.*",
        &[conversation_of, ("message", vec![message])],
    );
    let others: Result<Vec<String>> = (0..CONVERSATIONS).map(|_| conversation(caller)).collect();
    settings.give(&["DELETE"], "/api/v1/conversations/{id}(/context)?", &[("id", others?)]);
    settings.give(&["GET"], "/api/v1/documents/{id}.*", &[("id", vec![document])]);
    let uploaded = |number: usize| {
        let file = caller.upload(&format!("{number}.md"), format!("# Ward {number}\n").as_bytes())?;
        text(&file["document"], "id")
    };
    let deletable: Result<Vec<String>> = (0..DOCUMENTS).map(uploaded).collect();
    settings.give(&["DELETE"], "/api/v1/documents/{id}", &[("id", deletable?)]);
    for _ in 0..SESSIONS {
        host.sign_in_as("somebody")?;
    }
    let sessions = caller.get("/api/v1/sessions")?;
    let sessions = sessions["sessions"].as_array().context("no sessions")?;
    let others = sessions.iter().filter(|session| session["current"] == false);
    let others: Result<Vec<String>> = others.map(|session| text(session, "id")).collect();
    settings.give(&["DELETE"], "/api/v1/sessions/{id}", &[("id", others?)]);
    let passage = text(&answer["citations"][0], "passage_id")?;
    settings.give(&[], "/api/v1/passages/{id}", &[("id", vec![passage])]);
    settings.give(
        &[],
        "/api/v1/calculators/{id}",
        &[("id", vec!["cha2ds2-vasc".to_owned()])],
    );

    let admin = host.sign_in()?;
    for_admin(&admin, caller, &mut settings)?;
    host.sign_in_as("colleague")?;
    let (enrolled, held) = (host.sign_in_as("enrolled")?, host.sign_in_as("held")?);
    let id_of = |name: &str| -> Result<String> {
        let users = admin.get(&format!("/api/admin/panel/users?q={name}"))?;
        text(&users["users"][0], "id")
    };
    let colleague = ("id", vec![id_of("colleague")?]);
    settings.give(&[], "/api/admin/panel/users/{id}", std::slice::from_ref(&colleague));
    settings.give(&[], "/api/admin/panel/users/{id}/export", &[colleague, reason()]);
    settings.give(
        &[],
        "/api/admin/panel/users/{id}/second-factor",
        &[("id", vec![id_of("enrolled")?])],
    );
    let somebody = id_of("somebody")?;
    let change = json!({ "role": role, "disabled": false });
    admin.put(&format!("/api/admin/panel/users/{somebody}"), &change)?;
    let known = json!({
        "caller": caller.authorization, "caller_user": somebody, "admin": admin.authorization,
        "enrolled": enrolled.authorization, "held": held.authorization, "held_user": id_of("held")?,
        "unreadable": unreadable,
    });
    Ok((settings.0, known))
}

/// What only an administrator reads and changes.
fn for_admin(admin: &Client, caller: &Client, settings: &mut Settings) -> Result<()> {
    let endpoints = admin.get("/api/v1/admin/endpoints")?;
    let endpoint = text(&endpoints["endpoints"][1], "id")?;
    settings.give(&[], "/api/v1/admin/endpoints/{id}.*", &[("id", vec![endpoint])]);

    let looked_at = conversation(caller)?;
    caller.put(
        &format!("/api/v1/conversations/{looked_at}/context"),
        &json!({ "age": 70 }),
    )?;
    let contexts = admin.get("/api/admin/panel/clinical-contexts")?;
    let context = text(&contexts["contexts"][0], "id")?;
    for (what, id) in [("clinical-contexts", context), ("conversations", looked_at)] {
        settings.give(
            &[],
            &format!("/api/admin/panel/{what}/{{id}}/reveal"),
            &[("id", vec![id]), reason()],
        );
    }
    settings.give(&[], "/api/v1/admin/holds", &[reason()]);
    settings.give(
        &[],
        "/api/v1/admin/publishers",
        &[
            ("body.name", vec!["ward".to_owned()]),
            ("body.key", vec![KEY.to_owned()]),
        ],
    );

    // Their servers are asked for nothing: one may not be, at the other's address nobody listens.
    let (model, guidelines) = ("text-generation", "cdc-guidelines");
    let plugin = |id: &str, below: &str| format!("/api/v1/admin/plugins/{id}/{below}");
    admin.put(
        &plugin(model, "settings/server"),
        &json!({ "value": "http://127.0.0.1:9/v1" }),
    )?;
    let plugins = admin.get("/api/v1/admin/plugins")?;
    let plugins = plugins["plugins"].as_array().context("no plugins")?;
    let digest_of = |id: &str| {
        let found = plugins.iter().find(|plugin| plugin["id"] == id);
        text(found.with_context(|| format!("no {id}"))?, "digest")
    };
    for (id, http, credentials) in [
        (model, vec!["config:server"], vec!["server-key"]),
        (guidelines, vec![], vec![]),
    ] {
        let grants = json!({ "digest": digest_of(id)?, "http": http, "credentials": credentials, "files": [] });
        admin.put(&plugin(id, "grants"), &grants)?;
    }
    let calculator = ("id", vec!["metabolic".to_owned()]);
    settings.give(
        &[],
        &plugin("{id}", "grants"),
        &[calculator.clone(), ("body.digest", vec![digest_of("metabolic")?])],
    );
    settings.give(&["GET", "PUT"], "/api/v1/admin/plugins/{id}(/calls)?", &[calculator]);
    let model = ("id", vec![model.to_owned()]);
    settings.give(
        &[],
        &plugin("{id}", "settings/{key}"),
        &[model.clone(), ("key", vec!["region".to_owned()])],
    );
    settings.give(
        &[],
        &plugin("{id}", "credentials/{handle}"),
        &[model, ("handle", vec!["server-key".to_owned()])],
    );
    settings.give(
        &[],
        "/api/v1/admin/guidelines/{plugin}/look",
        &[("plugin", vec![guidelines.to_owned()])],
    );
    Ok(())
}

/// A version of a plugin that did not come with the program, and so may be removed; signed as those are that did.
fn package(paths: &Paths, work: &Path, version: &str) -> Result<PathBuf> {
    let (from, to) = (paths.root.join("plugins/text-embeddings"), work.join("removable"));
    let to = fresh_folder(to)?;
    for file in ["LICENSE", "vectors.json"] {
        std::fs::copy(from.join(file), to.join(file))?;
    }
    let manifest = std::fs::read_to_string(from.join("plugin.toml"))?;
    let lines = manifest.lines().map(|line| match line.split(" = ").next() {
        Some("id") => "id = \"removable\"\n".to_owned(),
        Some("version") => format!("version = \"{version}\"\n"),
        _ => format!("{line}\n"),
    });
    let manifest: String = lines.collect();
    std::fs::write(to.join("plugin.toml"), manifest)?;
    let out = work.join(format!("removable-{version}.vaplugin"));
    announce(
        Command::new(paths.target.join("debug").join(FINISHER))
            .arg("package")
            .args([&to, &paths.plugins().join("text-embeddings.wasm")])
            .args([&paths.cache.join("publisher.key"), &out]),
        None,
    )?;
    Ok(out)
}

fn wait_until(caller: &Client, document: &str, status: &str) -> Result<()> {
    let began = Instant::now();
    while caller.get(&format!("/api/v1/documents/{document}"))?["status"] != status {
        ensure!(began.elapsed() < PATIENCE, "a document is not {status}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn reason() -> (&'static str, Vec<String>) {
    ("body.reason", vec![REASON.to_owned()])
}

fn conversation(caller: &Client) -> Result<String> {
    text(&caller.post("/api/v1/conversations", &json!({}))?, "id")
}

fn text(from: &Value, name: &str) -> Result<String> {
    let found = from[name].as_str().with_context(|| format!("no {name} in {from}"))?;
    Ok(found.to_owned())
}

/// Settings of schemathesis, as TOML.
struct Settings(String);

impl Settings {
    /// All requests to operations of such a path, and method if one is named, have one of these values for each parameter of
    /// the path; half of them, for one of the body.
    fn give(&mut self, methods: &[&str], path: &str, parameters: &[(&str, Vec<String>)]) {
        let path = path.replace('{', "\\\\{").replace('}', "\\\\}");
        let mut bound = Vec::new();
        for (parameter, values) in parameters {
            let name = format!("d{}", self.0.len());
            let _ = writeln!(self.0, "[dictionaries.{name}]\nvalues = {values:?}\n");
            let (place, probability) = match parameter.starts_with("body.") {
                true => ("", 0.5),
                false => ("path.", 1.0),
            };
            bound.push(format!(
                "\"{place}{parameter}\" = {{ dictionary = \"{name}\", probability = {probability:?} }}"
            ));
        }
        let methods = match methods {
            [] => "[A-Z]+".to_owned(),
            some => format!("({})", some.join("|")),
        };
        let _ = writeln!(self.0, "[[operations]]\ninclude-name-regex = \"^{methods} {path}$\"");
        let _ = writeln!(self.0, "parameters = {{ {} }}\n", bound.join(", "));
    }
}
