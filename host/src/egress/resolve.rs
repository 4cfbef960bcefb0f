//! Names to addresses. The gate asks once, checks the answer and connects to exactly that.

use std::io;
use std::net::IpAddr;

use futures::FutureExt;
use futures::future::BoxFuture;

pub type Resolving<'a> = BoxFuture<'a, io::Result<Vec<IpAddr>>>;

pub trait Resolve: Send + Sync {
    /// All addresses of a host name.
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a>;
}

/// The operating system's resolver.
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        async move {
            Ok(tokio::net::lookup_host((host, 0))
                .await?
                .map(|address| address.ip())
                .collect())
        }
        .boxed()
    }
}
