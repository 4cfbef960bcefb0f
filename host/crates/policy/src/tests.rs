#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;

const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");

fn admin(operation: &str) -> Input<'_> {
    Input {
        subject: Subject {
            role: Role::Admin,
            second_factor: SecondFactor::Fresh,
            nextcloud: false,
        },
        operation,
    }
}

/// Every `test_` rule beside the policies holds.
#[test]
fn the_tests_beside_the_policies_pass() {
    let mut engine = Engine::new();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(POLICIES).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rego") {
            let text = std::fs::read_to_string(&path).unwrap();
            let package = engine.add_policy(path.display().to_string(), text.clone()).unwrap();
            let tests = text
                .lines()
                .filter_map(|line| line.strip_prefix("test_")?.split_whitespace().next());
            names.extend(tests.map(|name| format!("{package}.test_{name}")));
        }
    }
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        match engine.eval_rule(name.clone()) {
            Ok(value) => assert_eq!(value, Value::from(true), "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn the_policy_decides_and_says_why() {
    let policy = Policy::bundled().unwrap();
    let decision = policy.allow(&admin("GET /api/v1/admin/audit"));
    assert_eq!((decision.allow, decision.reason), (true, Reason::Administration));
    let decision = policy.allow(&admin("GET /api/v1/nothing"));
    assert_eq!((decision.allow, decision.reason), (false, Reason::UnknownOperation));
}

#[test]
fn what_cannot_be_decided_is_refused() {
    let refused = |text: &str| {
        let policy = Policy::new("a.rego", text, Duration::from_millis(20)).unwrap();
        let decision = policy.allow(&admin("GET /"));
        assert_eq!((decision.allow, decision.reason), (false, Reason::Undecided), "{text}");
    };
    let package = "package voiceassist.access\nimport rego.v1\n";
    refused("package elsewhere\n");
    refused(&format!(
        "{package}decision := true if input.subject.role == \"nobody\"\n"
    ));
    refused(&format!("{package}decision := true\n"));
    refused(&format!("{package}decision := {{\"allow\": true}}\n"));
    refused(&format!(
        "{package}decision := {{\"allow\": \"yes\", \"reason\": \"own\"}}\n"
    ));
    refused(&format!(
        "{package}decision := {{\"allow\": true, \"reason\": \"undecided\"}}\n"
    ));
    refused(&format!(
        "{package}decision := {{\"allow\": true, \"reason\": \"own\"}} if 1 / 0 > 0\n"
    ));
    let long = "numbers := [x | some x in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]\n\
        decision := {\"allow\": true, \"reason\": \"own\"} if {\n\
        count([1 | some a in numbers; some b in numbers; some c in numbers; some d in numbers; some e in numbers; \
        some f in numbers; some g in numbers; some h in numbers]) > 0\n}\n";
    refused(&format!("{package}{long}"));
    assert!(Policy::new("a.rego", "not rego", LIMIT).is_err());
}

#[test]
fn the_schema_of_the_input_is_the_one_beside_the_policies() {
    let generated = serde_json::to_string_pretty(&schemars::schema_for!(Input<'static>)).unwrap() + "\n";
    let path = format!("{POLICIES}/input.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        generated == kept,
        "host/policies/input.schema.json is stale: run UPDATE_SCHEMA=1 cargo test -p policy"
    );
}
