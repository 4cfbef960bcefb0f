//! The way of a plugin's author, from an empty folder to a signed package that runs, with the real program.
//!
//! The compilers for JavaScript and Python come from npm and PyPI; where those cannot be reached, the tests that need
//! them say so and pass over.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plugin_package::{Package, Publisher, Trust};

const VAPLUG: &str = env!("CARGO_BIN_EXE_vaplug");

fn vaplug(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(VAPLUG)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What it said, when it succeeded.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let out = vaplug(folder, arguments);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let erred = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "vaplug {arguments:?}\n{said}\n{erred}");
    said
}

/// What it said, when it failed.
fn failed(folder: &Path, arguments: &[&str]) -> String {
    let out = vaplug(folder, arguments);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(!out.status.success(), "vaplug {arguments:?} succeeded\n{said}");
    said
}

/// Whether the compiler for a language is installed or can be had; says when it is not.
fn have(language: &str, installed: &str, program: &str, ask: &[&str]) -> bool {
    let cache = std::env::var_os("VAPLUG_CACHE_DIR").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/vaplug")));
    let had = cache.is_some_and(|cache| cache.join(installed).exists())
        || Command::new(program)
            .args(ask)
            .output()
            .is_ok_and(|out| out.status.success());
    if !had {
        eprintln!(
            "{language} is passed over: `{program} {}` fails, so its compiler cannot be had",
            ask.join(" ")
        );
    }
    had
}

fn have_js() -> bool {
    have(
        "JavaScript",
        "js-0.4.5",
        "npm",
        &["view", "componentize-qjs@0.4.5", "version"],
    )
}

fn have_py() -> bool {
    have(
        "Python",
        "py-0.25.1/ready",
        "python3",
        &["-m", "pip", "index", "versions", "componentize-py"],
    )
}

