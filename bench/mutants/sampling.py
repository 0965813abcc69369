"""Draw a sample of mutants: at most one of each place in the code, by hash."""

import ast
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec

# cosmic-ray replaces each operator by all others. These replacements are those that a person might have mistyped; the
# rest end in a TypeError that any test would notice.
MISTAKES = {
    "core/ReplaceBinaryOperator": "Add_Sub Sub_Add Mul_FloorDiv Div_Mul FloorDiv_Mul Pow_Mul RShift_LShift "
    "LShift_RShift BitOr_BitAnd BitAnd_BitOr BitXor_BitAnd",
    "core/ReplaceComparisonOperator": "Eq_NotEq NotEq_Eq Lt_LtE LtE_Lt Gt_GtE GtE_Gt Is_IsNot IsNot_Is",
    "core/ReplaceUnaryOperator": "USub_UAdd Delete_USub Delete_Invert Delete_Not",
}

Position = tuple[int, int]  # line from 1, column in characters from 0


@dataclass(frozen=True)
class Mutant:
    id: str
    path: str  # from the root of the project
    operator: str
    occurrence: int
    start: Position
    end: Position

    def code(self, source: str) -> str:
        """Return the module with this fault."""
        mutated = mutate_code(source, get_operator(self.operator)(), self.occurrence)
        if mutated is None:
            raise ValueError(f"{self.path} has changed since the sample was drawn.")
        return mutated

    def change(self, source: str) -> tuple[str, str]:
        """Return the changed lines before and after, without the space around them."""
        old, new = source.splitlines(), self.code(source).splitlines()
        first = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
        last = next(n for n, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b)
        lines = [text[first : max(first + 1, len(text) - last)] for text in (old, new)]
        before, after = (" ".join(line.strip() for line in some) for some in lines)
        return before, after


def files(root: Path, modules: Iterable[str]) -> list[Path]:
    """Return the files of packages and modules; one that does not exist is left out."""
    found = []
    for module in modules:
        path = root / module
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
    return found


def sample(root: Path, paths: list[Path], size: int, seed: int) -> list[Mutant]:
    """Return the mutants with the lowest hashes, in the order of the code."""
    by_place: dict[tuple[str, Position, Position], Mutant] = {}
    for mutant in sorted(mutants(root, paths, seed), key=lambda mutant: mutant.id):
        by_place.setdefault((mutant.path, mutant.start, mutant.end), mutant)
    drawn = list(by_place.values())[:size]
    return sorted(drawn, key=lambda mutant: (mutant.path, mutant.start))


def mutants(root: Path, paths: list[Path], seed: int) -> Iterator[Mutant]:
    with tempfile.TemporaryDirectory() as folder, use_db(str(Path(folder) / "mutants.sqlite")) as work:
        init(paths, work, {})
        specs = [mutation for item in work.work_items for mutation in item.mutations]
    lines = {path: path.read_text().splitlines() for path in paths}
    without = {path: list(never_run(path.read_text())) for path in paths}
    seen: Counter[str] = Counter()
    for spec in specs:
        path = Path(spec.module_path)
        if not is_mistake(spec.operator_name) or any(start <= spec.start_pos < end for start, end in without[path]):
            continue
        name = str(path.relative_to(root))
        # Without line numbers: what is changed elsewhere in the file does not change the sample.
        key = f"{seed} {name} {description(spec, lines[path])}"
        seen[key] += 1
        digest = hashlib.sha256(f"{key} {seen[key]}".encode()).hexdigest()[:12]
        yield Mutant(digest, name, spec.operator_name, spec.occurrence, spec.start_pos, spec.end_pos)


def is_mistake(operator: str) -> bool:
    family, _underscore, replacement = operator.partition("_")
    return family not in MISTAKES or replacement in MISTAKES[family].split()


def description(spec: MutationSpec, lines: list[str]) -> str:
    (line, column), (last, _column) = spec.start_pos, spec.end_pos
    text = " ".join(lines[line - 1 : last]).strip()
    return f"{spec.definition_name} {spec.operator_name} {column} {text}"


def never_run(source: str) -> Iterator[tuple[Position, Position]]:
    """Yield the places of annotations and of what only a type checker sees."""
    lines = source.splitlines()

    def position(line: int, column: int) -> Position:
        # ast counts columns in bytes of UTF-8.
        return line, len(lines[line - 1].encode()[:column].decode())

    for node in ast.walk(ast.parse(source)):
        for part in annotations(node):
            yield position(part.lineno, part.col_offset), position(part.end_lineno, part.end_col_offset)


def annotations(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.arg() | ast.AnnAssign():
            return [node.annotation] if node.annotation else []
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [node.returns] if node.returns else []
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return [node]
    return []
