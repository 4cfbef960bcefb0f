//! The sentences of an answer under their headings, each with the chips of its sources.

use api_types::{Citation, Sentence, SentenceKind};
use leptos::prelude::*;

use super::{model::Turn, sources};
use crate::{
    format,
    texts::{fill, in_english, t},
    ui::icon::Icon,
    viewer::Target,
};

/// Bytes of the longest word that is kept on one line with the number of its source.
const LAST_WORD: usize = 24;

/// Bytes of the longest label that a caveat brings along, such as "Contraindications".
const LABEL: usize = 20;

/// Sentences under one heading. The key changes only when the group does, so a sentence that is there stays there.
#[derive(Clone, PartialEq)]
struct Group {
    first: u32,
    title: Option<String>,
    /// An earlier group has the same title.
    again: bool,
    /// Title and date of the document, where it is another one than above.
    source: Option<String>,
}

#[component]
pub fn Sentences(turn: Turn) -> impl IntoView {
    let live = turn.live.clone();
    let groups = Memo::new(move |_| live.with(|live| groups(&live.sentences, |number| live.citation(number))));
    view! {
        <For each=move || groups.get() key=|group| (group.first, group.title.clone()) let(group)>
            <GroupView turn=turn.clone() group />
        </For>
    }
}

fn groups<'a>(sentences: &[Sentence], citation: impl Fn(u32) -> Option<&'a Citation>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut document = "";
    for sentence in sentences {
        if groups.last().is_some_and(|group| group.title == sentence.group) {
            continue;
        }
        let cited = sentence.citations.first().and_then(|number| citation(*number));
        let cited = cited.filter(|cited| sentence.group.is_some() && cited.document_id != document);
        groups.push(Group {
            first: sentence.ordinal,
            title: sentence.group.clone(),
            again: sentence.group.is_some() && groups.iter().any(|group| group.title == sentence.group),
            source: cited.map(|cited| format!("{} \u{b7} {}", cited.document_title, sources::date(cited))),
        });
        document = cited.map_or(document, |cited| &cited.document_id);
    }
    groups
}

/// The sentences of the group that begins with the one numbered `first`.
fn members(sentences: &[Sentence], first: u32) -> Vec<Sentence> {
    let mut rest = sentences
        .iter()
        .skip_while(|sentence| sentence.ordinal != first)
        .peekable();
    let title = rest.peek().map(|sentence| sentence.group.clone());
    rest.take_while(|sentence| Some(&sentence.group) == title.as_ref())
        .cloned()
        .collect()
}

#[component]
fn GroupView(turn: Turn, group: Group) -> impl IntoView {
    let live = turn.live.clone();
    let members = Memo::new(move |_| live.with(|live| members(&live.sentences, group.first)));
    view! {
        <section class="va-group">
            {group.title.map(|title| view! {
                <h3>
                    <span lang=in_english()>{format::heading(&title).to_owned()}</span>
                    {group.again.then(|| view! { <span class="va-quiet">" "{t().continued}</span> })}
                </h3>
            })}
            {group.source.map(|source| view! { <p class="va-quiet va-group-source">{source}</p> })}
            <ul>
                <For
                    each=move || members.get()
                    key=|sentence| (sentence.ordinal, sentence.text.clone(), sentence.citations.clone())
                    let(sentence)
                >
                    <SentenceView turn=turn.clone() sentence />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn SentenceView(turn: Turn, sentence: Sentence) -> impl IntoView {
    let (class, icon, word) = match sentence.kind {
        SentenceKind::Action => ("va-sentence action", Some("action"), None),
        SentenceKind::Statement => ("va-sentence", None, None),
        SentenceKind::Caveat => ("va-sentence caveat", Some("warning"), Some(t().caution)),
    };
    // "Exception: ..." says itself what it is.
    let labelled = sentence.text.find(": ").is_some_and(|at| at <= LABEL);
    let word = word.filter(|_| !labelled);
    let ordinal = sentence.ordinal;
    let (start, last) = last_word(&sentence.text);
    let chip = move |number| view! { <Chip turn=turn.clone() number place=format!("s{ordinal}") /> };
    let mut chips = sentence.citations.into_iter();
    let first = chips.next().map(&chip);
    view! {
        <li class=class>
            {icon.map(|name| view! { <Icon name /> })}
            <p>
                {word.map(|word| view! { <strong class="va-caution">{word}": "</strong> })}
                <span lang=in_english()>{start.to_owned()}</span>
                // The number of a source never stands alone on a line.
                <span class="va-unbroken"><span lang=in_english()>{last.to_owned()}</span>" "{first}</span>
                {chips.map(chip).collect_view()}
            </p>
        </li>
    }
}

/// The text up to its last word, and that word; all of it when the word is long.
fn last_word(text: &str) -> (&str, &str) {
    let at = text.rfind(' ').map_or(0, |at| at + 1);
    match text.len() - at {
        0..=LAST_WORD => text.split_at(at),
        _ => (text, ""),
    }
}

/// The number of a source; opens it at the passage.
#[component]
pub fn Chip(turn: Turn, number: u32, place: String) -> impl IntoView {
    let id = format!("va-chip-{}-{place}-{number}", turn.key);
    let live = turn.live.clone();
    let label = Memo::new({
        let live = live.clone();
        move |_| {
            live.with(|live| match live.citation(number) {
                Some(citation) if citation.has_pages => fill(
                    t().open_source_page,
                    &[
                        ("number", &number.to_string()),
                        ("title", &citation.document_title),
                        ("page", &citation.page.to_string()),
                    ],
                ),
                Some(citation) => fill(
                    t().open_source,
                    &[("number", &number.to_string()), ("title", &citation.document_title)],
                ),
                None => fill(t().open_source, &[("number", &number.to_string()), ("title", "")]),
            })
        }
    });
    let origin = id.clone();
    let open = move |_| {
        if let Some(citation) = live.with_untracked(|live| live.citation(number).cloned()) {
            Target::cited(&citation, origin.clone()).open();
        }
    };
    view! {
        <button id=id class="va-chip" aria-label=move || label.get() title=move || label.get() on:click=open>{number}</button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(ordinal: u32, group: Option<&str>) -> Sentence {
        Sentence {
            ordinal,
            text: ordinal.to_string(),
            kind: SentenceKind::Statement,
            group: group.map(str::to_owned),
            citations: vec![1],
        }
    }

    #[test]
    fn consecutive_sentences_share_a_heading() {
        let all = [
            sentence(1, Some("Do")),
            sentence(2, Some("Do")),
            sentence(3, None),
            sentence(4, Some("Do")),
        ];
        let found = groups(&all, |_| None);
        assert_eq!(found.iter().map(|group| group.first).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(members(&all, 1).len(), 2);
        assert_eq!(members(&all, 3).len(), 1);
        assert_eq!(members(&all, 4)[0].ordinal, 4);
        assert_eq!(
            found.iter().map(|group| group.again).collect::<Vec<_>>(),
            [false, false, true]
        );
    }

    #[test]
    fn a_short_last_word_stays_with_its_source() {
        assert_eq!(last_word("Wash your hands."), ("Wash your ", "hands."));
        assert_eq!(last_word("Wash."), ("", "Wash."));
        let address = "See https://www.example.org/hand-hygiene";
        assert_eq!(last_word(address), (address, ""));
    }
}