/// Packs, signs and verifies a tested plugin, and opens it as the host does.
fn published(project: &Path, publisher: &str) -> Package {
    done(project, &["keygen", publisher, "--folder", "keys"]);
    done(project, &["pack"]);
    let built = |end: &str| {
        let entries = std::fs::read_dir(project.join("build")).unwrap();
        let mut files = entries.map(|entry| entry.unwrap().path());
        files
            .find(|file| file.extension().is_some_and(|own| own == end))
            .unwrap()
    };
    let (unsigned, key) = (built("unsigned"), format!("keys/{publisher}.key"));
    done(project, &["sign", unsigned.to_str().unwrap(), "--key", &key]);
    let package = built("vaplugin");
    let public = format!("keys/{publisher}.publisher.toml");
    let said = done(project, &["verify", package.to_str().unwrap(), "--publisher", &public]);
    assert!(said.contains(&format!("Signed by {publisher}.")), "{said}");
    let trust = Trust {
        publishers: vec![Publisher::parse(&std::fs::read_to_string(project.join(public)).unwrap()).unwrap()],
        ..Trust::default()
    };
    Package::open(&std::fs::read(package).unwrap(), &trust).unwrap()
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// A copy of an example, so that nothing is built in the source tree.
fn example(language: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(examples().join(language)).unwrap() {
        let file = entry.unwrap().path();
        if file.is_file() {
            std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    folder
}

#[test]
fn a_javascript_calculator_is_built_tested_signed_and_run() {
    if !have_js() {
        return;
    }
    let project = example("js");
    let said = done(project.path(), &["test"]);
    assert!(
        said.contains("0 failed") && said.contains("nothing left the sandbox"),
        "{said}"
    );
    let said = done(
        project.path(),
        &[
            "run",
            "abcd2",
            "age=72",
            "systolic=150",
            "diastolic=80",
            "features=speech-only",
            "duration=2 h",
        ],
    );
    assert!(
        said.contains("ABCD2 score (0 to 7): 5") && said.contains("4.1 %"),
        "{said}"
    );
    let package = published(project.path(), "clinic");
    assert_eq!(package.manifest.id, "abcd2");
    assert!(package.component.len() < 2_000_000, "{} bytes", package.component.len());
}

#[test]
fn a_python_calculator_is_built_tested_signed_and_run() {
    if !have_py() {
        return;
    }
    let project = example("py");
    let said = done(project.path(), &["test"]);
    assert!(
        said.contains("0 failed") && said.contains("nothing left the sandbox"),
        "{said}"
    );
    let said = done(project.path(), &["run", "winters", "bicarbonate=14", "pco2=20"]);
    assert!(
        said.contains("Expected pCO2: 29 mm[Hg]") && said.contains("lower than expected"),
        "{said}"
    );
    assert_eq!(published(project.path(), "clinic").manifest.id, "winters");
}

#[test]
fn a_new_javascript_plugin_passes_as_it_is_and_fails_once_it_is_wrong() {
    if !have_js() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["new", "body-size", "--lang", "js"]);
    let project = folder.path().join("body-size");
    assert!(done(&project, &["test"]).contains("0 failed"));
    let source = project.join("plugin.js");
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(&source, text.replace("weight / (height * height)", "weight / height")).unwrap();
    let said = failed(&project, &["test"]);
    assert!(
        said.contains("FAIL  example 1 of body-size: body-mass-index is 40 kg/m2, expected 22.9 kg/m2"),
        "{said}"
    );
    std::fs::write(&source, text.replace("unit: 'kg',", "unit: 'kilos',")).unwrap();
    assert!(failed(&project, &["test"]).contains("the host does not know the unit kilos"));
    std::fs::write(
        &source,
        text.replace("compute(inputs) {", "compute(inputs) { nowhere();"),
    )
    .unwrap();
    assert!(failed(&project, &["test"]).contains("it crashed"));
}

#[test]
fn a_new_javascript_integration_answers_from_recordings_and_refuses_without() {
    if have_js() {
        integration_of("js");
    }
}

#[test]
fn a_new_python_integration_answers_from_recordings_and_refuses_without() {
    if have_py() {
        integration_of("py");
    }
}

fn integration_of(language: &str) {
    let folder = tempfile::tempdir().unwrap();
    done(
        folder.path(),
        &["new", "drug-names", "--lang", language, "--world", "integration"],
    );
    let project = folder.path().join("drug-names");
    let said = done(&project, &["test"]);
    assert!(
        said.contains("0 failed") && said.contains("https://rxnav.nlm.nih.gov: 3 requests"),
        "{said}"
    );
    assert!(
        said.contains("May contact RxNav of the National Library of Medicine (rxnav.nlm.nih.gov) to read."),
        "{said}"
    );
    let manifest = project.join("plugin.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("rxnav.nlm.nih.gov", "example.org")).unwrap();
    let said = failed(&project, &["test", "--no-build"]);
    assert!(
        said.contains(
            "https://rxnav.nlm.nih.gov is not among the addresses this plugin may contact (https://example.org)"
        ),
        "{said}"
    );
}

#[test]
fn a_new_python_plugin_passes_as_it_is() {
    if !have_py() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["new", "body-size", "--lang", "py"]);
    assert!(done(&folder.path().join("body-size"), &["test"]).contains("0 failed"));
}

#[test]
fn a_new_rust_plugin_brings_its_sdk_along() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["new", "body-size", "--lang", "rust"]);
    let project = folder.path().join("body-size");
    for file in [
        "Cargo.toml",
        "src/lib.rs",
        "plugin.toml",
        "vendor/plugins/sdk/src/lib.rs",
        "vendor/wit/worlds.wit",
    ] {
        assert!(project.join(file).is_file(), "{file}");
    }
    let workspace = std::fs::read_to_string(project.join("vendor/plugins/Cargo.toml")).unwrap();
    let workspace: toml::Table = workspace.parse().unwrap();
    assert_eq!(workspace["workspace"]["members"].as_array().unwrap().len(), 1);
    // Cargo reads the whole project: every manifest, every path.
    let out = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(&project)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_built() {
    let folder = tempfile::tempdir().unwrap();
    assert!(failed(folder.path(), &["build"]).contains("has no plugin.toml"));
    assert!(failed(folder.path(), &["new", "Body Size", "--lang", "js"]).contains("is no name for a plugin"));
    assert!(
        failed(folder.path(), &["new", "a", "--lang", "py", "--world", "scraper"]).contains("there is no template")
    );
    std::fs::write(folder.path().join("plugin.toml"), "schema = 1\nworld = \"widget\"\n").unwrap();
    assert!(failed(folder.path(), &["build"]).contains("`calculator`, `scraper`"));
}

#[test]
fn a_key_is_never_overwritten_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["keygen", "clinic", "--folder", "."]);
    let mode = folder
        .path()
        .join("clinic.key")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(failed(folder.path(), &["keygen", "clinic", "--folder", "."]).contains("is there already"));
}

/// `VOICEASSIST_PLUGINS` is the folder of the components that `cargo xtask wasm` built.
#[test]
fn every_plugin_that_comes_with_the_program_passes() {
    let Some(built) = std::env::var_os("VOICEASSIST_PLUGINS").map(PathBuf::from) else {
        eprintln!("passed over: VOICEASSIST_PLUGINS names no folder of built plugins");
        return;
    };
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut tested = 0;
    for entry in std::fs::read_dir(plugins).unwrap() {
        let project = entry.unwrap().path();
        if project.join("plugin.toml").is_file() {
            let component = built.join(project.file_name().unwrap()).with_extension("wasm");
            done(&project, &["test", "--component", component.to_str().unwrap()]);
            tested += 1;
        }
    }
    assert!(tested > 0, "no plugin was tested");
}

#[test]
fn the_examples_use_the_same_words_as_the_templates() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for (template, example) in [
        ("lib-js/voiceassist.js", "js/voiceassist.js"),
        ("lib-py/voiceassist.py", "py/voiceassist.py"),
    ] {
        let read = |file: PathBuf| std::fs::read_to_string(file).unwrap();
        assert_eq!(
            read(templates.join(template)),
            read(examples().join(example)),
            "{example}"
        );
    }
}
