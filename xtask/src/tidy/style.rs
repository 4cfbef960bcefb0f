//! House style that a machine can check.

use super::source::{Finding, Source};

type Rule = fn(&Source) -> Vec<Finding>;

pub const ALL: [Rule; 5] = [file_length, no_open_ends, no_code_in_comments, no_ignored_tests, names];

/// Non-test lines a file may have; above it a file tells more than one story.
const LONGEST: usize = 400;

pub fn file_length(source: &Source) -> Vec<Finding> {
    let lines = source.shipped().count();
    if lines <= LONGEST {
        return Vec::new();
    }
    vec![source.finding(
        1,
        "file_length",
        format!("{lines} lines besides tests; at most {LONGEST}"),
    )]
}

pub fn no_open_ends(source: &Source) -> Vec<Finding> {
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    let commented = source.comments.iter().enumerate().filter_map(|(index, comment)| {
        let words = comment.split(|c: char| !c.is_alphanumeric());
        let mark = words.into_iter().find(|word| marks.contains(word))?;
        Some(source.finding(index + 1, "no_open_ends", format!("`{mark}` in a comment")))
    });
    let mut found: Vec<Finding> = commented.collect();
    found.extend(source.forbid("no_open_ends", &["todo!", "unimplemented!"], "finish it"));
    found
}

/// A comment that ends like a statement and holds what only code holds.
pub fn no_code_in_comments(source: &Source) -> Vec<Finding> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (index, comment) in source.comments.iter().enumerate() {
        let text = comment.trim();
        if text.is_empty() && !source.code[index].trim().is_empty() {
            fenced = false;
        }
        if text.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && looks_like_code(text) {
            found.push(source.finding(index + 1, "no_code_in_comments", format!("`{text}`")));
        }
    }
    found
}

fn looks_like_code(text: &str) -> bool {
    let starts = [
        "let ", "fn ", "pub fn ", "use ", "return ", "if ", "for ", "match ", "impl ", "#[", "self.",
    ];
    let ends = [";", "{", ");", "},"];
    let keyword = starts.iter().any(|start| text.starts_with(start)) && ends.iter().any(|end| text.ends_with(end));
    keyword && text.contains(['(', '=', '{', ':'])
}

pub fn no_ignored_tests(source: &Source) -> Vec<Finding> {
    let ignored = source.code.iter().enumerate().filter(|(_, line)| {
        let line = line.trim_start();
        line.starts_with("#[ignore") || line.contains("allow(dead_code)")
    });
    ignored
        .map(|(index, line)| source.finding(index + 1, "no_ignored_tests", format!("`{}`", line.trim())))
        .collect()
}

/// Types are nouns of the field; these endings name none.
pub fn names(source: &Source) -> Vec<Finding> {
    let endings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Service"];
    let mut found = Vec::new();
    for (number, line) in source.shipped() {
        for keyword in ["struct ", "enum ", "trait ", "type ", "mod "] {
            let Some((before, after)) = line.split_once(keyword) else {
                continue;
            };
            if before
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || c == '_')
            {
                continue;
            }
            let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let ending = endings
                .iter()
                .find(|ending| name.ends_with(**ending) || name.eq_ignore_ascii_case(ending));
            found.extend(
                ending.map(|ending| source.finding(number, "names", format!("`{name}`: \"{ending}\" says nothing"))),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Source {
        Source::parse("host/src/chat/ask.rs", text)
    }

    #[test]
    fn long_file_is_found_and_its_tests_do_not_count() {
        assert_eq!(file_length(&at(&"let a = 1;\n".repeat(401))).len(), 1);
        assert!(file_length(&at(&"let a = 1;\n".repeat(400))).is_empty());
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "fn a() {}\n".repeat(500));
        assert!(file_length(&at(&tests)).is_empty());
    }

    #[test]
    fn open_ends_are_found() {
        let mark = ["TO", "DO"].concat();
        assert_eq!(no_open_ends(&at(&format!("// {mark}: later"))).len(), 1);
        assert_eq!(no_open_ends(&at("todo!()")).len(), 1);
        assert!(no_open_ends(&at("// method and mastodons")).is_empty());
    }

    #[test]
    fn commented_out_code_is_found_and_prose_is_not() {
        assert_eq!(no_code_in_comments(&at("// let a = b(c);")).len(), 1);
        assert_eq!(no_code_in_comments(&at("//use a::b;")).len(), 1);
        assert!(
            no_code_in_comments(&at("// if the lock is held (see above), wait;\n// let it be"))
                .iter()
                .all(|f| f.line == 1)
        );
        assert!(no_code_in_comments(&at("/// ```\n/// let a = b(c);\n/// ```")).is_empty());
        assert!(no_code_in_comments(&at("// The claim is one statement: two workers never take one job.")).is_empty());
    }

    #[test]
    fn ignored_tests_are_found_also_in_test_code() {
        assert_eq!(
            no_ignored_tests(&at("#[cfg(test)]\nmod t {\n #[test]\n #[ignore]\n fn a() {}\n}")).len(),
            1
        );
    }

    #[test]
    fn empty_names_are_found() {
        assert_eq!(names(&at("pub struct SessionManager;")).len(), 1);
        assert_eq!(names(&at("mod utils;")).len(), 1);
        assert!(names(&at("pub struct Session { service: u8 }")).is_empty());
    }
}
