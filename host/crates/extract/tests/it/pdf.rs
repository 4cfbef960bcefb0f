use api_types::BlockKind::{Furniture, Heading, ListItem, Paragraph, Table};

use crate::support::{PdfPage, blocks, read_pdf};

const LEFT: [&str; 6] = [
    "Sepsis is a common reason for admission to this",
    "hospital. Everyone who works here must know how",
    "to see it early and what to do in the first hour.",
    "The outreach team is called for each patient who",
    "has a lactate above two or a pressure that stays",
    "low although fluid was given.",
];
const RIGHT: [&str; 6] = [
    "Antibiotics are given within the first hour. The",
    "choice depends on the likely source and on known",
    "allergies. Take cultures before the first dose if",
    "this does not delay it. Note the time of the dose",
    "on the chart. Review the choice after two days with",
    "the results of the cultures.",
];

#[test]
fn two_columns_read_column_by_column_below_the_heading_that_spans_them() {
    // Written line by line across both columns, as some programs do.
    let mut page = PdfPage::default().text(
        "F2",
        18.0,
        50.0,
        780.0,
        "The first hour of sepsis: what everyone on the ward must do",
    );
    for row in 0..6 {
        page = page.text("F1", 10.0, 50.0, 740.0 - 12.0 * row as f32, LEFT[row]).text(
            "F1",
            10.0,
            310.0,
            740.0 - 12.0 * row as f32,
            RIGHT[row],
        );
    }
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0]),
        [
            (
                Heading { level: 1 },
                "The first hour of sepsis: what everyone on the ward must do"
            ),
            (Paragraph, &LEFT.join(" ")),
            (Paragraph, &RIGHT.join(" "))
        ]
    );
    assert_eq!(
        found.title.as_deref(),
        Some("The first hour of sepsis: what everyone on the ward must do")
    );
}

#[test]
fn a_table_is_one_block_with_a_row_a_line() {
    let rows = [
        ["Drug", "Dose", "Route"],
        ["Ceftriaxone", "2 g", "Intravenous"],
        ["Gentamicin", "5 mg/kg", "Intravenous"],
        ["Paracetamol", "1 g", "Oral"],
    ];
    let mut page = PdfPage::default().lines(50.0, 760.0, &LEFT);
    for (index, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            page = page.text(
                "F1",
                10.0,
                50.0 + 120.0 * column as f32,
                660.0 - 18.0 * index as f32,
                cell,
            );
        }
    }
    let found = read_pdf(&[page.lines(50.0, 560.0, &RIGHT)]);
    assert_eq!(
        blocks(&found.pages[0])[1],
        (
            Table,
            "Drug | Dose | Route\nCeftriaxone | 2 g | Intravenous\nGentamicin | 5 mg/kg | Intravenous\nParacetamol | 1 g | Oral"
        )
    );
}

#[test]
fn words_know_where_they_stand() {
    let found = read_pdf(&[PdfPage::default().text("F1", 10.0, 100.0, 742.0, "Wash hands")]);
    let block = &found.pages[0].blocks[0];
    let words: Vec<&str> = block
        .words
        .iter()
        .map(|w| &block.text[w.start as usize..w.end as usize])
        .collect();
    assert_eq!(words, ["Wash", "hands"]);
    let [left, top, right, bottom] = block.words[0].rect;
    assert!(
        (left - 100.0).abs() < 1.0 && right > 120.0 && right < 128.0,
        "{left} {right}"
    );
    // The baseline is 100 points below the top edge.
    assert!(
        top > 88.0 && top < 94.0 && bottom > 100.0 && bottom < 104.0,
        "{top} {bottom}"
    );
}

#[test]
fn rotated_and_cropped_pages_place_words_as_displayed() {
    let turned = PdfPage::default()
        .text("F1", 10.0, 100.0, 742.0, "Wash")
        .entry("/Rotate 90");
    let cropped = PdfPage::default()
        .text("F1", 10.0, 100.0, 742.0, "Wash")
        .text("F1", 10.0, 5.0, 742.0, "mark")
        .entry("/CropBox [90 700 300 800]");
    let found = read_pdf(&[turned, cropped]);
    assert_eq!((found.pages[0].width, found.pages[0].height), (842.0, 595.0));
    // Turned clockwise, text that ran to the right runs down the page, 742 points from the left.
    let [left, top, right, bottom] = found.pages[0].blocks[0].words[0].rect;
    assert!(
        left > 738.0 && right < 754.0 && (top - 100.0).abs() < 1.0 && bottom > 120.0,
        "{left} {top} {right} {bottom}"
    );
    assert_eq!((found.pages[1].width, found.pages[1].height), (210.0, 100.0));
    assert_eq!(
        found.pages[1].blocks.len(),
        1,
        "text outside the crop box is not on the page"
    );
    let [left, top, ..] = found.pages[1].blocks[0].words[0].rect;
    assert!((left - 10.0).abs() < 1.0 && top > 46.0 && top < 52.0, "{left} {top}");
}

