//! The sessions of this process: who may connect to which, and how each one is told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::input::Input;
use super::up::Up;

/// A ticket counts once, for so long.
pub const TICKET_MS: i64 = 60_000;
/// Sessions of one user at the same time: another page, another machine.
const OF_ONE_USER: usize = 4;

/// Where a session stands, for administrators.
#[derive(Clone, Debug)]
pub struct Status {
    pub turn: u32,
    pub state: &'static str,
    pub since: Instant,
    pub connected: bool,
}

/// What is known of a session outside of the task that owns it.
#[derive(Clone)]
pub struct Handle {
    pub inbox: mpsc::Sender<Input>,
    pub status: Arc<Mutex<Status>>,
    /// The way up of a client without a WebSocket.
    pub up: Arc<tokio::sync::Mutex<Up>>,
}

struct Entry {
    user: String,
    /// Digest, and until when it counts; none once it was used.
    ticket: Option<(String, i64)>,
    /// Digest.
    resume: String,
    handle: Handle,
}

/// Why a session cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// As many are open as the server takes.
    Server,
    /// As many are open as one user may have.
    User,
}

/// Why somebody may not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not there, or somebody else's.
    Unknown,
    /// Used, too old, or wrong.
    Ticket,
}

#[derive(Default)]
pub struct Sessions {
    entries: Mutex<HashMap<String, Entry>>,
    begun: AtomicU64,
}

pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

impl Sessions {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a session where there is room for it.
    pub fn add(
        &self,
        capacity: usize,
        (id, user): (&str, &str),
        secrets: (&str, i64, &str),
        handle: Handle,
    ) -> Result<(), Full> {
        let (ticket, until, resume) = secrets;
        let mut entries = self.entries();
        let theirs = entries.values().filter(|entry| entry.user == user).count();
        if theirs >= OF_ONE_USER {
            return Err(Full::User);
        }
        if entries.len() >= capacity {
            return Err(Full::Server);
        }
        let entry = Entry {
            user: user.to_owned(),
            ticket: Some((digest(ticket), until)),
            resume: digest(resume),
            handle,
        };
        entries.insert(id.to_owned(), entry);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Lets somebody in, by the token of an earlier connection or by the ticket, which is used up. True when they were
    /// here before.
    pub fn enter(
        &self,
        (id, user): (&str, &str),
        ticket: &str,
        resume: Option<&str>,
        now: i64,
    ) -> Result<(Handle, bool), Refused> {
        let mut entries = self.entries();
        let entry = entries
            .get_mut(id)
            .filter(|entry| entry.user == user)
            .ok_or(Refused::Unknown)?;
        if let Some(token) = resume {
            return match digest(token) == entry.resume {
                true => Ok((entry.handle.clone(), true)),
                false => Err(Refused::Ticket),
            };
        }
        let right = |(known, until): &mut (String, i64)| *known == digest(ticket) && now < *until;
        entry.ticket.take_if(right).ok_or(Refused::Ticket)?;
        Ok((entry.handle.clone(), false))
    }

    /// A session of this user.
    pub fn of(&self, id: &str, user: &str) -> Option<Handle> {
        let entries = self.entries();
        entries
            .get(id)
            .filter(|entry| entry.user == user)
            .map(|entry| entry.handle.clone())
    }

    /// True when none is left.
    pub fn remove(&self, id: &str) -> bool {
        let mut entries = self.entries();
        entries.remove(id);
        entries.is_empty()
    }

    /// Sessions that have begun so far.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Session, user and where it stands.
    pub fn states(&self) -> Vec<(String, String, Status)> {
        let entries = self.entries();
        let states = entries.iter().map(|(id, entry)| {
            let status = entry.handle.status.lock().unwrap_or_else(PoisonError::into_inner);
            (id.clone(), entry.user.clone(), status.clone())
        });
        states.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle() -> Handle {
        Handle {
            inbox: mpsc::channel(1).0,
            status: Arc::new(Mutex::new(Status {
                turn: 0,
                state: "waiting",
                since: Instant::now(),
                connected: false,
            })),
            up: Arc::default(),
        }
    }

    fn entered(sessions: &Sessions, user: &str, ticket: &str, resume: Option<&str>, now: i64) -> Result<bool, Refused> {
        sessions
            .enter(("s", user), ticket, resume, now)
            .map(|(_, resumed)| resumed)
    }

    #[test]
    fn a_ticket_counts_once_for_a_minute_and_for_one_user() {
        let sessions = Sessions::default();
        assert_eq!(sessions.add(8, ("s", "anna"), ("t", 1_000, "r"), handle()), Ok(()));
        assert_eq!(entered(&sessions, "ben", "t", None, 10), Err(Refused::Unknown));
        assert_eq!(entered(&sessions, "anna", "wrong", None, 10), Err(Refused::Ticket));
        assert_eq!(
            entered(&sessions, "anna", "t", None, 1_000),
            Err(Refused::Ticket),
            "too late"
        );
        assert_eq!(entered(&sessions, "anna", "t", None, 999), Ok(false));
        assert_eq!(entered(&sessions, "anna", "t", None, 999), Err(Refused::Ticket), "used");
        assert_eq!(entered(&sessions, "anna", "", Some("r"), 5_000), Ok(true));
        assert_eq!(entered(&sessions, "ben", "", Some("r"), 5_000), Err(Refused::Unknown));
        assert_eq!(entered(&sessions, "anna", "", Some("t"), 5_000), Err(Refused::Ticket));
    }

    #[test]
    fn there_is_room_for_a_few_sessions_of_one_user_and_for_so_many_in_all() {
        let sessions = Sessions::default();
        let add = |id: &str, user: &str| sessions.add(6, (id, user), ("t", 1, "r"), handle());
        for id in ["1", "2", "3", "4"] {
            assert_eq!(add(id, "anna"), Ok(()));
        }
        assert_eq!(add("5", "anna"), Err(Full::User));
        assert_eq!((add("6", "ben"), add("7", "carl")), (Ok(()), Ok(())));
        assert_eq!(add("8", "dora"), Err(Full::Server));
        assert!(!sessions.remove("1"), "others are left");
        assert_eq!(add("8", "dora"), Ok(()));
    }
}
