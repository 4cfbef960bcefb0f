//! `cargo xtask tidy`: the import table, the invariants and the style that clippy cannot see.

mod imports;
mod invariants;
mod safeguards;
mod source;
mod style;

use anyhow::{Result, bail};

use crate::paths::Paths;
use crate::term::say;
pub use source::Finding;
use source::{Source, read_all};

const FOLDERS: [&str; 4] = ["host", "web/src", "plugins", "xtask"];

pub fn tidy(paths: &Paths) -> Result<()> {
    let sources = read_all(&paths.root, &FOLDERS)?;
    let mut findings: Vec<Finding> = sources.iter().flat_map(check).collect();
    findings.extend(imports::check_manifests(&paths.root)?);
    findings.extend(crate::third_party::findings(paths)?);
    findings.extend(safeguards::findings(&paths.root, &sources)?);
    findings.sort();
    for finding in &findings {
        say(format!(
            "{}:{}: {}: {}",
            finding.path, finding.line, finding.rule, finding.detail
        ));
    }
    if !findings.is_empty() {
        bail!("tidy found {} violations in {} files", findings.len(), sources.len());
    }
    say(format!("tidy: {} files, nothing found", sources.len()));
    Ok(())
}

fn check(source: &Source) -> Vec<Finding> {
    let rules = invariants::ALL.iter().chain(&style::ALL);
    let mut findings: Vec<Finding> = rules.flat_map(|rule| rule(source)).collect();
    findings.extend(imports::feature_edges(source));
    findings
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_applied_to_a_file() {
        let text = "use crate::chat;\nlet a = std::env::var(x);\nstruct RowHelper;\n";
        let rules: Vec<_> = check(&Source::parse("host/src/knowledge/search.rs", text))
            .iter()
            .map(|finding| finding.rule)
            .collect();
        assert_eq!(rules, ["env_only_in_config", "names", "feature_edges"]);
    }

    #[test]
    fn sources_of_the_project_are_read() {
        let sources = read_all(&Paths::find().unwrap().root, &FOLDERS).unwrap();
        assert!(sources.iter().any(|source| source.path == "xtask/src/tidy/mod.rs"));
    }
}
