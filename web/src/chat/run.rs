//! Asking, and following the answer through whatever the network does.

use std::pin::Pin;

use api_types::{
    AnswerEvent, AnswerStatus, CalculationRequest, Conversation, ConversationInfo, ProblemBody, SentenceKind,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    confirm::{self, Confirmed},
    model::{Chat, Live, Loading, Turn},
    scope,
};
use crate::{
    api::{self, stream},
    base, dom,
    route::{self, Route},
    state::app,
    texts::{fill, nc, t},
};

/// A stream that says nothing for this long is probably held back by a proxy; then the events are polled.
const HELD_BACK_MS: i32 = 6_000;
/// Pauses before the attempts to reconnect; after the last one the answer counts as lost.
const RECONNECT_MS: [i32; 6] = [300, 1_000, 2_000, 4_000, 8_000, 15_000];
/// A list that stayed open this long was waiting for events; the host closes it after 20 s.
const POLLED_MS: f64 = 5_000.0;

/// The conversation with this id, read from the server when it is not held yet.
pub fn open(id: &str) -> Chat {
    let chats = app().chats;
    if let Some(chat) = chats.with_value(|chats| chats.get(id)) {
        return chat;
    }
    let chat = Chat::new(Loading::Running);
    chats.update_value(|chats| chats.insert(id.to_owned(), chat.clone()));
    spawn_local(load(id.to_owned(), chat.clone()));
    scope::recall(Some(id), &chat.scope);
    chat
}

/// Reads a held conversation anew, to which something was added elsewhere. One that is not held is read when it is opened.
pub fn refresh(id: &str) {
    if let Some(chat) = app().chats.with_value(|chats| chats.get(id)) {
        spawn_local(read(id.to_owned(), chat));
    }
}

pub async fn load(id: String, chat: Chat) {
    chat.loading.set(Loading::Running);
    read(id, chat).await;
}

async fn read(id: String, chat: Chat) {
    match api::get::<Conversation>(&format!("conversations/{id}")).await {
        Ok(conversation) => {
            chat.accesses.set(conversation.accesses);
            let answers = conversation
                .messages
                .iter()
                .filter_map(|message| message.answer.as_ref());
            let confirmed = confirm::answers(answers, &Confirmed::new()).await;
            // Questions asked while this was on its way, and after a failed load.
            let mut held = chat.turns.get_untracked();
            let mut turns = Vec::new();
            for message in conversation.messages {
                let stored = Turn::stored(message, confirmed.clone());
                let Some(at) = held.iter().position(|turn| turn.key == stored.key) else {
                    resume(&id, &stored);
                    turns.push(stored);
                    continue;
                };
                let turn = held.remove(at);
                // One that runs is read by the request that asked it.
                if !turn.live.with_untracked(Live::running) {
                    turn.live.set(stored.live.get_untracked());
                    resume(&id, &turn);
                }
                turns.push(turn);
            }
            turns.append(&mut held);
            chat.turns.set(turns);
            chat.loading.set(Loading::Ready);
        }
        Err(problem) => chat.loading.set(Loading::Failed(problem)),
    }
}

/// Reads on a stored answer that is still being written.
fn resume(conversation: &str, turn: &Turn) {
    if turn.live.with_untracked(Live::running) {
        spawn_local(follow(conversation.to_owned(), turn.clone(), base::polls()));
    }
}

/// Asks in a conversation, beginning one when there is none.
pub fn ask(conversation: Option<String>, text: String, calculation: Option<CalculationRequest>) {
    let app = app();
    let scope = match &conversation {
        Some(id) => open(id).scope,
        None => app.scope.into(),
    };
    // Without this the question would go to all documents.
    if scope.with_untracked(|scope| scope.as_ref().is_some_and(|scope| scope.documents.is_empty())) {
        return app.toast(t().scope_nothing_yet);
    }
    let documents =
        scope.with_untracked(|scope| scope.as_ref().map(|scope| scope.documents.clone()).unwrap_or_default());
    app.say(t().asked);
    spawn_local(async move {
        let id = match conversation {
            Some(id) => id,
            None => match begin().await {
                Ok(id) => id,
                Err(problem) => {
                    // Signed out: the next person at this screen must not read it.
                    if problem.status != 401 && app.draft.with_untracked(String::is_empty) {
                        app.draft.set(text);
                    }
                    return app.fail(&problem);
                }
            },
        };
        let chat = open(&id);
        let turn = Turn::asked(dom::random_id(), text, calculation, documents);
        chat.turns.update(|turns| turns.push(turn.clone()));
        send(id, turn).await;
        app.load_conversations().await;
    });
}

