//! The permission hook: what the search found passes only as far as Nextcloud lets the asking user read it, now.
//!
//! Denied files vanish without a word. Files that could not be checked are withheld and only said to exist as "some
//! sources". Nothing here is remembered for the next question.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api_types::{Answer, Message};
use nextcloud::{ActingUser, Checked, Node, Verdict};
use retrieval::extractive::PASSAGES;
use tokio::time::Instant;

use super::calculation::Earlier;
use super::store::Asked;
use crate::app::App;
use crate::cloud::{Cloud, look, settings};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::identity;
use crate::knowledge::Coverage;
use crate::knowledge::public::PublicVector;
use crate::knowledge::search::{Ahead, Hit, SearchRequest, SearchResult};

/// Passages that are asked about, so that denied ones do not take the places of others.
const CANDIDATES: usize = 40;
/// Files still being read that are asked about, for the notice that counts them.
const WAITING: usize = 20;
/// Files of earlier answers that are read at the same time.
const TOGETHER: usize = 16;
/// A long conversation cites many files, and nobody waits for a first sentence.
const WHOLE_CONVERSATION: Duration = Duration::from_secs(6);
const UNCHECKED: &str = "Some sources could not be checked with Nextcloud and were left out.";
const WITHDRAWN: &str =
    "This answer used sources that cannot be opened for you now. Ask again for an answer from what you may read.";
const CHANGED: &str =
    "A source has changed since it was read and was left out. It is being read again; ask once more in a moment.";

/// Searches again this often without what had to be left out, so that it has no part in words, ranks or places.
const ROUNDS: usize = 3;

/// What may be used, and what the search covered of it.
pub struct Kept {
    pub found: SearchResult,
    pub coverage: Coverage,
}

/// Searches, and keeps what the asking user may read now: Nextcloud is asked until `deadline`, put off while we search.
///
/// # Errors
/// Of the database, the index or the model.
pub async fn search(
    app: &App,
    asked: &Asked,
    question: &str,
    public: Option<PublicVector>,
    ahead: Ahead,
    deadline: Instant,
) -> Result<Kept, Problem> {
    let mut begun = Instant::now();
    let readers = readers(app, &asked.user).await?;
    let documents = &asked.request.documents;
    let mut request = SearchRequest {
        question: question.to_owned(),
        readers: readers.clone(),
        documents: documents.clone(),
        without: Vec::new(),
        public,
        vector: ahead.of(question).await,
        limit: CANDIDATES,
    };
    let mut check = Check::new(app, asked, deadline);
    let searching = async {
        let mut round = 1;
        loop {
            let found = app.knowledge.search(&request).await;
            if let Some(check) = &mut check {
                check.deadline += begun.elapsed();
            }
            let mut found = found.map_err(|error| Problem::internal(&error))?;
            let left_out = match &mut check {
                Some(check) => check.run(&mut found).await?,
                None => {
                    found.hits.retain(|hit| hit.file.is_none());
                    BTreeSet::new()
                }
            };
            if left_out.is_empty() || round == ROUNDS {
                return Ok::<_, Problem>(found);
            }
            request.without.extend(left_out);
            begun = Instant::now();
            round += 1;
        }
    };
    let (found, coverage) = tokio::join!(searching, app.knowledge.coverage(&readers, documents));
    let (found, coverage) = (found?, coverage?);
    let mut kept = Kept { found, coverage };
    kept.found.hits.truncate(PASSAGES);
    kept.found.note_languages();
    if let Some(check) = check {
        let waiting = app.knowledge.waiting_files(&readers, documents, WAITING).await?;
        check.finish(&mut kept, &waiting).await?;
    }
    Ok(kept)
}

/// Earlier answers whose sources the user may not read any more are forgotten: neither a follow-up nor a model sees them.
///
/// # Errors
/// Of the database.
pub async fn forget(app: &App, asked: &Asked, history: &mut [Earlier], deadline: Instant) -> Result<(), Problem> {
    let cited: BTreeSet<String> = history.iter().flat_map(Earlier::documents).cloned().collect();
    let readable = readable(app, &asked.user, asked.acting.as_ref(), cited, deadline).await?;
    for earlier in history
        .iter_mut()
        .filter(|earlier| !earlier.documents().iter().all(|id| readable.contains_key(id)))
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
    let shown: BTreeSet<String> = answers.flat_map(cited).collect();
    let readable = readable(
        app,
        caller.id(),
        Some(acting),
        shown,
        Instant::now() + WHOLE_CONVERSATION,
    )
    .await?;
    let rules = settings::address_rules(&app.db).await?;
    for answer in messages.iter_mut().filter_map(|message| message.answer.as_mut()) {
        if !cited(answer).iter().all(|id| readable.contains_key(id)) {
            empty(answer);
        }
        let nearest = answer.not_found.iter_mut().flat_map(|not_found| &mut not_found.nearest);
        for citation in answer.citations.iter_mut().chain(nearest) {
            let node = readable.get(&citation.document_id).and_then(Option::as_ref);
            citation.browser_check = node.and_then(|node| settings::browser_check(rules, acting, node));
        }
    }
    Ok(())
}

