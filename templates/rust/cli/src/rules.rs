<% from "rust/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set textual = ["string", "text", "email", "url", "phone"] | select("in", kinds) | list %>
<% set texts = textual or "choice" in kinds %>
<% set numeric = ["integer", "number", "money"] | select("in", kinds) | list %>
<% set ns = namespace(bounded=false, required=false) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.min is not none or field.max is not none %><% set ns.bounded = true %><% endif %>
<% if field.required and field.type in ("string", "text", "email", "url", "phone", "tags", "many") %><% set ns.required = true %><% endif %>
<% endfor %>
<% endfor %>
//! Rules for values, and the refusal of what breaks one. Know no kind of row.

use std::fmt;

<% if "tags" in kinds %>
const MAX_TAGS: usize = 20;
const MAX_TAG_CHARS: usize = 40;
<% endif %>
<% if "many" in kinds %>
const MAX_REFERENCES: usize = 100;
<% endif %>
<% if "integer" in kinds or "number" in kinds %>
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
<% endif %>
<% if "tags" in kinds or "many" in kinds or "integer" in kinds or "number" in kinds %>

<% endif %>
/// What was asked for cannot be done; the message says why.
#[derive(Debug)]
pub struct Refused(String);

impl Refused {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
<% if ns.required %>

/// Refuses what must be given and is not.
pub fn required(label: &str, given: bool) -> Result<(), Refused> {
    refuse(!given, || format!("{label} is required."))
}
<% endif %>
<% if textual %>

/// Refuses a text that is too long.
pub fn text(label: &str, text: &str, most: usize) -> Result<(), Refused> {
    let too_long = text.chars().count() > most;
    refuse(too_long, || {
        format!("{label} must have at most {most} characters.")
    })
}
<% endif %>
<% if "email" in kinds %>

/// Refuses what is no e-mail address.
pub fn email(label: &str, text: &str) -> Result<(), Refused> {
    let parts = text.split_once('@');
    let valid = parts.is_some_and(|(name, host)| {
        let labels: Vec<&str> = host.split('.').collect();
        let named = labels.iter().all(|part| !part.is_empty());
        !name.is_empty() && !host.contains('@') && labels.len() > 1 && named
    });
    refuse(!valid || text.contains(char::is_whitespace), || {
        format!("{label} must be an e-mail address such as ada@example.org.")
    })
}
<% endif %>
<% if "url" in kinds %>

/// Refuses what is no web address.
pub fn url(label: &str, text: &str) -> Result<(), Refused> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let valid = host.is_some_and(|host| !host.is_empty() && !host.starts_with(':'));
    refuse(!valid || text.contains(char::is_whitespace), || {
        format!("{label} must be a web address such as https://example.org.")
    })
}
<% endif %>
<% if "phone" in kinds %>

/// Refuses what is no telephone number.
pub fn phone(label: &str, text: &str) -> Result<(), Refused> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let usual = |c: char| c.is_ascii_digit() || " ()./-".contains(c);
    refuse(digits < 3 || !rest.chars().all(usual), || {
        format!("{label} must be a telephone number such as +44 20 7946 0018.")
    })
}
<% endif %>
<% if "choice" in kinds %>

/// Refuses what is none of the values.
pub fn one_of(label: &str, value: &str, values: &[&str]) -> Result<(), Refused> {
    refuse(!values.contains(&value), || {
        format!("{label} must be one of: {}.", values.join(", "))
    })
}
<% endif %>
<% if "integer" in kinds or "number" in kinds %>

/// Refuses what is no number, or one so large that not every program that reads JSON knows it exactly.
pub fn size(label: &str, number: f64) -> Result<(), Refused> {
    let fits = number.abs() <= MAX_SAFE_INTEGER;
    refuse(!fits, || format!("{label} is too large."))
}
<% endif %>
<% if ns.bounded %>

/// Refuses a number below `least` or above `most`, where they are given.
pub fn bounds<T>(label: &str, value: T, least: Option<T>, most: Option<T>) -> Result<(), Refused>
where
    T: PartialOrd + fmt::Display,
{
    match (least, most) {
        (Some(least), _) if value < least => {
            Err(Refused::new(format!("{label} must be at least {least}.")))
        }
        (_, Some(most)) if value > most => {
            Err(Refused::new(format!("{label} must be at most {most}.")))
        }
        _ => Ok(()),
    }
}
<% endif %>
<% if "tags" in kinds %>

