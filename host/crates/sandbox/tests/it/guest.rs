//! Small guests: a core module in text, made a component of one of the worlds in `wit/`.

use std::{path::Path, sync::OnceLock};

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Imports a guest gets by naming them.
const IMPORTS: &str = include_str!("imports.wat");
/// Memory, an allocator that never frees, answers, and HTTP in three calls.
const PRELUDE: &str = include_str!("prelude.wat");
const HTTP: &str = include_str!("http.wat");

/// Interface, export and core parameters; each returns a pointer, a handle or a number as i32.
const EXPORTS: &[(&str, &str, &str)] = &[
    ("calculators", "calculators", "i32 i32"),
    ("calculators", "examples", ""),
    ("calculators", "compute", "i32 i32 i32 i32 i32 i32"),
    ("source", "describe", ""),
    ("source", "list", "i32 i64 i32 i32 i32 i32"),
    ("source", "fetch", "i32 i32"),
    ("tools", "tools", "i32 i32"),
    ("tools", "prepare", "i32 i32 i32 i32 i32 i32 i32 i32"),
    ("tools", "invoke", "i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32"),
    ("models", "models", ""),
    ("chat", "open", "i32"),
    ("chat", "[method]completion.next", "i32 i32"),
    ("embeddings", "embed", "i32 i32 i32 i32 i32"),
];

/// A component of `world` around `core`, the fields of a module. Exports that `core` leaves out answer nothing.
pub fn component(world: &str, core: &str) -> Vec<u8> {
    let exports: &[&str] = match world {
        "integration" => &["tools"],
        "scraper" => &["source"],
        "chat-adapter" => &["models", "chat"],
        "embedding-adapter" => &["models", "embeddings"],
        _ => &["calculators"],
    };
    encode(
        &format!("include voiceassist:plugin/{world}@0.1.0;"),
        &module(exports, core),
    )
}

/// A tool whose arguments are put where `allocator` says.
pub fn with_allocator(core: &str, allocator: &str) -> Vec<u8> {
    let module = module(&["tools"], core);
    let (before, rest) = module.split_once("(local $start i32)").unwrap();
    let (_, after) = rest.split_once("(local.get $start))").unwrap();
    encode(
        "include voiceassist:plugin/integration@0.1.0;",
        &format!("{before} {allocator}) {after}"),
    )
}

/// A component of a world nobody defined.
pub fn of(exports: &[&str], imports: &str, core: &str) -> Vec<u8> {
    let exported: String = exports
        .iter()
        .map(|name| format!("export voiceassist:plugin/{name}@0.1.0; "))
        .collect();
    encode(&format!("{imports} {exported}"), &module(exports, core))
}

/// The tools world with a body for `invoke`, which returns a pointer.
pub fn tool(invoke: &str) -> Vec<u8> {
    component("integration", &export("tools", "invoke", 13, invoke))
}

/// One export with `parameters` of i32.
pub fn export(interface: &str, name: &str, parameters: usize, body: &str) -> String {
    let parameters = "i32 ".repeat(parameters);
    format!(
        r#"(func (export "voiceassist:plugin/{interface}@0.1.0#{name}") (param {parameters}) (result i32)
            (local $i i32) (local $j i32) {body})"#
    )
}

fn module(exports: &[&str], core: &str) -> String {
    let http = if core.contains("$fetch") { HTTP } else { "" };
    let core = format!("{PRELUDE}\n{http}\n{core}");
    let missing: String = EXPORTS
        .iter()
        .filter(|(interface, ..)| exports.contains(interface))
        .map(|(interface, name, parameters)| (format!("voiceassist:plugin/{interface}@0.1.0#{name}"), parameters))
        .filter(|(name, _)| !core.contains(&format!("\"{name}\"")))
        .map(|(name, parameters)| {
            format!("(func (export \"{name}\") (param {parameters}) (result i32) (i32.const 512))\n")
        })
        .collect();
    let used = |line: &&str| {
        let name = line.split_whitespace().find_map(|word| word.strip_prefix('$'));
        name.is_some_and(|name| core.contains(&format!("(call ${name} ")) || core.contains(&format!("(call ${name})")))
    };
    let imports: Vec<_> = IMPORTS.lines().filter(used).collect();
    format!("(module\n{}\n{core}\n{missing})", imports.join("\n"))
}

fn encode(world: &str, module: &str) -> Vec<u8> {
    static WIT: OnceLock<Resolve> = OnceLock::new();
    let resolve = WIT.get_or_init(|| {
        let mut resolve = Resolve::default();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../wit");
        resolve.push_dir(folder).unwrap();
        resolve
    });
    let mut resolve = resolve.clone();
    let text = format!("package test:guest; world guest {{ {world} }}");
    let package = resolve.push_str("guest.wit", &text).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    let mut module = wat::parse_str(module).unwrap_or_else(|error| unreachable!("{error}\n{module}"));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let encoder = ComponentEncoder::default().module(&module);
    let mut encoder = encoder.unwrap_or_else(|error| unreachable!("{error:#}"));
    encoder.encode().unwrap_or_else(|error| unreachable!("{error:#}"))
}

pub const MANIFEST: &str =
    r#"(@custom "voiceassist:plugin" "id=guest\0aversion=1.0.0\0alicense=MIT\0atitle=Guest\0a")"#;

/// The text of a calculator whose `compute` has `body`; `extra` goes beside its core module. 64 is an answer with
/// nothing in it.
pub fn calculator(body: &str, extra: &str) -> String {
    let core = format!(
        r#"(core module $main
            (memory (export "memory") 2)
            (global $calls (mut i32) (i32.const 0))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "voiceassist:plugin/calculators@0.1.0#calculators") (param i32 i32) (result i32) (i32.const 64))
            (func (export "voiceassist:plugin/calculators@0.1.0#examples") (result i32) (i32.const 64))
            (func $compute (export "voiceassist:plugin/calculators@0.1.0#compute")
                (param i32 i32 i32 i32 i32 i32) (result i32) (local $i i32) {body}))
        {extra}"#
    );
    include_str!("calculator.wat")
        .replace("  CORE\n", &core)
        .replace("  MANIFEST\n", MANIFEST)
}
