"""From a condition as it was written to its shape. Any text at all ends in one, or in an error with a position."""

from tutela.core.rules import foreign
from tutela.core.rules.lexer import Kind, Token, tokens
from tutela.core.rules.problems import Problem, quoted, refusal
from tutela.core.rules.rule import MAX_CONDITION_CHARACTERS, MAX_DEPTH
from tutela.core.rules.syntax import (
    AND,
    COMPARISONS,
    MEMBERSHIPS,
    NEGATIVE,
    NOT,
    OR,
    Binary,
    Call,
    Items,
    Keyword,
    Name,
    Node,
    Number,
    Text,
    Truth,
    Unary,
    chain,
    too_deep,
)
from tutela.errors import RuleProblem

_OR, _AND, _NOT, _COMPARE, _ADD, _TIMES, _NEGATIVE = range(1, 8)
"""How strongly operators bind, the loosest first."""

_BINDING = {
    OR: _OR,
    AND: _AND,
    **dict.fromkeys((*COMPARISONS, *MEMBERSHIPS), _COMPARE),
    **dict.fromkeys("+-", _ADD),
    **dict.fromkeys("*/%", _TIMES),
}

_TOO_DEEP = "parentheses, lists, calls and operators are nested too deeply here"
_TOO_DEEP_HINT = f"the bound is {MAX_DEPTH}; make two rules of it, or a label that one sets and the other reads"


def parse(source: str) -> Node:
    """Return the shape of *source*.

    Raises:
        tutela.errors.RuleProblem: It is no expression; the first mistake is told.
    """
    if len(source) > MAX_CONDITION_CHARACTERS:
        message = f"a condition has at most {MAX_CONDITION_CHARACTERS:,} characters, this has {len(source):,}"
        hint = "a long list belongs into a bank or a label"
        end = MAX_CONDITION_CHARACTERS + 1
        raise refusal([Problem(MAX_CONDITION_CHARACTERS, end, message, hint)], source)
    found = _Parser(source).whole()
    if (deep := too_deep(found, MAX_DEPTH)) is not None:
        raise refusal([Problem.at(deep.span, _TOO_DEEP, _TOO_DEEP_HINT)], source)
    return found


