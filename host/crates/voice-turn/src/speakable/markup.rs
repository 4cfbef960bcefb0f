//! What is on the page for the eye only.

use super::numbers;

/// Takes out markup; a line without an end mark gets one.
pub(super) fn strip(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches(['#', '>']).trim_start();
        let line = ["- ", "* ", "• "]
            .iter()
            .find_map(|bullet| line.strip_prefix(bullet))
            .unwrap_or(line);
        let rule = line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '=' | '*'));
        if line.is_empty() || rule {
            continue;
        }
        let cells = line.trim_matches('|').replace('|', ",");
        lines.push(links(&cells.replace(['*', '`'], "").replace("__", "")));
    }
    let last = lines.len().saturating_sub(1);
    for line in lines.iter_mut().take(last) {
        if !line.ends_with(['.', '!', '?', ':', ';', ',']) {
            line.push('.');
        }
    }
    lines.join(" ")
}

/// `[text](address)` becomes `text`.
fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let found = rest[open..].find("](").and_then(|middle| {
            let close = rest[open + middle..].find(')')?;
            Some((open + middle, open + middle + close))
        });
        let Some((middle, close)) = found.filter(|(middle, _)| !rest[open + 1..*middle].contains(['[', ']'])) else {
            out.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        out.push_str(&rest[..open]);
        out.push_str(&rest[open + 1..middle]);
        rest = &rest[close + 1..];
    }
    out + rest
}

/// Citation marks such as `[1]` or `[2, 3]` are said as "source one" before the sentence's end mark.
pub(super) fn citations(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (mut sources, mut after) = (Vec::new(), &rest[open..]);
        while let Some((more, tail)) = mark(after.trim_start()) {
            sources.extend(more);
            after = tail;
        }
        out.push_str(&rest[..open]);
        if sources.is_empty() {
            rest = &rest[open + 1..];
            continue;
        }
        let trimmed = out.trim_end().len();
        out.truncate(trimmed);
        let ends = out.len() - out.trim_end_matches(['.', '!', '?', ',', ';', ':']).len();
        let end = out.split_off(out.len() - ends);
        out.push_str(if out.is_empty() { "" } else { ", " });
        out.push_str(&said(&sources));
        out.push_str(&end);
        rest = after;
    }
    out + rest
}

/// One mark and what follows it.
fn mark(text: &str) -> Option<(Vec<u64>, &str)> {
    let inside = text.strip_prefix('[')?;
    let (inside, tail) = inside.split_once(']')?;
    let mut sources = Vec::new();
    for part in inside.split([',', ';']) {
        match part.split_once(['-', '–']) {
            Some((from, to)) => {
                let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
                sources.extend((from..=to).take(20));
            }
            None => sources.push(part.trim().parse().ok()?),
        }
    }
    Some((sources, tail))
}

fn said(sources: &[u64]) -> String {
    let words: Vec<String> = sources.iter().map(|&source| numbers::cardinal(source)).collect();
    match words.split_last() {
        Some((only, [])) => format!("source {only}"),
        Some((last, first)) => format!("sources {} and {last}", first.join(", ")),
        None => String::new(),
    }
}
