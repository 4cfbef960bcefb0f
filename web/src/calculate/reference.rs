//! Where a formula comes from.

use api_types::Reference;
use leptos::prelude::*;

/// Authors, title and year.
fn statement(reference: &Reference) -> String {
    let mut parts = Vec::new();
    match reference.authors.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        [first, ..] => parts.push(format!("{first} et al.")),
    }
    parts.push(reference.title.clone());
    parts.extend(reference.published.clone());
    parts.join(". ").replace("..", ".")
}

/// A reference as one line of text.
pub fn line(reference: &Reference) -> String {
    let mut parts = vec![statement(reference)];
    parts.extend(reference.doi.as_ref().map(|doi| format!("doi:{doi}")));
    parts.extend(reference.pmid.as_ref().map(|pmid| format!("PMID {pmid}")));
    parts.join(". ").replace("..", ".")
}

/// Every place at which a reference can be read, with its name: DOI, PubMed, or its own address.
fn links(reference: &Reference) -> Vec<(String, String)> {
    let doi = reference
        .doi
        .as_ref()
        .map(|doi| (format!("doi:{doi}"), format!("https://doi.org/{doi}")));
    let pmid = reference.pmid.as_ref().map(|pmid| {
        (
            format!("PMID {pmid}"),
            format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"),
        )
    });
    let own = reference
        .url
        .as_ref()
        .filter(|url| url.starts_with("https://"))
        .map(|url| {
            let rest = url.trim_start_matches("https://");
            (rest.split('/').next().unwrap_or(rest).to_owned(), url.clone())
        });
    let known: Vec<_> = doi.into_iter().chain(pmid).collect();
    // An address that only repeats what DOI or PMID lead to says nothing new.
    let own = own.filter(|(_, url)| {
        !known
            .iter()
            .any(|(_, other)| other.trim_end_matches('/') == url.trim_end_matches('/'))
    });
    known.into_iter().chain(own).collect()
}

#[component]
pub fn Links(reference: Reference) -> impl IntoView {
    let links = links(&reference);
    (!links.is_empty()).then(|| {
        view! {
            <span class="va-links">
                {links.into_iter().map(|(name, href)| view! {
                    <a href=href target="_blank" rel="noopener noreferrer">{name}</a>" "
                }).collect_view()}
            </span>
        }
    })
}

/// A reference with its links.
#[component]
pub fn ReferenceLine(reference: Reference) -> impl IntoView {
    view! { <span>{statement(&reference)}</span>" "<Links reference /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> Reference {
        Reference {
            title: "A score.".into(),
            authors: vec!["Lip G".into(), "Lane D".into()],
            published: Some("2010".into()),
            url: Some("https://doi.org/10.1378/chest.09-1584".into()),
            doi: Some("10.1378/chest.09-1584".into()),
            pmid: Some("19762550".into()),
        }
    }

    #[test]
    fn a_reference_reads_as_one_line_for_copying() {
        assert_eq!(
            line(&paper()),
            "Lip G et al. A score. 2010. doi:10.1378/chest.09-1584. PMID 19762550"
        );
    }

    #[test]
    fn an_address_that_repeats_the_doi_is_not_shown_twice() {
        let names: Vec<_> = links(&paper()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["doi:10.1378/chest.09-1584", "PMID 19762550"]);
        let elsewhere = Reference {
            url: Some("https://www.who.int/a".into()),
            doi: None,
            pmid: None,
            ..paper()
        };
        assert_eq!(
            links(&elsewhere),
            [("www.who.int".to_owned(), "https://www.who.int/a".to_owned())]
        );
        let unsafe_address = Reference {
            url: Some("http://a.example".into()),
            doi: None,
            pmid: None,
            ..paper()
        };
        assert!(links(&unsafe_address).is_empty());
    }
}
