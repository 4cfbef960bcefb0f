//! Body surface area: Mosteller (N Engl J Med 1987;317:1098, PMID 3657876), Du Bois and Du Bois (Arch Intern Med
//! 1916;17:863-871) and Haycock et al. (J Pediatr 1978;93:62-66, PMID 650346).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding,
    measured::{height, weight},
    paper, quantity, refused, reported, short, step, variant, work,
};

pub const BSA: Calculator = Calculator {
    id: "body-surface-area",
    info,
    examples,
    compute,
};

const STANDARD: &str = "mosteller";

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: BSA.id.into(),
        version: "1.0.0".into(),
        title: "Body surface area (BSA)".into(),
        summary: "Body surface area in m², by Mosteller, Du Bois or Haycock.".into(),
        population: "Mosteller: adults and children. Du Bois: derived in 9 people, adults for the most part. Haycock: \
                     derived in 81 people from premature infants to adults. All of them lose accuracy in severe \
                     obesity, oedema and after amputation; a chemotherapy protocol says which one it means."
            .into(),
        parameters: vec![
            weight(),
            height(25.0),
            variant(
                "Mosteller unless you choose another.",
                &[
                    ("mosteller", "Mosteller 1987"),
                    ("du-bois", "Du Bois and Du Bois 1916"),
                    ("haycock", "Haycock 1978"),
                ],
            ),
        ],
        citations: vec![mosteller(), du_bois(), haycock()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let weight = inputs.quantity("weight", "kg")?;
    let height = inputs.quantity("height", "cm")?;
    let (w, h) = (short(weight), short(height));
    let (area, source, formula, numbers) = match inputs.variant(STANDARD)? {
        STANDARD => (
            (weight * height / 3_600.0).sqrt(),
            mosteller(),
            "√(weight [kg] x height [cm] / 3600)",
            format!("√({w} x {h} / 3600)"),
        ),
        "du-bois" => (
            0.007_184 * weight.powf(0.425) * height.powf(0.725),
            du_bois(),
            "0.007184 x weight^0.425 x height^0.725",
            format!("0.007184 x {w}^0.425 x {h}^0.725"),
        ),
        "haycock" => (
            0.024_265 * weight.powf(0.5378) * height.powf(0.3964),
            haycock(),
            "0.024265 x weight^0.5378 x height^0.3964",
            format!("0.024265 x {w}^0.5378 x {h}^0.3964"),
        ),
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    Ok(Outcome {
        findings: vec![finding(
            "body-surface-area",
            "Body surface area",
            quantity(reported(area, 3), "m2"),
            Severity::Info,
            format!("By {}. Round only the dose, not the area.", source.authors[0]),
            &[&source],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", formula),
            step("Numbers", format!("{numbers} = {} m²", short(area))),
        ],
    })
}

fn mosteller() -> Citation {
    paper(
        "mosteller-1987",
        "Simplified calculation of body-surface area",
        "New England Journal of Medicine",
        &["Mosteller RD"],
        "1987-10-22",
        "10.1056/NEJM198710223171717",
        "3657876",
    )
}

fn du_bois() -> Citation {
    Citation {
        doi: Some("10.1001/archinte.1916.00080130010002".into()),
        url: Some("https://doi.org/10.1001/archinte.1916.00080130010002".into()),
        ..work(
            "du-bois-1916",
            "Clinical calorimetry: tenth paper. A formula to estimate the approximate surface area if height and \
             weight be known",
            "Archives of Internal Medicine",
            &["Du Bois D", "Du Bois EF"],
            "1916",
        )
    }
}

fn haycock() -> Citation {
    paper(
        "haycock-1978",
        "Geometric method for measuring body surface area: a height-weight formula validated in infants, children, \
         and adults",
        "Journal of Pediatrics",
        &["Haycock GB", "Schwartz GJ", "Wisotsky DH"],
        "1978-07",
        "10.1016/s0022-3476(78)80601-5",
        "650346",
    )
}

fn examples() -> Vec<Example> {
    // √(80 x 180 / 3600) = √4; √(20 x 115 / 3600) = √0.638889 = 0.7993.
    // 0.007184 x 70^0.425 x 170^0.725, by logarithms: ln = -4.93590 + 0.425 x 4.24850 + 0.725 x 5.13580 = 0.59316.
    // 0.024265 x 70^0.5378 x 170^0.3964: ln = -3.71872 + 0.5378 x 4.24850 + 0.3964 x 5.13580 = 0.60195.
    let cases: [(f64, f64, Option<&str>, f64, Citation); 4] = [
        (80.0, 180.0, None, 2.0, mosteller()),
        (20.0, 115.0, Some("mosteller"), 0.799, mosteller()),
        (70.0, 170.0, Some("du-bois"), 1.810, du_bois()),
        (70.0, 170.0, Some("haycock"), 1.826, haycock()),
    ];
    cases
        .into_iter()
        .map(|(weight, height, variant, area, source)| {
            let mut arguments = vec![("weight", quantity(weight, "kg")), ("height", quantity(height, "cm"))];
            arguments.extend(variant.map(|variant| ("variant", Value::Choice(variant.into()))));
            example(
                &info(),
                arguments,
                vec![("body-surface-area", quantity(area, "m2"))],
                source,
                "formula, worked by hand",
            )
        })
        .collect()
}
