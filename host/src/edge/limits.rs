//! How much one user, and one address, may ask for in a minute (GCRA: bursts up to the limit, then evenly).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::HeaderName;
use axum::http::request::Parts;
use governor::clock::{Clock as _, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use nextcloud::Signed;
use policy::Reason;

use crate::clock::Clock;
use crate::edge::problem::Problem;

/// Where Nextcloud's proxy says a request comes from. Believed only with Nextcloud's signature.
const ORIGIN: HeaderName = HeaderName::from_static("x-origin-ip");

const SIGN_IN: &str = "voiceassist_limit_sign_in_per_minute";
const ASK: &str = "voiceassist_limit_ask_per_minute";
const USER: &str = "voiceassist_limit_user_per_minute";
const ADDRESS: &str = "voiceassist_limit_address_per_minute";

const ALLOWED: &str = "a whole number from 1 to 1000000";
/// Each with what it accepts.
pub const SETTINGS: [(&str, &str); 4] = [(SIGN_IN, ALLOWED), (ASK, ALLOWED), (USER, ALLOWED), (ADDRESS, ALLOWED)];

/// Requests in a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerMinute {
    /// Signing in, refreshing and codes of the second factor, by address.
    pub sign_in: NonZeroU32,
    /// Questions and tools, by user.
    pub ask: NonZeroU32,
    /// Everything of a user.
    pub user: NonZeroU32,
    /// Everything of an address: many users may share one.
    pub address: NonZeroU32,
}

impl Default for PerMinute {
    fn default() -> Self {
        let of = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            sign_in: of(60),
            ask: of(60),
            user: of(1200),
            address: of(6000),
        }
    }
}

impl PerMinute {
    /// # Errors
    /// Name and value of the first setting that is not allowed.
    pub fn read(values: &BTreeMap<String, String>) -> Result<Self, (&'static str, String)> {
        let default = Self::default();
        let read = |name: &'static str, otherwise| match values.get(name) {
            None => Ok(otherwise),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number: &NonZeroU32| number.get() <= 1_000_000)
                .ok_or_else(|| (name, text.clone())),
        };
        Ok(Self {
            sign_in: read(SIGN_IN, default.sign_in)?,
            ask: read(ASK, default.ask)?,
            user: read(USER, default.user)?,
            address: read(ADDRESS, default.address)?,
        })
    }
}

/// The application's clock, as the limiter reads it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let ms = u64::try_from(self.0.now_ms()).unwrap_or_default();
        Nanos::from(Duration::from_millis(ms))
    }
}

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>;

pub struct Limits {
    clock: Ticks,
    sign_in: Keyed<IpAddr>,
    ask: Keyed<String>,
    user: Keyed<String>,
    address: Keyed<IpAddr>,
}

/// Keys above which those that have not asked lately are forgotten.
const REMEMBERED: usize = 10_000;

impl Limits {
    pub fn new(per_minute: &PerMinute, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks(clock);
        Self {
            sign_in: keyed(per_minute.sign_in, &clock),
            ask: keyed(per_minute.ask, &clock),
            user: keyed(per_minute.user, &clock),
            address: keyed(per_minute.address, &clock),
            clock,
        }
    }

    /// # Errors
    /// 429 with the seconds to wait.
    pub fn address(&self, from: Option<IpAddr>) -> Result<(), Problem> {
        from.map_or(Ok(()), |from| self.take(&self.address, &from))
    }

    /// What is asked for, and by whom, as the policy names it.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn operation(&self, reason: Reason, user: Option<&str>, from: Option<IpAddr>) -> Result<(), Problem> {
        if matches!(reason, Reason::Open | Reason::Arrival | Reason::Security) {
            from.map_or(Ok(()), |from| self.take(&self.sign_in, &from))?;
        }
        let Some(user) = user else { return Ok(()) };
        if reason == Reason::Ask {
            self.take(&self.ask, &user.to_owned())?;
        }
        self.take(&self.user, &user.to_owned())
    }

    fn take<K: Clone + Eq + std::hash::Hash>(&self, limiter: &Keyed<K>, key: &K) -> Result<(), Problem> {
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(key).map_err(|until| {
            let wait = until.earliest_possible().duration_since(self.clock.now());
            let ms = Duration::from(wait).as_millis();
            Problem::too_many(
                "That was more than this server takes in a minute. Wait a little.",
                i64::try_from(ms).unwrap_or(i64::MAX),
            )
        })
    }
}

fn keyed<K: Clone + Eq + std::hash::Hash>(per_minute: NonZeroU32, clock: &Ticks) -> Keyed<K> {
    RateLimiter::new(
        Quota::per_minute(per_minute),
        HashMapStateStore::default(),
        clock.clone(),
    )
}

/// Where a request comes from: what Nextcloud's proxy says of a request it signed, else the other end of the connection.
/// None where that would be a proxy for everyone.
pub fn address(parts: &Parts) -> Option<IpAddr> {
    if parts.extensions.get::<Signed>().is_some() {
        return parts.headers.get(ORIGIN)?.to_str().ok()?.trim().parse().ok();
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Watch(AtomicI64);

    impl Clock for Watch {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn limits(sign_in: u32, ask: u32) -> (Limits, Arc<Watch>) {
        let watch = Arc::new(Watch(AtomicI64::new(1_772_438_400_000)));
        let per_minute = PerMinute {
            sign_in: NonZeroU32::new(sign_in).unwrap(),
            ask: NonZeroU32::new(ask).unwrap(),
            ..PerMinute::default()
        };
        (Limits::new(&per_minute, watch.clone()), watch)
    }

    #[test]
    fn a_user_who_asks_too_much_waits_and_no_one_else_does() {
        let (limits, watch) = limits(60, 3);
        let ask = |user: &str| limits.operation(Reason::Ask, Some(user), None);
        for _ in 0..3 {
            assert!(ask("anna").is_ok());
        }
        assert!(ask("anna").is_err());
        assert!(ask("bert").is_ok());
        assert!(
            limits.operation(Reason::Own, Some("anna"), None).is_ok(),
            "reading goes on"
        );
        watch.0.fetch_add(20_000, Ordering::Relaxed);
        assert!(ask("anna").is_ok() && ask("anna").is_err(), "one every twenty seconds");
    }

    #[test]
    fn an_address_that_signs_in_too_often_waits() {
        let (limits, _) = limits(2, 60);
        let sign_in = |from: &str| limits.operation(Reason::Open, None, Some(from.parse().unwrap()));
        assert!(sign_in("10.0.0.1").is_ok() && sign_in("10.0.0.1").is_ok());
        assert!(sign_in("10.0.0.1").is_err());
        assert!(sign_in("10.0.0.2").is_ok());
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let read = |value: &str| PerMinute::read(&BTreeMap::from([(ASK.to_owned(), value.to_owned())]));
        assert_eq!(read("7").unwrap().ask.get(), 7);
        assert_eq!(read("0"), Err((ASK, "0".to_owned())));
    }
}
