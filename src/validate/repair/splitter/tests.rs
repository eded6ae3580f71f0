use proptest::prelude::*;

use super::*;

/// The output, and what was corrected; `None` where the text was cut within an array.
fn split(pieces: &[&[u8]], max: usize) -> (Option<String>, Vec<String>) {
    let mut splitter = Splitter::new(Vec::new(), max);
    pieces.iter().for_each(|piece| splitter.take(piece).unwrap());
    let (out, corrections) = splitter.finish().unwrap();
    (out.map(|out| String::from_utf8_lossy(&out).into_owned()), corrections.shown())
}

const A: &str = r#"{"a":-109840007014118971,"b":"}\\n{\"","c":1.10}"#;
const B: &str = r#"{"b":[1e5,{}]}"#;

#[test]
fn each_batch_comes_out_on_a_line_of_its_own_with_every_digit() {
    let both = format!("{A}\n{B}\n");
    let pretty = "{\r\n  \"a\" : 1.10,\r\n  \"s\": \"a : b\"\r\n}\r\n";
    for (text, expected, corrections) in [
        (both.clone(), both.as_str(), ""),
        (format!("{A}\n{B}"), &both, "line feed added at the end"),
        (format!("{A}\r\n\r\n \n{B}\r\n"), &both, "2 line ends of CR LF replaced, 2 blank lines removed"),
        (format!("\u{feff}{A}\n\u{feff}{B}\n"), &both, "2 byte order marks removed"),
        (format!("{A}{B}\n"), &both, "2 batches put on lines of their own"),
        (format!("{A}\\n{B}\\n"), &both, "line feed added at the end, 2 batches put on lines of their own"),
        (format!("{A}\\n\n{B}\\n\n"), &both, "2 separators removed"),
        (format!("{A},\n{B}\n"), &both, "1 separator removed"),
        (format!("{A},{B}\n"), &both, "2 batches put on lines of their own"),
        (format!("\x1e{A}\n\x1e{B}\n"), &both, "2 separators removed"),
        (format!("[{A},{B}]\n"), &both, "1 array around batches removed, 2 batches put on lines of their own"),
        (format!("[\n{A},\n{B}\n]\n"), &both, "1 array around batches removed"),
        (
            [format!("{B}\n"), format!("{B}\r\n"), B.to_owned()]
                .map(|line| serde_json::to_string(&line).unwrap() + "\n")
                .concat(),
            &format!("{B}\n").repeat(3),
            "3 batches decoded that were encoded twice",
        ),
        (pretty.to_owned(), "{\"a\":1.10,\"s\":\"a : b\"}\n", "1 line end of CR LF replaced, 1 batch put on one line"),
    ] {
        let (out, made) = split(&[text.as_bytes()], 1000);
        assert_eq!((out.as_deref(), made.join(", ").as_str()), (Some(expected), corrections), "{text}");
    }
}

#[test]
fn what_is_no_batch_is_copied_and_costs_no_other_line() {
    for text in [
        format!("{A} x\n{B}\n"),
        format!("{{\"a\":\"cut\n{B}\n"),
        format!("{{\"a\":[{{\"b\":1}},\n{B}\n{A}\n"),
        format!("{{\"a\":[1,\n{B}\n"),
        format!("{{\"a\":NaN}}\n{B}\n"),
        format!("{A}{{\"a\":1,\"a\":2}}\n"),
        "17\n".to_owned(),
        "[1,2]\n".to_owned(),
        format!(",{B}\n"),
        "{\n\"a\": 1 2\n}\n".to_owned(),
        format!("{}\n{B}\n", "{\"a\":".repeat(500)),
        "{\"a\":\n".repeat(2000),
    ] {
        assert_eq!(split(&[text.as_bytes()], 1000), (Some(text.clone()), Vec::new()), "{text}");
    }
    // An array that is not closed was cut: nothing says how much is missing.
    assert_eq!(split(&[format!("[{A},\n{B}\n").as_bytes()], 1000).0, None);
}

#[test]
fn a_line_of_any_length_is_split_in_little_memory() {
    let text = [B.repeat(1000), format!("[{}{B}]", format!("{B},").repeat(1000)), "\n".to_owned()].concat();
    let (out, _) = split(&[text.as_bytes()], 100);
    assert!(out.unwrap() == format!("{B}\n").repeat(2001));
    // A batch past the limit is copied.
    let long = format!("{{\"a\":\"{}\"}}\n{B}\n", "x".repeat(500));
    assert_eq!(split(&[long.as_bytes()], 100).0, Some(long));
    let long = format!("{{\"a\":[\n{}]}}\n{B}{B}\n", "1,\n".repeat(500));
    assert_eq!(split(&[long.as_bytes()], 100).0, Some(long.replace("}{", "}\n{")));
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "-?[1-9][0-9]{0,20}",
        "-?[0-9]\\.[0-9]{1,20}",
        "\"[a-z{}\\[\\], é😀]{0,9}\"",
        "\"\\\\[nrt\"\\\\]\"",
        "true|null"
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let member = inner.clone().prop_map(|value| format!("[{value}]"));
        prop_oneof![
            member,
            prop::collection::vec(inner, 0..4).prop_map(|values| {
                let members = values.iter().enumerate().map(|(index, value)| format!("\"k{index}\":{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            })
        ]
    })
}

proptest! {
    #[test]
    fn batches_come_out_as_they_went_in_whatever_is_between_them(
        batches in prop::collection::vec((json(), 0..6_usize, any::<bool>()), 1..8),
        cut in 1..50_usize,
    ) {
        let (mut text, mut expected) = (String::new(), String::new());
        for (value, between, pretty) in batches {
            let batch = format!("{{\"v\":{value}}}");
            expected.push_str(&batch);
            expected.push('\n');
            let spread = batch.replace("\"v\":", "\r\n  \"v\" :\t");
            text.push_str(if pretty { &spread } else { &batch });
            text.push_str(["\n", "\r\n", "", "\\n", "\n\n", " "][between]);
        }
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();
        let (out, made) = split(&pieces, 10_000);
        // A blank behind a batch that has a line of its own stays.
        let out = out.map(|out| out.replace(" \n", "\n"));
        prop_assert_eq!(out.as_deref(), Some(expected.as_str()));
        prop_assert_eq!(made.is_empty(), text == expected);
    }

    #[test]
    fn pieces_make_no_difference_and_what_came_out_is_not_changed_again(
        text in "[{}\\[\\],:\"\\\\n1a \n\r]{0,60}",
        cut in 1..9_usize,
        max in 5..40_usize,
    ) {
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();
        let whole = split(&[text.as_bytes()], 1000);
        prop_assert_eq!(&split(&pieces, 1000), &whole);
        split(&pieces, max);
        if let (Some(out), _) = whole {
            let again = split(&[out.as_bytes()], 1000).0;
            prop_assert_eq!(again.clone().and_then(|again| split(&[again.as_bytes()], 1000).0), again);
        }
    }
}
