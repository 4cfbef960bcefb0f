//! May this go there? Allow-list, name resolution, address check and class, in that order, for one hop.

use std::net::IpAddr;

use url::Host;

use super::address::Reach;
use super::error::{EgressError, Refusal};
use super::origin::{AllowedOrigin, Origin, OriginKind, PhiMode};
use super::{Class, Egress};

/// A destination that passed every check.
pub(super) struct Route {
    pub(super) addresses: Vec<IpAddr>,
    pub(super) remote: bool,
}

/// Why not, and whether the destination would have been remote.
pub(super) struct NoRoute {
    pub(super) error: EgressError,
    pub(super) remote: bool,
}

impl NoRoute {
    fn remote(error: impl Into<EgressError>) -> Self {
        Self {
            error: error.into(),
            remote: true,
        }
    }
}

impl Egress {
    /// `redirected`: the other side named this destination, so the operator's exemption does not hold.
    pub(super) async fn route(
        &self,
        origin: &Origin,
        kind: &OriginKind,
        class: Class,
        redirected: bool,
    ) -> Result<Route, NoRoute> {
        let Some(allowed) = self
            .inner
            .settings
            .allowed
            .iter()
            .find(|one| one.kind == *kind && one.origin == *origin)
        else {
            return Err(NoRoute::remote(Refusal::NotAllowed(origin.to_string())));
        };
        // Before the name is resolved: asking for a name is already a message to the outside.
        if !allowed.local {
            check_class(allowed, class)?;
        }
        let addresses = self.addresses(origin).await?;
        let exempt = *kind == OriginKind::OperatorConfigured && !redirected;
        let remote = !(allowed.local && addresses.iter().all(|ip| Reach::of(*ip).is_local()));
        // One bad address refuses the name: an answer of mixed addresses is how rebinding works.
        if let Some(kind) = addresses.iter().find_map(|ip| Reach::of(*ip).objection(exempt)) {
            let error = Refusal::Address {
                destination: origin.to_string(),
                kind,
            }
            .into();
            return Err(NoRoute { error, remote });
        }
        if remote {
            check_class(allowed, class)?;
        }
        Ok(Route { addresses, remote })
    }

    async fn addresses(&self, origin: &Origin) -> Result<Vec<IpAddr>, NoRoute> {
        let mut addresses = match &origin.host {
            Host::Ipv4(ip) => vec![IpAddr::V4(*ip)],
            Host::Ipv6(ip) => vec![IpAddr::V6(*ip)],
            Host::Domain(name) => {
                let limit = self.inner.settings.limits.connect;
                match tokio::time::timeout(limit, self.inner.resolver.resolve(name)).await {
                    Ok(Ok(addresses)) => addresses,
                    Ok(Err(_)) | Err(_) => Vec::new(),
                }
            }
        };
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.is_empty() {
            return Err(NoRoute::remote(EgressError::NameNotResolved));
        }
        Ok(addresses)
    }
}

fn check_class(allowed: &AllowedOrigin, class: Class) -> Result<(), NoRoute> {
    if class == Class::Phi && allowed.phi == PhiMode::Never {
        return Err(NoRoute::remote(Refusal::Phi {
            destination: allowed.origin.to_string(),
        }));
    }
    Ok(())
}
