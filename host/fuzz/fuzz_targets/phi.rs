//! Any text: spans are sorted, apart and on character borders; redaction is undone; a stream gives what the whole gives,
//! both ways.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, Vec<u8>)| {
    let (text, cuts) = input;
    let spans = phi::detect(text);
    for span in &spans {
        assert!(span.start < span.end && text.get(span.start..span.end).is_some());
    }
    assert!(spans.is_sorted_by(|a, b| a.end <= b.start));
    let judgement = phi::judge(text);
    assert!(
        judgement.class >= phi::class_of(&spans) && (judgement.doubt.is_none() || judgement.class == phi::Class::Phi)
    );
    let whole = phi::redact(text);
    assert_eq!(phi::restore(&whole.text, &whole.map), text);

    let mut stream = phi::Stream::new();
    let mut restorer = phi::Restorer::new(whole.map.clone());
    let (mut redacted, mut restored, mut rest) = (String::new(), String::new(), text);
    for cut in cuts {
        let mut at = usize::from(cut).min(rest.len());
        while !rest.is_char_boundary(at) {
            at -= 1;
        }
        let (piece, after) = rest.split_at(at);
        redacted += &stream.push(piece);
        restored += &restorer.push(piece);
        rest = after;
    }
    redacted += &stream.push(rest);
    restored += &restorer.push(rest);
    redacted += &stream.finish().0;
    restored += &restorer.finish();
    assert_eq!(redacted, whole.text);
    let mut at_once = phi::Restorer::new(whole.map);
    let first = at_once.push(text);
    assert_eq!(restored, first + &at_once.finish());
});
