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
