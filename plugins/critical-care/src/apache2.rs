//! APACHE II (Knaus et al., Crit Care Med 1985;13:818-829, PMID 3928249).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Points, SNOMED, Severity, Value, age,
    at_least, boolean, choice, choice_option, coding, example, finding, measure, measured, paper, refused, short,
};

pub const ID: &str = "apache-ii";

/// Lower limits in falling order with their points; below the last limit counts the last number.
struct Scale {
    name: &'static str,
    unit: &'static str,
    label: &'static str,
    rows: &'static [(f64, i32)],
    below: i32,
}

const SCALES: [Scale; 7] = [
    Scale {
        name: "temperature",
        unit: "Cel",
        label: "Temperature",
        rows: &[
            (41.0, 4),
            (39.0, 3),
            (38.5, 1),
            (36.0, 0),
            (34.0, 1),
            (32.0, 2),
            (30.0, 3),
        ],
        below: 4,
    },
    Scale {
        name: "heart-rate",
        unit: "/min",
        label: "Heart rate",
        rows: &[(180.0, 4), (140.0, 3), (110.0, 2), (70.0, 0), (55.0, 2), (40.0, 3)],
        below: 4,
    },
    Scale {
        name: "respiratory-rate",
        unit: "/min",
        label: "Respiratory rate",
        rows: &[(50.0, 4), (35.0, 3), (25.0, 1), (12.0, 0), (10.0, 1), (6.0, 2)],
        below: 4,
    },
    Scale {
        name: "sodium",
        unit: "mmol/L",
        label: "Sodium",
        rows: &[
            (180.0, 4),
            (160.0, 3),
            (155.0, 2),
            (150.0, 1),
            (130.0, 0),
            (120.0, 2),
            (111.0, 3),
        ],
        below: 4,
    },
    Scale {
        name: "potassium",
        unit: "mmol/L",
        label: "Potassium",
        rows: &[(7.0, 4), (6.0, 3), (5.5, 1), (3.5, 0), (3.0, 1), (2.5, 2)],
        below: 4,
    },
    Scale {
        name: "hematocrit",
        unit: "%",
        label: "Hematocrit",
        rows: &[(60.0, 4), (50.0, 2), (46.0, 1), (30.0, 0), (20.0, 2)],
        below: 4,
    },
    Scale {
        name: "white-cells",
        unit: "10*9/L",
        label: "White cells",
        rows: &[(40.0, 4), (20.0, 2), (15.0, 1), (3.0, 0), (1.0, 2)],
        below: 4,
    },
];

const PRESSURE: [(f64, i32); 5] = [(160.0, 4), (130.0, 3), (110.0, 2), (70.0, 0), (50.0, 2)];
const GRADIENT: [(f64, i32); 3] = [(500.0, 4), (350.0, 3), (200.0, 2)];
const PH: [(f64, i32); 6] = [(7.7, 4), (7.6, 3), (7.5, 1), (7.33, 0), (7.25, 2), (7.15, 3)];
const BICARBONATE: [(f64, i32); 6] = [(52.0, 4), (41.0, 3), (32.0, 1), (22.0, 0), (18.0, 2), (15.0, 3)];
const CREATININE: [(f64, i32); 4] = [(3.5, 4), (2.0, 3), (1.5, 2), (0.6, 0)];
const AGE: [(i32, i32); 4] = [(75, 6), (65, 5), (55, 3), (45, 2)];

const ADMISSION: [(&str, &str); 3] = [
    ("nonoperative", "Not after an operation"),
    ("emergency-surgery", "After an emergency operation"),
    ("elective-surgery", "After an elective operation"),
];

pub fn info() -> CalculatorInfo {
    let admission = ADMISSION.map(|(id, label)| choice_option(id, label, Vec::new()));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "APACHE II".into(),
        summary: "Severity of illness in intensive care, 0 to 71 points.".into(),
        population:
            "Adults in their first 24 hours of intensive care; enter the worst value of each. Not for children, \
                     burns, or after coronary bypass surgery. A number for groups: the paper turns it into a risk of \
                     death only together with the diagnosis."
                .into(),
        parameters: parameters(admission.into()),
        citations: vec![derivation()],
    }
}

