//! Static sites: they pass their own checks, whatever they are called, and claim nothing.

use super::{HOSTILE, made, paths};
use crate::common::Project;

#[test]
fn a_site_has_the_pages_that_are_named() {
    let (project, _) = made("static-site", &[("pages", "about,shows,press-kit")], &[]);
    assert_eq!(
        paths(&project),
        [
            ".gitignore",
            "404.html",
            "README.md",
            "about.html",
            "favicon.svg",
            "index.html",
            "press-kit.html",
            "robots.txt",
            "shows.html",
            "style.css",
            "tests/test_site.py",
            "theme.js",
        ]
    );
    let front = project.read("out/index.html");
    assert!(front.contains("<a href=\"press-kit.html\">Press Kit</a>"));
    assert!(project.read("out/shows.html").contains("class=\"rows\""));
}

#[test]
fn titles_stay_text_and_names_that_are_taken_are_left_out() {
    let pages = "about,work,services,shows,blog,faq,contact,index,404,about,terms";
    for accent in ["blue", "slate"] {
        let set = [("title", HOSTILE), ("pages", pages), ("accent", accent)];
        let (project, _) = made("static-site", &set, &[]);
        let front = project.read("out/index.html");
        for text in ["<b>", "{{", "{%", "-->\n next"] {
            assert!(!front.contains(text), "{text}");
        }
        assert!(front.contains("&#123;&#123; 7*7"), "{front}");
    }
}

#[test]
fn a_site_of_one_page_has_no_navigation() {
    let (project, _) = made("static-site", &[("pages", "[]")], &[]);
    assert!(!project.read("out/index.html").contains("<nav"));
}

/// A page of every kind, with what is drawn on it.
const KINDS: [(&str, &str); 25] = [
    ("about", "At a glance"),
    ("story", "How it began"),
    ("speakers", "[Name of the first speaker]"),
    ("sponsors", "[Name of the first one]"),
    ("projects", "[Name of the first piece]"),
    ("gallery", "class=\"grid\""),
    ("menu", "[Name of the first dish]"),
    ("services", "class=\"price\""),
    ("schedule", "<th scope=\"col\">Time</th>"),
    ("opening-hours", "<th scope=\"row\">Monday</th>"),
    ("events", "[Day and time]"),
    ("venue", "<address>"),
    ("contact", "mailto:"),
    ("rsvp", "collect no replies"),
    ("posts", "<article>"),
    ("links", "class=\"links\""),
    ("changelog", "[Date of the release]"),
    ("faq", "<summary>"),
    ("testimonials", "[One person"),
    ("getting-started", "Install it"),
    ("guide", "When it does not work"),
    ("reference", "<dl class=\"reference\">"),
    ("experience", "[From when to when]"),
    ("imprint", "Who is responsible"),
    ("quirks", "[What a visitor wants to know first]"),
];

#[test]
fn pages_of_every_kind_are_drawn_as_such_and_leave_the_words_to_people() {
    let pages: Vec<&str> = KINDS.iter().map(|(page, _)| *page).collect();
    let pages = pages.join(",");
    let (many, _) = made("static-site", &[("pages", pages.as_str())], &[]);
    let set = [("pages", pages.as_str()), ("one_page", "true")];
    let (one, _) = made("static-site", &set, &[]);
    let front = one.read("out/index.html");
    assert!(!one.exists("out/about.html"));
    for (page, due) in KINDS {
        let text = many.read(&format!("out/{page}.html"));
        assert!(text.contains(due), "{page}: {text}");
        assert!(text.contains("class=\"gap\">["), "{page}");
        assert!(front.contains(due), "{page}");
        assert!(front.contains(&format!("<a href=\"#{page}\">")), "{page}");
        assert!(
            front.contains(&format!("<section class=\"wide part\" id=\"{page}\"")),
            "{page}"
        );
    }
    for text in [many.read("out/index.html"), front] {
        for claim in [
            "We ",
            "Our ",
            "us ",
            "blockquote><p>They",
            "Welcome",
            "Children",
        ] {
            assert!(!text.contains(claim), "{claim}");
        }
    }
}

#[test]
fn a_site_of_a_request_is_made_whatever_its_pages_are_called() {
    for (request, file) in [
        (
            "static website for a bakery with menu, opening hours and contact",
            "opening-hours.html",
        ),
        ("documentation site for my library", "getting-started.html"),
        ("link in bio page", "index.html"),
    ] {
        let project = Project::new();
        let _ = project.codey(&["run", request, "--dir", "out"]).exits(0);
        assert!(project.exists(&format!("out/{file}")), "{request}");
    }
}