/// As [`withhold`], for someone in whose name Nextcloud is not asked: answers that show text of its files are emptied.
///
/// # Errors
/// Of the database.
pub async fn withhold_files(app: &App, user: &str, messages: &mut [Message]) -> Result<(), Problem> {
    if app.cloud.is_none() {
        return Ok(());
    }
    let answers = messages.iter().filter_map(|message| message.answer.as_ref());
    let shown: Vec<String> = answers.flat_map(cited).collect();
    let known = app.knowledge.files(&readers(app, user).await?, &shown).await?;
    let others: BTreeSet<String> = known
        .into_iter()
        .filter(|one| one.file.is_none())
        .map(|one| one.document)
        .collect();
    for answer in messages.iter_mut().filter_map(|message| message.answer.as_mut()) {
        if !cited(answer).iter().all(|id| others.contains(id)) {
            empty(answer);
        }
    }
    Ok(())
}

/// The asking user may still read all that the answer shows: it took its time, and a share may have ended meanwhile.
///
/// # Errors
/// Of the database.
pub async fn still_readable(app: &App, asked: &Asked, answer: &Answer) -> Result<bool, Problem> {
    all_readable(app, asked, cited(answer).into_iter().collect()).await
}

/// The asking user may read each of these documents at this moment. All of a local user's count as readable.
///
/// # Errors
/// Of the database.
pub async fn all_readable(app: &App, asked: &Asked, shown: BTreeSet<String>) -> Result<bool, Problem> {
    let readable = readable(
        app,
        &asked.user,
        asked.acting.as_ref(),
        shown.clone(),
        nextcloud::deadline(),
    )
    .await?;
    Ok(asked.acting.is_none() || shown.iter().all(|id| readable.contains_key(id)))
}

