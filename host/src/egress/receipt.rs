//! What left the building for one answer.

use std::collections::{BTreeMap, BTreeSet};

use api_types::{EgressRecord, PluginEgress, Receipt};

use super::{Egress, store};

const NOTHING: &str = "nothing";

impl Egress {
    /// # Errors
    /// The database cannot be read.
    pub async fn receipt(&self, answer_id: &str) -> Result<Receipt, sqlx::Error> {
        self.inner.log.settled().await;
        let requests = store::of_answer(self.inner.log.db(), answer_id).await?;
        Ok(Receipt {
            left_the_building: summary(&requests),
            requests,
        })
    }

    /// These rows of the log, which belong to no answer yet, were for this one.
    pub fn belong(&self, rows: Vec<String>, answer: &str) {
        if !rows.is_empty() {
            self.inner.log.belong(rows, answer.to_owned());
        }
    }

    /// The receipt of an answer for which something was sent for one of these purposes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn receipt_with(&self, answer_id: &str, purposes: [&str; 2]) -> Result<Option<Receipt>, sqlx::Error> {
        match store::has(self.inner.log.db(), answer_id, purposes).await? {
            true => self.receipt(answer_id).await.map(Some),
            false => Ok(None),
        }
    }

    /// Forgets fine requests of this purpose that were made before a time, went to this network and belong to no answer:
    /// looking for new files makes one every few seconds for everyone present.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_routine(&self, purpose: &str, before: i64) -> Result<u64, sqlx::Error> {
        store::forget(self.inner.log.db(), purpose, before).await
    }

    /// Requests of one purpose since a time, counted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn usage(&self, purpose: &str, since: i64) -> Result<PluginEgress, sqlx::Error> {
        self.inner.log.settled().await;
        store::usage(self.inner.log.db(), purpose, since).await
    }
}

/// What went to one place.
#[derive(Default)]
struct Left<'a> {
    bytes: i64,
    classes: BTreeSet<&'a str>,
    replaced: i64,
    agreements: BTreeSet<&'a str>,
}

impl Left<'_> {
    fn class(&self) -> &str {
        let known = ["phi", "internal", "public"];
        known
            .into_iter()
            .find(|one| self.classes.contains(one))
            .unwrap_or("phi")
    }
}

/// Requests to this network and requests that reached nobody did not leave the building.
fn summary(requests: &[EgressRecord]) -> String {
    let mut left: BTreeMap<&str, Left<'_>> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.remote && did_leave(request)) {
        let there = left.entry(&request.destination).or_default();
        there.bytes += request.bytes_out + request.target_bytes;
        there.classes.insert(&request.class);
        there.replaced += request.replaced;
        there.agreements.extend(request.agreement.as_deref());
    }
    if left.is_empty() {
        return NOTHING.to_owned();
    }
    let parts = left.iter().map(|(to, there)| {
        let mut part = format!("{} bytes ({}) to {to}", there.bytes, there.class());
        if there.replaced > 0 {
            part.push_str(&format!(", {} identifiers replaced", there.replaced));
        }
        for agreement in &there.agreements {
            part.push_str(&format!(", under {agreement}"));
        }
        part
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A row still `sending` counts: the log may say too much, never too little.
fn did_leave(request: &EgressRecord) -> bool {
    !request.outcome.starts_with("refused") && !request.outcome.starts_with("failed before sending")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(destination: &str, remote: bool, bytes_out: i64, class: &str, outcome: &str) -> EgressRecord {
        EgressRecord {
            id: String::new(),
            at: 0,
            purpose: "model".into(),
            destination: destination.into(),
            bytes_out,
            bytes_in: 0,
            class: class.into(),
            remote,
            outcome: outcome.into(),
            target_bytes: 0,
            body_sha256: None,
            replaced: 0,
            answer_id: None,
            agreement: None,
        }
    }

    #[test]
    fn local_refused_and_unconnected_requests_left_nothing() {
        assert_eq!(summary(&[]), "nothing");
        assert_eq!(
            summary(&[
                row("http://127.0.0.1:8080", false, 900, "phi", "sent"),
                row(
                    "https://api.example",
                    true,
                    0,
                    "phi",
                    "refused: it may hold patient information"
                ),
                row(
                    "https://api.example",
                    true,
                    0,
                    "public",
                    "failed before sending: could not connect"
                ),
            ]),
            "nothing"
        );
    }

    #[test]
    fn bytes_are_summed_by_destination_with_the_highest_class() {
        assert_eq!(
            summary(&[
                row("https://b.example", true, 5, "public", "sent"),
                row("https://a.example", true, 0, "public", "failed: the connection broke"),
                row("https://b.example", true, 7, "internal", "sending"),
            ]),
            "0 bytes (public) to https://a.example, 12 bytes (internal) to https://b.example"
        );
    }
}
