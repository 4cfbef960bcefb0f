//! A source file as the checks see it: code with comments and literals blanked, comments apart,
//! and for every line whether it is test code.

use std::path::Path;

use anyhow::{Context, Result};

use crate::fingerprint::files;

pub struct Source {
    /// Path from the workspace root, with `/`.
    pub path: String,
    /// Every line with comments and the insides of literals blanked.
    pub code: Vec<String>,
    /// The comment text of every line; empty where there is none.
    pub comments: Vec<String>,
    /// True for every line inside `#[cfg(test)]` or of a file that is only built for tests.
    pub test: Vec<bool>,
}

/// One violation, as printed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub detail: String,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> Self {
        let (code, comments) = blank(text);
        let mut test = test_lines(&code);
        let in_tests = ["/tests/", "/benches/", "/examples/", "/fuzz/"]
            .iter()
            .any(|folder| path.contains(folder));
        if in_tests || path.ends_with("/tests.rs") || path.contains("/testkit/") {
            test.iter_mut().for_each(|line| *line = true);
        }
        Self {
            path: path.to_owned(),
            code,
            comments,
            test,
        }
    }

    /// The lines that ship, numbered from 1.
    pub fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .iter()
            .zip(&self.test)
            .enumerate()
            .filter(|(_, (_, test))| !**test)
            .map(|(index, (line, _))| (index + 1, line.as_str()))
    }

    pub fn finding(&self, line: usize, rule: &'static str, detail: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            rule,
            detail: detail.into(),
        }
    }

    /// One finding for every shipped line that holds one of `words`.
    pub fn forbid(&self, rule: &'static str, words: &[&str], why: &str) -> Vec<Finding> {
        let hits = self.shipped().filter_map(|(number, line)| {
            let word = words.iter().find(|word| holds_word(line, word))?;
            Some(self.finding(number, rule, format!("`{word}`: {why}")))
        });
        hits.collect()
    }
}

/// Every Rust file of the given folders. Modules declared under `#[cfg(test)] mod name;` count as tests.
pub fn read_all(root: &Path, folders: &[&str]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in folders
        .iter()
        .map(|folder| root.join(folder))
        .filter(|folder| folder.is_dir())
    {
        for file in files(&folder)?
            .into_iter()
            .filter(|file| file.extension().is_some_and(|end| end == "rs"))
        {
            let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            sources.push(Source::parse(&file.strip_prefix(root)?.to_string_lossy(), &text));
        }
    }
    let test_modules: Vec<String> = sources.iter().flat_map(test_module_files).collect();
    for source in sources
        .iter_mut()
        .filter(|source| test_modules.iter().any(|prefix| source.path.starts_with(prefix)))
    {
        source.test.iter_mut().for_each(|line| *line = true);
    }
    Ok(sources)
}

/// Path beginnings of the modules that a file declares for tests only: `src/a/tests.rs`, `src/a/tests/`.
fn test_module_files(source: &Source) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder.to_owned(),
        _ => stem.to_owned(),
    };
    let declared = source.code.windows(2).filter(|pair| pair[0].trim() == "#[cfg(test)]");
    let names = declared.filter_map(|pair| {
        pair[1]
            .trim()
            .trim_start_matches("pub ")
            .strip_prefix("mod ")?
            .strip_suffix(';')
            .map(str::to_owned)
    });
    names
        .flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")])
        .collect()
}

/// True when `word` stands in `line` without a letter, digit or `_` before and after it (where the
/// word itself begins or ends with one).
pub fn holds_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let starts = word.chars().next().is_some_and(part);
        let ends = word.chars().next_back().is_some_and(part);
        !(starts && before.is_some_and(part) || ends && after.is_some_and(part))
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// Splits into code lines (literals emptied) and comment lines of equal number.
fn blank(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut codes, mut comments) = (Vec::new(), Vec::new());
    let mut inside = Inside::Code;
    for line in text.lines() {
        let (mut code, mut comment) = (String::new(), String::new());
        let chars: Vec<char> = line.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let next = chars.get(at + 1).copied();
            let step = match inside {
                Inside::Code => in_code(&chars, at, &mut code, &mut inside),
                Inside::LineComment => {
                    comment.push(chars[at]);
                    1
                }
                Inside::BlockComment(depth) => match (chars[at], next) {
                    ('*', Some('/')) => {
                        inside = if depth == 1 {
                            Inside::Code
                        } else {
                            Inside::BlockComment(depth - 1)
                        };
                        2
                    }
                    ('/', Some('*')) => {
                        inside = Inside::BlockComment(depth + 1);
                        2
                    }
                    (c, _) => {
                        comment.push(c);
                        1
                    }
                },
                Inside::Text => match chars[at] {
                    '\\' => 2,
                    '"' => {
                        code.push('"');
                        inside = Inside::Code;
                        1
                    }
                    _ => 1,
                },
                Inside::RawText(hashes) => {
                    if chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
                    {
                        code.push('"');
                        inside = Inside::Code;
                        1 + hashes
                    } else {
                        1
                    }
                }
            };
            at += step;
        }
        if inside == Inside::LineComment {
            inside = Inside::Code;
        }
        codes.push(code);
        comments.push(comment);
    }
    (codes, comments)
}

