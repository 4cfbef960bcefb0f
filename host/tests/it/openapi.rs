#[test]
fn the_openapi_description_is_the_one_in_docs() {
    let generated = serde_json::to_string_pretty(&voiceassist::router::openapi().unwrap()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        generated == kept,
        "docs/openapi.json is stale: run UPDATE_OPENAPI=1 cargo test -p voiceassist --test it openapi"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let api = serde_json::to_value(voiceassist::router::openapi().unwrap()).unwrap();
    let operations = api["paths"].as_object().unwrap().values();
    let mut names: Vec<&str> = operations
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"get_v1_documents_id"));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