class _Parser:
    """One pass over the tokens of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        """Return the expression that the whole source is."""
        found = self._expression()
        if self._next.kind is not Kind.END:
            raise self._unexpected_after()
        return found

    # ------------------------------------------------------------------------------------------------------ operators

    def _expression(self, binding: int = _OR) -> Node:
        """Return what stands here, up to the first operator that binds more loosely than *binding*."""
        left = self._prefix(binding)
        while (operator := self._operator()) and _BINDING[operator] >= binding:
            self.at += len(operator.split())
            strength = _BINDING[operator]
            right = self._expression(strength + 1)
            span = left.span.to(right.span)
            if operator in (AND, OR):
                left = chain(operator, (left, right), span)
                continue
            left = Binary(operator, left, right, span)
            if strength == _COMPARE and (again := self._operator()) and _BINDING[again] == _COMPARE:
                raise self._chained(left, again)
        return left

    def _operator(self) -> str | None:
        """Return the operator that stands here between two operands."""
        token = self._next
        if token.text == NOT and self.tokens[self.at + 1].text == "in":
            return "not in"
        is_one = token.kind in (Kind.SIGN, Kind.WORD) and token.text in _BINDING
        return token.text if is_one else None

    def _prefix(self, binding: int) -> Node:
        token = self._next
        if token.kind is Kind.WORD and token.text == NOT:
            if binding > _NOT:
                raise self._error(token, "`not` cannot stand here without parentheses", "write `(not ...)`")
            return self._unary(token, NOT, _NOT)
        if token.kind is Kind.SIGN and token.text == NEGATIVE:
            return self._unary(token, NEGATIVE, _NEGATIVE)
        return self._operand()

    def _unary(self, token: Token, operator: str, binding: int) -> Node:
        self._enter(token)
        self.at += 1
        operand = self._expression(binding)
        self.depth -= 1
        return Unary(operator, operand, token.span.to(operand.span))

    # ------------------------------------------------------------------------------------------------------- operands

    def _operand(self) -> Node:
        token = self._take()
        match token.kind, token.value:
            case Kind.NUMBER, int() | float() as number:
                return Number(number, token.span)
            case Kind.TEXT, str() as text:
                return Text(text, token.span)
            case Kind.WORD, _ if token.text.lower() in {"true", "false"}:
                return Truth(token.text.lower() == "true", token.span)
            case Kind.NAME, _ if token.text not in foreign.WORDS and token.text not in foreign.NOTHING:
                return self._call(token) if self._is_sign("(") else Name(token.text, token.span)
            case Kind.SIGN, _ if token.text in ("(", "["):
                return self._group(token) if token.text == "(" else self._list(token, (), "]")
        raise self._no_operand(token)

    def _group(self, opening: Token) -> Node:
        """Return what stands in parentheses: one expression, or with a comma a list."""
        if self._is_sign(")"):
            return self._list(opening, (), ")")
        self._enter(opening)
        found = self._expression()
        self.depth -= 1
        if self._is_sign(","):
            return self._list(opening, (found,), ")")
        self._close(opening, ")", is_several=False)
        return found

    def _list(self, opening: Token, begun: tuple[Node, ...], closing: str) -> Node:
        items = list(begun)
        self._enter(opening)
        if begun:
            self.at += 1
        while not self._is_sign(closing):
            items.append(self._expression())
            if not self._comma():
                break
        self.depth -= 1
        return Items(tuple(items), opening.span.to(self._close(opening, closing).span))

    def _call(self, function: Token) -> Node:
        opening = self._take()
        arguments: list[Node] = []
        keywords: list[Keyword] = []
        self._enter(opening)
        while not self._is_sign(")"):
            self._argument(arguments, keywords)
            if not self._comma():
                break
        self.depth -= 1
        span = function.span.to(self._close(opening, ")").span)
        return Call(function.text, tuple(arguments), tuple(keywords), span)

    def _argument(self, arguments: list[Node], keywords: list[Keyword]) -> None:
        token, after = self._next, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind is not Kind.END and after.text == "=" and after.kind is Kind.SIGN:
            if token.kind is not Kind.NAME or any(token.text == each.name for each in keywords):
                raise self._error(token, "before `=` stands the name of an argument, and each only once")
            self.at += 2
            value = self._expression()
            keywords.append(Keyword(token.text, value, token.span.to(value.span)))
        elif keywords:
            raise self._error(token, "arguments without a name come before those with one")
        else:
            arguments.append(self._expression())

    # -------------------------------------------------------------------------------------------------------- walking

    @property
    def _next(self) -> Token:
        return self.tokens[self.at]

    def _take(self) -> Token:
        token = self._next
        self.at += token.kind is not Kind.END
        return token

    def _is_sign(self, sign: str) -> bool:
        return self._next.kind is Kind.SIGN and self._next.text == sign

    def _comma(self) -> bool:
        is_there = self._is_sign(",")
        self.at += is_there
        return is_there

    def _close(self, opening: Token, closing: str, *, is_several: bool = True) -> Token:
        if self._is_sign(closing):
            return self._take()
        if self._next.kind is Kind.END:
            raise self._error(opening, f"this {quoted(opening.text)} is never closed", f"it ends with `{closing}`")
        raise self._unexpected_after(f"`,` or `{closing}`" if is_several else f"`{closing}`")

    def _enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(token, _TOO_DEEP, _TOO_DEEP_HINT)

    # --------------------------------------------------------------------------------------------------------- errors

    def _error(self, token: Token, message: str, hint: str = "") -> RuleProblem:
        return refusal([Problem.at(token.span, message, hint)], self.source)

    def _no_operand(self, token: Token) -> RuleProblem:
        """Say what is wrong with a token where a value is expected."""
        if token.kind is Kind.END:
            return self._error(token, "a value is expected here, but the condition ends")
        if token.text in foreign.NOTHING:
            return self._error(token, f"there is no {quoted(token.text)}", foreign.UNKNOWN_HINT)
        if token.text == "+":
            return self._error(token, "a number stands without `+`")
        hint = foreign.WORDS.get(token.text, "a value is a name, a number, a text in quotes, a list or a call")
        return self._error(token, f"a value is expected here, not {quoted(token.text)}", hint)

    def _unexpected_after(self, closing: str = "") -> RuleProblem:
        """Say what is wrong with a token where an operator, or what closes, is expected."""
        token = self._next
        expected = closing or "an operator, or the end,"
        if token.text == "=":
            return self._error(token, "`=` gives a name to an argument, and compares nothing", "write `==`")
        if token.text == "[":
            return self._error(token, "nothing is taken out of a list or a text by place", "ask with `in`")
        if token.text == "(":
            return self._error(token, "only a function can be called", "join two conditions with `and`")
        is_value = not closing and token.kind in (Kind.NAME, Kind.NUMBER, Kind.TEXT)
        hint = foreign.WORDS.get(token.text, "join two conditions with `and` or `or`" if is_value else "")
        return self._error(token, f"{expected} is expected here, not {quoted(token.text)}", hint)

    def _chained(self, left: Binary, operator: str) -> RuleProblem:
        length = len(operator.split())
        token = self.tokens[self.at + length - 1]
        one, between = (self.source[each.span.start : each.span.end] for each in (left, left.right))
        message = "comparisons are not chained"
        hint = f"write two, joined with `and`: {quoted(f'{one} and {between} {operator} ...')}"
        return refusal([Problem.at(self._next.span.to(token.span), message, hint)], self.source)
