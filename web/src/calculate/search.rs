//! Finding a calculator by what it is called, what it is for and what it takes.

use api_types::{CalculatorInfo, PluginInfo};

/// What the words are looked for in, in small letters.
fn text(calculator: &CalculatorInfo) -> String {
    let mut text = format!("{} {} {}", calculator.title, calculator.summary, calculator.id);
    for parameter in &calculator.parameters {
        text.push(' ');
        text.push_str(&parameter.label);
    }
    simple(&text)
}

/// Small letters, with the small digits of CHA\u{2082}DS\u{2082} as digits and without apostrophes; hyphens become `hyphen`.
fn plain(text: &str, hyphen: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2080}'..='\u{2089}' => out.extend(char::from_digit(c as u32 - 0x2080, 10)),
            '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' => out.push_str(hyphen),
            '\'' | '\u{2019}' => {}
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

/// With each hyphenated word both in one and in two, as people type it.
fn simple(text: &str) -> String {
    format!("{} {}", plain(text, ""), plain(text, " "))
}

/// Plugins with the calculators that all words of `typed` are found in; those without any are left out.
pub fn matching(plugins: &[PluginInfo], typed: &str) -> Vec<PluginInfo> {
    let typed = plain(typed, "");
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found = Vec::new();
    for plugin in plugins {
        let mut plugin = plugin.clone();
        let speciality = simple(&plugin.title);
        plugin.calculators.retain(|calculator| {
            let text = text(calculator);
            words
                .iter()
                .all(|word| text.contains(word) || speciality.contains(word))
        });
        plugin.calculators.sort_by_key(|calculator| {
            // What is called so comes before what only mentions it.
            let called = simple(&calculator.title);
            let elsewhere = !words.iter().all(|word| called.contains(word));
            (elsewhere, called)
        });
        if !plugin.calculators.is_empty() {
            found.push(plugin);
        }
    }
    found.sort_by_key(|plugin| simple(&plugin.title));
    found
}

#[cfg(test)]
mod tests {
    use api_types::{Parameter, ParameterDomain};

    use super::*;

    fn calculator(id: &str, title: &str, summary: &str, input: &str) -> CalculatorInfo {
        CalculatorInfo {
            id: id.into(),
            version: "1".into(),
            title: title.into(),
            summary: summary.into(),
            population: String::new(),
            parameters: vec![Parameter {
                name: "a".into(),
                label: input.into(),
                help: None,
                required: false,
                domain: ParameterDomain::Boolean,
                codings: Vec::new(),
            }],
            references: Vec::new(),
        }
    }

    fn plugins() -> Vec<PluginInfo> {
        let plugin = |id: &str, title: &str, calculators| PluginInfo {
            id: id.into(),
            version: "1".into(),
            world: "calculator".into(),
            title: title.into(),
            capabilities: Vec::new(),
            calculators,
        };
        vec![
            plugin(
                "renal",
                "Kidney",
                vec![
                    calculator(
                        "fena",
                        "FENa",
                        "Fractional excretion, beside creatinine clearance",
                        "Urine sodium",
                    ),
                    calculator("crcl", "Creatinine clearance", "Cockcroft-Gault", "Weight"),
                ],
            ),
            plugin(
                "cardiology",
                "Cardiology",
                vec![calculator(
                    "cha2ds2-vasc",
                    "CHA\u{2082}DS\u{2082}-VASc",
                    "Stroke risk",
                    "Heart failure",
                )],
            ),
        ]
    }

    fn found(typed: &str) -> Vec<String> {
        let plugins = matching(&plugins(), typed);
        plugins
            .iter()
            .flat_map(|plugin| &plugin.calculators)
            .map(|one| one.id.clone())
            .collect()
    }

    #[test]
    fn nothing_typed_finds_everything_by_speciality() {
        assert_eq!(found(" "), ["cha2ds2-vasc", "crcl", "fena"]);
    }

    #[test]
    fn titles_summaries_inputs_and_specialities_are_searched() {
        for (typed, id) in [
            ("cha2ds2vasc", "cha2ds2-vasc"),
            ("stroke", "cha2ds2-vasc"),
            ("heart FAILURE", "cha2ds2-vasc"),
            ("cockcroft gault", "crcl"),
            ("cockcroftgault", "crcl"),
            ("kidney sodium", "fena"),
        ] {
            assert_eq!(found(typed), [id], "{typed}");
        }
        assert_eq!(found("creatinine"), ["crcl", "fena"]);
        assert!(found("creatinine heart").is_empty());
    }
}
