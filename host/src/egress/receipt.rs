//! What left the building: for one answer, and lately.

use std::collections::BTreeMap;

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

    /// The newest `limit` rows of the log, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn recent(&self, limit: u32) -> Result<Vec<EgressRecord>, sqlx::Error> {
        self.inner.log.settled().await;
        store::recent(self.inner.log.db(), limit).await
    }
}

/// Requests to this network and requests that reached nobody did not leave the building.
fn summary(requests: &[EgressRecord]) -> String {
    let mut left: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.remote && did_leave(request)) {
        let (bytes, class) = left.entry(&request.destination).or_insert((0, "public"));
        *bytes += request.bytes_out;
        // "internal" < "phi" < "public" is no order; phi outweighs internal outweighs public.
        *class = ["phi", "internal", "public"]
            .into_iter()
            .find(|one| *one == *class || *one == request.class)
            .unwrap_or("phi");
    }
    if left.is_empty() {
        return NOTHING.to_owned();
    }
    let parts: Vec<String> = left
        .iter()
        .map(|(to, (bytes, class))| format!("{bytes} bytes ({class}) to {to}"))
        .collect();
    parts.join(", ")
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
