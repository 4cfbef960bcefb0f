//! Child-Pugh (Pugh et al., Br J Surg 1973;60:646-649, PMID 4541913).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Points, Severity, Value, band, banded,
    boolean, choice, choice_option, example, finding, measured, paper, refused, short,
};

pub const ID: &str = "child-pugh";

static BANDS: [Band; 3] = [
    band(5.0, Severity::Low, "5 or 6: class A."),
    band(7.0, Severity::Moderate, "7 to 9: class B."),
    band(10.0, Severity::High, "10 to 15: class C."),
];

const ASCITES: [(&str, &str); 3] = [
    ("absent", "Absent"),
    ("slight", "Slight"),
    ("moderate", "Moderate or more"),
];

const ENCEPHALOPATHY: [(&str, &str); 3] = [
    ("none", "None"),
    ("grade-1-2", "Grade 1 or 2"),
    ("grade-3-4", "Grade 3 or 4"),
];

fn graded(name: &str, label: &str, rows: &[(&str, &str)]) -> Parameter {
    let options = rows.iter().map(|(id, label)| choice_option(id, label, Vec::new()));
    choice(name, label, options.collect(), Vec::new())
}

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Child-Pugh score".into(),
        summary: "Severity of cirrhosis, 5 to 15 points and class A to C.".into(),
        population:
            "Adults with cirrhosis; derived before operations for bleeding varices. Not for acute liver failure or \
                     liver disease without cirrhosis. The INR stands in for the prolongation of the prothrombin time \
                     that the paper used, and misleads under a vitamin K antagonist."
                .into(),
        parameters: vec![
            measured::bilirubin(),
            measured::albumin(),
            measured::inr(),
            graded("ascites", "Ascites", &ASCITES),
            graded("encephalopathy", "Encephalopathy", &ENCEPHALOPATHY),
            boolean(
                "primary-biliary",
                "Primary biliary cholangitis",
                "Bilirubin then counts 1 point below 4 mg/dL and 2 points up to 10 mg/dL.",
                Vec::new(),
            ),
        ],
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let bilirubin = inputs.quantity("bilirubin", "mg/dL")?;
    let albumin = inputs.quantity("albumin", "g/dL")?;
    let inr = inputs.quantity("inr", "1")?;
    let biliary = inputs.boolean("primary-biliary")?;
    let mut points = Points::new();
    let (low, high) = if biliary { (4.0, 10.0) } else { (2.0, 3.0) };
    let detail = format!("{} mg/dL, {} to {} counts 2", short(bilirubin), short(low), short(high));
    points.add("Bilirubin", detail, between(bilirubin, low, high));
    let detail = format!("{} g/dL, 2.8 to 3.5 counts 2", short(albumin));
    points.add("Albumin", detail, 4 - between(albumin, 2.8, 3.5));
    points.add(
        "INR",
        format!("{}, 1.7 to 2.3 counts 2", short(inr)),
        between(inr, 1.7, 2.3),
    );
    for (name, label, rows) in [
        ("ascites", "Ascites", &ASCITES),
        ("encephalopathy", "Encephalopathy", &ENCEPHALOPATHY),
    ] {
        let chosen = inputs.choice(name)?;
        let worth = (1..).zip(rows).find(|(_, (id, _))| *id == chosen);
        let (worth, (_, detail)) = worth.ok_or_else(|| refused(format!("{chosen} is not an option of {name}")))?;
        points.add(label, detail.to_lowercase(), worth);
    }
    let (severity, says) = banded(points.total(), &BANDS);
    let class = match points.whole() {
        ..=6 => "A",
        7..=9 => "B",
        _ => "C",
    };
    let score = points.whole().into();
    Ok(Outcome {
        findings: vec![
            finding("score", "Child-Pugh score", score, severity, says, &[&derivation()]),
            finding(
                "class",
                "Class",
                Value::Text(class.into()),
                severity,
                "",
                &[&derivation()],
            ),
        ],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

/// 1 below `low`, 2 from there to `high`, 3 above it.
fn between(value: f64, low: f64, high: f64) -> i32 {
    match value {
        value if value < low => 1,
        value if value <= high => 2,
        _ => 3,
    }
}

fn derivation() -> Citation {
    paper(
        "pugh-1973-bjs",
        "Transection of the oesophagus for bleeding oesophageal varices",
        "British Journal of Surgery",
        &["Pugh RNH", "Murray-Lyon IM", "Dawson JL", "Pietroni MC", "Williams R"],
        "1973-08",
        "10.1002/bjs.1800600817",
        "4541913",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = ([f64; 3], &'static str, &'static str, bool, i32, &'static str);
    let cases: [Case; 6] = [
        ([1.9, 3.6, 1.6], "absent", "none", false, 5, "A"),
        ([2.0, 3.5, 1.7], "absent", "none", false, 8, "B"),
        ([3.0, 2.8, 2.3], "slight", "grade-1-2", false, 10, "C"),
        ([3.1, 2.7, 2.4], "moderate", "grade-3-4", false, 15, "C"),
        ([3.9, 4.0, 1.0], "absent", "none", true, 5, "A"),
        ([10.0, 4.0, 1.0], "slight", "none", true, 7, "B"),
    ];
    let worked = cases.into_iter().map(
        |([bilirubin, albumin, inr], ascites, encephalopathy, biliary, score, class)| {
            let given: Vec<(&str, Value)> = vec![
                ("bilirubin", (bilirubin, "mg/dL").into()),
                ("albumin", (albumin, "g/dL").into()),
                ("inr", (inr, "1").into()),
                ("ascites", ascites.into()),
                ("encephalopathy", encephalopathy.into()),
                ("primary-biliary", biliary.into()),
            ];
            let expected = vec![("score", score.into()), ("class", Value::Text(class.into()))];
            example(&info, given, expected, derivation(), "table, summed by hand")
        },
    );
    worked.collect()
}
