//! The way to the host for one voice session: a WebSocket, or requests where none gets through.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::task::spawn_local;
use voice_turn::vap::{CloseCode, Message, SUBPROTOCOL, split};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::{
    api::{self, Body, Call},
    base, dom,
};

/// Pause between two requests that carry sound up.
const UP_MS: i32 = 200;
/// Pause before a request that failed is sent again.
const AGAIN_MS: i32 = 500;
/// The WebSocket's code of a connection that broke.
pub const LOST: u16 = 1006;
/// Requests in a row that may fail before the way counts as lost.
const FAILURES: u32 = 4;

pub enum Incoming {
    Open,
    Message(Message),
    /// By the WebSocket's close code; 1006 where there is none.
    Closed(u16),
}

pub type Hears = Rc<dyn Fn(Incoming)>;

/// Closes when it is dropped.
pub enum Link {
    Socket(Socket),
    Requests(Rc<Requests>),
}

pub struct Socket {
    socket: WebSocket,
    listeners: Option<Listeners>,
}

struct Listeners {
    open: Closure<dyn Fn()>,
    message: Closure<dyn Fn(MessageEvent)>,
    close: Closure<dyn Fn(CloseEvent)>,
}

pub struct Requests {
    path: String,
    waiting: RefCell<Vec<Message>>,
    closed: Cell<bool>,
    hears: Hears,
}

/// `http` becomes `ws`, `https` becomes `wss`.
fn socket_address(address: &str) -> String {
    match address.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => address.to_owned(),
    }
}

impl Link {
    /// A WebSocket at a path relative to the page; nothing where the browser refuses to try.
    pub fn socket(path: &str, hears: Hears) -> Option<Self> {
        let socket = WebSocket::new_with_str(&socket_address(&base::page(path)), SUBPROTOCOL).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on = Rc::clone(&hears);
        let open = Closure::<dyn Fn()>::new(move || on(Incoming::Open));
        let on = Rc::clone(&hears);
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(text) = data.as_string() {
                on(Incoming::Message(Message::Text(text)));
            } else if let Ok(buffer) = data.dyn_into::<ArrayBuffer>() {
                on(Incoming::Message(Message::Binary(Uint8Array::new(&buffer).to_vec())));
            }
        });
        let close = Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| hears(Incoming::Closed(event.code())));
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Some(Self::Socket(Socket {
            socket,
            listeners: Some(Listeners { open, message, close }),
        }))
    }

    /// Requests of the session with this id.
    pub fn requests(session: &str, hears: Hears) -> Self {
        let requests = Rc::new(Requests {
            path: format!("voice/sessions/{session}"),
            waiting: RefCell::new(Vec::new()),
            closed: Cell::new(false),
            hears,
        });
        spawn_local(Rc::clone(&requests).up());
        Self::Requests(requests)
    }

    pub fn send(&self, message: Message) {
        match self {
            Self::Socket(Socket { socket, .. }) => {
                // One that is closing tells so by its own event.
                let _ = match &message {
                    Message::Text(text) => socket.send_with_str(text),
                    Message::Binary(bytes) => socket.send_with_u8_array(bytes),
                };
            }
            Self::Requests(requests) => requests.waiting.borrow_mut().push(message),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        match self {
            Self::Socket(Socket { socket, listeners }) => {
                socket.set_onopen(None);
                socket.set_onmessage(None);
                socket.set_onclose(None);
                let _ = socket.close_with_code(1000);
                drop(listeners.take().map(|held| (held.open, held.message, held.close)));
            }
            Self::Requests(requests) => requests.closed.set(true),
        }
    }
}

impl Requests {
    fn lose(&self, code: u16) {
        if !self.closed.replace(true) {
            (self.hears)(Incoming::Closed(code));
        }
    }

    /// Each batch has a number, so that one sent again after a failure counts once. What waits when the session is
    /// closed, such as the farewell, still goes.
    async fn up(self: Rc<Self>) {
        let mut number = 0u32;
        if !self.closed.get() {
            (self.hears)(Incoming::Open);
        }
        loop {
            let batch: Vec<Message> = self.waiting.borrow_mut().drain(..).collect();
            if batch.is_empty() && self.closed.get() {
                return;
            }
            if !batch.is_empty() {
                let mut body = Vec::new();
                batch.iter().for_each(|message| message.write(&mut body));
                if let Err(code) = self.post(number, body).await {
                    return self.lose(code);
                }
                // The host knows of the way down once it was greeted.
                if number == 0 {
                    spawn_local(Rc::clone(&self).down());
                }
                number = number.wrapping_add(1);
            }
            dom::sleep(UP_MS).await;
        }
    }

    /// The error is a close code.
    async fn post(&self, number: u32, body: Vec<u8>) -> Result<(), u16> {
        let path = format!("{}/up?seq={number}", self.path);
        for _ in 0..FAILURES {
            match api::post_bytes(&path, body.clone()).await {
                Ok(()) => return Ok(()),
                Err(problem) => match refused(problem.status) {
                    Some(code) => return Err(code),
                    None => dom::sleep(AGAIN_MS).await,
                },
            }
        }
        Err(LOST)
    }

    async fn down(self: Rc<Self>) {
        let (mut after, mut failures) = (0usize, 0);
        while !self.closed.get() {
            match self.fetch(after).await {
                Ok(messages) => {
                    failures = 0;
                    after += messages.len();
                    for message in messages {
                        if self.closed.get() {
                            return;
                        }
                        (self.hears)(Incoming::Message(message));
                    }
                }
                Err(Some(code)) => return self.lose(code),
                Err(None) => {
                    failures += 1;
                    if failures >= FAILURES {
                        return self.lose(LOST);
                    }
                    dom::sleep(AGAIN_MS).await;
                }
            }
        }
    }

    /// The messages after so many; waits up to 20 s for one. The error is a close code, or nothing where asking again helps.
    async fn fetch(&self, after: usize) -> Result<Vec<Message>, Option<u16>> {
        let path = format!("{}/down?after={after}&wait=poll", self.path);
        let call = Call {
            method: "GET",
            path: &path,
            body: None::<Body>,
            accept: "*/*",
            signal: None,
        };
        let response = api::fetch(call).await.map_err(|problem| refused(problem.status))?;
        let body = api::bytes(&response).await.map_err(|_| None)?;
        split(&body).map_err(|_| Some(CloseCode::BadMessage.code()))
    }
}

/// The close code that says the same as a status; nothing where asking again may help.
fn refused(status: u16) -> Option<u16> {
    Some(match status {
        401 => CloseCode::NotSignedIn.code(),
        403 => CloseCode::NotAllowed.code(),
        404 => CloseCode::Gone.code(),
        429 => return None,
        400..500 => CloseCode::BadMessage.code(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{refused, socket_address};

    #[test]
    fn what_asking_again_cannot_change_ends_the_session() {
        assert_eq!(refused(401), Some(4401));
        assert_eq!(refused(404), Some(4410));
        assert_eq!(refused(400), Some(4400));
        assert_eq!((refused(0), refused(429), refused(502)), (None, None, None));
    }

    #[test]
    fn the_socket_is_as_secure_as_the_page_and_keeps_the_proxys_prefix() {
        assert_eq!(
            socket_address("https://h/exapps/voiceassist/api/v1/voice"),
            "wss://h/exapps/voiceassist/api/v1/voice"
        );
        assert_eq!(socket_address("http://127.0.0.1:8377/api"), "ws://127.0.0.1:8377/api");
    }
}