/// The names without blanks around them, each once whatever its case, in order.
pub fn tags(names: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for name in names.iter().map(|name| name.trim()) {
        let known = tags.iter().any(|tag| same_name(tag, name));
        if !name.is_empty() && !known {
            tags.push(name.to_owned());
        }
    }
    tags.sort_by_key(|tag| tag.to_lowercase());
    tags
}

/// Whether two names are the same but for case.
fn same_name(one: &str, two: &str) -> bool {
    one.to_lowercase() == two.to_lowercase()
}

/// Whether the name is one of the names.
pub fn has_name(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| same_name(name, wanted.trim()))
}

/// Refuses names that are too long or too many.
pub fn short_names(label: &str, names: &[String]) -> Result<(), Refused> {
    let is_long = |name: &String| name.chars().count() > MAX_TAG_CHARS;
    refuse(names.iter().any(is_long), || {
        format!("{label} must have at most {MAX_TAG_CHARS} characters each.")
    })?;
    refuse(names.len() > MAX_TAGS, || {
        format!("{label} must have at most {MAX_TAGS} entries.")
    })
}
<% endif %>
<% if "many" in kinds %>

/// Refuses too many references.
pub fn few(label: &str, ids: &[u64]) -> Result<(), Refused> {
    refuse(ids.len() > MAX_REFERENCES, || {
        format!("{label} must have at most {MAX_REFERENCES} entries.")
    })
}
<% endif %>
<% if "ref" in kinds or "many" in kinds %>

/// What a search for other rows found; a refusal says for which value it was.
pub fn found<T>(label: &str, found: Result<T, Refused>) -> Result<T, Refused> {
    found.map_err(|why| Refused::new(format!("{label}: {why}")))
}
<% endif %>
<% set refusing = ns.required or texts or "integer" in kinds or "number" in kinds or "tags" in kinds or "many" in kinds %>
<% if refusing %>

fn refuse(broken: bool, why: impl FnOnce() -> String) -> Result<(), Refused> {
    if broken {
        Err(Refused::new(why()))
    } else {
        Ok(())
    }
}
<% endif %>
<% if textual or "tags" in kinds %>

#[cfg(test)]
mod tests {
    use super::*;
<% if textual %>

    #[test]
    fn length_counts_characters() {
        assert!(text("Title", "äöü", 3).is_ok());
        assert!(text("Title", "äöüß", 3).is_err());
    }
<% endif %>
<% if "email" in kinds %>

    #[test]
    fn addresses_have_a_name_and_a_host() {
        assert!(email("Email", "ada@example.org").is_ok());
        for bad in [
            "ada",
            "@example.org",
            "ada@example",
            "a da@b.org",
            "a@b@c.org",
        ] {
            assert!(email("Email", bad).is_err(), "{bad}");
        }
    }
<% endif %>
<% if "url" in kinds %>

    #[test]
    fn web_addresses_have_a_host() {
        assert!(url("Link", "https://example.org/path?query").is_ok());
        for bad in [
            "example.org",
            "javascript:alert(1)",
            "https://",
            "http://a b",
        ] {
            assert!(url("Link", bad).is_err(), "{bad}");
        }
    }
<% endif %>
<% if "phone" in kinds %>

    #[test]
    fn numbers_to_call_have_digits() {
        assert!(phone("Phone", "+44 (0)20 7946-0018").is_ok());
        for bad in ["call me", "12", "++49 30", "+49 30 x"] {
            assert!(phone("Phone", bad).is_err(), "{bad}");
        }
    }
<% endif %>
<% if "tags" in kinds %>

    #[test]
    fn names_are_kept_once_and_in_order() {
        let given = ["quick", " soup ", "Quick", ""].map(str::to_owned);
        assert_eq!(tags(&given), ["quick", "soup"]);
        assert!(short_names("Tags", &["x".repeat(41)]).is_err());
    }
<% endif %>
}
<% endif %>
