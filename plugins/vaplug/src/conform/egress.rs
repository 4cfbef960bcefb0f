//! What left the sandbox during the test.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, Default)]
pub struct Egress(BTreeMap<String, Traffic>);

#[derive(Clone, Debug, Default)]
struct Traffic {
    requests: usize,
    sent: usize,
    received: usize,
}

impl Egress {
    pub fn add(&mut self, origin: &str, sent: usize, received: usize) {
        let traffic = self.0.entry(origin.to_owned()).or_default();
        traffic.requests += 1;
        traffic.sent += sent;
        traffic.received += received;
    }

    pub fn join(&mut self, other: &Self) {
        for (origin, more) in &other.0 {
            let traffic = self.0.entry(origin.clone()).or_default();
            traffic.requests += more.requests;
            traffic.sent += more.sent;
            traffic.received += more.received;
        }
    }
}

impl fmt::Display for Egress {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return to.write_str("nothing left the sandbox");
        }
        for (place, (origin, traffic)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "; " };
            let Traffic {
                requests,
                sent,
                received,
            } = traffic;
            write!(
                to,
                "{comma}{origin}: {requests} requests, {sent} bytes out, {received} in"
            )?;
        }
        Ok(())
    }
}
