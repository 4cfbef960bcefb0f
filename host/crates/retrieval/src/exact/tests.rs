use proptest::prelude::*;

use super::*;
use crate::terms;

fn passage(id: &str, text: &str, vector: [f32; 2]) -> Passage {
    Passage {
        id: id.into(),
        terms: terms::passage_weights("", text),
        vectors: vec![vector.to_vec()],
    }
}

fn readers(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn found(index: &ExactIndex, question: &str, who: &[&str], documents: &[&str]) -> Vec<String> {
    let scope = Scope {
        readers: &readers(who),
        documents: &readers(documents),
        without: &[],
    };
    let weights = terms::query_weights(question);
    let query = Query {
        terms: &weights,
        vector: Some(&[1.0, 0.0]),
    };
    index
        .search(&query, &scope, 10)
        .into_iter()
        .map(|found| found.id)
        .collect()
}

fn shelf() -> ExactIndex {
    let mut index = ExactIndex::default();
    index.replace(
        "a",
        &readers(&["anna", "all"]),
        vec![
            passage("a0", "sepsis fluids", [1.0, 0.0]),
            passage("a1", "stroke", [0.0, 1.0]),
        ],
    );
    index.replace(
        "b",
        &readers(&["ben"]),
        vec![passage("b0", "sepsis antibiotics", [1.0, 0.0])],
    );
    index
}

#[test]
fn readers_find_only_what_they_may_read() {
    let index = shelf();
    assert_eq!(found(&index, "sepsis", &["anna"], &[]), ["a0", "a1"]);
    assert_eq!(found(&index, "sepsis", &["ben"], &[]), ["b0"]);
    assert!(found(&index, "sepsis", &["eve"], &[]).is_empty());
    assert!(found(&index, "sepsis", &[], &[]).is_empty());
}

#[test]
fn a_document_filter_never_widens_the_scope() {
    let index = shelf();
    assert!(found(&index, "sepsis", &["anna"], &["b"]).is_empty());
    assert_eq!(found(&index, "sepsis", &["anna", "ben"], &["b"]), ["b0"]);
}

#[test]
fn a_removed_document_leaves_nothing() {
    let mut index = shelf();
    index.remove("a");
    index.remove("b");
    assert!(index.postings.is_empty() && index.names.is_empty() && index.codes.is_empty());
    assert!(
        index
            .slots
            .iter()
            .all(|slot| slot.id.is_empty() && slot.vectors.is_empty())
    );
    assert_eq!(
        index.count(&Scope {
            readers: &readers(&["anna", "ben"]),
            documents: &[],
            without: &[]
        }),
        0
    );
}

#[test]
fn replacing_keeps_no_old_passage() {
    let mut index = shelf();
    index.replace("a", &readers(&["anna"]), vec![passage("a2", "sepsis", [1.0, 0.0])]);
    assert_eq!(found(&index, "sepsis", &["anna"], &[]), ["a2"]);
    assert!(found(&index, "sepsis", &["all"], &[]).is_empty());
}

#[test]
fn readers_can_change_without_new_passages() {
    let mut index = shelf();
    index.set_readers("b", &readers(&["anna"]));
    assert!(found(&index, "antibiotics", &["ben"], &[]).is_empty());
    assert_eq!(found(&index, "antibiotics", &["anna"], &["b"]), ["b0"]);
}

#[test]
fn the_best_window_counts() {
    let mut index = ExactIndex::default();
    let two = Passage {
        id: "x".into(),
        terms: Vec::new(),
        vectors: vec![vec![0.0, 1.0], vec![0.6, 0.8]],
    };
    index.replace("d", &readers(&["r"]), vec![two]);
    let scope = Scope {
        readers: &readers(&["r"]),
        documents: &[],
        without: &[],
    };
    let matches = index.search(
        &Query {
            terms: &[],
            vector: Some(&[1.0, 0.0]),
        },
        &scope,
        5,
    );
    assert_eq!(
        matches,
        [Match {
            id: "x".into(),
            bm25: 0.0,
            dense: Some(0.6)
        }]
    );
}

proptest! {
    /// What others have, added in any order, changes nothing about what one reader finds.
    #[test]
    fn other_readers_documents_do_not_interfere(others in proptest::collection::vec("[a-e ]{1,30}", 0..12), question in "[a-e ]{1,12}") {
        let mut alone = ExactIndex::default();
        let mut shared = ExactIndex::default();
        let mine = |text: &str| vec![passage(text, text, [0.6, 0.8])];
        for (i, text) in others.iter().enumerate() {
            shared.replace(&format!("other{i}"), &readers(&["ben"]), mine(text));
        }
        for index in [&mut alone, &mut shared] {
            for text in ["a b c", "b d", "e e a"] {
                index.replace(text, &readers(&["anna"]), mine(text));
            }
        }
        for i in (0..others.len()).step_by(2) {
            shared.remove(&format!("other{i}"));
        }
        let weights = terms::query_weights(&question);
        let query = Query { terms: &weights, vector: Some(&[0.8, 0.6]) };
        let anna = readers(&["anna"]);
        let scope = Scope { readers: &anna, documents: &[], without: &[] };
        prop_assert_eq!(alone.search(&query, &scope, 2), shared.search(&query, &scope, 2));
    }
}
