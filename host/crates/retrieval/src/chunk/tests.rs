use api_types::{Block, BlockKind, Page, Word};
use proptest::prelude::*;

use super::*;

fn page(number: u32, blocks: Vec<Block>) -> Page {
    Page {
        number,
        width: 612.0,
        height: 792.0,
        ocr: false,
        blocks,
    }
}

fn block(kind: BlockKind, text: &str) -> Block {
    Block {
        kind,
        text: text.into(),
        words: Vec::new(),
    }
}

fn heading(level: u8, text: &str) -> Block {
    block(BlockKind::Heading { level }, text)
}

fn sentence(words: usize) -> String {
    let mut text = vec!["word"; words].join(" ");
    text.replace_range(0..1, "W");
    text + "."
}

#[test]
fn headings_start_passages_and_give_their_path() {
    let chunks = chunk(&[page(
        1,
        vec![
            heading(1, "Hand hygiene"),
            block(BlockKind::Paragraph, "Wash hands."),
            heading(2, "Sharps"),
            block(BlockKind::Paragraph, "Never recap."),
            heading(1, "Waste"),
            block(BlockKind::Paragraph, "Sort it."),
        ],
    )]);
    let found: Vec<_> = chunks.iter().map(|c| (c.heading.as_deref(), c.text.as_str())).collect();
    assert_eq!(
        found,
        [
            (Some("Hand hygiene"), "Hand hygiene\nWash hands."),
            (Some("Hand hygiene > Sharps"), "Sharps\nNever recap."),
            (Some("Waste"), "Waste\nSort it."),
        ]
    );
}

#[test]
fn consecutive_headings_stay_with_the_text_below_them() {
    let chunks = chunk(&[page(
        1,
        vec![heading(1, "A"), heading(2, "B"), block(BlockKind::Paragraph, "Text.")],
    )]);
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].text, "A\nB\nText.");
}

#[test]
fn furniture_is_left_out() {
    let chunks = chunk(&[page(
        1,
        vec![
            block(BlockKind::Furniture, "Page 1"),
            block(BlockKind::Paragraph, "Text."),
        ],
    )]);
    assert_eq!(chunks[0].text, "Text.");
    assert_eq!(chunks[0].spans[0].block, 1);
}

#[test]
fn a_long_paragraph_is_cut_between_sentences_into_like_parts() {
    let text = (0..20).map(|_| sentence(20)).collect::<Vec<_>>().join(" ");
    let chunks = chunk(&[page(1, vec![block(BlockKind::Paragraph, &text)])]);
    assert_eq!(chunks.len(), 3);
    for part in &chunks {
        assert!(part.text.ends_with('.'));
        assert!((100..=180).contains(&pieces::words(&part.text)));
    }
}

#[test]
fn a_paragraph_a_little_over_the_aim_stays_whole() {
    let text = (0..11).map(|_| sentence(20)).collect::<Vec<_>>().join(" ");
    assert_eq!(chunk(&[page(1, vec![block(BlockKind::Paragraph, &text)])]).len(), 1);
}

#[test]
fn a_huge_table_is_cut_between_rows_and_repeats_its_header_in_the_heading() {
    let rows: String = (0..80)
        .map(|i| format!("\ndrug {i} | one two three | four five six"))
        .collect();
    let table = format!("Drug | Dose | Note{rows}");
    let chunks = chunk(&[page(1, vec![heading(1, "Doses"), block(BlockKind::Table, &table)])]);
    assert!(chunks.len() > 2);
    assert_eq!(chunks[0].heading.as_deref(), Some("Doses"));
    for part in &chunks[1..] {
        assert_eq!(part.heading.as_deref(), Some("Doses > Drug | Dose | Note"));
        assert!(part.text.starts_with("drug "));
        assert!(!part.text.contains("Drug | Dose"));
    }
}

