//! Units of measure: a subset of UCUM (ucum.org), parsed into factors and dimensions.
//!
//! Factors of customary units are exact by definition (international pound and yard agreement, 1959).

/// Exponents of gram, metre, second, mole, kelvin and arbitrary unit. An equivalent is a mole of charges (UCUM).
type Dimension = [i8; 6];

const DIMENSIONLESS: Dimension = [0; 6];
const TEMPERATURE: Dimension = [0, 0, 0, 0, 1, 0];
const MASS: usize = 0;
const SUBSTANCE: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    factor: f64,
    dimension: Dimension,
}

/// UCUM code, factor to the base units, dimension. A litre is 0.001 m3, a pascal 1,000 g/(m s2).
const ATOMS: &[(&str, f64, Dimension)] = &[
    ("g", 1.0, [1, 0, 0, 0, 0, 0]),
    ("m", 1.0, [0, 1, 0, 0, 0, 0]),
    ("s", 1.0, [0, 0, 1, 0, 0, 0]),
    ("mol", 1.0, [0, 0, 0, 1, 0, 0]),
    ("K", 1.0, [0, 0, 0, 0, 1, 0]),
    ("U", 1.0, [0, 0, 0, 0, 0, 1]),
    ("[IU]", 1.0, [0, 0, 0, 0, 0, 1]),
    ("[iU]", 1.0, [0, 0, 0, 0, 0, 1]),
    ("L", 1e-3, [0, 3, 0, 0, 0, 0]),
    ("l", 1e-3, [0, 3, 0, 0, 0, 0]),
    ("Pa", 1e3, [1, -1, -2, 0, 0, 0]),
    ("m[Hg]", 133_322.387_415e3, [1, -1, -2, 0, 0, 0]),
    ("min", 60.0, [0, 0, 1, 0, 0, 0]),
    ("h", 3_600.0, [0, 0, 1, 0, 0, 0]),
    ("d", 86_400.0, [0, 0, 1, 0, 0, 0]),
    ("wk", 604_800.0, [0, 0, 1, 0, 0, 0]),
    ("mo", 2_629_800.0, [0, 0, 1, 0, 0, 0]),
    ("a", 31_557_600.0, [0, 0, 1, 0, 0, 0]),
    ("[lb_av]", 453.592_37, [1, 0, 0, 0, 0, 0]),
    ("[oz_av]", 28.349_523_125, [1, 0, 0, 0, 0, 0]),
    ("[stone_av]", 6_350.293_18, [1, 0, 0, 0, 0, 0]),
    ("[in_i]", 0.025_4, [0, 1, 0, 0, 0, 0]),
    ("[ft_i]", 0.304_8, [0, 1, 0, 0, 0, 0]),
    ("eq", 1.0, [0, 0, 0, 1, 0, 0]),
    ("osm", 1.0, [0, 0, 0, 1, 0, 0]),
    ("%", 0.01, DIMENSIONLESS),
    ("1", 1.0, DIMENSIONLESS),
];

