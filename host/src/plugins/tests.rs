//! The shipped plugins behind the host's checks: what is computed, converted, questioned and refused.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use api_types::{ArgumentValue, CalculateRequest, Calculation, CalculationRequest, InputSource};

use sandbox::{Compiler, Limits, Sandbox};
use tokio::sync::OnceCell;

use super::arguments::{self, Implausible};
use super::set::Places;
use super::{CalculateError, Intent, Plugins};
use crate::clock::{Random, SystemClock, SystemRandom};

/// Compiled once for all tests: that is what takes time.
static PLUGINS: OnceCell<Plugins> = OnceCell::const_new();

async fn plugins() -> Option<&'static Plugins> {
    let folder = folder()?;
    Some(PLUGINS.get_or_init(|| with_packages_of(folder)).await)
}

async fn with_packages_of(bundled: PathBuf) -> Plugins {
    let data = tempfile::tempdir().expect("a folder").keep();
    let database = testkit::Database::fresh(&data).await;
    let db = crate::db::open(&database.url).await.expect("a database");
    // These plugins outlive every test.
    std::mem::forget(database);
    let compiled = std::env::home_dir()
        .expect("a home")
        .join(".cache/voiceassist/compiled");
    let mut fresh_key = [0; 32];
    SystemRandom.fill(&mut fresh_key);
    let compiler = Compiler::in_process().cached(compiled, fresh_key);
    let sandbox = Sandbox::new(Limits::default(), compiler).expect("a sandbox");
    let places = Places {
        bundled,
        revocations: data.join("none.toml"),
    };
    let plugins = Plugins::new(db, Arc::new(SystemClock), Arc::new(SystemRandom), sandbox, places).expect("plugins");
    plugins.arrange().await.expect("the bundle");
    plugins
}

/// The folder `cargo xtask wasm` fills; `None`, with a notice, where it has not run.
fn folder() -> Option<PathBuf> {
    let folder = std::env::home_dir()?.join(".cache/voiceassist/plugins");
    let missing = ["cardiology", "nephrology", "physiology"]
        .into_iter()
        .find(|name| !folder.join(format!("{name}.vaplugin")).is_file());
    if let Some(missing) = missing {
        eprintln!("skipped: no {missing}.vaplugin in {}", folder.display());
    }
    missing.is_none().then_some(folder)
}

fn number(value: f64, unit: &str) -> ArgumentValue {
    ArgumentValue::Quantity {
        value,
        unit: unit.to_owned(),
    }
}

fn text(text: &str) -> ArgumentValue {
    ArgumentValue::Text(text.to_owned())
}

async fn run(plugins: &Plugins, id: &str, arguments: &[(&str, ArgumentValue)]) -> Result<Calculation, CalculateError> {
    let arguments: BTreeMap<_, _> = arguments
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    plugins
        .calculate(&Intent::form(id, CalculateRequest { arguments }))
        .await
}

fn clearance(creatinine: ArgumentValue, weight: ArgumentValue) -> Vec<(&'static str, ArgumentValue)> {
    vec![
        ("age", ArgumentValue::Number(70.0)),
        ("sex", text("male")),
        ("weight", weight),
        ("creatinine", creatinine),
    ]
}

fn question(calculation: &Calculation, name: &str) -> String {
    let input = calculation
        .inputs
        .iter()
        .find(|input| input.name == name)
        .expect("the input");
    assert_eq!(input.source, InputSource::Missing);
    input.question.clone().expect("a question")
}

#[tokio::test]
async fn the_stroke_score_counts_unmentioned_history_as_no_and_says_so() {
    let Some(plugins) = plugins().await else { return };
    let yes = ArgumentValue::Boolean(true);
    let arguments = [
        ("age", ArgumentValue::Number(68.0)),
        ("sex", text("male")),
        ("hypertension", yes.clone()),
        ("diabetes", yes),
    ];
    let calculation = run(plugins, "cha2ds2-vasc", &arguments).await.expect("a score");
    assert_eq!(calculation.findings[0].value, "3");
    assert!(
        calculation.findings[0]
            .interpretation
            .as_deref()
            .is_some_and(|text| text.starts_with("High risk"))
    );
    let sources: Vec<_> = calculation.inputs.iter().map(|input| input.source).collect();
    use InputSource::{Given, NotMentionedNo};
    assert_eq!(
        sources,
        [
            Given,
            Given,
            NotMentionedNo,
            Given,
            Given,
            NotMentionedNo,
            NotMentionedNo
        ]
    );
    assert_eq!(
        calculation.steps.last().map(|step| step.detail.as_str()),
        Some("0 + 1 + 1 + 1 + 0 + 0 + 0 = 3")
    );
    assert_eq!(calculation.references[0].pmid.as_deref(), Some("19762550"));
    assert_eq!(
        (calculation.plugin.as_str(), calculation.plugin_version.as_str()),
        ("cardiology", "0.1.0")
    );
}

