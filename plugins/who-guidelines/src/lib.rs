//! WHO guidelines as a source of documents.

use voiceassist_plugin::scraper::{Document, Page, Source, SourceInfo};
use voiceassist_plugin::{Error, Host, plugin};

struct Plugin;

impl Source for Plugin {
    fn describe() -> SourceInfo {
        guidelines::who::describe()
    }

    fn list(since: Option<u64>, cursor: Option<String>, limit: u32) -> Result<Page, Error> {
        guidelines::who::list(&Host, since, cursor.as_deref(), limit)
    }

    fn fetch(entry: String) -> Result<Document, Error> {
        guidelines::who::fetch(&Host, &entry)
    }
}

plugin!(Plugin, world: scraper, title: "WHO guidelines");