/// Temperatures with their own zero: kelvins a degree, kelvins at zero (UCUM). They stand alone, never in a product.
const SCALES: &[(&str, f64, f64)] = &[
    ("K", 1.0, 0.0),
    ("Cel", 1.0, 273.15),
    ("[degF]", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
];

const PREFIXES: &[(&str, f64)] = &[
    ("da", 1e1),
    ("k", 1e3),
    ("M", 1e6),
    ("d", 1e-1),
    ("c", 1e-2),
    ("m", 1e-3),
    ("u", 1e-6),
    ("n", 1e-9),
    ("p", 1e-12),
];

/// Customary spellings, lower-case, and the UCUM code they mean.
const SPELLINGS: &[(&str, &str)] = &[
    ("kgs", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("kilogram", "kg"),
    ("kilograms", "kg"),
    ("gram", "g"),
    ("grams", "g"),
    ("milligram", "mg"),
    ("milligrams", "mg"),
    ("microgram", "ug"),
    ("micrograms", "ug"),
    ("mcg", "ug"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("pound", "[lb_av]"),
    ("pounds", "[lb_av]"),
    ("st", "[stone_av]"),
    ("stone", "[stone_av]"),
    ("stones", "[stone_av]"),
    ("oz", "[oz_av]"),
    ("ounce", "[oz_av]"),
    ("ounces", "[oz_av]"),
    ("in", "[in_i]"),
    ("inch", "[in_i]"),
    ("inches", "[in_i]"),
    ("ft", "[ft_i]"),
    ("foot", "[ft_i]"),
    ("feet", "[ft_i]"),
    ("cms", "cm"),
    ("centimeter", "cm"),
    ("centimeters", "cm"),
    ("centimetre", "cm"),
    ("centimetres", "cm"),
    ("meter", "m"),
    ("meters", "m"),
    ("metre", "m"),
    ("metres", "m"),
    ("liter", "L"),
    ("litre", "L"),
    ("deciliter", "dL"),
    ("decilitre", "dL"),
    ("milliliter", "mL"),
    ("millilitre", "mL"),
    ("minute", "min"),
    ("hour", "h"),
    ("day", "d"),
    ("micromol", "umol"),
    ("micromole", "umol"),
    ("micromoles", "umol"),
    ("mcmol", "umol"),
    ("millimol", "mmol"),
    ("millimole", "mmol"),
    ("millimoles", "mmol"),
    ("mmhg", "mm[Hg]"),
    ("percent", "%"),
    ("u", "U"),
    ("iu", "[IU]"),
    ("year", "a"),
    ("years", "a"),
    ("month", "mo"),
    ("months", "mo"),
    ("week", "wk"),
    ("weeks", "wk"),
    ("days", "d"),
    ("hours", "h"),
    ("hr", "h"),
    ("24h", "d"),
    ("24 h", "d"),
    ("minutes", "min"),
    ("sec", "s"),
    ("msec", "ms"),
    ("mm hg", "mm[Hg]"),
    ("torr", "mm[Hg]"),
    ("kpa", "kPa"),
    ("miu", "m[IU]"),
    ("uiu", "u[IU]"),
    ("mcu", "uU"),
    ("°c", "Cel"),
    ("celsius", "Cel"),
    ("degrees celsius", "Cel"),
    ("°f", "[degF]"),
    ("fahrenheit", "[degF]"),
    ("degrees fahrenheit", "[degF]"),
    ("bpm", "/min"),
    ("beats/min", "/min"),
    ("beats/minute", "/min"),
    ("breaths/min", "/min"),
    ("breaths/minute", "/min"),
    ("k/ul", "10*3/uL"),
    ("thousand/ul", "10*3/uL"),
    ("giga/l", "10*9/L"),
    ("cells/ul", "/uL"),
    ("cells/mm3", "/mm3"),
];

/// How a unit is shown where its UCUM code is not what people write.
const SHOWN: &[(&str, &str)] = &[
    ("[lb_av]", "lb"),
    ("[oz_av]", "oz"),
    ("[stone_av]", "st"),
    ("[in_i]", "in"),
    ("[ft_i]", "ft"),
    ("mm[Hg]", "mmHg"),
    ("[IU]", "IU"),
    ("Cel", "°C"),
    ("[degF]", "°F"),
    ("10*", "10^"),
    ("meq", "mEq"),
];

/// The UCUM code of a unit as people write it: `µmol/l`, `mg per dL`, `lbs`. `None` when it is no unit known here.
pub fn canonical(written: &str) -> Option<String> {
    let written = written.trim().replace(['µ', 'μ'], "u").replace('×', "x");
    let written = written.strip_prefix('x').unwrap_or(&written).trim_start();
    let written = written.replace("10^", "10*").replace('^', "");
    let lower = written.to_lowercase().replace(" per ", "/");
    let spelled = |written: &str| SPELLINGS.iter().find(|(spelling, _)| *spelling == written);
    // Before UCUM, which would read K/uL as kelvins.
    if let Some((_, code)) = spelled(&lower).filter(|_| lower.contains('/')) {
        return Some((*code).to_owned());
    }
    if parse(&written).is_some() {
        return Some(if written.contains('[') {
            written
        } else {
            litres(&written)
        });
    }
    if lower == "mg%" {
        return Some("mg/dL".to_owned());
    }
    if let Some((_, code)) = spelled(&lower) {
        return Some((*code).to_owned());
    }
    let parts = lower.split('/').map(str::trim).map(|part| {
        let code = spelled(part).map(|(_, code)| (*code).to_owned());
        code.or_else(|| (part.is_empty() || parse(part).is_some()).then(|| litres(part)))
    });
    let code = parts.collect::<Option<Vec<_>>>()?.join("/");
    parse(&code).map(|_| code)
}

/// UCUM allows `l` and `L`; `L` is the one shown everywhere.
fn litres(code: &str) -> String {
    let parts = code.split('/').map(|part| match part {
        "l" | "dl" | "cl" | "ml" | "ul" => part.replace('l', "L"),
        other => other.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The unit as people write it.
pub fn shown(code: &str) -> String {
    SHOWN
        .iter()
        .fold(code.to_owned(), |text, (ucum, plain)| text.replace(ucum, plain))
}

/// A value with its unit as people write it, with at most four decimals.
pub fn shown_quantity(value: f64, code: &str) -> String {
    let number = shown_number(value);
    if code == "1" || code.is_empty() {
        number
    } else {
        format!("{number} {}", shown(code))
    }
}

/// At most four decimals, without trailing zeros; small values keep four significant digits.
pub fn shown_number(value: f64) -> String {
    let decimals = if value != 0.0 && value.abs() < 0.01 { 6 } else { 4 };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Whether the code can be understood at all.
pub fn known(code: &str) -> bool {
    parse(code).is_some()
}

/// Whether the unit counts charges: one mole is one equivalent for ions of charge one alone.
pub fn counts_charges(code: &str) -> bool {
    code.split(['/', '.']).any(|term| matches!(term, "eq" | "meq" | "ueq"))
}

/// Converts between commensurable units. Mass and substance are commensurable through `molar_mass` in g/mol.
pub fn convert(value: f64, from: &str, to: &str, molar_mass: Option<f64>) -> Option<f64> {
    if from == to {
        return Some(value);
    }
    if let (Some((degree, zero)), Some((to_degree, to_zero))) = (scale(from), scale(to)) {
        return Some(settled((value * degree + zero - to_zero) / to_degree));
    }
    let (from, to) = (parse(from)?, parse(to)?);
    let mut base = value * from.factor;
    let mut dimension = from.dimension;
    let moles = dimension[SUBSTANCE] - to.dimension[SUBSTANCE];
    if moles != 0 {
        base *= molar_mass.filter(|mass| *mass > 0.0)?.powi(i32::from(moles));
        dimension[SUBSTANCE] -= moles;
        dimension[MASS] += moles;
    }
    (dimension == to.dimension).then(|| settled(base / to.factor))
}

/// Twelve significant digits: 100.4 °F is 38 °C and not a hair more, which a limit at 38 would take for fever.
fn settled(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

fn scale(code: &str) -> Option<(f64, f64)> {
    let found = SCALES.iter().find(|(scale, ..)| *scale == code);
    found.map(|&(_, degree, zero)| (degree, zero))
}

fn parse(code: &str) -> Option<Measure> {
    if code.is_empty() || code == "/" {
        return None;
    }
    if let Some((factor, _)) = scale(code) {
        return Some(Measure {
            factor,
            dimension: TEMPERATURE,
        });
    }
    let mut whole = Measure {
        factor: 1.0,
        dimension: DIMENSIONLESS,
    };
    for (place, part) in without_annotations(code).split('/').enumerate() {
        // `/min` is a rate: nothing stands above the stroke.
        if place == 0 && part.is_empty() {
            continue;
        }
        for term in part.split('.') {
            let (measure, exponent) = term_of(term)?;
            let exponent = if place == 0 { exponent } else { -exponent };
            whole.factor *= measure.factor.powi(exponent);
            for (sum, one) in whole.dimension.iter_mut().zip(measure.dimension) {
                *sum += one * i8::try_from(exponent).ok()?;
            }
        }
    }
    Some(whole)
}

/// `mL/min/{1.73_m2}` is `mL/min/1`: what stands in braces counts as 1.
fn without_annotations(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        if before.is_empty() || before.ends_with(['/', '.']) {
            out.push('1');
        }
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// A unit with its exponent: `m2` is (`m`, 2).
fn term_of(bare: &str) -> Option<(Measure, i32)> {
    if let Some(power) = bare.strip_prefix("10*") {
        return Some((
            Measure {
                factor: 10_f64.powi(power.parse().ok()?),
                dimension: DIMENSIONLESS,
            },
            1,
        ));
    }
    if bare == "1" {
        return Some((
            Measure {
                factor: 1.0,
                dimension: DIMENSIONLESS,
            },
            1,
        ));
    }
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let exponent = if stem.len() == bare.len() {
        1
    } else {
        bare[stem.len()..].parse().ok()?
    };
    let (stem, exponent) = match stem.strip_suffix('-') {
        Some(stem) => (stem, -exponent),
        None => (stem, exponent),
    };
    Some((atom(stem)?, exponent))
}

fn atom(code: &str) -> Option<Measure> {
    let exact = |code: &str| ATOMS.iter().find(|(atom, ..)| *atom == code);
    if let Some(&(_, factor, dimension)) = exact(code) {
        return Some(Measure { factor, dimension });
    }
    PREFIXES.iter().find_map(|(prefix, scale)| {
        let &(_, factor, dimension) = exact(code.strip_prefix(prefix)?)?;
        Some(Measure {
            factor: factor * scale,
            dimension,
        })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const CREATININE: Option<f64> = Some(113.12);

    #[test]
    fn conversions_agree_with_published_factors() {
        for (value, from, to, molar_mass, expected) in [
            // 1 mg/dL of creatinine = 88.4 umol/L
            (1.0, "mg/dL", "umol/L", CREATININE, 88.40),
            (120.0, "umol/L", "mg/dL", CREATININE, 1.3574),
            (158.73, "[lb_av]", "kg", None, 72.0),
            (11.0, "[stone_av]", "kg", None, 69.853),
            (70.0, "[in_i]", "cm", None, 177.8),
            (120.0, "mm[Hg]", "kPa", None, 15.9987),
            // glucose, 180.156 g/mol: 5.55 mmol/L = 100 mg/dL
            (5.551, "mmol/L", "mg/dL", Some(180.156), 100.0),
            (1.0, "g/L", "mg/dL", None, 100.0),
            (60.0, "mL/min", "L/h", None, 3.6),
            (36.0, "h", "d", None, 1.5),
            (150.0, "10*9/L", "10*3/uL", None, 150.0),
            (8_700.0, "/uL", "10*9/L", None, 8.7),
            (8.7, "10*9/L", "/mm3", None, 8_700.0),
            (98.6, "[degF]", "Cel", None, 37.0),
            (37.0, "Cel", "[degF]", None, 98.6),
            (37.0, "Cel", "K", None, 310.15),
            (0.4, "1", "%", None, 40.0),
            (72.0, "/min", "/s", None, 1.2),
            (140.0, "meq/L", "mmol/L", None, 140.0),
            (18.0, "mo", "a", None, 1.5),
            // urea, as nitrogen 28.014 g/mol: 7 mmol/L = 19.6 mg/dL
            (7.0, "mmol/L", "mg/dL", Some(28.014), 19.61),
            (60.0, "mm[Hg]", "kPa", None, 7.9993),
        ] {
            let got = convert(value, from, to, molar_mass).unwrap();
            assert!(
                (got - expected).abs() <= expected * 1e-4,
                "{value} {from} = {got} {to}, not {expected}"
            );
        }
    }

    #[test]
    fn a_converted_value_meets_a_limit_exactly() {
        for (value, from, to, expected) in [
            (100.4, "[degF]", "Cel", 38.0),
            (12_000.0, "/uL", "10*9/L", 12.0),
            (150.0, "10*3/uL", "10*9/L", 150.0),
            (0.6, "1", "%", 60.0),
            (8.0, "kPa", "Pa", 8_000.0),
        ] {
            assert_eq!(convert(value, from, to, None), Some(expected), "{value} {from}");
        }
    }

    #[test]
    fn what_is_not_commensurable_has_no_conversion() {
        assert_eq!(convert(1.0, "kg", "mg/dL", None), None);
        assert_eq!(convert(1.0, "umol/L", "mg/dL", None), None, "no molar mass");
        assert_eq!(convert(1.0, "mL/min", "mL", None), None);
        assert_eq!(convert(1.0, "parsec", "m", None), None);
        assert_eq!(convert(1.0, "Cel", "mg/dL", None), None);
        assert_eq!(convert(1.0, "Cel/min", "K/min", None), None, "a scale with its own zero stands alone");
    }

    #[test]
    fn written_units_are_understood() {
        for (written, code) in [
            ("µmol/L", "umol/L"),
            ("μmol/l", "umol/L"),
            ("umol/l", "umol/L"),
            ("micromol/L", "umol/L"),
            ("mg/dl", "mg/dL"),
            ("MG/DL", "mg/dL"),
            ("mg per dL", "mg/dL"),
            ("mg%", "mg/dL"),
            ("kg", "kg"),
            ("Kg", "kg"),
            ("lbs", "[lb_av]"),
            ("pounds", "[lb_av]"),
            ("[lb_av]", "[lb_av]"),
            ("mmHg", "mm[Hg]"),
            ("mL/min", "mL/min"),
            ("mL/min/{1.73_m2}", "mL/min/{1.73_m2}"),
            ("mm Hg", "mm[Hg]"),
            ("mEq/L", "meq/L"),
            ("bpm", "/min"),
            ("beats per minute", "/min"),
            ("/min", "/min"),
            ("°C", "Cel"),
            ("degrees Fahrenheit", "[degF]"),
            ("[degF]", "[degF]"),
            ("x10^9/L", "10*9/L"),
            ("10*9/L", "10*9/L"),
            ("K/µL", "10*3/uL"),
            ("/µL", "/uL"),
            ("cells/mm3", "/mm3"),
            ("kg/m^2", "kg/m2"),
            ("mcg/kg/min", "ug/kg/min"),
            ("µIU/mL", "u[IU]/mL"),
            ("mL/24h", "mL/d"),
            ("mOsm/kg", "mosm/kg"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(code), "{written}");
        }
        for no_unit in ["", "/", "patients", "mg/patient", "yo", "f", "m/f", "Cel/min"] {
            assert_eq!(canonical(no_unit), None, "{no_unit}");
        }
    }

    #[test]
    fn quantities_are_shown_plainly() {
        assert_eq!(shown_quantity(158.0, "[lb_av]"), "158 lb");
        assert_eq!(shown_quantity(1.357_496, "mg/dL"), "1.3575 mg/dL");
        assert_eq!(shown_quantity(3.0, "1"), "3");
        assert_eq!(shown_quantity(0.001_357, "g/L"), "0.001357 g/L");
        assert_eq!(shown_quantity(100.0, "kg"), "100 kg");
        assert_eq!(shown_quantity(38.5, "Cel"), "38.5 °C");
        assert_eq!(shown_quantity(8.7, "10*9/L"), "8.7 10^9/L");
        assert_eq!(shown_quantity(140.0, "meq/L"), "140 mEq/L");
    }
}
