//! Searches whose results are kept with the archive: a restored index must find the same.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::store;
use crate::config::Config;
use crate::db::Db;
use crate::knowledge::Knowledge;
use crate::knowledge::search::SearchRequest;
use crate::vault::{Place, Vault};

/// Searches kept with an archive.
const SEARCHES: i64 = 12;
/// Words of a passage that are asked for.
const WORDS: usize = 12;
/// Passages that must be the same, in their order.
const BEST: usize = 5;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    question: String,
    reader: String,
    /// Ids of passages, best first.
    found: Vec<String>,
}

/// Asks for words of some passages of this database.
pub async fn ask(config: &Config, db: &Db, vault: &Vault) -> Result<Vec<Search>> {
    let knowledge = Knowledge::open_to_read(config, db.clone(), vault.clone()).await?;
    let mut searches = Vec::new();
    for (id, text, reader) in store::samples(db, SEARCHES).await? {
        let place = Place::new("passages", "text", &id);
        let text = vault.open(place, text)?;
        let question: Vec<&str> = text.split_whitespace().take(WORDS).collect();
        let mut search = Search {
            question: question.join(" "),
            reader,
            found: Vec::new(),
        };
        search.found = found(&knowledge, &search).await?;
        searches.push(search);
    }
    Ok(searches)
}

/// How many of the searches find what they found.
pub async fn equal(config: &Config, db: &Db, vault: &Vault, searches: &[Search]) -> Result<usize> {
    let knowledge = Knowledge::open_to_read(config, db.clone(), vault.clone()).await?;
    let mut equal = 0;
    for search in searches {
        equal += usize::from(found(&knowledge, search).await? == search.found);
    }
    Ok(equal)
}

async fn found(knowledge: &Knowledge, search: &Search) -> Result<Vec<String>> {
    let request = SearchRequest {
        question: search.question.clone(),
        readers: vec![search.reader.clone()],
        documents: Vec::new(),
        without: Vec::new(),
        public: None,
        vector: None,
        limit: BEST,
    };
    let result = knowledge.search(&request).await?;
    Ok(result.hits.into_iter().map(|hit| hit.passage_id).collect())
}