#[tokio::test]
async fn units_are_converted_and_the_conversion_is_a_step() {
    let Some(plugins) = plugins().await else { return };
    let plain = run(
        plugins,
        "cockcroft-gault",
        &clearance(number(1.2, "mg/dL"), number(72.0, "kg")),
    )
    .await
    .expect("a result");
    // (140 - 70) x 72 / (72 x 1.2)
    assert_eq!(plain.findings[0].value, "58.3 mL/min");
    let converted = run(
        plugins,
        "cockcroft-gault",
        &clearance(number(106.08, "µmol/L"), number(158.73, "lb")),
    )
    .await
    .expect("a result");
    assert_eq!(converted.findings[0].value, "58.3 mL/min");
    let steps: Vec<_> = converted.steps.iter().map(|step| step.detail.as_str()).collect();
    assert!(steps[0].starts_with("Weight 158.73 lb = 71.998"), "{steps:?}");
    assert_eq!(
        steps[1],
        "Serum creatinine 106.08 umol/L = 1.2 mg/dL (molar mass 113.12 g/mol)"
    );
    let shown: Vec<_> = converted.inputs.iter().map(|input| input.value.clone()).collect();
    assert_eq!(shown[3], Some(number(106.08, "µmol/L")), "shown as it was given");
}

#[tokio::test]
async fn an_implausible_value_is_questioned_and_not_computed() {
    let Some(plugins) = plugins().await else { return };
    let kg = || number(72.0, "kg");
    let calculation = run(plugins, "cockcroft-gault", &clearance(number(120.0, "mg/dL"), kg()))
        .await
        .expect("a question");
    assert!(calculation.findings.is_empty() && calculation.steps.is_empty());
    assert_eq!(
        question(&calculation, "creatinine"),
        "Serum creatinine 120 mg/dL is implausible (expected 0.1 to 35 mg/dL). Did you mean 120 umol/L?"
    );
    let suggestion = calculation
        .inputs
        .into_iter()
        .find(|input| input.name == "creatinine")
        .and_then(|input| input.value);
    assert_eq!(suggestion, Some(number(120.0, "umol/L")));
    for (creatinine, expected) in [
        (number(1.2, "umol/L"), "Did you mean 1.2 mg/dL?"),
        (number(9_000.0, "umol/L"), "Please check it."),
        (number(1.2, ""), "Serum creatinine 1.2: is that mg/dL?"),
        (number(20.0, ""), "Serum creatinine 20: in mg/dL or umol/L?"),
        (number(1.2, "furlongs"), "give it in mg/dL or umol/L"),
        (number(f64::NAN, "mg/dL"), "give it in mg/dL or umol/L"),
    ] {
        let calculation = run(plugins, "cockcroft-gault", &clearance(creatinine, kg()))
            .await
            .expect("a question");
        let asked = question(&calculation, "creatinine");
        assert!(asked.contains(expected), "{asked}");
        assert!(calculation.findings.is_empty());
    }
    let mut child = clearance(number(1.0, "mg/dL"), kg());
    child[0].1 = ArgumentValue::Number(12.0);
    let calculation = run(plugins, "cockcroft-gault", &child).await.expect("a question");
    assert!(question(&calculation, "age").contains("18 to 110"));
}

#[tokio::test]
async fn an_implausible_value_that_is_confirmed_is_taken_and_a_step_says_so() {
    let Some(plugins) = plugins().await else { return };
    let registry = plugins.current();
    let (_, calculator) = registry.calculator("cockcroft-gault").expect("the calculator");
    let checked = |creatinine| {
        let arguments = clearance(creatinine, number(72.0, "kg"));
        let named = arguments.into_iter().map(|(name, value)| (name.to_owned(), value));
        let request = CalculateRequest {
            arguments: named.collect(),
        };
        let intent = Intent::form("cockcroft-gault", request);
        arguments::check(calculator, &intent, Implausible::Confirmed).expect("checked")
    };
    let implausible = checked(number(120.0, "mg/dL"));
    assert!(implausible.arguments.is_some());
    assert_eq!(implausible.steps[0].label, super::CONFIRMED);
    assert!(implausible.steps[0].detail.contains("120 mg/dL is implausible"));
    let without = checked(number(1.2, ""));
    assert!(without.arguments.is_none(), "a missing unit is not a size to confirm");
}

#[tokio::test]
async fn milliequivalents_are_read_with_the_charge_of_the_ion() {
    let Some(plugins) = plugins().await else { return };
    let fena = |sodium| {
        vec![
            ("sodium", sodium),
            ("creatinine", number(2.0, "mg/dL")),
            ("urine-sodium", number(70.0, "mEq/L")),
            ("urine-creatinine", number(100.0, "mg/dL")),
        ]
    };
    for sodium in [
        number(140.0, "mEq/L"),
        number(140.0, "mmol/L"),
        number(140.0, "meq{1+}/L"),
    ] {
        let calculation = run(plugins, "fractional-excretion-of-sodium", &fena(sodium)).await;
        assert_eq!(calculation.expect("a result").findings[0].value, "1 %");
    }
}

