//! Talks that go well, and what each is told.

use codey::model::{Ask, Runtime, Stop};

use super::{Bench, open, say};

#[test]
fn a_talk_goes_on_where_it_was_and_is_accounted_for() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    assert_eq!(pool.accounts()[0].loads, 0);
    let mut talk = open(&pool, "good", "one two three four five");
    let first = say(&mut *talk, Ask::Answer, 2).unwrap();
    assert_eq!(first, ("one two".to_owned(), Stop::Limit));
    let more = say(&mut *talk, Ask::More, 9).unwrap();
    assert_eq!(more, ("three four five".to_owned(), Stop::End));
    let again = Ask::Again {
        message: "six seven",
        lead: "",
    };
    let again = say(&mut *talk, again, 9).unwrap();
    assert_eq!(again, ("six seven".to_owned(), Stop::End));
    let account = pool.accounts().remove(0);
    assert_eq!((account.loads, account.tokens, account.reused), (1, 7, 21));
    assert_eq!((account.need_kib, account.peak_kib), (4, 4321));
    assert_eq!(account.roles, ["good"]);
    drop(talk);
    drop(pool);
    assert_eq!(bench.moves(), ["load good", "leave good"]);
}

#[test]
fn talks_at_the_same_time_share_one_worker() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    std::thread::scope(|scope| {
        for number in 0..6 {
            let pool = &pool;
            scope.spawn(move || {
                let own = format!("this is talk {number}");
                let said = say(&mut *open(pool, "good", &own), Ask::Answer, 9).unwrap();
                assert_eq!(said, (own, Stop::End));
            });
        }
    });
    assert_eq!(bench.moves(), ["load good"]);
}
