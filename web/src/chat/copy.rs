//! An answer as Markdown, to be pasted where others read it.

use api_types::SentenceKind;

use super::{model::Live, sources};
use crate::texts::{fill, said, t};

pub fn markdown(question: &str, live: &Live) -> String {
    let mut out = vec![format!("**{}**", question.trim()), String::new()];
    let watermark = live.answer.as_ref().and_then(|answer| answer.watermark.clone());
    if let Some(mark) = watermark {
        out.extend([format!("*{mark}. {}*", t().watermark_explained), String::new()]);
    }
    let mut group = None;
    for sentence in &live.sentences {
        if sentence.group != group {
            group.clone_from(&sentence.group);
            if let Some(title) = &group {
                out.extend([String::new(), format!("### {title}"), String::new()]);
            }
        }
        let caution = if sentence.kind == SentenceKind::Caveat {
            format!("**{}:** ", t().caution)
        } else {
            String::new()
        };
        let chips: String = sentence.citations.iter().map(|number| format!(" [{number}]")).collect();
        out.push(format!("- {caution}{}{chips}", sentence.text));
    }
    if let Some(answer) = &live.answer {
        calculation(&mut out, answer);
        for conflict in &answer.conflicts {
            out.extend([String::new(), format!("**{}:** {}", t().conflict, conflict.topic)]);
            for side in &conflict.sides {
                let date = side.source_date.as_deref().unwrap_or(t().undated);
                out.push(format!(
                    "- {} ({}, {date}) [{}]",
                    side.statement, side.document_title, side.citation
                ));
            }
        }
        if let Some(not_found) = &answer.not_found {
            let documents = not_found.searched_documents.to_string();
            let passages = not_found.searched_passages.to_string();
            out.push(t().not_found_title.to_owned());
            out.push(fill(
                t().searched,
                &[("documents", &documents), ("passages", &passages)],
            ));
        }
        if let Some(clarification) = &answer.clarification {
            out.push(clarification.question.clone());
            out.extend(clarification.options.iter().map(|option| format!("- {}", option.label)));
        }
    }
    if !live.citations.is_empty() {
        out.extend([String::new(), format!("**{}**", t().sources), String::new()]);
        for citation in &live.citations {
            let facts = sources::facts(citation);
            out.push(format!(
                "[{}] {}. {facts}. \u{201c}{}\u{201d}",
                citation.number,
                citation.document_title,
                citation.quote.trim()
            ));
        }
    }
    if let Some(metadata) = &live.metadata {
        let left = fill(t().receipt, &[("left", said(&metadata.receipt.left_the_building))]);
        out.extend([
            String::new(),
            format!("*{}, {}. {left}*", metadata.model, metadata.ran_at),
        ]);
    }
    out.join("\n")
}

fn calculation(out: &mut Vec<String>, answer: &api_types::Answer) {
    let Some(calculation) = &answer.calculation else { return };
    out.extend([
        String::new(),
        format!("### {} ({})", calculation.title, calculation.version),
        String::new(),
    ]);
    for finding in &calculation.findings {
        let meaning = finding
            .interpretation
            .as_ref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default();
        out.push(format!("- **{}: {}**{meaning}", finding.label, finding.value));
    }
    out.extend(
        calculation
            .steps
            .iter()
            .map(|step| format!("- {}: {}", step.label, step.detail)),
    );
    out.extend(
        calculation
            .warnings
            .iter()
            .map(|text| format!("- **{}:** {text}", t().caution)),
    );
    out.extend(
        calculation
            .references
            .iter()
            .map(|reference| format!("- {}", crate::calculate::reference::line(reference))),
    );
}
