//! Any caller and any operation: what is neither described nor administration is refused, nobody gets in but to sign in, and
//! administration is for administrators.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use policy::{Input, Policy, Reason, Role, SecondFactor, Subject};

#[derive(Arbitrary, Debug)]
enum Operation<'a> {
    Known(u16),
    /// A known one with something in it changed.
    Near(u16, u8, &'a str),
    Any(&'a str),
}

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    role: u8,
    second_factor: u8,
    nextcloud: bool,
    operation: Operation<'a>,
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::bundled().expect("the policy is Rego"));

static KNOWN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let description: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/openapi.json")).expect("it is JSON");
    let paths = description["paths"].as_object().expect("it has paths");
    let named = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("a path has methods");
        methods
            .keys()
            .map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let all: BTreeSet<String> = named.chain(["MCP".to_owned()]).collect();
    all.into_iter().collect()
});

fuzz_target!(|case: Case<'_>| {
    let known = |index: u16| KNOWN[usize::from(index) % KNOWN.len()].clone();
    let operation = match case.operation {
        Operation::Known(index) => known(index),
        Operation::Near(index, at, text) => {
            let mut operation = known(index);
            operation.insert_str(usize::from(at) % (operation.len() + 1), text);
            operation
        }
        Operation::Any(text) => text.to_owned(),
    };
    let role = [Role::Nobody, Role::Viewer, Role::User, Role::MedicalStaff, Role::Admin][usize::from(case.role % 5)];
    let second_factor = [
        SecondFactor::None,
        SecondFactor::Owed,
        SecondFactor::Stale,
        SecondFactor::Fresh,
    ][usize::from(case.second_factor % 4)];
    let decision = POLICY.allow(&Input {
        subject: Subject {
            role,
            second_factor,
            nextcloud: case.nextcloud,
        },
        operation: &operation,
    });
    if !decision.allow {
        return;
    }
    // Whatever begins like administration is for administrators, named or not.
    assert!(
        KNOWN.contains(&operation) || decision.reason == Reason::Administration,
        "{operation}"
    );
    assert!(role != Role::Nobody || decision.reason == Reason::Open, "{operation}");
    assert!(
        second_factor != SecondFactor::Owed
            || role == Role::Nobody
            || matches!(decision.reason, Reason::Open | Reason::Arrival),
        "{operation}"
    );
    assert!(role == Role::Admin || !operation.contains("/admin/"), "{operation}");
});
