//! Headings, items and rows that a passage can be cut along.

use api_types::BlockKind::{Furniture, Heading, ListItem, Paragraph, Table};

use crate::support::{PdfPage, blocks, read_pdf};

/// Body text in Times, so that Helvetica is another typeface.
fn body(page: PdfPage, x: f32, y: f32, lines: &[&str]) -> PdfPage {
    lines.iter().enumerate().fold(page, |page, (index, line)| {
        page.text("F3", 10.0, x, y - 12.0 * index as f32, line)
    })
}

const TEXT: [&str; 5] = [
    "Training is given upon hire and once a year to all who give",
    "injections on the ward, in the theatre and in the clinics of",
    "the hospital. It includes 1) hand hygiene before each dose,",
    "2) clean preparation away from sinks and used equipment, and",
    "3) the safe disposal of sharps. To learn more visit Needles.org",
];

#[test]
fn the_title_of_a_box_is_a_heading_and_lettered_lines_are_items() {
    let page = body(PdfPage::default(), 50.0, 780.0, &TEXT)
        .text("F2", 8.5, 50.0, 700.0, "Key recommendations for safe injections in all")
        .text("F2", 8.5, 50.0, 690.0, "settings:");
    let page = body(page, 50.0, 670.0, &["1. Teach all who give injections:"]);
    let page = body(
        page,
        62.0,
        658.0,
        &["a. This includes people who come from", "b. Repeat it after a year."],
    )
    .text("F3", 10.0, 62.0, 630.0, "2. Use a new syringe.");
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0]),
        [
            (Paragraph, TEXT.join(" ").as_str()),
            (
                Heading { level: 1 },
                "Key recommendations for safe injections in all settings:"
            ),
            (ListItem, "1. Teach all who give injections:"),
            (ListItem, "a. This includes people who come from"),
            (ListItem, "b. Repeat it after a year."),
            (ListItem, "2. Use a new syringe."),
        ]
    );
}

#[test]
fn the_wrapped_line_of_a_lettered_item_belongs_to_it() {
    let page = body(PdfPage::default(), 50.0, 780.0, &TEXT)
        .text("F3", 10.0, 50.0, 700.0, "a.")
        .text("F3", 10.0, 60.0, 700.0, "Do not wear the same pair of gloves")
        .text("F3", 10.0, 60.0, 688.0, "for the care of more than one patient.");
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0])[1],
        (
            ListItem,
            "a. Do not wear the same pair of gloves for the care of more than one patient."
        )
    );
}

#[test]
fn a_sentence_that_a_column_break_cuts_is_one_block_on_its_page() {
    let left = [
        "Isolation rooms are kept free for all",
        "patients with a cough that has lasted",
        "for more than two weeks. Any patients",
        "who are known to carry this bacterium",
        "are seen last in clinic, as the World",
        "Health Organization and its reference",
    ];
    let right = [
        "Network advise for every clinic that",
        "has only one treatment room. The room",
        "is cleaned after them, and its window",
        "stays open for an hour. Staff wear a",
        "respirator until the air has changed",
        "often enough to be safe again.",
    ];
    let page = |number: u32| {
        let page = body(PdfPage::default(), 50.0, 760.0, &TEXT);
        let page = body(page, 50.0, 600.0, &left);
        body(page, 300.0, 600.0, &right).text("F3", 8.0, 50.0, 25.0, &format!("Page {number} of 2"))
    };
    let found = read_pdf(&[page(1), page(2)]);
    let joined = format!("{} {}", left.join(" "), right.join(" "));
    for page in &found.pages {
        let footer = format!("Page {} of 2", page.number);
        assert_eq!(
            blocks(page)[1..],
            [(Paragraph, joined.as_str()), (Furniture, footer.as_str())]
        );
        let block = &page.blocks[1];
        let places: Vec<(&str, bool)> = block
            .words
            .iter()
            .map(|w| (&block.text[w.start as usize..w.end as usize], w.rect[0] > 299.0))
            .collect();
        assert!(places.contains(&("reference", false)) && places.contains(&("Network", true)));
    }
}