fn parameters(admission: Vec<voiceassist_plugin::Choice>) -> Vec<Parameter> {
    vec![
        age(16, 120),
        measured::temperature().help("Core temperature."),
        measured::mean_arterial_pressure().optional(),
        measured::systolic()
            .optional()
            .help("With the diastolic pressure, where no mean pressure is known."),
        measured::diastolic().optional(),
        measured::heart_rate(),
        measured::respiratory_rate(),
        measured::fio2(),
        measured::pao2()
            .optional()
            .help("Counts where less than 50 % oxygen is breathed."),
        measure(
            "aa-gradient",
            "Alveolar-arterial oxygen gradient",
            "mm[Hg]",
            &["kPa"],
            (0.0, 700.0),
            Vec::new(),
        )
        .optional()
        .help("Counts where 50 % oxygen or more is breathed."),
        measured::ph().optional(),
        measure(
            "bicarbonate",
            "Serum bicarbonate",
            "mmol/L",
            &["meq{1-}/L"],
            (1.0, 80.0),
            Vec::new(),
        )
        .optional()
        .help("Only where there is no arterial pH."),
        measured::sodium(),
        measured::potassium(),
        measured::creatinine(),
        boolean(
            "acute-renal-failure",
            "Acute renal failure",
            "Doubles the points of creatinine.",
            vec![coding(SNOMED, "14669001", "Acute kidney injury")],
        ),
        measured::hematocrit(),
        measured::white_cells(),
        measured::gcs(),
        boolean(
            "severe-chronic-disease",
            "Severe organ insufficiency or immunocompromise",
            "Known before this admission: cirrhosis with portal hypertension or hepatic failure, NYHA class IV, severe \
             chronic lung disease, chronic dialysis, or immunosuppression.",
            Vec::new(),
        ),
        choice("admission", "Admission", admission, Vec::new()),
    ]
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    for scale in &SCALES[..1] {
        scale.count(inputs, &mut points)?;
    }
    pressure(inputs, &mut points)?;
    for scale in &SCALES[1..3] {
        scale.count(inputs, &mut points)?;
    }
    oxygenation(inputs, &mut points)?;
    acidity(inputs, &mut points)?;
    for scale in &SCALES[3..5] {
        scale.count(inputs, &mut points)?;
    }
    creatinine(inputs, &mut points)?;
    for scale in &SCALES[5..] {
        scale.count(inputs, &mut points)?;
    }
    let gcs = inputs.integer("gcs")?;
    points.add("Glasgow coma scale", format!("15 - {gcs}"), 15 - gcs);
    let age = inputs.integer("age")?;
    points.add("Age", format!("{age} years"), at_least(age, &AGE).unwrap_or_default());
    chronic(inputs, &mut points)?;
    let low = inputs.quantity("creatinine", "mg/dL")? < 0.6;
    let mut warnings = Vec::new();
    if low && inputs.boolean("acute-renal-failure")? {
        warnings
            .push("Acute renal failure with a creatinine below 0.6 mg/dL: check both; the points are doubled.".into());
    }
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "APACHE II score",
            points.whole().into(),
            Severity::Info,
            "More points, more deaths. The paper gives a risk only together with the diagnosis.",
            &[&derivation()],
        )],
        warnings,
        steps: points.steps(),
    })
}

impl Scale {
    fn count(&self, inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
        let value = inputs.quantity(self.name, self.unit)?;
        let worth = at_least(value, self.rows).unwrap_or(self.below);
        points.add(self.label, short(value), worth);
        Ok(())
    }
}

fn pressure(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let (mean, detail) = super::sofa::mean_pressure(inputs)?
        .ok_or_else(|| refused("give the mean arterial pressure, or the systolic and the diastolic"))?;
    points.add("Mean arterial pressure", detail, at_least(mean, &PRESSURE).unwrap_or(4));
    Ok(())
}

fn oxygenation(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let fio2 = inputs.quantity("fio2", "%")?;
    if fio2 >= 50.0 {
        let gradient = inputs.optional_quantity("aa-gradient", "mm[Hg]")?;
        let gradient =
            gradient.ok_or_else(|| refused("with 50 % oxygen or more, give the alveolar-arterial gradient"))?;
        let detail = format!("gradient {} mmHg on {} % oxygen", short(gradient), short(fio2));
        points.add("Oxygenation", detail, at_least(gradient, &GRADIENT).unwrap_or(0));
        return Ok(());
    }
    let pao2 = inputs.optional_quantity("pao2", "mm[Hg]")?;
    let pao2 = pao2.ok_or_else(|| refused("with less than 50 % oxygen, give the arterial oxygen pressure"))?;
    let worth = match pao2 {
        value if value > 70.0 => 0,
        value if value > 60.0 => 1,
        value if value >= 55.0 => 3,
        _ => 4,
    };
    points.add(
        "Oxygenation",
        format!("PaO2 {} mmHg on {} % oxygen", short(pao2), short(fio2)),
        worth,
    );
    Ok(())
}

