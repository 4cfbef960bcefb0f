//! Chat models of a server that speaks OpenAI's chat completions, or Hugging Face's
//! text-generation-inference; the setting `protocol` says which.

mod openai;
mod server;
mod sse;
mod stream;
mod tgi;

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use voiceassist_plugin::chat::{Chat, Completion, Event, GuestCompletion, ModelInfo, Models, Request};
use voiceassist_plugin::{Error, Host, Outside, plugin};

use server::{Protocol, Server};
use stream::Stream;

struct Plugin;

impl Models for Plugin {
    fn models() -> Result<Vec<ModelInfo>, Error> {
        models(&Host)
    }
}

impl Chat for Plugin {
    type Completion = Running;

    fn open(request: Request) -> Result<Completion, Error> {
        let stream = open(&Host, &request)?;
        Ok(Completion::new(Running(RefCell::new(stream))))
    }
}

/// Dropping it drops the response's body, which closes the connection: the server stops generating.
struct Running(RefCell<Stream>);

impl GuestCompletion for Running {
    fn next(&self, limit: u32) -> Result<Vec<Event>, Error> {
        self.0.borrow_mut().next(limit)
    }
}

fn models<O: Outside>(outside: &O) -> Result<Vec<ModelInfo>, Error> {
    let server = Server::of(outside)?;
    match server.protocol {
        Protocol::OpenAi => openai::models(&server),
        Protocol::Tgi => tgi::models(&server),
    }
}

fn open<O: Outside>(outside: &O, request: &Request) -> Result<Stream, Error> {
    let server = Server::of(outside)?;
    match server.protocol {
        Protocol::OpenAi => openai::open(&server, request),
        Protocol::Tgi => tgi::open(&server, request),
    }
}

plugin!(Plugin, world: chat_adapter, title: "Text generation server");
