//! Units of measure in clinical text, each with one canonical key.

/// Canonical key of a unit as written. Case decides where it must (mM and mm, Mg and mg).
pub fn unit(word: &str) -> Option<&'static str> {
    EXACT.iter().find(|u| u.0 == word).map(|u| u.1).or_else(|| {
        let lower = word.to_lowercase().replace(['µ', 'μ'], "u");
        let lower = lower.trim_end_matches('.');
        FOLDED.iter().find(|u| u.0 == lower).map(|u| u.1)
    })
}

/// Words of time, counted as units even without a number in front.
pub fn time(word: &str) -> Option<&'static str> {
    unit(word).filter(|k| word.len() > 2 && ["h", "min", "d", "wk", "mo", "y"].contains(k))
}

/// "daily", "weekly" and the like: once per that unit of time.
pub fn frequency(word: &str) -> Option<&'static str> {
    Some(match word {
        "daily" | "od" | "qd" => "d",
        "hourly" => "h",
        "weekly" => "wk",
        "monthly" => "mo",
        "yearly" | "annually" | "annual" => "y",
        _ => return None,
    })
}

/// Words that follow a number with a hyphen ("6-month", "2-fold") without making the two a name.
pub fn counted(word: &str) -> bool {
    unit(word).is_some()
        || [
            "fold", "point", "item", "dose", "arm", "drug", "way", "step", "dimensional", "day", "old", "mer", "times", "year", "site", "center",
            "centre", "item", "stage", "hit", "level", "minute", "second", "person", "lead", "part", "tier", "digit", "and", "to", "or",
        ]
        .contains(&word)
}

const EXACT: &[(&str, &str)] = &[
    ("M", "mol/l"), ("mM", "mmol/l"), ("µM", "umol/l"), ("μM", "umol/l"), ("uM", "umol/l"), ("nM", "nmol/l"), ("pM", "pmol/l"),
    ("m", "m"), ("mm", "mm"), ("cm", "cm"), ("nm", "nm"), ("km", "km"), ("g", "g"), ("G", "gauss"), ("L", "l"), ("l", "l"), ("C", "celsius"), ("F", "fahrenheit"),
    ("K", "kelvin"), ("h", "h"), ("H", "h"), ("d", "d"), ("s", "s"), ("V", "volt"), ("W", "watt"), ("J", "joule"), ("N", "newton"),
    ("T", "tesla"), ("Hz", "hz"), ("kHz", "khz"), ("MHz", "mhz"), ("GHz", "ghz"), ("Da", "da"), ("kDa", "kda"), ("Gy", "gy"), ("cGy", "cgy"), ("mGy", "mgy"),
    ("Sv", "sv"), ("mSv", "msv"), ("Pa", "pa"), ("kPa", "kpa"), ("MPa", "mpa"), ("mPa", "mpa-small"), ("U", "iu"), ("IU", "iu"), ("mIU", "miu"), ("mU", "miu"), ("kU", "kiu"),
    ("MU", "miu-large"), ("Mb", "mb"), ("kb", "kb"), ("Kb", "kb"), ("bp", "bp"), ("Mbp", "mb"), ("Gb", "gb"), ("W/kg", "watt/kg"), ("mV", "mv"), ("kV", "kv"), ("mA", "ma"), ("kg", "kg"), ("MW", "mw"), ("kW", "kw"),
];

