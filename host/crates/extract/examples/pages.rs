//! Scratch.
use std::path::PathBuf;
fn main() {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let tools = extract::Tools::find(std::path::Path::new("/root/.cache/voiceassist"));
    let mut all = Vec::new();
    for f in &args[1..] {
        let bytes = std::fs::read(f).unwrap();
        let name = f.file_name().unwrap().to_str().unwrap().to_string();
        let Some(format) = extract::detect(&name, &bytes[..bytes.len().min(1024)]) else {
            eprintln!("{name}: unsupported");
            continue;
        };
        match extract::extract(f, format, &tools, &mut |_, _| {}) {
            Ok(e) => {
                eprintln!(
                    "{name}: title {:?} date {:?} owner {:?} ocr {}",
                    e.title, e.date, e.owner, e.ocr_pages
                );
                for p in e.pages {
                    if std::env::var("SHOW").is_ok() {
                        for b in &p.blocks {
                            println!("[{}] {:?} {}", p.number, b.kind, b.text);
                        }
                    }
                    let text = p.blocks.iter().map(|b| b.text.clone()).collect::<Vec<_>>().join("\n\n");
                    all.push(serde_json::json!({"file": name, "page": p.number, "text": text}));
                }
            }
            Err(e) => eprintln!("{name}: {e:?}"),
        }
    }
    std::fs::write(&args[0], serde_json::to_string(&all).unwrap()).unwrap();
}
