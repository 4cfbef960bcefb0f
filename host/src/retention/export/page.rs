//! What is taken away as pages that any browser shows, without anything from elsewhere.

use std::fmt::Write;

use api_types::{Answer, Citation, ClinicalContext, Conversation};
use chrono::{DateTime, SecondsFormat};
use serde_json::Value;

/// In front of every page: it runs nothing and loads nothing.
const HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
    <meta name=\"viewport\" content=\"width=device-width\"><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;\
    margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}h2{margin-top:2.5rem}small,.quiet{color:#5a5a5a}\
    blockquote{margin:0 0 0 1rem;border-left:3px solid #bbb;padding-left:.8rem}table{border-collapse:collapse}\
    td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}</style>";

pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A time in UTC, to the second.
pub fn time(ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub fn whole(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!("{HEAD}<title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>\n")
}

pub fn conversation(conversation: &Conversation, context: Option<&ClinicalContext>) -> String {
    let mut body = format!("<p class=\"quiet\">Begun {}</p>", time(conversation.info.created_at));
    if let Some(context) = context {
        body.push_str("<h2>Patient context</h2>");
        body.push_str(&facts(context));
    }
    for message in &conversation.messages {
        let _ = write!(
            body,
            "<h2>{}</h2><p class=\"quiet\">Asked {}</p>",
            escaped(&message.question),
            time(message.asked_at)
        );
        match (&message.answer, &message.error) {
            (Some(answer), _) => body.push_str(&answered(answer)),
            (None, Some(error)) => {
                let _ = write!(body, "<p>No answer: {}</p>", escaped(&error.title));
            }
            (None, None) => body.push_str("<p>No answer yet.</p>"),
        }
    }
    whole(&conversation.info.title, &body)
}

fn facts(context: &ClinicalContext) -> String {
    let mut rows = String::from("<table>");
    let fields = serde_json::to_value(context).unwrap_or_default();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::Array(entries) if entries.is_empty() => continue,
            Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
            other => plain(other),
        };
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escaped(name),
            escaped(&text)
        );
    }
    rows.push_str("</table>");
    rows
}

fn plain(value: &Value) -> String {
    match (value, value.get("value"), value.get("unit")) {
        (_, Some(number), Some(Value::String(unit))) => format!("{number} {unit}"),
        (Value::String(text), ..) => text.clone(),
        (other, ..) => other.to_string(),
    }
}

fn answered(answer: &Answer) -> String {
    let mut out = String::new();
    if let Some(calculation) = &answer.calculation {
        let _ = write!(out, "<p><strong>{}</strong></p><table>", escaped(&calculation.title));
        for finding in &calculation.findings {
            let _ = write!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{} {}</td></tr>",
                escaped(&finding.label),
                escaped(&finding.value),
                escaped(finding.interpretation.as_deref().unwrap_or_default())
            );
        }
        out.push_str("</table>");
    }
    if let Some(clarification) = &answer.clarification {
        let _ = write!(out, "<p>{}</p>", escaped(&clarification.question));
    }
    if let Some(not_found) = &answer.not_found {
        out.push_str("<p>Nothing was found that answers this.</p>");
        not_found
            .nearest
            .iter()
            .for_each(|citation| out.push_str(&source(citation)));
    }
    for sentence in &answer.sentences {
        let numbers: String = sentence.citations.iter().map(|number| format!(" [{number}]")).collect();
        let _ = write!(out, "<p>{}<small>{numbers}</small></p>", escaped(&sentence.text));
    }
    for notice in &answer.notices {
        let _ = write!(out, "<p class=\"quiet\">{}</p>", escaped(notice));
    }
    answer
        .citations
        .iter()
        .for_each(|citation| out.push_str(&source(citation)));
    let receipt = &answer.metadata.receipt.left_the_building;
    let _ = write!(
        out,
        "<p class=\"quiet\">Written by {} ({}). Left the building: {}.</p>",
        escaped(&answer.metadata.model),
        escaped(&answer.metadata.ran_at),
        escaped(receipt)
    );
    out
}

fn source(citation: &Citation) -> String {
    format!(
        "<p><small>[{}] {}, page {}</small></p><blockquote><small>{}</small></blockquote>",
        citation.number,
        escaped(&citation.document_title),
        citation.page,
        escaped(&citation.quote)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_no_markup() {
        let page = whole("<script>alert(1)</script> & \"x\"", "");
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"));
    }

    #[test]
    fn values_keep_their_units_and_what_is_not_said_is_left_out() {
        let context: ClinicalContext =
            serde_json::from_str(r#"{"age":68,"weight":{"value":82.5,"unit":"kg"},"allergies":["latex","a<b"]}"#)
                .unwrap_or_default();
        let rows = facts(&context);
        for held in ["<td>68</td>", "<td>82.5 kg</td>", "<td>latex, a&lt;b</td>"] {
            assert!(rows.contains(held), "{held} in {rows}");
        }
        assert!(!rows.contains("height"));
    }
}