const FOLDED: &[(&str, &str)] = &[
    ("mg", "mg"), ("milligram", "mg"), ("milligrams", "mg"), ("milligramme", "mg"), ("milligrammes", "mg"), ("mgs", "mg"), ("mcg", "ug"), ("ug", "ug"),
    ("microgram", "ug"), ("micrograms", "ug"), ("microgramme", "ug"), ("micrograms", "ug"), ("ng", "ng"), ("nanogram", "ng"), ("nanograms", "ng"),
    ("pg", "pg"), ("picogram", "pg"), ("picograms", "pg"), ("fg", "fg"), ("gram", "g"), ("grams", "g"), ("gramme", "g"), ("grammes", "g"), ("gm", "g"), ("gms", "g"),
    ("kilogram", "kg"), ("kilograms", "kg"), ("kgs", "kg"), ("kg", "kg"), ("lb", "lb"), ("lbs", "lb"), ("pound", "lb"), ("pounds", "lb"), ("oz", "oz"), ("ounce", "oz"), ("ounces", "oz"),
    ("ml", "ml"), ("milliliter", "ml"), ("milliliters", "ml"), ("millilitre", "ml"), ("millilitres", "ml"), ("cc", "ml"), ("dl", "dl"), ("deciliter", "dl"), ("decilitre", "dl"),
    ("ul", "ul"), ("microliter", "ul"), ("microliters", "ul"), ("microlitre", "ul"), ("microlitres", "ul"), ("nl", "nl"), ("fl", "fl"), ("liter", "l"), ("liters", "l"), ("litre", "l"), ("litres", "l"),
    ("mmol", "mmol"), ("umol", "umol"), ("nmol", "nmol"), ("pmol", "pmol"), ("mol", "mol"), ("millimole", "mmol"), ("millimoles", "mmol"), ("micromole", "umol"), ("micromoles", "umol"), ("meq", "meq"), ("mosm", "mosm"),
    ("millimolar", "mmol/l"), ("micromolar", "umol/l"), ("nanomolar", "nmol/l"), ("picomolar", "pmol/l"),
    ("iu", "iu"), ("unit", "iu"), ("units", "iu"), ("miu", "miu"), ("mmhg", "mmhg"), ("cmh2o", "cmh2o"), ("torr", "torr"), ("bar", "bar"), ("atm", "atm"),
    ("%", "%"), ("percent", "%"), ("pct", "%"), ("percentage", "%"), ("‰", "permille"), ("ppm", "ppm"), ("ppb", "ppb"), ("permille", "permille"),
    ("h", "h"), ("hr", "h"), ("hrs", "h"), ("hour", "h"), ("hours", "h"), ("min", "min"), ("mins", "min"), ("minute", "min"), ("minutes", "min"),
    ("sec", "s"), ("secs", "s"), ("seconds", "s"), ("ms", "ms"), ("msec", "ms"), ("millisecond", "ms"), ("milliseconds", "ms"),
    ("day", "d"), ("days", "d"), ("wk", "wk"), ("wks", "wk"), ("week", "wk"), ("weeks", "wk"), ("month", "mo"), ("months", "mo"), ("mos", "mo"),
    ("year", "y"), ("years", "y"), ("yr", "y"), ("yrs", "y"), ("decade", "decade"), ("decades", "decade"), ("century", "century"), ("centuries", "century"), ("night", "night"), ("nights", "night"),
    ("um", "um"), ("micron", "um"), ("microns", "um"), ("micrometer", "um"), ("micrometers", "um"), ("millimeter", "mm"), ("millimeters", "mm"), ("millimetre", "mm"), ("millimetres", "mm"),
    ("centimeter", "cm"), ("centimeters", "cm"), ("centimetre", "cm"), ("centimetres", "cm"), ("meter", "m"), ("meters", "m"), ("metre", "m"), ("metres", "m"), ("kilometer", "km"), ("kilometers", "km"),
    ("inch", "inch"), ("inches", "inch"), ("foot", "foot"), ("feet", "foot"), ("nanometer", "nm"), ("nanometers", "nm"), ("angstrom", "angstrom"),
    ("m2", "m2"), ("m²", "m2"), ("mm2", "mm2"), ("mm²", "mm2"), ("mm3", "mm3"), ("mm³", "mm3"), ("cm2", "cm2"), ("cm²", "cm2"), ("cm3", "ml"), ("cm³", "ml"), ("m3", "m3"), ("m³", "m3"),
    ("kcal", "kcal"), ("cal", "cal"), ("kj", "kj"), ("kilocalories", "kcal"), ("calories", "cal"), ("celsius", "celsius"), ("fahrenheit", "fahrenheit"),
    ("bpm", "bpm"), ("tablet", "tablet"), ("tablets", "tablet"), ("capsule", "capsule"), ("capsules", "capsule"), ("puff", "puff"), ("puffs", "puff"), ("drop", "drop"), ("drops", "drop"),
    ("vial", "vial"), ("vials", "vial"), ("ampoule", "ampoule"), ("ampoules", "ampoule"), ("teaspoon", "teaspoon"), ("tablespoon", "tablespoon"), ("fold", "fold"), ("bp", "bp"), ("kilobase", "kb"), ("kilobases", "kb"), ("megabase", "mb"),
    ("$", "dollar"), ("dollars", "dollar"), ("€", "euro"), ("euros", "euro"), ("£", "sterling"), ("khz", "khz"), ("hz", "hz"), ("mhz", "mhz"), ("kda", "kda"), ("gy", "gy"), ("cgy", "cgy"), ("mci", "mci"), ("mbq", "mbq"), ("gbq", "gbq"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_and_sizes_stay_apart() {
        assert_eq!(unit("mcg"), unit("µg"));
        assert_eq!(unit("micrograms"), unit("mcg"));
        assert_eq!(unit("hours"), unit("h"));
        assert_ne!(unit("mg"), unit("mcg"));
        assert_ne!(unit("mM"), unit("mm"));
        assert_ne!(unit("mM"), unit("µM"));
        assert_ne!(unit("mmol"), unit("mol"));
        assert_eq!(unit("patients"), None);
        assert_eq!(frequency("daily"), unit("day"));
    }
}
