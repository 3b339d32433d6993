//! Lanes, slices and prefixes: the same text however it comes about.

use std::path::PathBuf;

use codey::model::wire::{FromWorker, Load, Opening, SliceOrder, ToWorker};
use codey::model::{Sampling, Settings, Stop};

use super::{Made, OWN, SHARED, Worker, all, letters, load, more, settings, slice, text};

#[test]
fn one_lane_and_four_say_the_same() {
    let mut worker = Worker::loaded(load(settings(1)));
    let mut alone = Vec::new();
    for own in OWN {
        // No prefix is shared here: the whole prompt is the talk's own.
        worker.say(&ToWorker::Open(Opening {
            talk: 1,
            segments: vec![text(SHARED), text(own)],
            shared: 0,
        }));
        let made = worker.made(slice(1, 48));
        assert_eq!(made.generation.reused, 0);
        alone.push(made.text);
        worker.say(&ToWorker::Close(1));
    }
    assert!(alone.iter().all(|text| !text.is_empty()));
    assert_ne!(
        alone[0], alone[1],
        "the model's answer does not depend on its prompt"
    );

    // Two lanes for four talks: some wait.
    for lanes in [2, 4] {
        let mut worker = Worker::loaded(load(settings(lanes)));
        for (talk, own) in (0..).zip(OWN) {
            worker.open(talk, SHARED, own);
            worker.say(&ToWorker::Slice(slice(talk, 48)));
        }
        let together = all(&mut worker, &[0, 1, 2, 3]);
        let together: Vec<Made> = together.into_iter().map(Result::unwrap).collect();
        let texts: Vec<&String> = together.iter().map(|made| &made.text).collect();
        assert_eq!(texts, alone.iter().collect::<Vec<_>>());
        let shared = u32::try_from(SHARED.len()).unwrap();
        let reused: Vec<u32> = together.iter().map(|made| made.generation.reused).collect();
        assert_eq!(reused, [0, shared, shared, shared]);
    }
}

#[test]
fn slices_continue_exactly() {
    let sampled = Sampling {
        temperature: 0.8,
        repeat_penalty: 1.1,
        seed: 7,
        ..Sampling::default()
    };
    for sampling in [Sampling::default(), sampled] {
        let mut worker = Worker::loaded(load(settings(2)));
        worker.open(1, SHARED, OWN[0]);
        let whole = worker.made(SliceOrder {
            sampling: sampling.clone(),
            ..slice(1, 64)
        });
        worker.open(2, SHARED, OWN[0]);
        let mut parts = worker
            .made(SliceOrder {
                sampling: sampling.clone(),
                ..slice(2, 16)
            })
            .text;
        for _ in 0..3 {
            let made = worker.made(SliceOrder {
                sampling: sampling.clone(),
                ..more(2, 16)
            });
            assert_eq!(
                (made.generation.stop, made.generation.prefilled),
                (Stop::Limit, 0)
            );
            parts += &made.text;
        }
        assert_eq!(parts, whole.text);
    }
}

#[test]
fn another_answer_follows_on_what_was_said() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let first = worker.made(letters(1, 24)).text;
    let message = " That is wrong: say it again. ";
    let again = worker.made(SliceOrder {
        append: vec![text(message)],
        ..letters(1, 24)
    });
    assert_eq!(again.generation.prefilled as usize, message.len() + 1);
    assert_eq!(again.generation.reused, 0);

    let whole = format!("{}{first}{message}", OWN[0]);
    worker.open(2, SHARED, &whole);
    assert_eq!(worker.made(letters(2, 24)).text, again.text);
}

#[test]
fn what_was_forgotten_for_lack_of_room_is_evaluated_anew() {
    let prompt = |talk: u32| format!("{SHARED} Talk {talk} about something else.");
    let whole = {
        let mut worker = Worker::loaded(load(settings(1)));
        worker.open(0, &prompt(0), OWN[0]);
        worker.made(slice(0, 48)).text
    };
    let mut worker = Worker::loaded(load(settings(1)));
    worker.open(0, &prompt(0), OWN[0]);
    let mut parts = worker.made(slice(0, 24)).text;
    for talk in 1..8 {
        worker.open(talk, &prompt(talk), OWN[0]);
        assert_eq!(worker.made(slice(talk, 8)).generation.tokens, 8);
    }
    let made = worker.made(more(0, 24));
    assert!(made.generation.prefilled as usize > prompt(0).len());
    parts += &made.text;
    assert_eq!(parts, whole);
}

