"""A form of the admin filled in as a browser would: what it shows is what is sent, with some fields typed anew."""

from html.parser import HTMLParser


class FormFields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.data: dict[str, list[str] | str] = {}
        self.templates = 0
        self.select = self.textarea = None
        self.is_multiple = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "template":
            self.templates += 1
        elif self.templates:
            return
        elif tag == "input" and name and attrs.get("type") not in ("submit", "file"):
            if attrs.get("type") == "checkbox" and "checked" in attrs and name in self.data:
                # One tick of several under a name.
                others = self.data[name]
                self.data[name] = [*([others] if isinstance(others, str) else others), attrs.get("value", "on")]
            elif attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                self.data[name] = attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")
        elif tag == "select" and name:
            self.select, self.is_multiple = name, "multiple" in attrs
            if not self.is_multiple:
                self.data.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in attrs:
            value = attrs.get("value", "")
            self.data[self.select] = [*self.data.get(self.select, []), value] if self.is_multiple else value
        elif tag == "textarea" and name:
            self.textarea = name
            self.data[name] = ""

    def handle_endtag(self, tag):
        if tag == "template":
            self.templates -= 1
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.data[self.textarea] += data.removeprefix("\r\n").removeprefix("\n")


def form_fields(response) -> dict[str, str]:
    parser = FormFields()
    parser.feed(response.content.decode())
    return parser.data


def send(client, url, changes=None, **keywords):
    """Opens the form at `url`, types `changes` into it and saves."""
    fields = form_fields(client.get(url))
    return client.post(url, {**fields, "_continue": "1", **(changes or {}), **keywords})
