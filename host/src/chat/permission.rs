//! The permission hook: what the search found passes only as far as Nextcloud lets the asking user read it, now.
//!
//! Denied files vanish without a word. Files that could not be checked are withheld and only said to exist as "some
//! sources". Nothing here is remembered for the next question.

use std::collections::BTreeSet;

use api_types::{Answer, Message};
use nextcloud::{ActingUser, Checked, Node, Verdict};
use retrieval::extractive::PASSAGES;

use super::calculation::Earlier;
use super::store::Asked;
use crate::app::App;
use crate::cloud::{Cloud, look, settings};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::identity;
use crate::knowledge::Coverage;
use crate::knowledge::search::{Hit, SearchResult};

/// Passages that are asked about, so that denied ones do not take the places of others.
pub const CANDIDATES: usize = 40;
/// Files still being read that are asked about, for the notice that counts them.
const WAITING: usize = 20;
const UNCHECKED: &str = "Some sources could not be checked with Nextcloud and were left out.";
const WITHDRAWN: &str =
    "This answer used sources that cannot be opened for you now. Ask again for an answer from what you may read.";
const CHANGED: &str =
    "A source has changed since it was read and was left out. It is being read again; ask once more in a moment.";

/// What may be used, and what the search covered of it.
pub struct Kept {
    pub found: SearchResult,
    pub coverage: Coverage,
}

/// Keeps of `found` what the asking user may read at this moment.
///
/// # Errors
/// Of the database.
pub async fn keep(app: &App, asked: &Asked, found: SearchResult) -> Result<Kept, Problem> {
    let readers = readers(app, &asked.user).await?;
    let documents = &asked.request.documents;
    let coverage = app.knowledge.coverage(&readers, documents).await?;
    let mut kept = Kept { found, coverage };
    match Check::new(app, asked) {
        Some(mut check) => {
            let waiting = app.knowledge.waiting_files(&readers, documents, WAITING).await?;
            check.run(&mut kept, &waiting).await?;
        }
        None => kept.found.hits.retain(|hit| hit.file.is_none()),
    }
    kept.found.hits.truncate(PASSAGES);
    Ok(kept)
}

/// Earlier answers whose sources the user may not read any more are forgotten: neither a follow-up nor a model sees them.
///
/// # Errors
/// Of the database.
pub async fn forget(app: &App, asked: &Asked, history: &mut [Earlier]) -> Result<(), Problem> {
    let cited: BTreeSet<String> = history.iter().flat_map(Earlier::documents).cloned().collect();
    let readable = readable(app, &asked.user, asked.acting.as_ref(), cited).await?;
    for earlier in history
        .iter_mut()
        .filter(|earlier| !earlier.documents().is_subset(&readable))
    {
        earlier.forget_answer();
    }
    Ok(())
}

/// Takes out of stored answers what came from sources that the caller may not read any more. Those of a local user stay.
///
/// # Errors
/// Of the database.
pub async fn withhold(app: &App, caller: &Caller, messages: &mut [Message]) -> Result<(), Problem> {
    let Some(acting) = caller.acting() else { return Ok(()) };
    let answers = messages.iter().filter_map(|message| message.answer.as_ref());
    let cited: BTreeSet<String> = answers.flat_map(cited).collect();
    let readable = readable(app, caller.id(), Some(acting), cited).await?;
    for answer in messages.iter_mut().filter_map(|message| message.answer.as_mut()) {
        if cited_by(answer).is_subset(&readable) {
            continue;
        }
        answer.sentences.clear();
        answer.citations.clear();
        answer.conflicts.clear();
        answer.clarification = None;
        if let Some(not_found) = &mut answer.not_found {
            not_found.nearest.clear();
        }
        answer.metadata.reasoning_path.clear();
        answer.notices = vec![WITHDRAWN.to_owned()];
    }
    Ok(())
}

/// Ids of the documents that an answer shows text of.
pub fn cited(answer: &Answer) -> Vec<String> {
    let nearest = answer.not_found.iter().flat_map(|not_found| &not_found.nearest);
    let shown = answer.citations.iter().chain(nearest);
    shown.map(|citation| citation.document_id.clone()).collect()
}

fn cited_by(answer: &Answer) -> BTreeSet<String> {
    cited(answer).into_iter().collect()
}

/// Those of `documents` that the user may read at this moment; what does not exist any more is not among them.
async fn readable(
    app: &App,
    user: &str,
    acting: Option<&ActingUser>,
    documents: BTreeSet<String>,
) -> Result<BTreeSet<String>, Problem> {
    let wanted: Vec<String> = documents.into_iter().collect();
    let known = app.knowledge.files(&readers(app, user).await?, &wanted).await?;
    let (files, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|one| one.file.is_some());
    let mut readable: BTreeSet<String> = others.into_iter().map(|one| one.document).collect();
    let (Some(cloud), Some(acting)) = (&app.cloud, acting) else {
        return Ok(readable);
    };
    let ids: Vec<i64> = files.iter().filter_map(|one| one.file).collect();
    let listed = cloud.client.may_list(acting, &ids).await;
    let nodes: Vec<Node> = listed.readable.into_values().collect();
    let verdicts = cloud.client.may_read(acting, &nodes).await;
    let passed = |file: Option<i64>| file.is_some_and(|id| verdicts.get(&id) == Some(&Verdict::Readable));
    readable.extend(files.into_iter().filter(|one| passed(one.file)).map(|one| one.document));
    Ok(readable)
}

