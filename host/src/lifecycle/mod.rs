//! Start, status, the calls of Nextcloud's AppAPI, and the dispatch of jobs to the features' verbs.

pub mod action;
pub mod dispatch;
pub mod enabled;
mod hear;
pub mod heartbeat;
pub mod init;
pub mod occ;
pub mod outward;
pub mod reindex;
pub mod serve;
pub mod starting;
pub mod status;

use nextcloud::Signed;

use crate::edge::problem::Problem;

/// Lifecycle calls come from Nextcloud itself; one in a user's name was sent by that user.
fn only_nextcloud_itself(signed: &Signed) -> Result<(), Problem> {
    match signed.acting() {
        None => Ok(()),
        Some(_) => Err(Problem::not_found()),
    }
}