async fn begin() -> Result<String, ProblemBody> {
    let info: ConversationInfo = api::post("conversations", &serde_json::json!({})).await?;
    let app = app();
    let chat = Chat::new(Loading::Ready);
    scope::hand_over(&app.scope.into(), &info.id, &chat.scope);
    app.chats.update_value(|chats| chats.insert(info.id.clone(), chat));
    route::replace(app.route, Route::Chat(Some(info.id.clone())));
    Ok(info.id)
}

async fn send(conversation: String, turn: Turn) {
    let path = format!("conversations/{conversation}/messages");
    let body = match api::encode(&turn.request()) {
        Ok(body) => body,
        Err(problem) => return fail(&turn, problem),
    };
    post(conversation, turn, path, Some(body)).await;
}

/// Writes the answer to a stored question anew.
pub fn regenerate(conversation: String, turn: Turn) {
    let Some(message) = turn.live.with_untracked(|live| live.message_id.clone()) else {
        return;
    };
    turn.live.set(Live {
        message_id: Some(message.clone()),
        ..Live::default()
    });
    spawn_local(async move {
        let path = format!("conversations/{conversation}/messages/{message}/regenerate");
        post(conversation, turn, path, None).await;
    });
}

/// Reads on after a lost connection, answers anew after a failure. A question the server never confirmed is sent again
/// under the same id: the server answers it once, however often it arrives.
pub fn retry(conversation: String, turn: Turn) {
    let (message, lost) = turn.live.with_untracked(|live| {
        let lost = live.error.as_ref().is_some_and(|problem| problem.status == 0);
        (live.message_id.clone(), lost)
    });
    if message.is_some() && !lost {
        return regenerate(conversation, turn);
    }
    let known = message.is_some();
    turn.live.set(Live {
        message_id: message,
        ..Live::default()
    });
    if known {
        spawn_local(follow(conversation, turn, base::polls()));
    } else {
        spawn_local(send(conversation, turn));
    }
}

pub fn stop(conversation: String, turn: Turn) {
    turn.live.update(|live| live.stopping = true);
    spawn_local(async move {
        let known = turn.live.with_untracked(|live| live.message_id.clone());
        let message = match known {
            Some(message) => Some(message),
            // Nothing has come back yet, but the server may have begun.
            None => find(&conversation, &turn.key).await,
        };
        let Some(message) = message else {
            turn.live.update(|live| live.stopping = false);
            return;
        };
        if let Err(problem) = api::tell("POST", &format!("conversations/{conversation}/messages/{message}/stop")).await
        {
            turn.live.update(|live| live.stopping = false);
            app().fail(&problem);
        }
    });
}

async fn post(conversation: String, turn: Turn, path: String, body: Option<String>) {
    let poll = base::polls();
    if !poll {
        spawn_local(poll_if_held_back(conversation.clone(), turn.clone()));
    }
    let each = |sequence, event| receive(turn.clone(), sequence, event);
    let ended = stream::post(
        &path,
        body,
        poll,
        stream::Watch {
            signal: None,
            each: &each,
        },
    )
    .await;
    let live = turn.live.get_untracked();
    if !live.running() {
        return;
    }
    match ended {
        // Refused before an answer began. Once events have come, only this way to them is cut.
        Err(problem) if problem.status != 0 && live.last == 0 => fail(&turn, problem),
        _ => follow(conversation, turn, poll).await,
    }
}

/// Reads the events by themselves until the answer is complete, as plain lists with `poll`.
async fn follow(conversation: String, turn: Turn, mut poll: bool) {
    let mut failures = 0;
    while turn.live.with_untracked(Live::running) {
        let (message, last) = turn.live.with_untracked(|live| (live.message_id.clone(), live.last));
        let message = match message {
            Some(message) => message,
            None => match find(&conversation, &turn.key).await {
                Some(message) => {
                    turn.live.update(|live| live.message_id = Some(message.clone()));
                    message
                }
                None => return fail(&turn, api::offline()),
            },
        };
        let each = |sequence, event| receive(turn.clone(), sequence, event);
        let watch = stream::Watch {
            signal: None,
            each: &each,
        };
        let begun = dom::now_ms();
        let ended = stream::resume(&conversation, &message, last, poll, watch).await;
        if turn.live.with_untracked(|live| live.last > last) {
            failures = failures.min(1);
            continue;
        }
        if let Err(problem) = &ended
            && (400..500).contains(&problem.status)
        {
            return fail(&turn, problem.clone());
        }
        // An empty list at the end of its wait is no failure; one at once means that nothing more will come.
        if poll && ended.is_ok() && dom::now_ms() - begun >= POLLED_MS {
            dom::sleep(RECONNECT_MS[0]).await;
            continue;
        }
        // A stream that brought nothing may be held back by a proxy.
        poll = true;
        let Some(pause) = RECONNECT_MS.get(failures) else {
            return fail(&turn, ended.err().unwrap_or_else(api::offline));
        };
        failures += 1;
        dom::sleep(*pause).await;
    }
}

