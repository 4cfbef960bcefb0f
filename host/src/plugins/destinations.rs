//! Where the plugins that run may send requests: declared by their manifests and granted by an administrator.

use plugin_package::{Origin, PhiClass};

use super::set::Plugins;
use super::store;
use crate::egress;

/// One address that a running plugin may contact.
pub struct Destination {
    pub plugin: String,
    pub title: String,
    pub origin: egress::Origin,
    /// The most that any of its inputs may tell of a patient.
    pub ceiling: PhiClass,
    /// Who granted it, by name, and when.
    pub granted: Option<(String, i64)>,
}

impl Plugins {
    /// In the order of plugins. An address that an administrator has yet to enter is none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn destinations(&self) -> Result<Vec<Destination>, sqlx::Error> {
        let mut all = Vec::new();
        for loaded in self.running() {
            let (access, settings) = (loaded.access(), loaded.settings());
            let granted = store::grantor(&self.db, loaded.id()).await?;
            let ceiling = access.receives.values().copied().max().unwrap_or_default();
            let addresses = access.http.iter().filter_map(|rule| match &rule.origin {
                Origin::Fixed(origin) => Some(origin.as_str()),
                Origin::Setting(key) => settings.get(key).map(String::as_str),
            });
            all.extend(
                addresses
                    .filter_map(|address| egress::Origin::parse(address).ok())
                    .map(|origin| Destination {
                        plugin: loaded.id().to_owned(),
                        title: loaded.title().to_owned(),
                        origin,
                        ceiling,
                        granted: granted.clone(),
                    }),
            );
        }
        Ok(all)
    }
}
