"""Read HTML in tests."""

import html.parser


class _Images(html.parser.HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.found = []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def images(source):
    """Return the attributes of every <img> in a piece of HTML."""
    return _Images(source).found
