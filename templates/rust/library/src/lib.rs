<% set name = app ~ "-lib" if app in taken else app %>
//! An example to start from: turns text for people into text for addresses and file names.
//!
//! ```
//! use << name | snake >>::{Slugs, slug};
//!
//! assert_eq!(slug("Hello, World!"), "hello-world");
//! assert_eq!(Slugs::new().separator('_').slug("Hello, World!"), "hello_world");
//! ```

/// How slugs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slugs {
    separator: char,
    max_length: usize,
}

impl Default for Slugs {
    fn default() -> Self {
        Self::new()
    }
}

impl Slugs {
    /// Hyphens between words, any length.
    pub const fn new() -> Self {
        Self {
            separator: '-',
            max_length: usize::MAX,
        }
    }

    /// Another character between words.
    #[must_use]
    pub const fn separator(self, separator: char) -> Self {
        Self { separator, ..self }
    }

    /// At most this many characters; longer slugs are cut, between words where they can be.
    ///
    /// ```
    /// use << name | snake >>::Slugs;
    ///
    /// assert_eq!(Slugs::new().max_length(8).slug("one two three"), "one-two");
    /// ```
    #[must_use]
    pub const fn max_length(self, max_length: usize) -> Self {
        Self { max_length, ..self }
    }

    /// The text in lowercase letters and digits, with the separator between the words.
    ///
    /// Letters of every script stay; all else parts words, so the result can be empty.
    pub fn slug(&self, text: &str) -> String {
        let mut slug = String::new();
        let mut length = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            let word = word.to_lowercase();
            let letters = word.chars().count();
            if letters == 0 {
                continue;
            }
            if length == 0 {
                // The first word is cut rather than lost.
                slug.extend(word.chars().take(self.max_length));
                length = letters.min(self.max_length);
            } else if length + 1 + letters <= self.max_length {
                slug.push(self.separator);
                slug.push_str(&word);
                length += 1 + letters;
            } else {
                break;
            }
        }
        slug
    }
}

/// A slug of the usual form, see [`Slugs::slug`].
pub fn slug(text: &str) -> String {
    Slugs::new().slug(text)
}
