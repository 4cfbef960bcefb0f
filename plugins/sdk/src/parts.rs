//! Short constructors for the records a plugin declares.

use crate::{
    Argument, Choice, Citation, Coding, Domain, Error, ErrorKind, IntegerDomain, Parameter, Quantity, Step, Value,
};

pub const LOINC: &str = "http://loinc.org";
pub const SNOMED: &str = "http://snomed.info/sct";

/// Message for a calculator id the plugin does not have.
pub const UNSUPPORTED_CALCULATOR: &str = "this plugin has no calculator of that name";

#[must_use]
pub fn coding(system: &str, code: &str, display: &str) -> Coding {
    Coding {
        system: system.into(),
        code: code.into(),
        display: Some(display.into()),
    }
}

/// A paper in a journal, with its PubMed id. `doi` is empty where the paper has none.
#[must_use]
pub fn paper(
    id: &str,
    title: &str,
    publisher: &str,
    authors: &[&str],
    published: &str,
    doi: &str,
    pmid: &str,
) -> Citation {
    Citation {
        id: id.into(),
        title: title.into(),
        publisher: Some(publisher.into()),
        authors: authors.iter().map(|&author| author.into()).collect(),
        published: Some(published.into()),
        url: Some(format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/")),
        doi: (!doi.is_empty()).then(|| doi.into()),
        pmid: Some(pmid.into()),
        locator: None,
        license: None,
    }
}

/// A work without a PubMed id: a book, a guideline, a page. Fill in `doi`, `pmid` or `url` where there is one.
#[must_use]
pub fn work(id: &str, title: &str, publisher: &str, authors: &[&str], published: &str) -> Citation {
    Citation {
        id: id.into(),
        title: title.into(),
        publisher: Some(publisher.into()),
        authors: authors.iter().map(|&author| author.into()).collect(),
        published: Some(published.into()),
        url: None,
        doi: None,
        pmid: None,
        locator: None,
        license: None,
    }
}

/// A history item: optional, so that one nobody mentioned counts as "no".
#[must_use]
pub fn boolean(name: &str, label: &str, help: &str, codings: Vec<Coding>) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: Some(help.into()),
        required: false,
        domain: Domain::Boolean,
        codings,
    }
}

/// A required whole number.
#[must_use]
pub fn integer(name: &str, label: &str, minimum: i32, maximum: i32, codings: Vec<Coding>) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: None,
        required: true,
        domain: Domain::Integer(IntegerDomain {
            minimum: Some(minimum),
            maximum: Some(maximum),
        }),
        codings,
    }
}

/// A required choice.
#[must_use]
pub fn choice(name: &str, label: &str, options: Vec<Choice>, codings: Vec<Coding>) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: None,
        required: true,
        domain: Domain::Choice(options),
        codings,
    }
}

#[must_use]
pub fn choice_option(id: &str, label: &str, codings: Vec<Coding>) -> Choice {
    Choice {
        id: id.into(),
        label: label.into(),
        codings,
    }
}

#[must_use]
pub fn quantity(value: f64, unit: &str) -> Value {
    Value::Quantity(Quantity {
        value,
        unit: unit.into(),
    })
}

#[must_use]
pub fn argument(name: &str, value: Value) -> Argument {
    Argument {
        name: name.into(),
        value,
    }
}

#[must_use]
pub fn step(label: &str, detail: impl Into<String>) -> Step {
    Step {
        label: label.into(),
        detail: detail.into(),
    }
}

/// An `invalid-input` error.
#[must_use]
pub fn refused(message: impl Into<String>) -> Error {
    Error {
        kind: ErrorKind::InvalidInput,
        code: None,
        message: message.into(),
        retry_after_ms: None,
    }
}
