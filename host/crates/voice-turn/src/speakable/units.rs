//! Units in words, for one and for many. Spelled the American way, as the voice's lexicon is.

const UNITS: [(&str, &str, &str); 58] = [
    ("kg", "kilogram", "kilograms"),
    ("g", "gram", "grams"),
    ("mg", "milligram", "milligrams"),
    ("mcg", "microgram", "micrograms"),
    ("µg", "microgram", "micrograms"),
    ("ug", "microgram", "micrograms"),
    ("ng", "nanogram", "nanograms"),
    ("pg", "picogram", "picograms"),
    ("L", "liter", "liters"),
    ("l", "liter", "liters"),
    ("dL", "deciliter", "deciliters"),
    ("dl", "deciliter", "deciliters"),
    ("mL", "milliliter", "milliliters"),
    ("ml", "milliliter", "milliliters"),
    ("µL", "microliter", "microliters"),
    ("fL", "femtoliter", "femtoliters"),
    ("mol", "mole", "moles"),
    ("mmol", "millimole", "millimoles"),
    ("µmol", "micromole", "micromoles"),
    ("umol", "micromole", "micromoles"),
    ("nmol", "nanomole", "nanomoles"),
    ("pmol", "picomole", "picomoles"),
    ("mEq", "milliequivalent", "milliequivalents"),
    ("mOsm", "milliosmole", "milliosmoles"),
    ("IU", "international unit", "international units"),
    ("U", "unit", "units"),
    ("mU", "milliunit", "milliunits"),
    ("kU", "kilounit", "kilounits"),
    ("mmHg", "millimeter of mercury", "millimeters of mercury"),
    ("cmH2O", "centimeter of water", "centimeters of water"),
    ("kPa", "kilopascal", "kilopascals"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("km", "kilometer", "kilometers"),
    ("m", "meter", "meters"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("µm", "micrometer", "micrometers"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("s", "second", "seconds"),
    ("sec", "second", "seconds"),
    ("ms", "millisecond", "milliseconds"),
    ("d", "day", "days"),
    ("wk", "week", "weeks"),
    ("wks", "week", "weeks"),
    ("mo", "month", "months"),
    ("yr", "year", "years"),
    ("yrs", "year", "years"),
    ("y", "year", "years"),
    ("bpm", "beat per minute", "beats per minute"),
    ("Hz", "hertz", "hertz"),
    ("mSv", "millisievert", "millisieverts"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°", "degree", "degrees"),
];

/// The words of a unit's symbol; symbols differ by case.
pub(super) fn words(symbol: &str, one: bool) -> Option<&'static str> {
    let found = UNITS.iter().find(|(known, ..)| *known == symbol)?;
    Some(if one { found.1 } else { found.2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_symbol_stands_once() {
        for (at, (symbol, ..)) in UNITS.iter().enumerate() {
            assert!(UNITS[at + 1..].iter().all(|(other, ..)| other != symbol), "{symbol}");
        }
    }
}
