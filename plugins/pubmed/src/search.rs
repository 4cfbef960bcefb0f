//! `search`: hits for a question, the best or the newest first.

use serde_json::{Value, json};
use voiceassist_plugin::integration::{Content, ToolResult};
use voiceassist_plugin::{Arguments, Error, Outside, escaped, refused, squeezed};

use crate::eutils;
use crate::summary::Hit;

pub const LIMIT: i64 = 20;
/// Longest question, in characters.
pub const LONGEST: usize = 1_000;

/// Article types by the name a caller uses, with PubMed's publication type.
pub const TYPES: [(&str, &str); 8] = [
    ("case-report", "Case Reports"),
    ("clinical-trial", "Clinical Trial"),
    ("guideline", "Guideline"),
    ("meta-analysis", "Meta-Analysis"),
    ("practice-guideline", "Practice Guideline"),
    ("randomized-controlled-trial", "Randomized Controlled Trial"),
    ("review", "Review"),
    ("systematic-review", "Systematic Review"),
];

pub fn run<O: Outside>(outside: &O, arguments: &Arguments) -> Result<ToolResult, Error> {
    let term = term(arguments)?;
    let limit = arguments.optional_integer("limit", 1, LIMIT)?.unwrap_or(10).to_string();
    let sort = match arguments.optional_text("sort")? {
        None | Some("relevance") => "relevance",
        Some("date") => "pub_date",
        Some(_) => return Err(refused("sort must be relevance or date")),
    };
    let from = arguments.optional_integer("from_year", 1780, 2100)?;
    let to = arguments.optional_integer("to_year", 1780, 2100)?;
    let mut fields = vec![("term", term.as_str()), ("retmax", limit.as_str()), ("sort", sort)];
    // PubMed takes the two dates only together.
    let years = [from.unwrap_or(1780), to.unwrap_or(3000)].map(|year| year.to_string());
    if from.is_some() || to.is_some() {
        if years[0] > years[1] {
            return Err(refused("from_year is after to_year"));
        }
        fields.extend([("datetype", "pdat"), ("mindate", &years[0]), ("maxdate", &years[1])]);
    }
    let found = eutils::esearch(outside, &fields)?;
    let ids: Vec<String> = found["idlist"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let hits = if ids.is_empty() {
        Vec::new()
    } else {
        hits(outside, &ids)?
    };
    Ok(result(&found, &hits))
}

fn term(arguments: &Arguments) -> Result<String, Error> {
    let query = squeezed(arguments.text("query")?);
    if query.is_empty() || query.chars().count() > LONGEST {
        return Err(refused(format!("query must have 1 to {LONGEST} characters")));
    }
    match arguments.optional_text("article_type")? {
        None => Ok(query),
        Some(name) => match TYPES.iter().find(|(own, _)| *own == name) {
            Some((_, theirs)) => Ok(format!("({query}) AND \"{theirs}\"[Publication Type]")),
            None => Err(refused(format!("{name} is no article type of this tool"))),
        },
    }
}

fn hits<O: Outside>(outside: &O, ids: &[String]) -> Result<Vec<Hit>, Error> {
    let summaries = eutils::esummary(outside, ids)?;
    Ok(ids.iter().filter_map(|id| Hit::read(id, &summaries[id])).collect())
}

fn result(found: &Value, hits: &[Hit]) -> ToolResult {
    let count = found["count"]
        .as_str()
        .and_then(|count| count.parse::<u64>().ok())
        .unwrap_or(0);
    let translation = found["querytranslation"].as_str().unwrap_or_default();
    let mut text = format!("PubMed has {count} records; {} shown.\n", hits.len());
    for phrase in unknown(found) {
        text += &format!("\nNot found in PubMed: {}\n", escaped(&phrase));
    }
    text += "\n";
    for (place, hit) in hits.iter().enumerate() {
        text += &hit.markdown(place + 1);
    }
    let mut content = vec![Content::Text(text)];
    content.extend(hits.iter().map(|hit| Content::Citation(hit.citation())));
    let structured = json!({
        "count": count,
        "query_translation": translation,
        "results": hits.iter().map(Hit::json).collect::<Vec<_>>(),
    });
    ToolResult {
        content,
        structured: Some(structured.to_string()),
    }
}

/// Words PubMed did not know: a question that lost a word finds something else than was meant.
fn unknown(found: &Value) -> Vec<String> {
    let lists = [
        &found["errorlist"]["phrasesnotfound"],
        &found["errorlist"]["fieldsnotfound"],
        &found["warninglist"]["quotedphrasesnotfound"],
    ];
    let items = lists.iter().filter_map(|list| list.as_array()).flatten();
    items.filter_map(Value::as_str).map(str::to_owned).take(10).collect()
}
