//! What a style attribute says about whether anybody sees the text. Style sheets are not followed: what they hide is often
//! shown by a click.

/// What of a style attribute matters here.
#[derive(Default)]
pub(super) struct Style {
    hides: bool,
    colour: Option<[u8; 3]>,
    background: Option<[u8; 3]>,
}

impl Style {
    pub(super) fn of(text: &str) -> Self {
        let mut style = Self::default();
        for declaration in text.to_ascii_lowercase().split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value.trim().trim_end_matches("!important").trim();
            match name.trim() {
                "display" => style.hides |= value == "none",
                "visibility" => style.hides |= matches!(value, "hidden" | "collapse"),
                "opacity" | "font-size" => style.hides |= is_zero(value),
                "color" => style.colour = colour(value),
                "background" | "background-color" => style.background = colour(value),
                _ => {}
            }
        }
        style
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.hides || self.colour.is_some() && self.colour == self.background
    }

    pub(super) fn is_white(&self) -> bool {
        self.colour.is_some_and(is_nearly_white)
    }
}

/// A page on which nothing has a background of its own.
pub(super) fn is_plain_white(html: &str) -> bool {
    let html = html.to_ascii_lowercase();
    !["background", "bgcolor", "stylesheet", "@import"]
        .iter()
        .any(|sign| html.contains(sign))
}

/// The value of a colour attribute.
pub(super) fn is_white(value: &str) -> bool {
    colour(&value.trim().to_ascii_lowercase()).is_some_and(is_nearly_white)
}

fn is_nearly_white(colour: [u8; 3]) -> bool {
    colour.iter().all(|part| *part >= 0xf8)
}

/// "0", "0px", "0.0em"
fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f32>().is_ok_and(|number| number == 0.0)
}

fn colour(value: &str) -> Option<[u8; 3]> {
    if let Some(digits) = value.strip_prefix('#') {
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let short = |at: usize| Some(u8::from_str_radix(digits.get(at..=at)?, 16).ok()? * 17);
        return match digits.len() {
            3 | 4 => Some([short(0)?, short(1)?, short(2)?]),
            6 | 8 => Some([part(0)?, part(2)?, part(4)?]),
            _ => None,
        };
    }
    if let Some(inside) = value.strip_prefix("rgb(").or(value.strip_prefix("rgba(")) {
        let mut parts = inside.split([',', ' ', ')', '/']).filter(|part| !part.is_empty());
        let mut part = || parts.next()?.parse().ok();
        return Some([part()?, part()?, part()?]);
    }
    match value {
        "white" | "snow" | "ivory" => Some([0xff; 3]),
        "black" => Some([0; 3]),
        _ => None,
    }
}
