//! Units of measure: a subset of UCUM (ucum.org), parsed into factors and dimensions.
//!
//! Use this to convert what a person entered into the unit a calculator takes, in the host and in the plugin
//! author's tool alike.
//!
//! Factors of customary units are exact by definition (international pound and yard agreement, 1959).

mod names;

use names::{PHRASES, SHOWN, SPELLINGS};

/// Exponents of gram, metre, second, mole, kelvin, arbitrary unit, equivalent and osmole.
type Dimension = [i8; 8];

const DIMENSIONLESS: Dimension = [0; 8];
const MASS: usize = 0;
const SUBSTANCE: usize = 3;
const TEMPERATURE: Dimension = [0, 0, 0, 0, 1, 0, 0, 0];

#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    factor: f64,
    dimension: Dimension,
}

/// UCUM code, factor to the base units, dimension. A litre is 0.001 m3, a pascal 1,000 g/(m s2).
const ATOMS: &[(&str, f64, Dimension)] = &[
    ("g", 1.0, [1, 0, 0, 0, 0, 0, 0, 0]),
    ("m", 1.0, [0, 1, 0, 0, 0, 0, 0, 0]),
    ("s", 1.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("mol", 1.0, [0, 0, 0, 1, 0, 0, 0, 0]),
    ("K", 1.0, TEMPERATURE),
    ("U", 1.0, [0, 0, 0, 0, 0, 1, 0, 0]),
    ("[IU]", 1.0, [0, 0, 0, 0, 0, 1, 0, 0]),
    ("[iU]", 1.0, [0, 0, 0, 0, 0, 1, 0, 0]),
    // Of a temperature itself `convert` moves the zero too; here is the size of a degree.
    ("Cel", 1.0, TEMPERATURE),
    ("[degF]", 5.0 / 9.0, TEMPERATURE),
    // How many moles an equivalent is depends on the ion's charge, and how many an osmole is on dissociation:
    // each is a quantity of its own. With its charge in braces, `eq{2+}`, an equivalent is half a mole.
    ("eq", 1.0, [0, 0, 0, 0, 0, 0, 1, 0]),
    ("osm", 1.0, [0, 0, 0, 0, 0, 0, 0, 1]),
    ("L", 1e-3, [0, 3, 0, 0, 0, 0, 0, 0]),
    ("l", 1e-3, [0, 3, 0, 0, 0, 0, 0, 0]),
    ("Pa", 1e3, [1, -1, -2, 0, 0, 0, 0, 0]),
    ("m[Hg]", 133_322.387_415e3, [1, -1, -2, 0, 0, 0, 0, 0]),
    ("min", 60.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("h", 3_600.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("d", 86_400.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("wk", 604_800.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("mo", 2_629_800.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("a", 31_557_600.0, [0, 0, 1, 0, 0, 0, 0, 0]),
    ("[lb_av]", 453.592_37, [1, 0, 0, 0, 0, 0, 0, 0]),
    ("[oz_av]", 28.349_523_125, [1, 0, 0, 0, 0, 0, 0, 0]),
    ("[stone_av]", 6_350.293_18, [1, 0, 0, 0, 0, 0, 0, 0]),
    ("[in_i]", 0.025_4, [0, 1, 0, 0, 0, 0, 0, 0]),
    ("[ft_i]", 0.304_8, [0, 1, 0, 0, 0, 0, 0, 0]),
    ("%", 0.01, DIMENSIONLESS),
    ("1", 1.0, DIMENSIONLESS),
];

/// Where the scale of a temperature starts: its zero, in kelvin.
const ZEROS: &[(&str, f64)] = &[("K", 0.0), ("Cel", 273.15), ("[degF]", 459.67 * 5.0 / 9.0)];

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

/// The UCUM code of a unit as people write it: `µmol/l`, `mg per dL`, `lbs`. `None` when it is no unit known here.
pub fn canonical(written: &str) -> Option<String> {
    let written = written
        .trim()
        .replace(['µ', 'μ'], "u")
        .replace("10^", "10*")
        .replace("m^", "m")
        .replace('×', "x")
        .replace('²', "2");
    let lower = written.to_lowercase().replace(" per ", "/");
    if let Some((_, code)) = PHRASES.iter().find(|(phrase, _)| *phrase == lower) {
        return Some((*code).to_owned());
    }
    if parse(&written).is_some() {
        return Some(if written.contains('[') {
            written
        } else {
            litres(&written)
        });
    }
    let parts = lower.split('/').map(str::trim).map(|part| {
        let spelled = SPELLINGS
            .iter()
            .find(|(spelling, _)| *spelling == part)
            .map(|(_, code)| (*code).to_owned());
        spelled.or_else(|| parse(part).map(|_| litres(part)))
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
        .fold(uncharged(code), |text, (ucum, plain)| text.replace(ucum, plain))
}

/// The one of the accepted units that is meant: people leave out the charge, so `meq/L` is the `meq{2+}/L` of a
/// parameter for calcium.
pub fn meant<'a>(code: &'a str, accepted: impl IntoIterator<Item = &'a String>) -> &'a str {
    accepted
        .into_iter()
        .find(|unit| uncharged(unit) == code)
        .map_or(code, String::as_str)
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

/// Converts between commensurable units. Mass and substance are commensurable through `molar_mass` in g/mol.
pub fn convert(value: f64, from: &str, to: &str, molar_mass: Option<f64>) -> Option<f64> {
    if from == to || from == uncharged(to) {
        return Some(value);
    }
    if let (Some(from), Some(to)) = (zero(from), zero(to)) {
        return Some(settled(((value * from.size + from.kelvin) - to.kelvin) / to.size));
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

/// A scale of temperature: the size of its degree and its zero, in kelvin.
struct Scale {
    size: f64,
    kelvin: f64,
}

fn zero(code: &str) -> Option<Scale> {
    let kelvin = ZEROS.iter().find(|(scale, _)| *scale == code)?.1;
    let size = parse(code)?.factor;
    Some(Scale { size, kelvin })
}

/// The charge in the braces of an equivalent, with the code before and after them: `meq{2+}/L` is (`m`, 2, `/L`).
fn charge(code: &str) -> Option<(&str, u8, &str)> {
    let (before, rest) = code.split_once("eq{")?;
    let (charge, after) = rest.split_once('}')?;
    let number: u8 = charge.strip_suffix(['+', '-'])?.parse().ok()?;
    (number > 0 && !before.contains('/')).then_some((before, number, after))
}

fn uncharged(code: &str) -> String {
    charge(code).map_or_else(|| code.to_owned(), |(before, _, after)| format!("{before}eq{after}"))
}

fn parse(code: &str) -> Option<Measure> {
    if code.is_empty() || code == "/" {
        return None;
    }
    if let Some((before, number, after)) = charge(code) {
        let moles = parse(&format!("{before}mol{after}"))?;
        let factor = moles.factor / f64::from(number);
        return Some(Measure { factor, ..moles });
    }
    let mut whole = Measure {
        factor: 1.0,
        dimension: DIMENSIONLESS,
    };
    for (place, part) in without_annotations(code).split('/').enumerate() {
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
            // Monovalent ions: 1 mEq is 1 mmol. Calcium, 40.078 g/mol and two charges: 5 mEq/L = 10.02 mg/dL.
            (140.0, "meq{1+}/L", "mmol/L", None, 140.0),
            (5.0, "meq{2+}/L", "mmol/L", None, 2.5),
            (5.0, "meq{2+}/L", "mg/dL", Some(40.078), 10.0195),
            (2.5, "mmol/L", "meq{2+}/L", None, 5.0),
            (5.0, "meq/L", "meq{2+}/L", None, 5.0),
            (290.0, "mosm/kg", "osm/kg", None, 0.29),
            (98.6, "[degF]", "Cel", None, 37.0),
            (37.0, "Cel", "[degF]", None, 98.6),
            (-40.0, "Cel", "[degF]", None, -40.0),
            (310.15, "K", "Cel", None, 37.0),
            (9.0, "[degF]/h", "Cel/h", None, 5.0),
            (6.0, "u[IU]/mL", "m[IU]/L", None, 6.0),
            (80.0, "/min", "/s", None, 1.3333),
        ] {
            let got = convert(value, from, to, molar_mass).unwrap();
            assert!(
                (got - expected).abs() <= expected.abs() * 1e-4,
                "{value} {from} = {got} {to}, not {expected}"
            );
        }
    }

    #[test]
    fn a_converted_value_meets_a_limit_exactly() {
        for (value, from, to, expected) in [
            (100.4, "[degF]", "Cel", 38.0),
            (12_000.0, "/uL", "10*9/L", 12.0),
            (4_000.0, "/mm3", "10*9/L", 4.0),
            (150.0, "10*3/uL", "10*9/L", 150.0),
            (0.6, "1", "%", 60.0),
            (18.0, "mo", "a", 1.5),
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
        assert_eq!(convert(1.0, "meq/L", "mmol/L", None), None, "no charge");
        assert_eq!(convert(1.0, "meq{0+}/L", "mmol/L", None), None, "no such charge");
        assert_eq!(convert(1.0, "mosm/kg", "mmol/kg", None), None, "no dissociation");
        assert_eq!(convert(37.0, "Cel", "m", None), None);
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
            ("mEq/L", "meq/L"),
            ("meq{1+}/L", "meq{1+}/L"),
            ("mOsm/kg", "mosm/kg"),
            ("µIU/mL", "u[IU]/mL"),
            ("uU/mL", "uU/mL"),
            ("msec", "ms"),
            ("beats per minute", "/min"),
            ("bpm", "/min"),
            ("mm Hg", "mm[Hg]"),
            ("°C", "Cel"),
            ("degrees Fahrenheit", "[degF]"),
            ("kg/m^2", "kg/m2"),
            ("kg/m²", "kg/m2"),
            ("10^9/L", "10*9/L"),
            ("K/uL", "10*3/uL"),
            ("×10^9/L", "10*9/L"),
            ("cells/µL", "/uL"),
            ("/mm^3", "/mm3"),
            ("mcg/kg/min", "ug/kg/min"),
            ("mL/24h", "mL/d"),
            ("kPa", "kPa"),
            ("months", "mo"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(code), "{written}");
        }
        for no_unit in ["", "patients", "mg/patient", "yo"] {
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
        assert_eq!(shown_quantity(12.0, "meq{1+}/L"), "12 mEq/L");
        assert_eq!(shown_quantity(90.0, "mL/min/{1.73_m2}"), "90 mL/min/1.73 m²");
        assert_eq!(shown_quantity(37.0, "Cel"), "37 °C");
    }

    #[test]
    fn an_equivalent_takes_the_charge_its_parameter_declares() {
        let accepted = ["mg/dL".to_owned(), "meq{2+}/L".to_owned()];
        assert_eq!(meant("meq/L", &accepted), "meq{2+}/L");
        assert_eq!(meant("mg/dL", &accepted), "mg/dL");
        assert_eq!(meant("mmol/L", &accepted), "mmol/L");
    }
}