#[test]
fn a_table_with_lines_between_its_rows_only_is_read_by_rows() {
    let rows = [
        ["Group", "", "Duration", ""],
        [
            "Medical patients",
            "with a cancer",
            "until discharge or normal",
            "mobility",
        ],
        ["Hip replacement", "", "35 days", ""],
        ["Knee replacement", "", "14 days", ""],
    ];
    // The text below reaches to where the second column begins.
    let mut page = body(PdfPage::default(), 50.0, 780.0, &TEXT).text("F2", 12.0, 50.0, 700.0, "How long");
    for (index, row) in rows.iter().enumerate() {
        let y = 660.0 - 30.0 * index as f32;
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (column, line) = (at / 2, at % 2);
            page = page.text("F3", 10.0, 55.0 + 150.0 * column as f32, y - 12.0 * line as f32, cell);
        }
    }
    for line in 0..5 {
        let y = 672.0 - 30.0 * line as f32;
        page.content += &format!("0.5 w 50 {y} m 500 {y} l S\n");
    }
    page.content += "50 552 m 50 672 l S 500 552 m 500 672 l S\n";
    let page = body(page, 50.0, 520.0, &["Write the planned last day into the chart"]);
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0])[1..],
        [
            (Heading { level: 1 }, "How long"),
            (
                Table,
                "Group | Duration\nMedical patients with a cancer | until discharge or normal mobility\nHip replacement | 35 days\nKnee replacement | 14 days"
            ),
            (Paragraph, "Write the planned last day into the chart"),
        ]
    );
}

fn rule(page: &mut PdfPage, y: f32) {
    page.content += &format!("0.5 w 50 {y} m 500 {y} l S\n");
}

#[test]
fn a_dose_stays_in_the_row_of_its_drug_when_only_lines_part_the_rows() {
    let page = body(PdfPage::default(), 50.0, 780.0, &TEXT);
    let page = body(page, 60.0, 690.0, &["Condition"]);
    let page = body(page, 200.0, 690.0, &["First choice"]);
    let page = body(page, 60.0, 668.0, &["Pneumonia", "at home"]);
    let page = body(
        page,
        200.0,
        668.0,
        &["amoxicillin 500 mg", "three times daily", "by mouth"],
    );
    let page = body(page, 60.0, 620.0, &["Cellulitis"]);
    let page = body(page, 200.0, 620.0, &["flucloxacillin 1 g"]);
    let page = body(page, 60.0, 598.0, &["Urosepsis"]);
    let mut page = body(page, 200.0, 598.0, &["ceftriaxone 2 g"]);
    for y in [682.0, 632.0, 610.0, 588.0] {
        rule(&mut page, y);
    }
    let found = read_pdf(&[body(page, 50.0, 560.0, &["Calls are written down."])]);
    assert_eq!(
        blocks(&found.pages[0])[1..],
        [
            (
                Table,
                "Condition | First choice\nPneumonia at home | amoxicillin 500 mg three times daily by mouth\nCellulitis | flucloxacillin 1 g\nUrosepsis | ceftriaxone 2 g"
            ),
            (Paragraph, "Calls are written down."),
        ]
    );
}

#[test]
fn lines_above_and_below_the_head_and_at_the_foot_hold_a_table_of_many_rows() {
    let drugs = ["Gentamicin", "Meropenem", "Ceftriaxone", "Penicillin"];
    let page = body(PdfPage::default(), 50.0, 780.0, &TEXT);
    let page = body(page, 60.0, 690.0, &["Drug"]);
    let page = body(page, 200.0, 690.0, &["Dose"]);
    let page = body(page, 60.0, 668.0, &drugs);
    let mut page = body(page, 200.0, 668.0, &["3 mg/kg", "1 g", "2 g", "1.2 g"]);
    for y in [702.0, 682.0, 622.0] {
        rule(&mut page, y);
    }
    let found = read_pdf(&[body(page, 50.0, 590.0, &["Calls are written down."])]);
    assert_eq!(
        blocks(&found.pages[0])[1].1,
        "Drug | Dose\nGentamicin | 3 mg/kg\nMeropenem | 1 g\nCeftriaxone | 2 g\nPenicillin | 1.2 g"
    );
}

