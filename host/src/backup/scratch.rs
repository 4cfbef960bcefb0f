//! An empty database for a drill: a file in its scratch folder, or a database beside the configured one on the same server.

use std::path::Path;

use anyhow::{Context, Result};
use url::Url;

use super::store;
use crate::clock::{Random, new_id};
use crate::config::Config;
use crate::db::{self, Db};

/// It is not gone when dropped: call [`Scratch::remove`] whatever the drill finds.
pub struct Scratch {
    pub url: String,
    /// The configured database and the name of the one beside it; none for a file, which goes with its folder.
    beside: Option<(Db, String)>,
}

impl Scratch {
    /// # Errors
    /// The server cannot be reached, or this user may not make databases on it.
    pub async fn make(config: &Config, folder: &Path, random: &dyn Random) -> Result<Self> {
        if config.database_url.starts_with("sqlite://") {
            return Ok(Self {
                url: format!("sqlite://{}", folder.join("voiceassist.db").display()),
                beside: None,
            });
        }
        let configured = db::open_to_read(&config.database_url)
            .await
            .context("the database cannot be opened")?;
        let name = format!("voiceassist_drill_{}", new_id(random).replace('-', ""));
        store::make_database(&configured, &name).await.context(
            "no database can be made for the drill beside the configured one. Its user needs the right to: ALTER ROLE … CREATEDB",
        )?;
        Ok(Self {
            url: with_name(&config.database_url, &name)?,
            beside: Some((configured, name)),
        })
    }

    /// # Errors
    /// The server cannot be reached any more; the database stays.
    pub async fn remove(self) -> Result<()> {
        let Some((configured, name)) = self.beside else {
            return Ok(());
        };
        store::remove_database(&configured, &name).await.with_context(|| {
            format!("the drill's database {name} could not be removed; remove it with DROP DATABASE")
        })?;
        configured.close().await;
        Ok(())
    }
}

/// The same server and user, another database.
fn with_name(url: &str, name: &str) -> Result<String> {
    let mut url = Url::parse(url).context("DATABASE_URL is not an address")?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != "dbname")
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.set_path(&format!("/{name}"));
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok(url.into())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_the_database_changes() {
        let of = |url| with_name(url, "drill").unwrap();
        assert_eq!(
            of("postgres://anna:p%40ss@db.example:5433/voiceassist?sslmode=verify-full"),
            "postgres://anna:p%40ss@db.example:5433/drill?sslmode=verify-full"
        );
        assert_eq!(
            of("postgres://anna@localhost/va?host=/run/postgresql&dbname=other"),
            "postgres://anna@localhost/drill?host=%2Frun%2Fpostgresql"
        );
        assert_eq!(of("postgresql://db.example"), "postgresql://db.example/drill");
    }
}
