//! `docs/HIPAA.md`: every technical safeguard has a row, and every row names tests that exist.

use std::path::Path;

use anyhow::{Context, Result};

use super::source::{Finding, Source};

const DOCUMENT: &str = "docs/HIPAA.md";
const RULE: &str = "safeguards";
/// The standards and specifications of 45 CFR 164.312.
const SAFEGUARDS: [&str; 12] = [
    "164.312(a)(1)",
    "164.312(a)(2)(i)",
    "164.312(a)(2)(ii)",
    "164.312(a)(2)(iii)",
    "164.312(a)(2)(iv)",
    "164.312(b)",
    "164.312(c)(1)",
    "164.312(c)(2)",
    "164.312(d)",
    "164.312(e)(1)",
    "164.312(e)(2)(i)",
    "164.312(e)(2)(ii)",
];

pub fn findings(root: &Path, sources: &[Source]) -> Result<Vec<Finding>> {
    let text = std::fs::read_to_string(root.join(DOCUMENT)).with_context(|| format!("cannot read {DOCUMENT}"))?;
    Ok(check(&text, sources))
}

fn check(text: &str, sources: &[Source]) -> Vec<Finding> {
    let finding = |line: usize, detail: String| Finding {
        path: DOCUMENT.to_owned(),
        line,
        rule: RULE,
        detail,
    };
    let rows: Vec<(usize, Vec<&str>)> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| 164."))
        .map(|(index, line)| (index + 1, line.trim_matches('|').split('|').map(str::trim).collect()))
        .collect();
    let mut findings: Vec<Finding> = SAFEGUARDS
        .iter()
        .filter(|wanted| !rows.iter().any(|(_, cells)| cells[0].split(' ').next() == Some(wanted)))
        .map(|missing| finding(1, format!("{missing} has no row")))
        .collect();
    for (line, cells) in rows {
        let &[_, control, tests] = cells.as_slice() else {
            findings.push(finding(
                line,
                "a row is a safeguard, a control and its tests".to_owned(),
            ));
            continue;
        };
        let names: Vec<&str> = tests.split(", ").map(|name| name.trim_matches('`')).collect();
        if control.is_empty() {
            findings.push(finding(line, "the control is missing".to_owned()));
        }
        let unknown = names.into_iter().filter(|name| !exists(name, sources));
        findings.extend(unknown.map(|name| finding(line, format!("there is no test {name:?}"))));
    }
    findings
}

/// True when a file that ends in the modules of `name` has a test of its last part.
fn exists(name: &str, sources: &[Source]) -> bool {
    let Some((modules, test)) = name.rsplit_once("::") else {
        return false;
    };
    let modules: Vec<&str> = modules.split("::").collect();
    sources
        .iter()
        .filter(|source| lies_in(&source.path, &modules))
        .any(|source| {
            let declared = [format!("fn {test}("), format!("async fn {test}(")];
            source.code.iter().enumerate().any(|(index, line)| {
                let attributes = source.code[..index].iter().rev().map(|above| above.trim());
                declared.iter().any(|declared| line.trim().starts_with(declared))
                    && attributes
                        .take_while(|above| above.starts_with("#["))
                        .any(|above| above == "#[test]" || above.starts_with("#[tokio::test"))
            })
        })
}

/// `host/tests/it/audit/sink.rs` lies in `audit::sink`, and `crates/envelope/src/tests.rs` in `envelope::tests`.
fn lies_in(path: &str, modules: &[&str]) -> bool {
    let parts = path
        .trim_end_matches(".rs")
        .split('/')
        .filter(|part| !matches!(*part, "src" | "mod" | "lib"));
    let parts: Vec<String> = parts.map(|part| part.replace('-', "_")).collect();
    parts.len() > modules.len()
        && parts[parts.len() - modules.len()..]
            .iter()
            .zip(modules)
            .all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(tests: &str) -> String {
        let rows = SAFEGUARDS.map(|name| format!("| {name} Name (R) | A control | {tests} |"));
        rows.join("\n")
    }

    fn sources() -> Vec<Source> {
        let text = "#[tokio::test]\nasync fn it_holds() {}\nfn no_test() {}\n";
        vec![Source::parse("host/tests/it/audit/sink.rs", text)]
    }

    #[test]
    fn a_whole_table_is_fine() {
        assert_eq!(
            check(&document("`audit::sink::it_holds`, `sink::it_holds`"), &sources()),
            []
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let text = document("`sink::it_holds`").replace("164.312(d)", "164.999(d)");
        assert_eq!(check(&text, &sources())[0].detail, "164.312(d) has no row");
        for name in ["`sink::no_test`", "`sink::it`", "`other::it_holds`", "it_holds", ""] {
            assert_eq!(check(&document(name), &sources()).len(), SAFEGUARDS.len(), "{name}");
        }
    }
}
