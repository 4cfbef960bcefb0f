//! Where a formula comes from.

use api_types::Reference;
use leptos::prelude::*;

/// A reference as one line of text.
pub fn line(reference: &Reference) -> String {
    let mut parts = Vec::new();
    match reference.authors.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        [first, ..] => parts.push(format!("{first} et al.")),
    }
    parts.push(reference.title.clone());
    parts.extend(reference.published.clone());
    parts.extend(reference.doi.as_ref().map(|doi| format!("doi:{doi}")));
    parts.extend(reference.pmid.as_ref().map(|pmid| format!("PMID {pmid}")));
    parts.join(". ").replace("..", ".")
}

/// The address at which a reference can be read, if it names one.
fn address(reference: &Reference) -> Option<String> {
    let link = reference
        .url
        .clone()
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    link.or_else(|| reference.doi.as_ref().map(|doi| format!("https://doi.org/{doi}")))
        .or_else(|| {
            reference
                .pmid
                .as_ref()
                .map(|pmid| format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"))
        })
}

#[component]
pub fn ReferenceLine(reference: Reference) -> impl IntoView {
    let text = line(&reference);
    match address(&reference) {
        Some(href) => view! { <a href=href target="_blank" rel="noopener noreferrer">{text}</a> }.into_any(),
        None => view! { <span>{text}</span> }.into_any(),
    }
}