#[test]
fn lines_cut_within_a_word_are_joined_and_both_halves_are_marked() {
    let lines = [
        "Clean hands are the most important means against infec-",
        "tion in any hospital. Use alcohol-based rubs, and alcohol-",
        "based foams where no basin is near.",
    ];
    let found = read_pdf(&[PdfPage::default().lines(50.0, 700.0, &lines)]);
    let block = &found.pages[0].blocks[0];
    assert_eq!(
        block.text,
        "Clean hands are the most important means against infection in any hospital. Use alcohol-based rubs, and alcohol-based foams where no basin is near."
    );
    let halves: Vec<&str> = block
        .words
        .iter()
        .map(|w| &block.text[w.start as usize..w.end as usize])
        .filter(|w| "infection".contains(w) && w.len() > 3)
        .collect();
    assert_eq!(halves, ["infec", "tion"]);
}

#[test]
fn lists_headings_and_running_lines_are_told_apart() {
    let page = |number: u32, heading: &str| {
        PdfPage::default()
            .text("F1", 8.0, 50.0, 815.0, "Ward handbook")
            .text("F2", 14.0, 50.0, 760.0, heading)
            .lines(50.0, 730.0, &LEFT)
            .text("F1", 10.0, 50.0, 640.0, "1.")
            .text(
                "F1",
                10.0,
                68.0,
                640.0,
                "Put used needles into the sharps container at once and do not",
            )
            .text("F1", 10.0, 68.0, 628.0, "recap them.")
            .text("F1", 10.0, 50.0, 612.0, "2.")
            .text("F1", 10.0, 68.0, 612.0, "Wipe the rubber stopper with alcohol.")
            .text("F1", 8.0, 280.0, 25.0, &format!("Page {number} of 3"))
    };
    let found = read_pdf(&[page(1, "Needles"), page(2, "Gloves"), page(3, "Gowns")]);
    let text = LEFT.join(" ");
    assert_eq!(
        blocks(&found.pages[1]),
        [
            (Furniture, "Ward handbook"),
            (Heading { level: 1 }, "Gloves"),
            (Paragraph, text.as_str()),
            (
                ListItem,
                "1. Put used needles into the sharps container at once and do not recap them."
            ),
            (ListItem, "2. Wipe the rubber stopper with alcohol."),
            (Furniture, "Page 2 of 3"),
        ]
    );
}

#[test]
fn facts_come_from_the_first_page() {
    let page = PdfPage::default()
        .text("F2", 18.0, 50.0, 780.0, "Sepsis pathway")
        .text("F1", 10.0, 50.0, 755.0, "Effective: 12 March 2024")
        .text("F1", 10.0, 50.0, 735.0, "Owner: Critical Care Outreach")
        .lines(50.0, 700.0, &LEFT);
    let found = read_pdf(&[page]);
    assert_eq!(found.title.as_deref(), Some("Sepsis pathway"));
    assert_eq!(found.date.as_deref(), Some("2024-03-12"));
    assert_eq!(found.owner.as_deref(), Some("Critical Care Outreach"));
}

#[test]
fn a_watermark_is_furniture_and_a_heading_in_another_typeface_is_a_heading() {
    let mut page = PdfPage::default()
        .text("F3", 10.0, 60.0, 715.0, "Clean hands")
        .lines(60.0, 700.0, &LEFT);
    page.content += "BT /F1 60 Tf 0.7 0.7 -0.7 0.7 150 250 Tm (SPECIMEN) Tj ET\n";
    let found = read_pdf(&[page]);
    assert_eq!(
        blocks(&found.pages[0]),
        [
            (Heading { level: 1 }, "Clean hands"),
            (Paragraph, LEFT.join(" ").as_str()),
            (Furniture, "SPECIMEN")
        ]
    );
}

#[test]
fn text_written_up_the_margin_does_not_disturb_the_page() {
    let mut page = PdfPage::default().lines(60.0, 700.0, &LEFT);
    page.content += "BT /F1 12 Tf 0 1 -1 0 30 300 Tm (Draft of the ward protocol) Tj ET\n";
    let found = read_pdf(&[page]);
    assert_eq!(blocks(&found.pages[0])[0], (Paragraph, LEFT.join(" ").as_str()));
    assert_eq!(found.pages[0].blocks[1].text, "Draft of the ward protocol");
}

