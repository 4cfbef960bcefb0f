//! Articles that nobody wrote.

/// As PubMed would hold it. Texts may carry inline markup (`<i>`, `<sup>`), escaped as in XML.
#[derive(Clone, Debug, Default)]
pub struct Article {
    pub pmid: String,
    pub title: String,
    pub journal: String,
    pub abbreviation: String,
    pub year: u16,
    /// `Jan` to `Dec`, or nothing.
    pub month: String,
    pub volume: String,
    pub issue: String,
    pub pages: String,
    /// Family name and initials.
    pub authors: Vec<(String, String)>,
    /// Label, or nothing, and text.
    pub sections: Vec<(String, String)>,
    pub doi: String,
    pub types: Vec<String>,
    pub mesh: Vec<String>,
    /// RefType, RefSource and PMID.
    pub notices: Vec<(String, String, String)>,
}

/// A trial, a review of it, a retracted study and its notice, all about an imaginary disease.
pub fn invented() -> Vec<Article> {
    let base = |pmid: &str, title: &str, year: u16| Article {
        pmid: pmid.into(),
        title: title.into(),
        journal: "Journal of invented nephrology".into(),
        abbreviation: "J Invent Nephrol".into(),
        year,
        month: "Jun".into(),
        volume: "7".into(),
        issue: "2".into(),
        pages: "11-19".into(),
        authors: vec![("Muster".into(), "E".into()), ("Beispiel".into(), "K".into())],
        sections: vec![(String::new(), "Nothing was measured.".into())],
        doi: format!("10.5555/jin.{pmid}"),
        types: vec!["Journal Article".into()],
        mesh: vec!["Nephritis".into(), "Humans".into()],
        notices: Vec::new(),
    };
    vec![
        Article {
            sections: vec![
                ("BACKGROUND".into(), "Imaginary nephritis has no treatment.".into()),
                ("METHODS".into(), "We gave zaltrovin to 10<sup>9</sup> cells.".into()),
                (
                    "CONCLUSIONS".into(),
                    "Zaltrovin did not help in imaginary nephritis.".into(),
                ),
            ],
            types: vec!["Journal Article".into(), "Randomized Controlled Trial".into()],
            ..base(
                "99100001",
                "Zaltrovin in imaginary nephritis: a trial that was never held.",
                2022,
            )
        },
        Article {
            types: vec!["Journal Article".into(), "Review".into()],
            month: String::new(),
            ..base("99100002", "Imaginary nephritis &amp; its absence: a review.", 2024)
        },
        Article {
            types: vec!["Journal Article".into(), "Retracted Publication".into()],
            notices: vec![(
                "RetractionIn".into(),
                "J Invent Nephrol. 2021;6(1):1".into(),
                "99100004".into(),
            )],
            ..base("99100003", "Imaginary nephritis cured.", 2019)
        },
        Article {
            types: vec!["Retraction Notice".into()],
            notices: vec![(
                "RetractionOf".into(),
                "J Invent Nephrol. 2019;7(2):11-19".into(),
                "99100003".into(),
            )],
            ..base("99100004", "Retraction: Imaginary nephritis cured.", 2021)
        },
    ]
}
