//! In whose name the host may act.

/// A Nextcloud user in whose name the host may act: the one who called, or the one whose stored work goes on.
///
/// There are two ways to make one: [`crate::Signed::acting`], from a request that Nextcloud signed, and
/// [`ActingUser::of_stored_work`], which `cargo xtask tidy` allows only where rows of stored work are read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActingUser(String);

impl ActingUser {
    pub(crate) fn new(uid: &str) -> Option<Self> {
        (!uid.is_empty()).then(|| Self(uid.to_owned()))
    }

    /// The user whose id was stored with a job or a question when they called.
    pub fn of_stored_work(uid: &str) -> Option<Self> {
        Self::new(uid)
    }

    /// Nextcloud's user id.
    pub fn uid(&self) -> &str {
        &self.0
    }
}
