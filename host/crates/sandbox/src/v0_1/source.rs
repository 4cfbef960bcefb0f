//! World `scraper`.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::InstancePre;

use super::{
    Checked, Exports,
    common::{self, citation},
};
use crate::{Outside, Phase, World, calls::Connection, ceiling::Ceiling, guest::Connected, types};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/source@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{GuestPre, exports::voiceassist::plugin::source as wit};

pub(crate) struct Source {
    calls: Connection,
    instance: GuestPre<Connected>,
}

impl Source {
    pub fn new(calls: Connection, instance: InstancePre<Connected>) -> wasmtime::Result<Self> {
        Ok(Self {
            calls,
            instance: GuestPre::new(instance)?,
        })
    }
}

#[async_trait]
impl Exports for Source {
    fn world(&self) -> World {
        World::Scraper
    }

    async fn describe(&self, outside: Arc<dyn Outside>) -> Checked<types::SourceInfo> {
        let info = self.calls.run(outside, Phase::Read, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_source().call_describe(store).await
        });
        info_of(info.await?, &Ceiling(&self.calls.limits))
    }

    async fn list(
        &self,
        outside: Arc<dyn Outside>,
        since: Option<u64>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Checked<types::SourcePage> {
        let cursor = cursor.map(str::to_owned);
        let page = self.calls.run(outside, Phase::Read, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            let exports = guest.voiceassist_plugin_source();
            exports.call_list(store, since, cursor.as_deref(), limit).await
        });
        let page = page.await?.map_err(common::refusal)?;
        let ceiling = Ceiling(&self.calls.limits);
        Ok(types::SourcePage {
            entries: ceiling.list(page.entries, |one| entry(one, &ceiling))?,
            next: ceiling.optional(page.next)?,
        })
    }

    async fn fetch(&self, outside: Arc<dyn Outside>, entry: &str) -> Checked<types::SourceDocument> {
        let document = self.calls.run(outside, Phase::Read, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_source().call_fetch(store, entry).await
        });
        let document = document.await?.map_err(common::refusal)?;
        document_of(document, &Ceiling(&self.calls.limits))
    }
}

fn info_of(info: wit::SourceInfo, ceiling: &Ceiling) -> Checked<types::SourceInfo> {
    Ok(types::SourceInfo {
        id: ceiling.text(info.id)?,
        title: ceiling.text(info.title)?,
        publisher: ceiling.text(info.publisher)?,
        homepage: ceiling.text(info.homepage)?,
        license: ceiling.text(info.license)?,
        languages: ceiling.texts(info.languages)?,
        refresh_seconds: info.refresh_seconds,
    })
}

fn entry(entry: wit::Entry, ceiling: &Ceiling) -> Checked<types::SourceEntry> {
    Ok(types::SourceEntry {
        id: ceiling.text(entry.id)?,
        url: ceiling.text(entry.url)?,
        title: ceiling.text(entry.title)?,
        modified: entry.modified,
        revision: ceiling.text(entry.revision)?,
        withdrawn: entry.withdrawn,
    })
}

fn document_of(document: wit::Document, ceiling: &Ceiling) -> Checked<types::SourceDocument> {
    Ok(types::SourceDocument {
        entry: entry(document.entry, ceiling)?,
        language: ceiling.text(document.language)?,
        citation: citation(document.citation, ceiling)?,
        body: match document.body {
            wit::Body::Sections(sections) => {
                types::SourceBody::Sections(ceiling.list(sections, |one| section(one, ceiling))?)
            }
            // Its bytes are bounded with the answer as a whole.
            wit::Body::Original(original) => types::SourceBody::Original(types::Attachment {
                name: ceiling.text(original.name)?,
                mime_type: ceiling.text(original.mime_type)?,
                contents: original.contents,
            }),
        },
    })
}

fn section(section: wit::Section, ceiling: &Ceiling) -> Checked<types::SourceSection> {
    Ok(types::SourceSection {
        path: ceiling.texts(section.path)?,
        anchor: ceiling.optional(section.anchor)?,
        body: ceiling.text(section.body)?,
    })
}
