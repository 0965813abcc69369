"""The order of the house, held by reading the code: docs/contributors.md explains it."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ROOT

# Which rooms a room may know, itself aside. The first line that a module's name begins with says where it lives.
ROOMS = {
    "events.batches": "ground",
    "events.planner": "ground",
    "events.links.http_probe": "ground",
    "events.client": "ground",
    "events.captions": "ground",
    "events.cues": "ground",
    "events.look": "ground",
    "events.players": "ground",
    "events.geography": "ground",
    "events.russian": "ground",
    "events.table": "ground",
    "events.spreadsheet": "ground",
    "events.table_layout": "ground",
    "events.models": "models",
    "events.search": "search",
    "events.export": "export",
    "events.importing": "importing",
    "events.images": "images",
    "events.uploads": "images",
    "events.renditions": "images",
    "events.cards": "images",
    "events.groups": "groups",
    "events.rights": "rights",
    "events.revisions": "revisions",
    "events.merging": "revisions",
    "events.proposing": "revisions",
    "events.completeness": "revisions",
    "events.contributions": "revisions",
    "events.copying": "revisions",
    "events.links": "revisions",
    "events.operations": "operations",
    "events.fixity": "revisions",
    "events.backup": "backup",
    "events.harvesting": "harvesting",
    "events.admin": "admin",
    "events.views": "views",
    "events.feeds": "feeds",
    "events.sitemaps": "sitemaps",
    "events.middleware": "middleware",
    "events.templatetags": "templatetags",
    "events.management": "commands",
    "events.signals": "signals",
    "events.derived": "revisions",
    "events.urls": "wiring",
    "events.apps": "wiring",
    "confarchive.cache": "cache",
    "confarchive.replicas": "cache",
    "confarchive": "wiring",
    "gunicorn.conf": "wiring",
    "manage": "wiring",
}
GROUND = {"ground"}
MODELS = {"models", *GROUND}
MIDDLE = {"search", "export", "importing", "images", "groups", "rights", "revisions", "operations", "backup"}
EDGES = {"admin", "views", "feeds", "sitemaps", "middleware", "templatetags", "commands", "signals"}
MAY_KNOW = {
    "ground": GROUND,
    "models": MODELS,
    **{room: MODELS | {room} for room in MIDDLE},
    # It matches as importers do, reads dumps and proposes.
    "harvesting": MODELS | {"importing", "revisions", "backup", "harvesting"},
    "cache": MODELS | {"cache"},
    **{room: MODELS | MIDDLE | {"harvesting", "cache", room} for room in EDGES},
    "wiring": MODELS | MIDDLE | EDGES | {"cache", "wiring"},
}
# module → what it imports all the same, and why.
EXCEPTIONS: dict[tuple[str, str], str] = {}

HTTP = ("django.http", "django.shortcuts", "django.views", "django.template.response", "django.test")
MODELS_IMPORT_ONLY = {"django", "taggit"}


def modules() -> Iterator[tuple[str, Path]]:
    for folder in (ROOT / "events", ROOT / "confarchive"):
        for path in sorted(folder.rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if name != "events" and not name.startswith("events.migrations"):
                yield name, path


MODULES = dict(modules())


def room(module: str) -> str | None:
    return next((r for prefix, r in ROOMS.items() if module == prefix or module.startswith(prefix + ".")), None)


def imports(module: str, tree: ast.AST) -> Iterator[str]:
    """The full names of what a module imports, in functions too; not what only the type checker sees."""
    package = module.split(".") if MODULES[module].name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


IMPORTS = {name: sorted(set(imports(name, ast.parse(path.read_text())))) for name, path in MODULES.items()}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module):
    home = room(module)
    assert home, f"{module} has no room yet: add it to ROOMS and to docs/contributors.md"
    wrong = [
        name
        for name in IMPORTS[module]
        if name.startswith(("events.", "confarchive."))
        and room(name) not in MAY_KNOW[home]
        and (module, name) not in EXCEPTIONS
    ]
    assert not wrong, f"{module} is in the room “{home}” and must not know {wrong}"


def test_exceptions_are_still_needed():
    assert [key for key in EXCEPTIONS if key[1] not in IMPORTS.get(key[0], [])] == []


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in MIDDLE | {"models", "ground"}])
def test_middle_rooms_never_see_a_request(module):
    assert [name for name in IMPORTS[module] if name.startswith(HTTP)] == []


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) == "models"])
def test_models_stand_on_django_alone(module):
    roots = {name.split(".")[0] for name in IMPORTS[module]} - set(sys.stdlib_module_names) - {"events"}
    assert roots <= MODELS_IMPORT_ONLY


def in_models(module: str) -> set[str]:
    """The modules of events.models that a module imports, in functions too."""
    named = {".".join(name.split(".")[:3]) for name in IMPORTS[module] if name.startswith("events.models.")}
    return named & MODULES.keys()


def reachable(module: str) -> set[str]:
    """The modules of events.models that a module imports, directly or through others."""
    found: set[str] = set()
    queue = in_models(module)
    while queue:
        found |= queue
        queue = set.union(*map(in_models, queue)) - found
    return found


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("events.models.")])
def test_models_import_each_other_in_no_circle(module):
    assert module not in reachable(module)


def test_only_one_module_knows_taggit():
    """django-taggit winds down in 2027: it must be replaceable in one place."""
    knowing = {name for name, names in IMPORTS.items() if any(n.split(".")[0] == "taggit" for n in names)}
    assert knowing == {"events.models.topics"}


def test_only_one_module_loads_the_dictionary_of_word_forms():
    """It takes tens of megabytes: events.russian.morphology.analyzer() is the only one of the process."""
    loading = {name for name, names in IMPORTS.items() if "pymorphy3.MorphAnalyzer" in names or "pymorphy3" in names}
    assert loading == {"events.russian.morphology"}


def test_no_drawers():
    drawers = {"utils", "util", "helpers", "services", "common", "mixins", "managers", "misc"}
    assert [name for name in MODULES if name.split(".")[-1] in drawers] == []


# What is public is decided once, in ConferenceQuerySet.published().

ASKING = {"filter", "exclude", "get", "Q", "When", "get_object_or_404", "get_list_or_404"}


def decisions(tree: ast.AST) -> list[int]:
    """Lines that ask for a status in a query, or compare one."""
    return [node.lineno for node in ast.walk(tree) if decides(node)]


def decides(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in ASKING:
            return any(re.fullmatch(r"(\w+__)?status(__\w+)?", keyword.arg or "") for keyword in node.keywords)
        case ast.Compare():
            return any(getattr(side, "attr", "") == "PUBLISHED" for side in [node.left, *node.comparators])
        case ast.Constant(value=str(sql)):
            return re.search(r"status\W{1,8}published", sql) is not None
    return False


def test_the_search_for_decisions_finds_them():
    for code in (
        "Conference.objects.filter(status='published')",
        "Q(conference__status__in=['published'])",
        "c.status == Conference.Status.PUBLISHED",
        "sql = \"WHERE status = 'published'\"",
    ):
        assert decisions(ast.parse(code)), code


# The models decide; staff's lists in the admin show every status.
@pytest.mark.parametrize(
    "module", [name for name in MODULES if name != "events.models.conference" and room(name) != "admin"]
)
def test_nobody_else_decides_what_is_public(module):
    lines = decisions(ast.parse(MODULES[module].read_text()))
    assert lines == [], f"{module} lines {lines}: start from Conference.objects.published() or rights.visible(…)"


def test_templates_do_not_decide_what_is_public():
    templates = [path for path in (ROOT / "templates").rglob("*.html") if "admin" not in path.parts]
    assert [path.name for path in templates if re.search(r"status\s*[=!]=", path.read_text())] == []


@pytest.mark.parametrize("page", ["README.md", "docs/operators.md", "docs/contributors.md"])
def test_the_documents_name_what_exists(page):
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(), flags=re.DOTALL)
    own = {path.name for path in ROOT.iterdir()} - {"var", ".venv"}
    named = {name for name in re.findall(r"`([\w./-]+)`", text) if name.split("/")[0] in own and "/" in name}
    named |= {name for name in re.findall(r"\]\(([\w./-]+)\)", text)}
    assert named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def definitions() -> Iterator[str]:
    """«module.function», «module.Class» and «Class.method» of everything that the application defines."""
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield f"{name.split('.')[-1]}.{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))


def section(heading: str) -> str:
    return (ROOT / "docs" / "contributors.md").read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]


# Heading of a walk in docs/contributors.md → the package whose modules it must all name.
WALKS = {
    "How the news reader works": "events.importing.readers.news",
    "How the search hangs together": "events.search",
}


@pytest.mark.parametrize("heading", WALKS)
def test_a_walk_through_the_code_names_functions_that_exist(heading):
    named = set(re.findall(r"`([A-Za-z_]+\.[A-Za-z_]+)`", section(heading)))
    assert len(named) > 10
    assert named - set(definitions()) == set()


@pytest.mark.parametrize(("heading", "package"), WALKS.items())
def test_a_walk_through_the_code_passes_every_module(heading, package):
    modules = {name.split(".")[-1] for name in MODULES if name.startswith(f"{package}.")}
    named = {name.split(".")[0] for name in re.findall(r"`([a-z_]+\.[A-Za-z_]+)`", section(heading))}
    assert modules and modules - named == set()


def defined_names() -> Iterator[str]:
    """Functions, classes, methods, fields and constants of the application."""
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_the_walk_of_a_write_names_what_exists():
    text = section("How a write goes through the door")
    named = {name.split(".")[-1] for name in re.findall(r"`([A-Za-z_.]+)(?:\(\))?`", text) if not name.endswith(".py")}
    assert len(named) > 20
    assert named - set(defined_names()) == set()


def test_operators_are_told_every_command():
    own = {path.stem for path in (ROOT / "events" / "management" / "commands").glob("[a-z]*.py")}
    told = set(re.findall(r"^\| `([a-z_]+)[` ]", (ROOT / "docs" / "operators.md").read_text(), re.MULTILINE))
    assert own <= told