#[test]
fn raised_digits_stay_raised_and_fractions_stay_fractions() {
    let mut page = PdfPage::default().lines(50.0, 760.0, &LEFT);
    for (row, (text, raised, rest)) in [
        (
            "Give it when platelets are below 50 x 10",
            "9",
            "/L. Then wait for the count.",
        ),
        (
            "This is so for all who are older than 65",
            "2",
            " years, as the trial has shown.",
        ),
        (
            "Each patient is seen on the same day.",
            "3,4",
            " The ward calls for the next.",
        ),
        ("A child takes 2", "1", "/2 tablets in the morning and at night."),
    ]
    .into_iter()
    .enumerate()
    {
        let y = 600 - 40 * row;
        page.content += &format!(
            "BT /F1 10 Tf 50 {y} Td ({text}) Tj /F1 6 Tf 3.5 Ts ({raised}) Tj /F1 10 Tf 0 Ts ({rest}) Tj ET\n"
        );
    }
    let found = read_pdf(&[page]);
    let text: Vec<&str> = found.pages[0].blocks[1..].iter().map(|b| b.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "Give it when platelets are below 50 x 10⁹/L. Then wait for the count.",
            "This is so for all who are older than 65² years, as the trial has shown.",
            "Each patient is seen on the same day.³,⁴ The ward calls for the next.",
            "A child takes 2 1/2 tablets in the morning and at night."
        ]
    );
}

#[test]
fn running_lines_beside_each_other_read_from_left_to_right() {
    let page = |number: u32| {
        PdfPage::default()
            .lines(50.0, 730.0, &LEFT)
            .text("F1", 12.0, 500.0, 36.0, &number.to_string())
            .text("F1", 9.0, 250.0, 26.0, "Version 2, May 2024")
    };
    let found = read_pdf(&[page(1), page(2), page(3)]);
    assert_eq!(
        blocks(&found.pages[1])[1..],
        [(Furniture, "Version 2, May 2024"), (Furniture, "2")]
    );
}

#[test]
fn lines_at_the_edge_of_a_single_page_are_told_from_its_text() {
    let page = PdfPage::default()
        .text("F1", 7.0, 200.0, 818.0, "SAMPLE - not for use")
        .text("F1", 7.0, 50.0, 800.0, "Ward collection LWC-008, version 3.2")
        .text("F2", 16.0, 50.0, 760.0, "Sepsis in adults")
        .lines(50.0, 730.0, &LEFT)
        .lines(50.0, 70.0, &["Call the outreach team on 4711 at any hour"])
        .text("F1", 7.0, 50.0, 36.0, "Sepsis in adults, 2025-01-20");
    let found = read_pdf(&[page]);
    let kinds: Vec<_> = blocks(&found.pages[0])
        .into_iter()
        .map(|(kind, text)| (kind == Furniture, text))
        .collect();
    assert_eq!(
        kinds,
        [
            (true, "SAMPLE - not for use"),
            (true, "Ward collection LWC-008, version 3.2"),
            (false, "Sepsis in adults"),
            (false, LEFT.join(" ").as_str()),
            (false, "Call the outreach team on 4711 at any hour"),
            (true, "Sepsis in adults, 2025-01-20")
        ]
    );
}

#[test]
fn what_nobody_sees_on_a_page_is_not_read() {
    let seen = "The dose is 5 mg once daily, taken by mouth with water in the morning.";
    let page = |before: &str, size: f32| {
        let page = PdfPage::default().text("F1", 12.0, 60.0, 760.0, seen);
        let content = format!("{}{before}\n", page.content);
        PdfPage { content, ..page }.text("F1", size, 60.0, 700.0, "Take 900 mg every hour.")
    };
    for (before, size) in [
        ("3 Tr", 12.0),
        ("7 Tr", 12.0),
        ("1 1 1 rg", 12.0),
        ("1 g", 12.0),
        ("", 0.4),
    ] {
        let found = read_pdf(&[page(before, size)]);
        let text: String = found.pages[0].blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(text, seen, "{before} {size}");
    }
    let on_blue = "0 0 0.5 rg 50 690 300 30 re f 1 1 1 rg";
    for (before, size) in [(on_blue, 12.0), ("0 0 1 rg", 12.0), ("1 Tr", 12.0), ("", 6.0)] {
        let found = read_pdf(&[page(before, size)]);
        let text: String = found.pages[0].blocks.iter().map(|block| block.text.as_str()).collect();
        assert!(text.contains("900 mg"), "{before} {size}: {text}");
    }
}