/// Polls beside a stream from which nothing has come.
async fn poll_if_held_back(conversation: String, turn: Turn) {
    loop {
        dom::sleep(HELD_BACK_MS).await;
        if !turn.live.with_untracked(|live| live.running() && live.last == 0) {
            return;
        }
        // Not found while the question itself is still on its way.
        if find(&conversation, &turn.key).await.is_some() {
            return follow(conversation, turn, true).await;
        }
    }
}

/// The id the server gave the question sent under this client id.
async fn find(conversation: &str, key: &str) -> Option<String> {
    let stored: Conversation = api::get(&format!("conversations/{conversation}")).await.ok()?;
    stored
        .messages
        .into_iter()
        .find(|message| message.client_message_id == key)
        .map(|message| message.id)
}

/// Shows an event once the sources it brings are confirmed.
fn receive(turn: Turn, sequence: u64, event: AnswerEvent) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        if turn.live.with_untracked(|live| sequence > live.last) {
            let known = turn.live.with_untracked(|live| live.confirmed.clone());
            let confirmed = confirm::event(&event, &known).await;
            if !confirmed.is_empty() {
                let _ = turn.live.try_update(|live| live.confirmed.extend(confirmed));
            }
            show(&turn, sequence, event);
        }
    })
}

fn show(turn: &Turn, sequence: u64, event: AnswerEvent) {
    let spoken = match &event {
        AnswerEvent::Sentence(sentence) if sentence.kind == SentenceKind::Caveat => {
            Some(format!("{}: {}", t().caution, sentence.text))
        }
        AnswerEvent::Sentence(sentence) => Some(sentence.text.clone()),
        AnswerEvent::Error { problem } => Some(problem.title.clone()),
        _ => None,
    };
    let sentences = |live: &Live| live.sentences.len();
    let (first, before) = turn.live.with_untracked(|live| (live.last == 0, sentences(live)));
    let ends = matches!(event, AnswerEvent::Done { .. });
    let is_sentence = matches!(event, AnswerEvent::Sentence(_));
    let new = turn
        .live
        .try_update(|live| live.apply(sequence, event))
        .unwrap_or(false);
    // Only what is shown is said.
    let shown = !is_sentence || turn.live.with_untracked(sentences) > before;
    let spoken = if ends { turn.live.with_untracked(ending) } else { spoken };
    if let (true, true, Some(text)) = (new, shown, spoken)
        && !app().voice.runs()
    {
        app().say(text);
    }
    // The server names a conversation after its first question.
    if new && first {
        spawn_local(app().load_conversations());
    }
}

/// What a listener hears when an answer is complete.
fn ending(live: &Live) -> Option<String> {
    use api_types::AnswerKind::{Answered, Calculation, Clarification, NotFound, Refused};
    let answer = live.answer.as_ref()?;
    if live.status == AnswerStatus::Stopped {
        return Some(t().stopped.to_owned());
    }
    let text = match answer.kind {
        Answered if answer.sentences.is_empty() => answer.notices.join(" "),
        Answered => {
            let sources = answer.citations.len().to_string();
            fill(t().answer_complete, &[("sources", &sources)])
        }
        NotFound => t().not_found_title.to_owned(),
        Clarification => answer
            .clarification
            .as_ref()
            .map(|c| c.question.clone())
            .unwrap_or_default(),
        Calculation => match answer.calculation.as_ref().and_then(|c| c.findings.first()) {
            Some(finding) => format!("{}: {}", finding.label, finding.value),
            None => t().inputs_needed.to_owned(),
        },
        Refused => t().refused_title.to_owned(),
    };
    Some(if live.unconfirmed {
        format!("{text}. {}", nc().unconfirmed)
    } else {
        text
    })
}

/// Ends a turn, unless another way to its events has ended it meanwhile.
fn fail(turn: &Turn, problem: ProblemBody) {
    if !turn.live.with_untracked(Live::running) {
        return;
    }
    app().say(problem.title.clone());
    turn.live.update(|live| {
        live.status = AnswerStatus::Failed;
        live.error = Some(problem);
    });
}
