//! May this go there? Allow-list, name resolution, address check and class, in that order, for one hop.

use std::net::IpAddr;

use http::Method;
use url::{Host, Url};

use super::address::Reach;
use super::error::{EgressError, Refusal};
use super::origin::{Origin, PhiMode};
use super::plugin::PluginOrigin;
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

/// What was allowed of a destination, before its name is resolved.
pub(super) struct Permit {
    /// May lie inside the private network, unless the other side named it.
    exempt: bool,
    /// Someone vouches that it is in the building; believed only if its address is.
    local: bool,
    phi: PhiMode,
}

/// How a request comes to a destination.
#[derive(Clone, Copy, Default)]
pub(super) struct Way {
    /// The other side named it, so the operator's exemption does not hold.
    pub(super) redirected: bool,
    /// An administrator named an agreement under which this destination may see patient information.
    pub(super) agreed: bool,
}

impl Egress {
    /// What the operator's configuration says of a destination.
    pub(super) fn configured(&self, origin: &Origin) -> Result<Permit, Refusal> {
        let allowed = self.inner.settings.allowed.iter().find(|one| one.origin == *origin);
        allowed
            .map(|allowed| Permit {
                exempt: true,
                local: allowed.local,
                phi: allowed.phi,
            })
            .ok_or_else(|| Refusal::NotAllowed(origin.to_string()))
    }

    /// What manifest, grant and configuration together say of a plugin's request.
    pub(super) async fn granted(
        &self,
        plugin: &PluginOrigin,
        origin: &Origin,
        method: &Method,
        url: &Url,
    ) -> Result<Permit, Refusal> {
        let rule = plugin.check(method, url)?;
        self.inner
            .turns
            .wait(&plugin.id, origin, rule.requests_per_minute)
            .await?;
        let private = self.inner.settings.private_for_plugins.contains(origin);
        Ok(Permit {
            exempt: private,
            local: private,
            phi: PhiMode::Never,
        })
    }

    /// Whether the operator's configuration opens this address inside the building to plugins.
    pub fn is_private_for_plugins(&self, url: &str) -> bool {
        Origin::parse(url).is_ok_and(|origin| self.inner.settings.private_for_plugins.contains(&origin))
    }

    pub(super) async fn route(
        &self,
        origin: &Origin,
        permit: Result<Permit, Refusal>,
        class: Class,
        way: Way,
    ) -> Result<Route, NoRoute> {
        let mut permit = permit.map_err(NoRoute::remote)?;
        // An agreement is with one destination, not with those it names.
        if way.agreed && !way.redirected {
            permit.phi = PhiMode::Allowed;
        }
        // Before the name is resolved: asking for a name is already a message to the outside.
        if !permit.local {
            check_class(origin, &permit, class)?;
        }
        let addresses = self.addresses(origin).await?;
        let exempt = permit.exempt && !way.redirected;
        let remote = !(permit.local && addresses.iter().all(|ip| Reach::of(*ip).is_local()));
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
            check_class(origin, &permit, class)?;
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

fn check_class(origin: &Origin, permit: &Permit, class: Class) -> Result<(), NoRoute> {
    if class == Class::Phi && permit.phi == PhiMode::Never {
        return Err(NoRoute::remote(Refusal::Phi {
            destination: origin.to_string(),
        }));
    }
    Ok(())
}
