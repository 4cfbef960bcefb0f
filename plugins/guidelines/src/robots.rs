//! robots.txt (RFC 9309), with the widespread `Crawl-delay`.

/// The rules that apply to one program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    /// Pattern and whether it allows.
    rules: Vec<(String, bool)>,
    pub crawl_delay_ms: Option<u64>,
}

/// A delay beyond an hour is read as an hour.
const LONGEST_DELAY: f64 = 3_600.0;

impl Robots {
    /// The groups that name `product` (lower case), all of them together; else those for `*`.
    #[must_use]
    pub fn parse(text: &str, product: &str) -> Self {
        let groups = groups(text);
        let named = |wanted: &str| -> Vec<&Group> {
            groups
                .iter()
                .filter(|group| group.agents.iter().any(|agent| agent == wanted))
                .collect()
        };
        let mut chosen = named(product);
        if chosen.is_empty() {
            chosen = named("*");
        }
        let mut robots = Self::default();
        for group in chosen {
            robots.rules.extend(group.rules.iter().cloned());
            robots.crawl_delay_ms = robots.crawl_delay_ms.max(group.delay);
        }
        robots
    }

    /// Nothing may be fetched: what an unreachable robots.txt means.
    #[must_use]
    pub fn forbid_all() -> Self {
        Self {
            rules: vec![("/".into(), false)],
            crawl_delay_ms: None,
        }
    }

    /// The longest matching rule decides; of two equally long ones the allowing one. `path` starts with `/`.
    #[must_use]
    pub fn allows(&self, path: &str) -> bool {
        let matching = self
            .rules
            .iter()
            .filter(|(pattern, _)| matches(pattern.as_bytes(), path.as_bytes()));
        let best = matching.max_by_key(|(pattern, allow)| (pattern.len(), *allow));
        best.is_none_or(|(_, allow)| *allow)
    }
}

#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Vec<(String, bool)>,
    delay: Option<u64>,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut naming = false;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if key == "user-agent" {
            if !naming {
                groups.push(Group::default());
            }
            naming = true;
            if let Some(group) = groups.last_mut() {
                group.agents.push(product(value));
            }
            continue;
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        match key.as_str() {
            "allow" | "disallow" => {
                naming = false;
                if !value.is_empty() {
                    group.rules.push((value.into(), key == "allow"));
                }
            }
            "crawl-delay" => {
                naming = false;
                if let Ok(seconds) = value.parse::<f64>()
                    && seconds > 0.0
                {
                    group.delay = group.delay.max(milliseconds(seconds.min(LONGEST_DELAY)));
                }
            }
            _ => {}
        }
    }
    groups
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to one hour"
)]
fn milliseconds(seconds: f64) -> Option<u64> {
    Some((seconds * 1_000.0) as u64)
}

/// `ExampleBot/1.0` names the product `examplebot`.
fn product(value: &str) -> String {
    value.split('/').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// `*` stands for any characters, a final `$` for the end.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, whole) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    // The classic two-pointer match: on a mismatch, the last star takes one more character.
    let (mut at, mut place, mut star) = (0, 0, None);
    loop {
        if at == pattern.len() && (!whole || place == path.len()) {
            return true;
        }
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(c) if path.get(place) == Some(c) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((back, taken)) if taken < path.len() => {
                    star = Some((back, taken + 1));
                    at = back + 1;
                    place = taken + 1;
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_group_wins_over_the_general_one() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Other\nUser-Agent: VoiceAssist/2\nDisallow: /private\nCrawl-delay: 1.5\n";
        let robots = Robots::parse(text, "voiceassist");
        assert!(robots.allows("/guidelines") && !robots.allows("/private/x"));
        assert_eq!(robots.crawl_delay_ms, Some(1_500));
        assert!(!Robots::parse(text, "else").allows("/guidelines"));
    }

    #[test]
    fn longest_rule_decides_and_allowing_wins_a_tie() {
        let robots = Robots::parse(
            "user-agent: *\ndisallow: /a\nallow: /a/b\ndisallow: /*.pdf$\nallow: /page\ndisallow: /page\ndisallow: # nothing\n",
            "voiceassist",
        );
        for (path, allowed) in [
            ("/", true),
            ("/a", false),
            ("/a/c", false),
            ("/a/b/c", true),
            ("/x/y.pdf", false),
            ("/x/y.pdf?z", true),
            ("/page", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
    }

    #[test]
    fn empty_file_allows_and_an_unreachable_one_forbids() {
        assert!(Robots::parse("", "voiceassist").allows("/x"));
        assert!(
            Robots::parse("disallow: /", "voiceassist").allows("/x"),
            "a rule before any group applies to nobody"
        );
        assert!(!Robots::forbid_all().allows("/x"));
    }

    #[test]
    fn pattern_of_many_stars_ends_soon() {
        let pattern = format!("/{}b$", "*a".repeat(60));
        let robots = Robots::parse(&format!("user-agent: *\ndisallow: {pattern}"), "voiceassist");
        assert!(robots.allows(&format!("/{}", "a".repeat(4_000))));
    }
}
