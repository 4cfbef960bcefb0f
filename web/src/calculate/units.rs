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
        other => other
            .replace("mm[Hg]", "mmHg")
            .replace("umol", "\u{b5}mol")
            .replace("ug", "\u{b5}g")
            .replace("10*", "10^")
            .replace("m2", "m\u{b2}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_read_like_a_chart() {
        assert_eq!(super::show("umol/L"), "\u{b5}mol/L");
        assert_eq!(super::show("mm[Hg]"), "mmHg");
        assert_eq!(super::show("mg/dL"), "mg/dL");
    }
}
