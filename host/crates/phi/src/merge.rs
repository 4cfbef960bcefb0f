//! One sorted list without overlaps. Overlapping spans become their union, so that no rule can uncover what another found.

use crate::Span;

pub(crate) fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.start < span.end);
    spans.sort_by_key(|span| (span.start, span.end));
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => {
                let length = |span: &Span| span.end - span.start;
                let (longer, shorter) = if length(&span) > length(last) {
                    (span, *last)
                } else {
                    (*last, span)
                };
                // The surer rule names the union; where both are about as sure, the one that explains more of it.
                let named = if shorter.score > longer.score + 0.05 {
                    shorter
                } else {
                    longer
                };
                (last.kind, last.score) = (named.kind, named.score);
                last.end = last.end.max(span.end);
            }
            _ => out.push(span),
        }
    }
    out
}