#[tokio::test]
async fn missing_values_are_asked_for_by_name_and_unit() {
    let Some(plugins) = plugins().await else { return };
    let calculation = run(plugins, "cockcroft-gault", &[]).await.expect("questions");
    let asked: Vec<_> = calculation
        .inputs
        .iter()
        .filter_map(|input| input.question.as_deref())
        .collect();
    assert_eq!(
        asked,
        [
            "Age (years)?",
            "Sex: female or male?",
            "Weight, in kg or lb?",
            "Serum creatinine, in mg/dL or umol/L?"
        ]
    );
    assert!(calculation.findings.is_empty());
}

#[tokio::test]
async fn a_request_that_cannot_be_meant_is_refused() {
    let Some(plugins) = plugins().await else { return };
    for arguments in [
        vec![("shoe-size", ArgumentValue::Number(44.0))],
        vec![("age", text("old"))],
        vec![("sex", text("unicorn"))],
        vec![("hypertension", ArgumentValue::Number(1.0))],
    ] {
        let refused = run(plugins, "cha2ds2-vasc", &arguments).await;
        assert!(matches!(refused, Err(CalculateError::Argument(_))), "{refused:?}");
    }
    assert_eq!(run(plugins, "astrology", &[]).await, Err(CalculateError::Unknown));
}

#[tokio::test]
async fn plugins_say_what_they_can_reach() {
    let Some(plugins) = plugins().await else { return };
    let list = plugins.list();
    let plugin = list
        .plugins
        .iter()
        .find(|plugin| plugin.id == "cardiology")
        .expect("cardiology");
    assert_eq!(plugin.world, "calculator");
    assert!(plugin.calculators.iter().any(|one| one.id == "cha2ds2-vasc"));
    assert!(
        plugin.capabilities[0].contains("cannot reach the network"),
        "{:?}",
        plugin.capabilities
    );
    assert!(plugins.notices().is_empty(), "{:?}", plugins.notices());
}

#[tokio::test]
async fn a_broken_package_harms_nothing() {
    let Some(folder) = folder() else { return };
    let shelf = tempfile::tempdir().expect("a folder");
    for name in ["cardiology.vaplugin", "publisher.toml"] {
        std::fs::copy(folder.join(name), shelf.path().join(name)).expect("a copy");
    }
    std::fs::write(shelf.path().join("a.vaplugin"), b"not a package").expect("a file");
    let plugins = with_packages_of(shelf.path().to_owned()).await;
    assert_eq!(plugins.list().plugins.len(), 1);
    assert!(plugins.notices().is_empty());
}

#[tokio::test]
async fn without_packages_the_operator_is_told() {
    let shelf = tempfile::tempdir().expect("a folder");
    let plugins = with_packages_of(shelf.path().to_owned()).await;
    assert!(plugins.calculators().is_empty());
    assert!(
        plugins
            .notices()
            .iter()
            .any(|notice| notice.contains("There are no calculators"))
    );
}

#[tokio::test]
async fn a_doubt_left_open_is_not_taken_for_no() {
    let Some(plugins) = plugins().await else { return };
    let catalogue = plugins.calculators();
    let read =
        |text: &str, previous| crate::clinical::calculate::read(text, &catalogue, previous).expect("a calculation");
    let doubted = plugins
        .calculate(&read("CHA2DS2-VASc 68M HTN, possible stroke", None))
        .await
        .expect("a question");
    assert!(question(&doubted, "stroke-tia").contains("stroke"));
    let arguments = [("age", ArgumentValue::Number(76.0)), ("sex", text("male"))];
    let arguments = arguments
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let request = CalculationRequest {
        calculator: "cha2ds2-vasc".to_owned(),
        arguments,
    };
    let still = plugins
        .calculate(&Intent::corrected(&request).after(Some(&doubted)))
        .await
        .expect("a question");
    assert!(still.findings.is_empty());
    assert!(question(&still, "stroke-tia").contains("stroke"));
    let settled = plugins.calculate(&read("no", Some(&doubted))).await.expect("a score");
    assert_eq!(settled.findings[0].value, "2");
}

#[tokio::test]
async fn a_sentence_becomes_a_score() {
    let Some(plugins) = plugins().await else { return };
    let catalogue = plugins.calculators();
    for (text, value) in [
        ("CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes", "3"),
        (
            "CHA2DS2-VASc for an 80-year-old woman with heart failure, hypertension, diabetes, a stroke and PAD",
            "9",
        ),
        (
            "creatinine clearance for a 70-year-old man, 72 kg, creatinine 106 umol/L",
            "58.4 mL/min",
        ),
        ("CrCl 82 year old woman, 132 lb, creatinine 1.3 mg/dL", "31.5 mL/min"),
    ] {
        let intent = crate::clinical::calculate::read(text, &catalogue, None).expect("a calculation");
        let calculation = plugins.calculate(&intent).await.expect("a result");
        let found = calculation.findings.first().map(|finding| finding.value.as_str());
        assert_eq!(found, Some(value), "{text}: {:?}", calculation.inputs);
    }
}