/// Leaves of an answer that it was given.
pub fn empty(answer: &mut Answer) {
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

/// Ids of the documents that an answer shows text of.
pub fn cited(answer: &Answer) -> Vec<String> {
    let nearest = answer.not_found.iter().flat_map(|not_found| &not_found.nearest);
    let shown = answer.citations.iter().chain(nearest);
    shown.map(|citation| citation.document_id.clone()).collect()
}

/// Those of `documents` that the user may read at this moment, Nextcloud's files as the user has them now; what does not
/// exist any more is not among them.
async fn readable(
    app: &App,
    user: &str,
    acting: Option<&ActingUser>,
    documents: BTreeSet<String>,
    deadline: Instant,
) -> Result<BTreeMap<String, Option<Node>>, Problem> {
    let wanted: Vec<String> = documents.into_iter().collect();
    let known = app.knowledge.files(&readers(app, user).await?, &wanted).await?;
    let (files, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|one| one.file.is_some());
    let mut readable: BTreeMap<String, Option<Node>> = others.into_iter().map(|one| (one.document, None)).collect();
    let (Some(cloud), Some(acting)) = (&app.cloud, acting) else {
        return Ok(readable);
    };
    let ids: Vec<i64> = files.iter().filter_map(|one| one.file).collect();
    let mut listed = BTreeMap::new();
    for part in ids.chunks(100) {
        listed.extend(cloud.client.may_list(acting, part, deadline).await.readable);
    }
    let nodes: Vec<Node> = listed.values().cloned().collect();
    let mut verdicts = BTreeMap::new();
    for part in nodes.chunks(TOGETHER) {
        // However long the whole may take, a file that is slower than a check may be is withheld.
        let soon = deadline.min(nextcloud::deadline());
        verdicts.extend(cloud.client.may_read(acting, part, soon).await);
    }
    for one in files {
        let Some(id) = one.file.filter(|id| verdicts.get(id) == Some(&Verdict::Readable)) else {
            continue;
        };
        readable.insert(one.document, listed.remove(&id));
    }
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
    deadline: Instant,
    /// Some file could not be checked.
    unchecked: bool,
    /// Some file has changed since it was read.
    changed: bool,
}

impl<'a> Check<'a> {
    /// None for a local user, who has no Nextcloud files.
    fn new(app: &'a App, asked: &'a Asked, deadline: Instant) -> Option<Self> {
        Some(Self {
            app,
            cloud: app.cloud.as_deref()?,
            user: asked.acting.as_ref()?,
            deadline,
            unchecked: false,
            changed: false,
        })
    }

    /// Takes out of `found` what the user may not read, and returns the documents that were left out.
    async fn run(&mut self, found: &mut SearchResult) -> Result<BTreeSet<String>, Problem> {
        let hits = &mut found.hits;
        let ids: Vec<i64> = hits
            .iter()
            .filter_map(file_id)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let listed = self.cloud.client.may_list(self.user, &ids, self.deadline).await;
        self.unchecked |= !listed.unknown.is_empty();
        let mut left_out = BTreeSet::new();
        let mut gone: BTreeSet<i64> = listed.denied.iter().copied().collect();
        leave_out(hits, &mut left_out, |id, _| listed.readable.contains_key(&id));
        // Only the text of these goes on.
        hits.truncate(PASSAGES);
        let going: BTreeSet<i64> = hits.iter().filter_map(file_id).collect();
        let nodes: Vec<Node> = going.iter().filter_map(|id| listed.readable.get(id)).cloned().collect();
        let verdicts = self.cloud.client.may_read(self.user, &nodes, self.deadline).await;
        for (id, verdict) in &verdicts {
            match verdict {
                Verdict::Readable => {}
                Verdict::Denied => drop(gone.insert(*id)),
                Verdict::Unknown => self.unchecked = true,
            }
        }
        leave_out(hits, &mut left_out, |id, _| {
            verdicts.get(&id) == Some(&Verdict::Readable)
        });
        // What was read of an earlier content may hold what has been taken out since.
        let mut changed = BTreeSet::new();
        leave_out(hits, &mut left_out, |id, etag| {
            let current = listed.readable.get(&id).is_some_and(|node| etag == Some(&node.etag));
            if !current {
                changed.insert(id);
            }
            current
        });
        self.changed |= !changed.is_empty();
        // Compared in the background: of a file that is gone this reader's row goes too, a changed one is read again.
        for id in gone.union(&changed) {
            look::fetch(self.app, self.user, *id).await?;
        }
        self.name(hits, &listed).await?;
        Ok(left_out)
    }

    /// Files go by their name in the reader's own Nextcloud where they state no title, and say where the reader's browser
    /// must confirm them: rules on the reader's address or browser apply to the reader's own requests only.
    async fn name(&self, hits: &mut [Hit], listed: &Checked) -> Result<(), Problem> {
        let rules = settings::address_rules(&self.app.db).await?;
        for hit in hits {
            let Some(node) = hit.file.as_ref().and_then(|(id, _)| listed.readable.get(id)) else {
                continue;
            };
            if hit.document_title.is_empty() {
                node.name().clone_into(&mut hit.document_title);
            }
            hit.browser_check = settings::browser_check(rules, self.user, node);
        }
        Ok(())
    }

    /// Counts what was used and what still waits, and says what the reader should know.
    async fn finish(self, kept: &mut Kept, waiting: &[i64]) -> Result<(), Problem> {
        let hits = &kept.found.hits;
        let documents: BTreeSet<i64> = hits.iter().filter_map(file_id).collect();
        let passages = hits.iter().filter(|hit| hit.file.is_some()).count();
        let waiting = self.cloud.client.may_list(self.user, waiting, self.deadline).await;
        kept.coverage.documents += number(documents.len());
        kept.coverage.passages += number(passages);
        kept.coverage.waiting += number(waiting.readable.len());
        if self.unchecked {
            kept.found.notices.push(UNCHECKED.to_owned());
        }
        if self.changed {
            kept.found.notices.push(CHANGED.to_owned());
        }
        Ok(())
    }
}

/// Keeps the hits of files that `passes`, and notes the documents of the others.
fn leave_out(
    hits: &mut Vec<Hit>,
    left_out: &mut BTreeSet<String>,
    mut passes: impl FnMut(i64, Option<&String>) -> bool,
) {
    hits.retain(|hit| {
        let Some((id, etag)) = &hit.file else { return true };
        let passed = passes(*id, etag.as_ref());
        if !passed {
            left_out.insert(hit.document_id.clone());
        }
        passed
    });
}

fn file_id(hit: &Hit) -> Option<i64> {
    hit.file.as_ref().map(|(id, _)| *id)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