/// Takes one step in code; returns how many characters it took.
fn in_code(chars: &[char], at: usize, code: &mut String, inside: &mut Inside) -> usize {
    let next = chars.get(at + 1).copied();
    let after_word = code
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_');
    match (chars[at], next) {
        ('/', Some('/')) => {
            *inside = Inside::LineComment;
            // `///` and `//!`: the marks are not part of the comment's text.
            2 + usize::from(matches!(chars.get(at + 2), Some('/' | '!')))
        }
        ('/', Some('*')) => {
            *inside = Inside::BlockComment(1);
            2
        }
        ('"', _) => {
            code.push('"');
            *inside = Inside::Text;
            1
        }
        ('r' | 'b' | 'c', _) if !after_word => match raw_start(&chars[at..]) {
            Some((length, hashes)) => {
                code.push('"');
                *inside = Inside::RawText(hashes);
                length
            }
            None => {
                code.push(chars[at]);
                1
            }
        },
        ('\'', _) => {
            let length = char_literal(&chars[at..]);
            code.push('\'');
            length
        }
        (c, _) => {
            code.push(c);
            1
        }
    }
}

/// `r"`, `r#"`, `br##"`: the length of the opening and its number of hashes.
fn raw_start(chars: &[char]) -> Option<(usize, usize)> {
    let prefix = chars.iter().take_while(|c| matches!(c, 'b' | 'c' | 'r')).count();
    if prefix > 2 || !chars[..prefix].contains(&'r') {
        return None;
    }
    let hashes = chars[prefix..].iter().take_while(|c| **c == '#').count();
    (chars.get(prefix + hashes) == Some(&'"')).then_some((prefix + hashes + 1, hashes))
}

/// The length of a character literal, or 1 for the mark of a lifetime.
fn char_literal(chars: &[char]) -> usize {
    match chars {
        ['\'', '\\', rest @ ..] => rest.iter().skip(1).position(|c| *c == '\'').map_or(1, |end| end + 4),
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

/// Marks the lines of every item under `#[cfg(test)]`: to its `;` or to the end of its braces.
fn test_lines(code: &[String]) -> Vec<bool> {
    let mut test = vec![false; code.len()];
    let mut at = 0;
    while at < code.len() {
        if !code[at].contains("#[cfg(test)]") {
            at += 1;
            continue;
        }
        let end = item_end(code, at);
        test[at..=end].fill(true);
        at = end + 1;
    }
    test
}

fn item_end(code: &[String], start: usize) -> usize {
    let mut depth = 0usize;
    let mut opened = false;
    for (index, line) in code.iter().enumerate().skip(start) {
        let line = if index == start {
            line.replace("#[cfg(test)]", "")
        } else {
            line.clone()
        };
        for c in line.chars() {
            match c {
                '{' => {
                    depth += 1;
                    opened = true;
                }
                '}' => depth = depth.saturating_sub(1),
                ';' if depth == 0 => return index,
                _ => {}
            }
            if opened && depth == 0 {
                return index;
            }
        }
    }
    code.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        let source = Source::parse(
            "host/src/a.rs",
            "let a = \"env::var\"; // env::var\nlet b = r#\"x \" env::var\"#; let c = '\"'; env::var(a);",
        );
        assert!(!source.code[0].contains("env::var"));
        assert_eq!(source.comments[0].trim(), "env::var");
        assert_eq!(source.code[1].matches("env::var").count(), 1);
    }

    #[test]
    fn literals_over_several_lines_and_lifetimes_are_understood() {
        let source = Source::parse(
            "host/src/a.rs",
            "fn f<'a>(x: &'a str) { g(\"one\n  two /* \\\" env::var\n\"); env::var() }",
        );
        assert!(!source.code[1].contains("env::var"));
        assert!(source.code[2].contains("env::var"));
    }

    #[test]
    fn test_modules_do_not_ship() {
        let source = Source::parse(
            "host/src/a.rs",
            "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { {} }\n}\nfn c() {}",
        );
        assert_eq!(source.shipped().map(|(number, _)| number).collect::<Vec<_>>(), [1, 6]);
        assert!(
            Source::parse("host/tests/it/a.rs", "fn a() {}")
                .shipped()
                .next()
                .is_none()
        );
    }

    #[test]
    fn files_of_declared_test_modules_are_found() {
        let source = Source::parse("host/src/chat/mod.rs", "#[cfg(test)]\nmod fixtures;\n");
        assert_eq!(
            test_module_files(&source),
            ["host/src/chat/fixtures.rs", "host/src/chat/fixtures/"]
        );
    }

    #[test]
    fn words_are_whole() {
        assert!(holds_word("use reqwest::Client;", "reqwest"));
        assert!(!holds_word("my_reqwest_thing", "reqwest"));
        assert!(holds_word("a.execute(pool)", ".execute("));
    }
}
