"""Small changes of a module that could each be a mistake of ours, one at a time.

A comparison's edge, a sign, an `and` for an `or`, a number one higher, a line left out. What cannot
change a result is no candidate: annotations, decorators, what stands in a message, arguments such
as `strict=`, and in figures the numbers that say where something is drawn.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"), ast.Or: ("or", "and"),
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
INDIFFERENT = {"strict", "slots", "frozen", "ignore_index", "observed", "copy", "sort", "kw_only"}
"""Arguments that change no result."""
DRAWN = re.compile(r"reporting/(.*/)?(\w*figure\w*|style|swatches|free_corner|table_docx)\.py")


@dataclass(frozen=True, slots=True)
class Change:
    """Text of a module, from one byte to another, and what stands there instead."""

    path: str
    line: int
    function: str
    """Qualified name; empty for what is done when the module is loaded."""
    kind: str
    start: int
    end: int
    old: str
    new: str

    def applied(self, source: bytes) -> bytes:
        """Return the module with the change."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def changes_of(path: str, source: bytes) -> list[Change]:
    """Return every change of a module, in the order of its lines."""
    walker = _Walker(path, source)
    walker.visit(ast.parse(source))
    return sorted(walker.found, key=lambda change: (change.start, change.new))


class _Walker(ast.NodeVisitor):
    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.found: list[Change] = []
        self.scope: list[str] = []
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        first = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        last = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return first, last

    def _add(self, kind: str, span: tuple[int, int], new: str) -> None:
        start, end = span
        line = self.source[:start].count(b"\n") + 1
        old = self.source[start:end].decode()
        function = ".".join(self.scope)
        self.found.append(Change(self.path, line, function, kind, start, end, old, new))

    def _between(self, kind: str, left: ast.AST, right: ast.AST, operator: ast.AST) -> None:
        """Change the operator that stands between two operands."""
        if type(operator) not in OPERATORS:
            return
        old, new = OPERATORS[type(operator)]
        first, last = self._span(left)[1], self._span(right)[0]
        words = re.escape(old).replace("\\ ", r"\s+")
        place = re.search(rf"{words}".encode(), self.source[first:last])
        if place:
            self._add(kind, (first + place.start(), first + place.end()), new)

    # ---- what has no candidates -------------------------------------------------------------

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None: ...

    def visit_Raise(self, node: ast.Raise) -> None:
        self._add("dropped line", self._span(node), "pass")

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in INDIFFERENT:
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None: ...

    def _visit_scope(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self.scope.append(node.name)
        if isinstance(node, ast.FunctionDef):
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self.scope.pop()

    visit_FunctionDef = visit_ClassDef = _visit_scope  # type: ignore[assignment]

    # ---- candidates -------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, right, operator in zip(operands, operands[1:], node.ops, strict=False):
            self._between("comparison", left, right, operator)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between("and/or", left, right, node.op)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        types = isinstance(node.op, ast.BitOr) and not self.scope
        if not text and not types:
            kind = "and/or" if isinstance(node.op, (ast.BitAnd, ast.BitOr)) else "sign"
            self._between(kind, node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add("dropped line", self._span(node), "pass")
        self.visit(node.value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        start, end = self._span(node.operand)
        old = self.source[start:end].decode()
        self._add("sign", self._span(node), f"({old})")
        self.visit(node.operand)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._add("constant", self._span(node), str(not node.value))
        elif isinstance(node.value, (int, float)) and not DRAWN.search(self.path):
            self._add("constant", self._span(node), repr(node.value + 1))

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self._add("dropped line", self._span(node), "pass")
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if all(isinstance(target, (ast.Subscript, ast.Attribute)) for target in node.targets):
            self._add("dropped line", self._span(node), "pass")
        self.visit(node.value)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add("dropped line", self._span(node), "pass")


def functions_of(source: bytes) -> Iterator[tuple[int, str, str]]:
    """Yield of each function the line of its first statement, the indentation, and its name."""

    def walk(body: list[ast.stmt], scope: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                inside = (*scope, node.name)
                first = node.body[0]
                if isinstance(node, ast.FunctionDef) and first.lineno > node.lineno:
                    documented = ast.get_docstring(node) is not None
                    line = node.body[1].lineno if documented and node.body[1:] else first.lineno
                    if node.body[1:] or not documented:
                        line = min([line, *_decorator_lines(node.body[bool(documented)])])
                        yield line, " " * first.col_offset, ".".join(inside)
                yield from walk(node.body, inside)
            elif isinstance(node, (ast.If, ast.For, ast.With, ast.Try)):
                yield from walk(node.body, scope)

    yield from walk(ast.parse(source).body, ())


def _decorator_lines(node: ast.stmt) -> list[int]:
    return [one.lineno for one in getattr(node, "decorator_list", ())]