fn acidity(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let bicarbonate = inputs.optional_quantity("bicarbonate", "mmol/L")?;
    match (inputs.optional_quantity("ph", "1")?, bicarbonate) {
        (Some(ph), _) => points.add("Arterial pH", short(ph), at_least(ph, &PH).unwrap_or(4)),
        (None, Some(value)) => {
            let detail = format!("{} mmol/L, in place of the pH", short(value));
            points.add("Serum bicarbonate", detail, at_least(value, &BICARBONATE).unwrap_or(4));
        }
        (None, None) => return Err(refused("give the arterial pH, or the bicarbonate where there is none")),
    }
    Ok(())
}

fn creatinine(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let value = inputs.quantity("creatinine", "mg/dL")?;
    let worth = at_least(value, &CREATININE).unwrap_or(2);
    if inputs.boolean("acute-renal-failure")? {
        let detail = format!("{} mg/dL, doubled for acute renal failure", short(value));
        points.add("Creatinine", detail, 2 * worth);
    } else {
        points.add("Creatinine", format!("{} mg/dL", short(value)), worth);
    }
    Ok(())
}

fn chronic(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let admission = inputs.choice("admission")?;
    let worth = match admission {
        "nonoperative" | "emergency-surgery" => 5,
        "elective-surgery" => 2,
        other => return Err(refused(format!("{other} is not an option of admission"))),
    };
    let present = inputs.boolean("severe-chronic-disease")?;
    let detail = format!(
        "{}, {}",
        if present { "yes" } else { "no" },
        admission.replace('-', " ")
    );
    points.when(present, "Chronic health", detail, worth);
    Ok(())
}

fn derivation() -> Citation {
    paper(
        "knaus-1985-ccm",
        "APACHE II: a severity of disease classification system",
        "Critical Care Medicine",
        &["Knaus WA", "Draper EA", "Wagner DP", "Zimmerman JE"],
        "1985-10",
        "10.1097/00003246-198510000-00009",
        "3928249",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let measured = [
        ("temperature", "Cel"),
        ("mean-arterial-pressure", "mm[Hg]"),
        ("heart-rate", "/min"),
        ("respiratory-rate", "/min"),
        ("fio2", "%"),
        ("sodium", "mmol/L"),
        ("potassium", "mmol/L"),
        ("creatinine", "mg/dL"),
        ("hematocrit", "%"),
        ("white-cells", "10*9/L"),
        ("ph", "1"),
    ];
    type Case = (
        i32,
        i32,
        [f64; 11],
        (&'static str, f64),
        &'static [&'static str],
        &'static str,
        i32,
    );
    let normal = [37.0, 90.0, 80.0, 16.0, 21.0, 140.0, 4.0, 1.0, 40.0, 8.0, 7.4];
    let cases: [Case; 3] = [
        (44, 15, normal, ("pao2", 90.0), &[], "nonoperative", 0),
        // 1 temperature, 2 pressure, 3 heart rate, 1 rate, 3 gradient, 2 pH, 1 potassium, 2 x 3 creatinine, 2
        // hematocrit, 2 white cells, 15 - 10 coma, 5 age, 5 chronic disease
        (
            70,
            10,
            [38.6, 60.0, 150.0, 28.0, 60.0, 135.0, 3.2, 2.5, 28.0, 25.0, 7.28],
            ("aa-gradient", 400.0),
            &["acute-renal-failure", "severe-chronic-disease"],
            "emergency-surgery",
            38,
        ),
        // 12 from the coma, 6 from age, 8 from creatinine, 4 from each of the ten others, 5 from chronic disease
        (
            80,
            3,
            [29.0, 45.0, 35.0, 5.0, 80.0, 110.0, 2.0, 4.0, 15.0, 0.5, 7.1],
            ("aa-gradient", 600.0),
            &["acute-renal-failure", "severe-chronic-disease"],
            "nonoperative",
            71,
        ),
    ];
    let worked = cases
        .into_iter()
        .map(|(age, gcs, values, oxygen, present, admission, score)| {
            let mut given: Vec<(&str, Value)> = vec![
                ("age", age.into()),
                ("gcs", gcs.into()),
                ("admission", admission.into()),
                (oxygen.0, (oxygen.1, "mm[Hg]").into()),
            ];
            let named = measured.into_iter().zip(values);
            given.extend(named.map(|((name, unit), value)| (name, (value, unit).into())));
            given.extend(present.iter().map(|name| (*name, true.into())));
            let expected = vec![("score", score.into())];
            example(&info, given, expected, derivation(), "table, summed by hand")
        });
    worked.collect()
}
