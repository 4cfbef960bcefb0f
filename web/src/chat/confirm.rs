//! Sources that Nextcloud lets some browsers read and others not. No server can check such a rule for the reader, so
//! the reader's own browser tries each source; what it may not read never enters the page.

use std::collections::{BTreeMap, BTreeSet};

use api_types::{Answer, AnswerEvent, Citation};
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::api;

/// What became of each address tried for one answer. It is never kept for another: rights change.
pub type Confirmed = BTreeMap<String, bool>;

/// Tries what `event` cites and `known` does not hold yet.
pub async fn event(event: &AnswerEvent, known: &Confirmed) -> Confirmed {
    match event {
        AnswerEvent::Citation(citation) => addresses(std::slice::from_ref(citation), known).await,
        AnswerEvent::Done { answer, .. } => answers([&**answer], known).await,
        _ => Confirmed::new(),
    }
}

/// Tries what whole answers cite, which are shown together.
pub async fn answers<'a>(answers: impl IntoIterator<Item = &'a Answer>, known: &Confirmed) -> Confirmed {
    let cited: Vec<Citation> = answers
        .into_iter()
        .flat_map(|answer| {
            answer
                .citations
                .iter()
                .chain(answer.not_found.iter().flat_map(|found| &found.nearest))
        })
        .cloned()
        .collect();
    addresses(&cited, known).await
}

/// All at once: each is a journey to Nextcloud's file system.
async fn addresses(citations: &[Citation], known: &Confirmed) -> Confirmed {
    let new: BTreeSet<&String> = citations
        .iter()
        .filter_map(|citation| citation.browser_check.as_ref())
        .filter(|address| !known.contains_key(*address))
        .collect();
    let tried: Vec<(String, js_sys::Promise)> = new
        .into_iter()
        .map(|address| (address.clone(), begin(address)))
        .collect();
    let mut confirmed = Confirmed::new();
    for (address, outcome) in tried {
        let readable = JsFuture::from(outcome).await.is_ok_and(|readable| readable.is_truthy());
        confirmed.insert(address, readable);
    }
    confirmed
}

fn begin(address: &str) -> js_sys::Promise {
    let address = address.to_owned();
    js_sys::Promise::new(&mut |resolve, _| {
        let address = address.clone();
        spawn_local(async move {
            let readable = api::readable(&address).await;
            let _ = resolve.call1(&JsValue::UNDEFINED, &readable.into());
        });
    })
}

/// Whether a citation may be shown. One that was never tried may not.
pub fn may_show(citation: &Citation, confirmed: &Confirmed) -> bool {
    citation
        .browser_check
        .as_ref()
        .is_none_or(|address| confirmed.get(address) == Some(&true))
}

/// Takes out what was not confirmed and all that rests on it; returns whether anything was.
pub fn keep(answer: &mut Answer, confirmed: &Confirmed) -> bool {
    let refused: BTreeSet<u32> = answer
        .citations
        .iter()
        .filter(|citation| !may_show(citation, confirmed))
        .map(|citation| citation.number)
        .collect();
    answer.citations.retain(|citation| !refused.contains(&citation.number));
    answer
        .sentences
        .retain(|sentence| sentence.citations.iter().all(|number| !refused.contains(number)));
    answer
        .conflicts
        .retain(|conflict| conflict.sides.iter().all(|side| !refused.contains(&side.citation)));
    if let Some(clarification) = &mut answer.clarification {
        let may = |number: Option<u32>| number.is_none_or(|number| !refused.contains(&number));
        clarification.options.retain(|option| may(option.citation));
    }
    let mut missing = !refused.is_empty();
    if let Some(not_found) = &mut answer.not_found {
        let before = not_found.nearest.len();
        not_found.nearest.retain(|citation| may_show(citation, confirmed));
        missing |= not_found.nearest.len() < before;
    }
    missing
}

#[cfg(test)]
pub mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    pub fn citation(number: u32, browser_check: Option<&str>) -> Citation {
        serde_json::from_value(serde_json::json!({
            "number": number, "passage_id": "p", "document_id": "d", "document_title": "", "heading": null, "page": 1,
            "has_pages": true, "quote": "", "quote_start": 0, "quote_end": 0, "source_date": null,
            "source_owner": null, "watermark": null, "browser_check": browser_check
        }))
        .unwrap()
    }

    pub fn answered() -> Answer {
        let sentence = |ordinal: u32, citations: &[u32]| {
            serde_json::json!({
                "ordinal": ordinal, "text": "", "kind": "statement", "group": null, "citations": citations
            })
        };
        serde_json::from_value(serde_json::json!({
            "kind": "answered",
            "sentences": [sentence(1, &[1]), sentence(2, &[2]), sentence(3, &[1, 2])],
            "citations": [citation(1, None), citation(2, Some("/remote.php/dav/files/a/x.pdf"))],
            "not_found": null, "clarification": null, "calculation": null, "withheld": 0, "notices": [], "watermark": null,
            "conflicts": [{"topic": "", "sides": [
                {"statement": "", "citation": 1, "document_title": "", "source_date": null},
                {"statement": "", "citation": 2, "document_title": "", "source_date": null}
            ]}],
            "metadata": {
                "model": "", "provider": "", "ran_at": "", "selection_reason": "", "selection_confidence": 0.0,
                "retrieval_confidence": 0.0, "reasoning_path": [], "total_ms": 0,
                "receipt": {"left_the_building": "", "requests": []}
            }
        }))
        .unwrap()
    }

    #[test]
    fn an_option_made_of_a_refused_heading_goes_with_it() {
        let mut answer = answered();
        answer.clarification = serde_json::from_value(serde_json::json!({ "question": "Which?", "options": [
            { "label": "of everyone", "question": "", "citation": 1 }, { "label": "of x", "question": "", "citation": 2 },
            { "label": "general", "question": "" }
        ]}))
        .unwrap();
        keep(&mut answer, &Confirmed::new());
        let left = answer.clarification.unwrap().options;
        assert_eq!(
            left.iter().map(|option| &*option.label).collect::<Vec<_>>(),
            ["of everyone", "general"]
        );
    }

    #[test]
    fn what_rests_on_a_refused_source_goes_with_it() {
        let address = "/remote.php/dav/files/a/x.pdf".to_owned();
        for confirmed in [Confirmed::from([(address.clone(), false)]), Confirmed::new()] {
            let mut answer = answered();
            assert!(keep(&mut answer, &confirmed));
            assert_eq!(answer.sentences.iter().map(|s| s.ordinal).collect::<Vec<_>>(), [1]);
            assert_eq!(answer.citations.len(), 1);
            assert!(answer.conflicts.is_empty());
        }
        let mut answer = answered();
        assert!(!keep(&mut answer, &Confirmed::from([(address, true)])));
        assert_eq!((answer.sentences.len(), answer.conflicts.len()), (3, 1));
    }
}
