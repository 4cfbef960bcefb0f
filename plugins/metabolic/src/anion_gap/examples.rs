//! Worked by hand from the formulas.

use voiceassist_plugin::{Example, Value, example, quantity};

use super::{EXCESS, Kind, info, sources};

fn ions(sodium: f64, chloride: f64, bicarbonate: f64) -> Vec<(&'static str, Value)> {
    vec![
        ("sodium", quantity(sodium, "mmol/L")),
        ("chloride", quantity(chloride, "mmol/L")),
        ("bicarbonate", quantity(bicarbonate, "mmol/L")),
    ]
}

pub fn of(kind: Kind, corrected: bool) -> Vec<Example> {
    let source = match (kind, corrected) {
        (Kind::DeltaGap, _) => sources::wrenn(),
        (Kind::DeltaRatio, _) => sources::rastegar(),
        (Kind::Gap, true) => sources::figge(),
        (Kind::Gap, false) => sources::kraut(),
    };
    let worked =
        |mut arguments: Vec<(&'static str, Value)>, albumin: Option<f64>, expected: Vec<(&'static str, Value)>| {
            arguments.extend(albumin.map(|albumin| ("albumin", quantity(albumin, "g/dL"))));
            example(
                &info(kind, corrected),
                arguments,
                expected,
                source.clone(),
                "formula, worked by hand",
            )
        };
    let gap = |value: f64| {
        let name = if corrected { "corrected-anion-gap" } else { "anion-gap" };
        (name, quantity(value, "meq/L"))
    };
    let delta = |value: f64| ("delta-gap", quantity(value, "meq/L"));
    let ratio = |value: f64| ("delta-ratio", quantity(value, "1"));
    match (kind, corrected) {
        // 140 - (104 + 24); 140 - (100 + 10); 135 - (108 + 22)
        (Kind::Gap, false) => vec![
            worked(ions(140.0, 104.0, 24.0), None, vec![gap(12.0)]),
            worked(ions(140.0, 100.0, 10.0), None, vec![gap(30.0)]),
            worked(ions(135.0, 108.0, 22.0), None, vec![gap(5.0)]),
        ],
        // 12 + 2.5 x (4 - 2) = 17; with a normal albumin of 4.4: 12 + 2.5 x 2.4 = 18
        (Kind::Gap, true) => {
            let mut other = ions(140.0, 104.0, 24.0);
            other.push(("normal-albumin", quantity(4.4, "g/dL")));
            vec![
                worked(ions(140.0, 104.0, 24.0), Some(2.0), vec![gap(17.0)]),
                worked(other, Some(2.0), vec![gap(18.0)]),
            ]
        }
        // gap 30: (30 - 12) - (24 - 10) = 4; the rise alone: 18
        (Kind::DeltaGap, false) => {
            let mut alone = ions(140.0, 100.0, 10.0);
            alone.push(("variant", Value::Choice(EXCESS.into())));
            vec![
                worked(ions(140.0, 100.0, 10.0), None, vec![delta(4.0), gap(30.0)]),
                worked(alone, None, vec![delta(18.0)]),
            ]
        }
        // gap 30 + 2.5 x 2 = 35: (35 - 12) - 14 = 9; the rise alone: 23
        (Kind::DeltaGap, true) => {
            let mut alone = ions(140.0, 100.0, 10.0);
            alone.push(("variant", Value::Choice(EXCESS.into())));
            vec![
                worked(ions(140.0, 100.0, 10.0), Some(2.0), vec![delta(9.0), gap(35.0)]),
                worked(alone, Some(2.0), vec![delta(23.0)]),
            ]
        }
        // (30 - 12) / (24 - 10) = 1.2857; (17 - 12) / (24 - 4) with gap 140 - (119 + 4)
        (Kind::DeltaRatio, false) => vec![
            worked(ions(140.0, 100.0, 10.0), None, vec![ratio(1.29), gap(30.0)]),
            worked(ions(140.0, 119.0, 4.0), None, vec![ratio(0.25), gap(17.0)]),
        ],
        // (35 - 12) / 14 = 1.6429
        (Kind::DeltaRatio, true) => vec![worked(
            ions(140.0, 100.0, 10.0),
            Some(2.0),
            vec![ratio(1.64), gap(35.0)],
        )],
    }
}
