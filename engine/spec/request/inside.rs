//! What stands in, on or belongs to something: `employees in departments`. Knows phrases and their entities.

use super::clause::Clauses;
use super::item::Phrase;
use super::want::Listed;

impl Clauses<'_> {
    /// `employees in departments`: what is in something refers to it.
    pub(super) fn inside(&mut self, phrase: &Phrase, other: &Phrase) -> usize {
        let inner = self.known(phrase);
        let free = !self.is_used(other) && other.is_plural();
        match inner.filter(|_| free && !self.listing) {
            Some(inner) => {
                self.put_inside(inner, other);
                3
            }
            None if self.listing => {
                self.classify(phrase);
                1
            }
            None => {
                self.last = self.mentioned(phrase);
                1
            }
        }
    }

    pub(super) fn put_inside(&mut self, inner: usize, other: &Phrase) {
        let outer = self.entity(other);
        if let Some(outer) = outer.filter(|outer| *outer != inner) {
            let target = self.head.wants[outer].name.clone();
            self.head.wants[inner]
                .fields
                .push(Listed::Reference(target));
        }
        self.last = Some(inner);
    }
}
