//! Three pieces of work as codey gives them to a model: a function, a section of a style sheet, a test. Each goes on
//! for longer than is measured. Knows no plan.

use std::time::Duration;

use super::super::runtime::{Ask, ModelError, Prompt, Runtime, Sampling, Slice};
use super::report::{Run, Task};

/// Longest time without progress.
const STALL: Duration = Duration::from_mins(5);

/// What every prompt begins with: who the model is, the rules and a contract, in the length that they have in a run.
const SHARED: &str = "You write one part of a small web application and nothing else. Answer with code only, in one \
fenced block, with no words before or after it. Use the names of the contract exactly as they are written; invent no \
table, column, route, id or file. Write every line out: never leave anything out, never refer to code that stands \
somewhere else. Standard library and Flask only.

Contract
tables
  book: id integer primary key, title text not null, author text not null, pages integer, rating integer 1 to 5
  loan: id integer primary key, book_id integer not null references book(id), borrower text not null, due date
endpoints
  GET /api/books -> 200 [{id, title, author, pages, rating}]
  POST /api/books {title, author, pages, rating} -> 201 {id, title, author, pages, rating} | 400 {error}
  GET /api/books/<id> -> 200 {id, title, author, pages, rating} | 404 {error}
  DELETE /api/books/<id> -> 204 | 404 {error}
  GET /api/loans -> 200 [{id, book_id, borrower, due}]
  POST /api/loans {book_id, borrower, due} -> 201 {id, book_id, borrower, due} | 400 {error}
pages
  / lists books: #book-list, #book-form, .book-card, .rating
  /loans lists loans: #loan-list, #loan-form, .loan-row, .overdue
";

/// A prompt of its own.
pub(super) struct Work {
    pub(super) name: &'static str,
    own: &'static str,
    lead: &'static str,
}

/// The three tasks.
pub(super) const TASKS: [Work; 3] = [
    Work {
        name: "Python function",
        own: "Write the Python function `book_from(form)`: it takes the dictionary that a request sent, checks every \
              field of `book` by the contract, and returns the checked values or raises ValueError with a message \
              that names the field.",
        lead: "```python\n",
    },
    Work {
        name: "CSS section",
        own: "Write the part of the style sheet for the list of books: cards in a grid of one to four columns, the \
              rating as stars, the overdue mark, hover and focus, and a dark colour scheme.",
        lead: "```css\n",
    },
    Work {
        name: "test",
        own: "Write the pytest tests of `POST /api/books`: a good book, each field missing or wrong in turn, and that \
              what was stored is what `GET /api/books/<id>` returns.",
        lead: "```python\n",
    },
];

impl Work {
    /// Has the model answer with `tokens` tokens.
    pub(super) fn run(
        &self,
        runtime: &dyn Runtime,
        role: &str,
        tokens: u32,
    ) -> Result<Task, ModelError> {
        let prompt = Prompt {
            shared: SHARED.to_owned(),
            own: self.own.to_owned(),
            lead: self.lead.to_owned(),
        };
        let mut talk = runtime.open(role, &prompt)?;
        let sampling = Sampling::default();
        let generation = talk.slice(&slice(Ask::Answer, tokens, &sampling), &mut |_| true)?;
        Ok(Task {
            name: self.name.to_owned(),
            run: Run::from(&generation),
        })
    }
}

/// The prompt of a lane: all share the beginning, and differ after it.
pub(super) fn lane_prompt(number: u32) -> Prompt {
    Prompt {
        shared: SHARED.to_owned(),
        own: format!("Write part {number} of the application."),
        lead: "```python\n".to_owned(),
    }
}

/// A slice of exactly `tokens` tokens.
pub(super) fn slice<'a>(ask: Ask<'a>, tokens: u32, sampling: &'a Sampling) -> Slice<'a> {
    Slice {
        ask,
        max_tokens: tokens,
        min_tokens: tokens,
        stop: &[],
        grammar: None,
        sampling,
        stall: STALL,
    }
}