#[test]
fn a_slice_is_cancelled_between_two_batches() {
    let roomy = Settings {
        context: 8192,
        ..settings(2)
    };
    let mut worker = Worker::loaded(load(roomy));
    worker.open(1, SHARED, OWN[0]);
    worker.open(2, SHARED, OWN[1]);
    worker.say(&ToWorker::Slice(letters(1, 8000)));
    while !matches!(worker.hear(), FromWorker::Text { talk: 1, .. }) {}
    worker.say(&ToWorker::Cancel(1));
    let made = worker.rest(1).unwrap();
    assert_eq!(made.generation.stop, Stop::Cancelled);
    assert!(made.generation.tokens < 8000);
    // A cancel that comes too late means nothing, and other talks go on.
    worker.say(&ToWorker::Cancel(1));
    assert_eq!(worker.made(letters(2, 8)).generation.stop, Stop::Limit);

    worker.say(&ToWorker::Slice(letters(1, 7000)));
    while !matches!(worker.hear(), FromWorker::Text { talk: 1, .. }) {}
    // A worker whose engine is gone ends in the middle of a slice.
    let (status, _) = worker.end();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_does_not_fit_is_refused_with_its_numbers() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let prompt = u32::try_from(SHARED.len() + OWN[0].len()).unwrap();
    worker.say(&ToWorker::Slice(slice(1, 513 - prompt)));
    let refusal = FromWorker::TooLong {
        talk: 1,
        prompt,
        answer: 513 - prompt,
        context: 512,
    };
    assert_eq!(worker.rest(1).unwrap_err(), refusal);
    worker.open(1, SHARED, OWN[0]);
    let made = worker.made(letters(1, 512 - prompt));
    assert_eq!(made.generation.tokens, 512 - prompt);

    worker.say(&ToWorker::Open(Opening {
        talk: 2,
        segments: vec![text("")],
        shared: 0,
    }));
    worker.say(&ToWorker::Slice(slice(2, 8)));
    let refusal = worker.rest(2).unwrap_err();
    assert!(
        matches!(refusal, FromWorker::Refused { talk: 2, .. }),
        "{refusal:?}"
    );
    worker.say(&ToWorker::Slice(slice(9, 8)));
    assert!(matches!(
        worker.rest(9).unwrap_err(),
        FromWorker::Refused { talk: 9, .. }
    ));
}

#[test]
fn a_saved_prefix_is_used_by_the_next_worker_unless_it_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let prefixes = dir.path().join("prefixes");
    let answer = || {
        let prefixes = Some(prefixes.clone().try_into().unwrap());
        let mut worker = Worker::loaded(Load {
            prefixes,
            ..load(settings(2))
        });
        worker.open(1, SHARED, OWN[0]);
        let made = worker.made(slice(1, 48));
        let (status, said) = worker.end();
        assert!(status.success(), "{said}");
        (
            made.text,
            made.generation.prefilled,
            made.generation.reused,
            said,
        )
    };
    let files = || -> Vec<PathBuf> {
        std::fs::read_dir(&prefixes)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    };
    let shared = u32::try_from(SHARED.len()).unwrap();
    let own = u32::try_from(OWN[0].len()).unwrap();

    let (first, prefilled, reused, _) = answer();
    assert_eq!((prefilled, reused), (shared + own, 0));
    assert_eq!(files().len(), 1);
    let (second, prefilled, reused, said) = answer();
    assert_eq!((prefilled, reused), (own, shared));
    assert_eq!(second, first);
    assert!(!said.contains("saved prefix"), "{said}");

    let path = files().remove(0);
    let whole = std::fs::read(&path).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 0x10;
    for damaged in [&whole[..whole.len() / 2], &whole[..7], &[], &changed] {
        std::fs::write(&path, damaged).unwrap();
        let (text, prefilled, reused, said) = answer();
        assert_eq!((prefilled, reused), (shared + own, 0));
        assert_eq!(text, first);
        assert!(said.contains("saved prefix"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}
