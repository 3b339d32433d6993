"""Checks of the finished pages: `python3 -m unittest discover -s tests`. They need nothing but Python.

Every page has what readers and machines look for, every link leads somewhere, and nothing comes from elsewhere.
"""

import unittest
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

SITE = Path(__file__).resolve().parent.parent
# Elements without an end tag.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Attributes by which a browser fetches a file by itself.
FETCHED = {("img", "src"), ("link", "href"), ("script", "src"), ("source", "src"), ("video", "src")}


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.elements = []
        self.open = []
        self.strays = []
        self.texts = Counter()
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.strays.append(tag)

    def handle_data(self, data):
        if self.open and data.strip():
            self.texts[self.open[-1]] += 1
            if self.open[-1] == "title":
                self.title = data.strip()

    def all(self, tag):
        """The attributes of every element with this name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self):
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def pages():
    return [Page(path) for path in sorted(SITE.glob("*.html"))]


class SiteTest(unittest.TestCase):
    def each(self):
        """Every page, so that a failure names it."""
        for page in pages():
            with self.subTest(page=page.path.name):
                yield page

    def test_there_is_a_front_page_and_one_for_what_is_missing(self):
        for name in ("index.html", "404.html"):
            self.assertTrue((SITE / name).is_file(), name)

    def test_elements_are_closed_in_order(self):
        for page in self.each():
            self.assertEqual(page.open, [])
            self.assertEqual(page.strays, [])

    def test_every_page_has_a_language_a_title_and_a_description(self):
        for page in self.each():
            self.assertTrue(page.all("html")[0].get("lang"))
            self.assertTrue(page.title)
            metas = {meta.get("name"): meta.get("content") for meta in page.all("meta")}
            self.assertTrue(metas.get("description"))
            self.assertIn("width=device-width", metas.get("viewport", ""))

    def test_titles_differ(self):
        titles = Counter(page.title for page in pages())
        self.assertEqual([title for title, count in titles.items() if count > 1], [])

    def test_every_page_has_one_heading_of_the_first_rank_and_one_main_part(self):
        for page in self.each():
            self.assertEqual(len(page.all("h1")), 1)
            self.assertEqual(len(page.all("main")), 1)
            ranks = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3", "h4")]
            for before, after in zip(ranks, ranks[1:], strict=False):
                self.assertLessEqual(after, before + 1, "a rank of headings is left out")

    def test_ids_are_used_once_and_references_are_met(self):
        for page in self.each():
            self.assertEqual([id for id, count in Counter(page.ids).items() if count > 1], [])
            for _, attributes in page.elements:
                for name in ("for", "aria-labelledby", "aria-describedby"):
                    for target in (attributes.get(name) or "").split():
                        self.assertIn(target, page.ids)

    def test_the_first_link_skips_to_the_content(self):
        for page in self.each():
            target = page.all("a")[0]["href"]
            self.assertTrue(target.startswith("#"))
            self.assertIn(target[1:], page.ids)

    def test_the_navigation_marks_the_page_that_is_open(self):
        for page in self.each():
            current = [a["href"] for a in page.all("a") if a.get("aria-current") == "page"]
            expected = [] if page.path.name == "404.html" else [page.path.name]
            self.assertEqual(current, expected)

    def test_pictures_have_words(self):
        for page in self.each():
            for image in page.all("img"):
                self.assertIn("alt", image, image.get("src"))

    def test_links_lead_somewhere(self):
        for page in self.each():
            for tag, attributes in page.elements:
                for name in ("href", "src"):
                    if name in attributes:
                        self.check(page, tag, name, attributes[name])

    def check(self, page, tag, name, target):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            self.assertNotIn((tag, name), FETCHED, f"{target} comes from another host")
            self.assertIn(parts.scheme, ("https", "http", "mailto", "tel"))
            return
        path = SITE / parts.path.lstrip("/") if parts.path else page.path
        self.assertTrue(path.is_file(), f"{target} is not there")
        if parts.fragment:
            self.assertIn(parts.fragment, Page(path).ids, target)


if __name__ == "__main__":
    unittest.main()