/// The names under which a user reads; none for one who is gone.
///
/// # Errors
/// Of the database.
pub async fn readers(app: &App, user: &str) -> Result<Vec<String>, Problem> {
    Ok(match identity::user(&app.db, user).await? {
        Some(user) => vec![identity::reader_of(&user.id), identity::EVERYONE.to_owned()],
        None => Vec::new(),
    })
}

struct Check<'a> {
    app: &'a App,
    cloud: &'a Cloud,
    user: &'a ActingUser,
    unchecked: bool,
}

impl<'a> Check<'a> {
    /// None for a local user, who has no Nextcloud files.
    fn new(app: &'a App, asked: &'a Asked) -> Option<Self> {
        Some(Self {
            app,
            cloud: app.cloud.as_ref()?,
            user: asked.acting.as_ref()?,
            unchecked: false,
        })
    }

    async fn run(&mut self, kept: &mut Kept, waiting: &[i64]) -> Result<(), Problem> {
        let hits = &mut kept.found.hits;
        let asked: BTreeSet<i64> = hits.iter().filter_map(file_id).collect();
        let all: Vec<i64> = asked.iter().chain(waiting).copied().collect();
        let listed = self.cloud.client.may_list(self.user, &all).await;
        self.note(&listed, &asked).await?;
        hits.retain(|hit| file_id(hit).is_none_or(|id| listed.readable.contains_key(&id)));
        hits.truncate(PASSAGES);
        let going: BTreeSet<i64> = hits.iter().filter_map(file_id).collect();
        let nodes: Vec<Node> = going.iter().filter_map(|id| listed.readable.get(id)).cloned().collect();
        let verdicts = self.cloud.client.may_read(self.user, &nodes).await;
        for (id, verdict) in &verdicts {
            match verdict {
                Verdict::Readable => {}
                Verdict::Denied => look::fetch(self.app, self.user, *id).await?,
                Verdict::Unknown => self.unchecked = true,
            }
        }
        let readable = |id: &i64| verdicts.get(id) == Some(&Verdict::Readable);
        hits.retain(|hit| file_id(hit).is_none_or(|id| readable(&id)));
        self.outdated(&mut kept.found, &listed).await?;
        let hits = &kept.found.hits;
        let documents: BTreeSet<i64> = hits.iter().filter_map(file_id).collect();
        let passages = hits.iter().filter(|hit| hit.file.is_some()).count();
        kept.coverage.documents += number(documents.len());
        kept.coverage.passages += number(passages);
        kept.coverage.waiting += number(waiting.iter().filter(|id| listed.readable.contains_key(id)).count());
        if self.unchecked {
            kept.found.notices.push(UNCHECKED.to_owned());
        }
        self.browser_checks(&mut kept.found, &listed).await
    }

    /// A reader who is denied a file loses its row in the background; the next look brings it back if that was wrong.
    async fn note(&mut self, listed: &Checked, asked: &BTreeSet<i64>) -> Result<(), Problem> {
        self.unchecked |= listed.unknown.iter().any(|id| asked.contains(id));
        for id in listed.denied.iter().filter(|id| asked.contains(id)) {
            look::fetch(self.app, self.user, *id).await?;
        }
        Ok(())
    }

    /// What was read of an earlier content may hold what has been taken out since.
    async fn outdated(&self, found: &mut SearchResult, listed: &Checked) -> Result<(), Problem> {
        let mut changed = BTreeSet::new();
        found.hits.retain(|hit| {
            let Some((id, etag)) = &hit.file else { return true };
            let current = listed
                .readable
                .get(id)
                .is_some_and(|node| etag.as_deref() == Some(&node.etag));
            if !current {
                changed.insert(*id);
            }
            current
        });
        for id in &changed {
            look::fetch(self.app, self.user, *id).await?;
        }
        if !changed.is_empty() {
            found.notices.push(CHANGED.to_owned());
        }
        Ok(())
    }

    /// Rules on the reader's address or browser apply to the reader's own requests only.
    async fn browser_checks(&self, found: &mut SearchResult, listed: &Checked) -> Result<(), Problem> {
        if settings::address_rules(&self.app.db).await? == api_types::AddressRules::None {
            return Ok(());
        }
        for hit in &mut found.hits {
            let node = hit.file.as_ref().and_then(|(id, _)| listed.readable.get(id));
            hit.browser_check = node.map(|node| node.address(self.user));
        }
        Ok(())
    }
}

fn file_id(hit: &Hit) -> Option<i64> {
    hit.file.as_ref().map(|(id, _)| *id)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
