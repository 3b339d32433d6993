<% set name = app ~ "-lib" if app in taken else app %>
//! What slugs promise.

use << name | snake >>::{Slugs, slug};

#[test]
fn only_letters_digits_and_separators_are_left() {
    for (text, expected) in [
        ("Hello, World!", "hello-world"),
        ("  many   blanks  ", "many-blanks"),
        ("2 + 2 = 4", "2-2-4"),
        ("already-a-slug", "already-a-slug"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe L", "größe-l"),
        ("日本 語", "日本-語"),
        ("!?", ""),
        ("", ""),
    ] {
        assert_eq!(slug(text), expected, "{text:?}");
    }
}

#[test]
fn a_slug_of_a_slug_is_itself() {
    let once = slug("Once & for all");
    assert_eq!(slug(&once), once);
}

#[test]
fn a_long_text_is_cut_between_words() {
    let cut = |most| Slugs::new().max_length(most).slug("One two three");
    assert_eq!(cut(100), "one-two-three");
    assert_eq!(cut(13), "one-two-three");
    assert_eq!(cut(12), "one-two");
    assert_eq!(cut(7), "one-two");
    assert_eq!(cut(2), "on");
    assert_eq!(cut(0), "");
}

#[test]
fn the_separator_can_be_chosen() {
    assert_eq!(Slugs::new().separator('_').slug("One two"), "one_two");
}