#[test]
fn a_passage_ends_with_its_page_unless_a_sentence_runs_on() {
    let two = |first: &str, second: &str| {
        chunk(&[
            page(1, vec![block(BlockKind::Paragraph, first)]),
            page(2, vec![block(BlockKind::Paragraph, second)]),
        ])
    };
    assert_eq!(two("It ends here.", "Another.").len(), 2);
    let joined = two("Give the patient", "two tablets.");
    assert_eq!((joined.len(), joined[0].page, joined[0].page_end), (1, 1, 2));
    assert_eq!(joined[0].text, "Give the patient\ntwo tablets.");
}

#[test]
fn lines_are_merged_from_words() {
    let mut paragraph = block(BlockKind::Paragraph, "ab cd ef");
    let word = |start, end, left: f32, top: f32| Word {
        start,
        end,
        rect: [left, top, left + 10.0, top + 10.0],
    };
    paragraph.words = vec![word(0, 2, 10.0, 20.0), word(3, 5, 25.0, 21.0), word(6, 8, 10.0, 32.0)];
    let chunks = chunk(&[page(3, vec![heading(1, "H"), paragraph])]);
    let lines: Vec<_> = chunks[0]
        .lines
        .iter()
        .map(|l| (l.page, l.start, l.end, l.rect))
        .collect();
    assert_eq!(
        lines,
        [
            (3, 2, 7, [10.0, 20.0, 35.0, 31.0]),
            (3, 8, 10, [10.0, 32.0, 20.0, 42.0])
        ]
    );
}

#[test]
fn ids_are_stable_and_have_the_form_of_a_uuid() {
    let id = chunk_id("d", "v", 0);
    assert_eq!(id, chunk_id("d", "v", 0));
    assert_eq!(id.len(), 36);
    assert_ne!(id, chunk_id("d", "v", 1));
    assert_ne!(chunk_id("ab", "c", 0), chunk_id("a", "bc", 0));
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let kind = prop_oneof![
        1 => (1u8..4).prop_map(|level| BlockKind::Heading { level }),
        4 => Just(BlockKind::Paragraph),
        2 => Just(BlockKind::ListItem),
        1 => Just(BlockKind::Table),
        1 => Just(BlockKind::Furniture),
    ];
    let text = proptest::collection::vec(
        prop_oneof![6 => "[a-zé]{1,9}", 2 => "[A-Z][a-z]{1,5}\\.", 1 => Just("|".into()), 1 => Just("\n".into())],
        0..400,
    )
    .prop_map(|words| words.join(" "));
    proptest::collection::vec((kind, text).prop_map(|(kind, text)| block(kind, &text)), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_word_is_in_exactly_one_passage_and_spans_reproduce_the_text(all in proptest::collection::vec(blocks(), 0..4)) {
        let pages: Vec<Page> = all.into_iter().enumerate().map(|(i, blocks)| page(i as u32 + 1, blocks)).collect();
        let chunks = chunk(&pages);
        prop_assert_eq!(&chunks, &chunk(&pages));
        let mut seen: Vec<String> = Vec::new();
        for (ordinal, part) in chunks.iter().enumerate() {
            prop_assert_eq!(part.ordinal as usize, ordinal);
            prop_assert_eq!(part.page, part.spans[0].page);
            prop_assert_eq!(part.page_end, part.spans[part.spans.len() - 1].page);
            let mut text = String::new();
            for span in &part.spans {
                if !text.is_empty() {
                    text.push('\n');
                }
                prop_assert_eq!(text.len(), span.passage_start as usize);
                let source = &pages[span.page as usize - 1].blocks[span.block as usize].text;
                text.push_str(&source[span.start as usize..span.end as usize]);
            }
            prop_assert_eq!(&text, &part.text);
            seen.extend(part.text.split_whitespace().map(str::to_owned));
        }
        let expected: Vec<String> = pages
            .iter()
            .flat_map(|page| &page.blocks)
            .filter(|block| block.kind != BlockKind::Furniture)
            .flat_map(|block| block.text.split_whitespace().map(str::to_owned))
            .collect();
        prop_assert_eq!(seen, expected);
    }
}
