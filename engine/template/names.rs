//! Filters that write a name in another convention: snake, kebab, camel, pascal, title. Know no language.

use minijinja::Environment;

/// Adds the filters.
pub(super) fn add_to(environment: &mut Environment<'_>) {
    environment.add_filter("snake", |name: &str| words(name).join("_"));
    environment.add_filter("kebab", |name: &str| words(name).join("-"));
    environment.add_filter("title", |name: &str| capitalised(&words(name)).join(" "));
    environment.add_filter("pascal", |name: &str| capitalised(&words(name)).concat());
    environment.add_filter("camel", |name: &str| {
        let words = words(name);
        let (first, rest) = words.split_at(words.len().min(1));
        first.concat() + &capitalised(rest).concat()
    });
}

/// The words of a name in lowercase, told apart by case, digits following letters excepted, and by
/// everything that is neither letter nor digit.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().copied().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1).copied();
        let starts = character.is_uppercase()
            && (before.is_some_and(|it| it.is_lowercase() || it.is_numeric())
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(char::is_lowercase)));
        if (starts || !character.is_alphanumeric()) && !current.is_empty() {
            words.push(std::mem::take(&mut current));
        }
        if character.is_alphanumeric() {
            current.extend(character.to_lowercase());
        }
    }
    if !current.is_empty() {
        words.push(current);
    }
    words
}

fn capitalised(words: &[String]) -> Vec<String> {
    words
        .iter()
        .map(|word| {
            let mut characters = word.chars();
            let first = characters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(characters).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_convention() {
        for name in [
            "due_date",
            "due-date",
            "DueDate",
            "dueDate",
            "Due date",
            " due  date!",
        ] {
            assert_eq!(words(name), ["due", "date"], "{name}");
        }
        assert_eq!(words("HTTPServer2Go"), ["http", "server2", "go"]);
        assert_eq!(words(""), Vec::<String>::new());
        assert_eq!(capitalised(&words("élan_vital")), ["Élan", "Vital"]);
    }
}
