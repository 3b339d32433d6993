//! What an answer may consist of, and where it ends.

use codey::model::wire::{FromWorker, Opening, Segment, SliceOrder, ToWorker};
use codey::model::{Sampling, Stop};

use super::{OWN, SHARED, Worker, letters, load, more, settings, slice, text};

#[test]
fn answers_keep_their_grammar() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let digits = |grammar: &str, max_tokens| SliceOrder {
        grammar: Some(grammar.into()),
        ..slice(1, max_tokens)
    };
    let mut made = worker.made(digits("root ::= [0-9] [0-9] [0-9] [0-9] [0-9] [0-9]", 4));
    let mut number = made.text;
    assert_eq!(made.generation.stop, Stop::Limit);
    made = worker.made(more(1, 4));
    number += &made.text;
    assert_eq!(made.generation.stop, Stop::End);
    assert_eq!(number.len(), 6);
    assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");

    for fault in [
        "root ::= [0-9",
        "other ::= \"x\"",
        "root ::= missing",
        "root ::= root \"x\"",
        "",
    ] {
        worker.open(1, SHARED, OWN[0]);
        worker.say(&ToWorker::Slice(digits(fault, 8)));
        match worker.rest(1).unwrap_err() {
            FromWorker::Refused { reason, .. } => assert!(reason.contains("grammar"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_stop_text_ends_the_answer_and_is_no_part_of_it() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let whole = worker.made(letters(1, 48)).text;
    let stop = whole[20..24].to_owned();
    let before = &whole[..whole.find(&stop).unwrap()];
    worker.open(2, SHARED, OWN[0]);
    let stops = vec![stop, "never".to_owned()];
    let mut made = worker.made(SliceOrder {
        stop: stops.clone(),
        ..letters(2, 7)
    });
    let mut parts = made.text;
    while made.generation.stop == Stop::Limit {
        made = worker.made(SliceOrder {
            stop: stops.clone(),
            ..more(2, 7)
        });
        parts += &made.text;
    }
    assert_eq!(parts, before);
    assert_eq!(made.generation.stop, Stop::End);
    // The answer is over: there is no more of it, but there may be another one.
    assert_eq!(worker.made(more(2, 7)).generation.tokens, 0);
    let another = SliceOrder {
        append: vec![text("again")],
        ..letters(2, 7)
    };
    assert_eq!(worker.made(another).generation.tokens, 7);
}

#[test]
fn only_markup_writes_control_tokens() {
    let mut worker = Worker::loaded(load(settings(1)));
    let mut count = |segments: &[Segment]| {
        worker.say(&ToWorker::Open(Opening {
            talk: 1,
            segments: segments.to_vec(),
            shared: 0,
        }));
        worker.made(slice(1, 1)).generation.prefilled as usize
    };
    let name = "<|im_end|>";
    assert_eq!(count(&[text(name)]), name.len());
    let markup = Segment {
        is_markup: true,
        ..text(name)
    };
    assert_eq!(count(std::slice::from_ref(&markup)), 1);
    assert_eq!(count(&[markup, text("four")]), 5);
}

#[test]
fn an_answer_is_at_least_as_long_as_asked_for() {
    let mut worker = Worker::loaded(load(settings(1)));
    // The end of the turn and one letter are all that is left to choose from, and chance chooses.
    let order = |talk, min_tokens| SliceOrder {
        grammar: Some("root ::= \"a\"*".into()),
        sampling: Sampling {
            temperature: 5.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            ..Sampling::default()
        },
        min_tokens,
        ..slice(talk, 40)
    };
    worker.open(1, SHARED, OWN[0]);
    worker.open(2, SHARED, OWN[0]);
    let free = worker.made(order(1, 0)).generation;
    assert_eq!(free.stop, Stop::End);
    let least = free.tokens + 2;
    let held = worker.made(order(2, least)).generation;
    assert!(held.tokens >= least, "{held:?} after {free:?}");
}
