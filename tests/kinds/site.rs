//! Static sites: they pass their own checks, whatever they are called.

use super::{HOSTILE, made, paths};

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