#[test]
fn lines_across_a_page_of_two_columns_make_no_table_of_its_text() {
    let left = [
        "Patients who carry it are seen last in",
        "clinic, and their room is cleaned then,",
        "with all windows open for an hour.",
        "Staff wear a mask until that is done.",
    ];
    let right = [
        "Another text stands in this column; it",
        "has nothing to do with that beside it,",
        "and it is read after the whole of the",
        "first one has come to its own end.",
    ];
    let mut page = PdfPage::default();
    for part in 0..3 {
        let y = 700.0 - 70.0 * part as f32;
        rule(&mut page, y + 14.0);
        page = body(page, 52.0, y, &left);
        // One line lower: paragraphs that begin level again and again are read as rows.
        page = body(page, 300.0, y - 12.0, &right);
    }
    rule(&mut page, 504.0);
    let found = read_pdf(&[page]);
    let text: Vec<_> = blocks(&found.pages[0]);
    assert!(text.iter().all(|b| b.0 == Paragraph), "{text:?}");
    assert_eq!(text[0].1, left.join(" "));
}

#[test]
fn numbered_lines_within_one_cell_are_rows_when_answers_stand_beside_them() {
    let mut page = body(PdfPage::default(), 50.0, 780.0, &TEXT);
    for (index, cell) in ["A. Gloves are worn", "B. Gowns are worn", "C. Masks are worn"]
        .iter()
        .enumerate()
    {
        let y = 640.0 - 30.0 * index as f32;
        page = page
            .text("F3", 10.0, 55.0, y, cell)
            .text("F3", 10.0, 305.0, y, "Yes No");
    }
    page = page
        .text("F3", 10.0, 55.0, 670.0, "Question")
        .text("F3", 10.0, 305.0, 670.0, "Answer");
    for y in [685, 660, 570] {
        page.content += &format!("50 {y} m 500 {y} l S\n");
    }
    for x in [50, 300, 500] {
        page.content += &format!("{x} 570 m {x} 685 l S\n");
    }
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0])[1],
        (
            Table,
            "Question | Answer\nA. Gloves are worn | Yes No\nB. Gowns are worn | Yes No\nC. Masks are worn | Yes No"
        )
    );
}

fn numbered_names(signs: [&str; 3]) -> PdfPage {
    let mut page = body(PdfPage::default(), 50.0, 780.0, &TEXT);
    for (index, (sign, name)) in signs.iter().zip(["Program", "Training", "Safety"]).enumerate() {
        let y = 680.0 - 14.0 * index as f32;
        page = page.text("F3", 10.0, 80.0, y, sign).text("F3", 10.0, 150.0, y, name);
    }
    page.text("F3", 8.0, 50.0, 25.0, "7")
        .text("F3", 8.0, 250.0, 25.0, "Version 2.3")
}

#[test]
fn the_foot_of_a_page_is_no_row_of_the_table_above() {
    let found = read_pdf(&[numbered_names(["First", "Second", "Third"])]);
    assert_eq!(
        blocks(&found.pages[0])[1..],
        [
            (Table, "First | Program\nSecond | Training\nThird | Safety"),
            (Furniture, "7 Version 2.3")
        ]
    );
}

#[test]
fn the_foot_of_a_page_does_not_part_numbers_from_their_text() {
    let found = read_pdf(&[numbered_names(["I.", "II.a/b.", "III."])]);
    assert_eq!(
        blocks(&found.pages[0])[1..],
        [
            (ListItem, "I. Program"),
            (ListItem, "II.a/b. Training"),
            (ListItem, "III. Safety"),
            (Furniture, "7 Version 2.3")
        ]
    );
}

#[test]
fn a_compound_cut_at_its_hyphen_keeps_it_when_the_document_has_it_later() {
    let first = body(
        PdfPage::default(),
        50.0,
        780.0,
        &["Hands are cleaned with an ethanol-", "rich rub before each contact."],
    );
    let second = body(
        PdfPage::default(),
        50.0,
        780.0,
        &["The ethanol-rich rub stands at each bed."],
    );
    let found = read_pdf(&[first, second]);
    let block = &found.pages[0].blocks[0];
    assert_eq!(
        block.text,
        "Hands are cleaned with an ethanol-rich rub before each contact."
    );
    let words: Vec<&str> = block
        .words
        .iter()
        .map(|w| &block.text[w.start as usize..w.end as usize])
        .collect();
    assert_eq!(words[5..8], ["ethanol-", "rich", "rub"]);
}
