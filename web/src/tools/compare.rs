//! Before and after of a change, part by part and line by line.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::schema::{Kind, shown};
use crate::texts::tl;

/// One part of what changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Of an object; none for a plain value.
    pub name: Option<String>,
    pub before: Option<Vec<Line>>,
    pub after: Option<Vec<Line>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub text: String,
    /// It stands on this side only.
    pub only_here: bool,
}

impl Part {
    pub fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// The parts of a change: the members of objects, or the value as one.
pub fn parts(before: Option<&Value>, after: Option<&Value>) -> Vec<Part> {
    let objects = [before, after]
        .into_iter()
        .flatten()
        .all(|value| value.as_object().is_some_and(|object| !object.is_empty()));
    if !objects || (before.is_none() && after.is_none()) {
        return vec![part(None, before, after)];
    }
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (members(before), members(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|name| part(Some(name.clone()), before.get(name), after.get(name)))
        .collect()
}

fn part(name: Option<String>, before: Option<&Value>, after: Option<&Value>) -> Part {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => shown(other, &Kind::Json),
    };
    let (Some(old), Some(new)) = (before.map(text), after.map(text)) else {
        let whole = |value: Option<&Value>| {
            let text = text(value?);
            let lines = text.lines().map(|line| Line {
                text: line.to_owned(),
                only_here: true,
            });
            Some(lines.collect())
        };
        return Part {
            name,
            before: whole(before),
            after: whole(after),
        };
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    for change in TextDiff::from_slices(&old, &new).iter_all_changes() {
        let line = |only_here| Line {
            text: change.value().to_owned(),
            only_here,
        };
        match change.tag() {
            ChangeTag::Equal => {
                left.push(line(false));
                right.push(line(false));
            }
            ChangeTag::Delete => left.push(line(true)),
            ChangeTag::Insert => right.push(line(true)),
        }
    }
    Part {
        name,
        before: Some(left),
        after: Some(right),
    }
}

#[component]
pub fn Compare(before: Option<Value>, after: Option<Value>) -> impl IntoView {
    let parts = parts(before.as_ref(), after.as_ref());
    let named = parts.iter().any(|part| part.name.is_some());
    view! {
        <table class="va-compare" class:named=named>
            <thead>
                <tr>
                    {named.then(|| view! { <th scope="col">{tl().field}</th> })}
                    <th scope="col">{tl().before}</th>
                    <th scope="col">{tl().after}</th>
                </tr>
            </thead>
            <tbody>
                {parts.into_iter().map(|part| (part.changed(), part)).map(|(changed, part)| view! {
                    <tr class:same=!changed>
                        {part.name.map(|name| view! { <th scope="row">{name}</th> })}
                        <td data-side=tl().before>{side(part.before, "del")}</td>
                        <td data-side=tl().after>{side(part.after, "ins")}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

fn side(lines: Option<Vec<Line>>, mark: &'static str) -> AnyView {
    let Some(lines) = lines else {
        return view! { <span class="va-quiet">{tl().nothing}</span> }.into_any();
    };
    lines
        .into_iter()
        .map(|line| match (line.only_here, mark) {
            (false, _) => view! { <span class="va-line">{line.text}</span> }.into_any(),
            (true, "del") => view! { <del class="va-line">{line.text}</del> }.into_any(),
            (true, _) => view! { <ins class="va-line">{line.text}</ins> }.into_any(),
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn marked(lines: Option<&Vec<Line>>) -> Vec<&str> {
        let lines = lines.into_iter().flatten();
        lines
            .filter(|line| line.only_here)
            .map(|line| line.text.as_str())
            .collect()
    }

    #[test]
    fn objects_are_compared_member_by_member() {
        let parts = parts(
            Some(&json!({ "title": "Rounds", "start": "08:00" })),
            Some(&json!({ "title": "Rounds", "start": "09:00", "room": "7" })),
        );
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.name.as_deref(), part.changed()))
            .collect();
        assert_eq!(
            shown,
            [(Some("room"), true), (Some("start"), true), (Some("title"), false)]
        );
        assert_eq!(parts[0].before, None);
        assert_eq!(
            (marked(parts[1].before.as_ref()), marked(parts[1].after.as_ref())),
            (vec!["08:00"], vec!["09:00"])
        );
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        let parts = parts(Some(&json!("one\ntwo\nthree")), Some(&json!("one\n2\nthree\n")));
        assert_eq!(parts.len(), 1);
        assert_eq!(
            (marked(parts[0].before.as_ref()), marked(parts[0].after.as_ref())),
            (vec!["two"], vec!["2"])
        );
    }

    #[test]
    fn what_is_new_has_no_before() {
        let parts = parts(None, Some(&json!("a\nb")));
        assert_eq!(
            (parts[0].before.clone(), marked(parts[0].after.as_ref())),
            (None, vec!["a", "b"])
        );
        assert!(parts[0].changed());
    }
}
