//! Long lists of yes-or-no questions, kept together.

use api_types::{Parameter, ParameterDomain};

/// Fewer stand in the form one by one.
const LONG: usize = 3;

#[derive(Clone, Debug, PartialEq)]
pub enum Group<T> {
    One(T),
    /// Boxes to tick.
    Ticks(Vec<T>),
    /// Questions that need a yes or a no.
    Answers(Vec<T>),
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Other,
    Tick,
    Answer,
}

fn kind(parameter: &Parameter) -> Kind {
    match (&parameter.domain, parameter.required) {
        (ParameterDomain::Boolean, false) => Kind::Tick,
        (ParameterDomain::Boolean, true) => Kind::Answer,
        _ => Kind::Other,
    }
}

/// Neighbours of one kind as one group, in the calculator's own order.
pub fn groups<T>(entries: Vec<T>, parameter: impl Fn(&T) -> &Parameter) -> Vec<Group<T>> {
    let mut runs: Vec<(Kind, Vec<T>)> = Vec::new();
    for entry in entries {
        let kind = kind(parameter(&entry));
        match runs.last_mut() {
            Some((last, run)) if *last == kind => run.push(entry),
            _ => runs.push((kind, vec![entry])),
        }
    }
    let groups = runs.into_iter().flat_map(|(kind, run)| match kind {
        Kind::Tick if run.len() >= LONG => vec![Group::Ticks(run)],
        Kind::Answer if run.len() >= LONG => vec![Group::Answers(run)],
        _ => run.into_iter().map(Group::One).collect(),
    });
    groups.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(domain: ParameterDomain, required: bool) -> Parameter {
        Parameter {
            name: String::new(),
            label: String::new(),
            help: None,
            required,
            domain,
            codings: Vec::new(),
        }
    }

    #[test]
    fn neighbouring_booleans_are_kept_together_when_they_are_many() {
        let entries = vec![
            (1, parameter(ParameterDomain::Date, true)),
            (2, parameter(ParameterDomain::Boolean, false)),
            (3, parameter(ParameterDomain::Boolean, false)),
            (4, parameter(ParameterDomain::Boolean, false)),
            (5, parameter(ParameterDomain::Boolean, true)),
            (6, parameter(ParameterDomain::Boolean, false)),
        ];
        let shape: Vec<(&str, usize)> = groups(entries, |(_, parameter)| parameter)
            .iter()
            .map(|group| match group {
                Group::One(_) => ("one", 1),
                Group::Ticks(all) => ("ticks", all.len()),
                Group::Answers(all) => ("answers", all.len()),
            })
            .collect();
        assert_eq!(shape, [("one", 1), ("ticks", 3), ("one", 1), ("one", 1)]);
    }
}
