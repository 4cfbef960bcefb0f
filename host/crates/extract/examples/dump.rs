//! scratch
use std::path::Path;
fn main() {
    let mut a = std::env::args().skip(1);
    let out = a.next().unwrap();
    let cache = Path::new(&std::env::var("HOME").unwrap()).join(".cache/voiceassist");
    let tools = extract::Tools::find(&cache);
    let mut v = Vec::new();
    for f in a {
        let name = Path::new(&f).file_name().unwrap().to_string_lossy().into_owned();
        match extract::extract(Path::new(&f), extract::Format::Pdf, &tools, &mut |_, _| {}) {
            Ok(x) => {
                for p in x.pages {
                    let text = p.blocks.iter().map(|b| b.text.clone()).collect::<Vec<_>>().join("\n\n");
                    let blocks: Vec<_> = p.blocks.iter().map(|b| serde_json::json!({"kind": b.kind, "text": b.text, "y": b.words.first().map(|w| w.rect)})).collect();
                    v.push(serde_json::json!({"file": name, "page": p.number, "text": text, "blocks": blocks}));
                }
            }
            Err(e) => eprintln!("{f}: {e}"),
        }
    }
    std::fs::write(out, serde_json::to_vec(&v).unwrap()).unwrap();
}
