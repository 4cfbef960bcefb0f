//! UCUM codes as people write them.

pub fn show(code: &str) -> String {
    match code {
        "1" | "{score}" => String::new(),
        "a" => "years".to_owned(),
        "mo" => "months".to_owned(),
        "wk" => "weeks".to_owned(),
        "d" => "days".to_owned(),
        "Cel" => "\u{b0}C".to_owned(),
        "[degF]" => "\u{b0}F".to_owned(),
        "[lb_av]" => "lb".to_owned(),
        "[in_i]" => "in".to_owned(),
        other => uncharged(other)
            .replace("{1.73_m2}", "1.73 m2")
            .replace("meq", "mEq")
            .replace("mosm", "mOsm")
            .replace("[IU]", "IU")
            .replace("mm[Hg]", "mmHg")
            .replace("umol", "\u{b5}mol")
            .replace("ug", "\u{b5}g")
            .replace("10*", "10^")
            .replace("m2", "m\u{b2}"),
    }
}

/// An equivalent without the charge of its ion in braces, which only the conversion needs: `meq{2+}/L` is `meq/L`.
fn uncharged(code: &str) -> String {
    let charge = code
        .split_once("eq{")
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
    charge.map_or_else(|| code.to_owned(), |(before, after)| format!("{before}eq{after}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_read_like_a_chart() {
        assert_eq!(super::show("umol/L"), "\u{b5}mol/L");
        assert_eq!(super::show("mm[Hg]"), "mmHg");
        assert_eq!(super::show("mg/dL"), "mg/dL");
        assert_eq!(super::show("meq{2+}/L"), "mEq/L");
        assert_eq!(super::show("mL/min/{1.73_m2}"), "mL/min/1.73 m\u{b2}");
    }
}
