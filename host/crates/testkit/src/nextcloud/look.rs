//! Rules, the clock, faults, and what tests look at.

use std::time::Duration;

use super::faults::{Down, Failure};
use super::log::LogEntry;
use super::rules::{Client, Rule};
use super::state::Notification;
use super::{Nextcloud, Registered, locked};

impl Nextcloud {
    /// Adds a rule of File Access Control.
    pub fn fac(&self, rule: Rule) {
        self.change(|state| state.rules.push(rule));
    }

    pub fn clear_fac(&self) {
        self.change(|state| state.rules.clear());
    }

    /// `shareapi_allow_view_without_download`, on by default.
    pub fn view_without_download(&self, on: bool) {
        self.change(|state| state.view_without_download = on);
    }

    /// Seconds since 1970; decides which shares ended.
    pub fn now(&self) -> i64 {
        locked(&self.inner).now
    }

    pub fn set_now(&self, now: i64) {
        self.change(|state| state.now = now);
    }

    /// Minute of the day that time rules see; noon at first.
    pub fn set_minute(&self, minute: u32) {
        self.change(|state| state.minute = minute);
    }

    /// Where requests with a session cookie come from, as rules see it; `None` for their real address.
    pub fn browser_address(&self, ip: Option<&str>) {
        self.change(|state| state.browser_address = ip.map(str::to_owned));
    }

    /// Whether a GET with body as this user, from 127.0.0.1 without User-Agent, would answer with the content.
    pub fn readable(&self, uid: &str, id: i64) -> bool {
        self.readable_by(uid, id, &Client::new("127.0.0.1", "", ""))
    }

    /// As `readable`, for rules on address and User-Agent; the client's URL is not used.
    pub fn readable_by(&self, uid: &str, id: i64, client: &Client) -> bool {
        locked(&self.inner).reads(uid, id, client)
    }

    /// The first path of the node in the user's tree.
    pub fn path(&self, uid: &str, id: i64) -> Option<String> {
        locked(&self.inner)
            .places(uid, id)
            .first()
            .map(|seen| seen.path.clone())
    }

    /// The id at a path of the user's tree.
    pub fn id(&self, uid: &str, path: &str) -> Option<i64> {
        locked(&self.inner).resolve(uid, path).map(|seen| seen.id)
    }

    /// The etag as the user sees it, without quotes.
    pub fn etag(&self, uid: &str, path: &str) -> Option<String> {
        let state = locked(&self.inner);
        state.resolve(uid, path).map(|seen| state.etag(uid, &seen))
    }

    pub fn registered(&self) -> Registered {
        locked(&self.inner).app.registered.clone()
    }

    pub fn notifications(&self) -> Vec<Notification> {
        locked(&self.inner).notifications.clone()
    }

    pub fn log(&self) -> Vec<LogEntry> {
        locked(&self.inner).log.entries.clone()
    }

    pub fn clear_log(&self) {
        locked(&self.inner).log.entries.clear();
    }

    /// Every answer comes this much later.
    pub fn delay(&self, delay: Duration) {
        locked(&self.inner).faults.delay = delay;
    }

    /// The next n requests get this status, with Retry-After in seconds when given.
    pub fn fail_next(&self, n: usize, status: u16, retry_after: Option<u64>) {
        let failure = Failure { status, retry_after };
        locked(&self.inner)
            .faults
            .failures
            .extend(std::iter::repeat_n(failure, n));
    }

    pub fn down(&self, down: Down) {
        locked(&self.inner).faults.down = down;
    }

    /// The content of this file comes only after a wait.
    pub fn slow(&self, id: i64, wait: Duration) {
        locked(&self.inner).faults.slow.insert(id, wait);
    }

    /// Switches `/exapps/` on or off; off at first.
    pub fn harp(&self, on: bool) {
        locked(&self.inner).harp = on;
    }

    /// Switches the OIDC provider on or off; off at first.
    pub fn oidc(&self, on: bool) {
        locked(&self.inner).oidc = on;
    }

    /// Serves `POST /_control`, for tests in a browser.
    pub fn serve_control(&self) {
        locked(&self.inner).control = true;
    }
}
