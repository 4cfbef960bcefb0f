//! Start, status and the dispatch of jobs to the features' verbs.

pub mod dispatch;
pub mod reindex;
pub mod serve;
pub mod status;
