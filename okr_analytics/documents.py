"""YAML files that people write: read safely, checked by pydantic, every problem with its file and line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from okr_analytics.errors import ConfigurationError, Problem
from okr_analytics.mends import of_model, of_yaml

Loc = tuple[int | str, ...]
Lines = dict[Loc, int]
M = TypeVar("M", bound=BaseModel)


MAX_BYTES = 256 << 10
MAX_DEPTH = 20
SURROGATE = re.compile("[\ud800-\udfff]")
DECIMAL = {
    "tag:yaml.org,2002:int": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"),
    "tag:yaml.org,2002:float": re.compile(
        r"^(?:[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
}


def one_or_several(value: object) -> object:
    """A list of words where one word stands alone."""
    return [value] if isinstance(value, str) else value


class _PlainWords:
    """Without dates and 9:30 as a number: what looks like one stays text, so that its reader can say what is wrong with
    it."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        letter: [(tag, DECIMAL.get(tag, pattern)) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Loader(_PlainWords, yaml.SafeLoader):
    """Python's own, whose messages `mends` knows."""


class _FastLoader(_PlainWords, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, where PyYAML has it: a tenth of the time."""


class Document:
    """A parsed YAML file that still knows on which line each value stands."""

    def __init__(self, path: Path, name: str) -> None:
        """Read `path`; `name` is what messages call it.

        Raises ConfigurationError where it is no UTF-8 YAML, is beyond reason large or deep, repeats a key, or uses
        aliases.
        """
        self.name = name
        try:
            if path.stat().st_size > MAX_BYTES:
                raise self.refused((), f"larger than {MAX_BYTES >> 10} kB; part it in several files")
            text = path.read_text(encoding="utf-8-sig")
            try:
                self._parse(text, _FastLoader)
            except yaml.YAMLError:
                self._parse(text, _Loader)
        except OSError as error:
            raise self.refused((), f"cannot be read ({error.strerror})") from None
        except UnicodeDecodeError as error:
            raise self.refused((), f"not UTF-8 text ({error.reason}); save the file as UTF-8") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            raise ConfigurationError([Problem(f"{name}:{line}", of_yaml(error.problem))]) from None
        except (yaml.YAMLError, ValueError) as error:
            raise self.refused((), f"no valid YAML: {error}") from None

    def where(self, loc: Loc) -> str:
        """file:line of the value at `loc`, or of the nearest enclosing value that is written down.

        A part of `loc` that the file does not spell is passed over: the 0 of a mapping that stands for a list of one.
        """
        lines: Lines = getattr(self, "lines", {})
        written: Loc = ()
        for part in loc:
            written = (*written, part) if (*written, part) in lines else written
        return f"{self.name}:{lines.get(written, 1)}"

    def problem(self, loc: Loc, found: str, *, is_warning: bool = False) -> Problem:
        """A problem at the line of `loc`."""
        return Problem(self.where(loc), found, is_warning)

    def refused(self, loc: Loc, found: str) -> ConfigurationError:
        """An error at the line of `loc`."""
        return ConfigurationError([self.problem(loc, found)])

    def as_model(self, model: type[M]) -> M:
        """The whole document as a pydantic model; raises ConfigurationError with a line per problem."""
        try:
            return model.model_validate({} if self.data is None else self.data)
        except ValidationError as error:
            raise ConfigurationError(
                self.problem(_written(each["loc"]), of_model(each, _key(each["loc"]), model)) for each in error.errors()
            ) from None

    def _parse(self, text: str, loader_class: type[yaml.SafeLoader]) -> None:
        self._refuse_odd_events(text, loader_class)
        loader = loader_class(text)
        node = loader.get_single_node()
        self._refuse_odd_keys(node)
        self.lines: Lines = dict(_lines(node, ())) if node else {}
        self.data: Any = loader.construct_document(node) if node else None

    def _refuse_odd_events(self, text: str, loader_class: type[yaml.SafeLoader]) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=loader_class):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            where = f"{self.name}:{event.start_mark.line + 1 if event.start_mark else 1}"
            if isinstance(event, yaml.AliasEvent):
                raise ConfigurationError([Problem(where, "YAML aliases are not read; write the value out")])
            if isinstance(event, yaml.ScalarEvent) and SURROGATE.search(event.value):
                raise ConfigurationError([Problem(where, "half a letter; write the letter itself, not its escape")])
            if depth > MAX_DEPTH:
                raise ConfigurationError([Problem(where, f"nested more than {MAX_DEPTH} deep; check the brackets")])

    def _refuse_odd_keys(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    where = f"{self.name}:{key.start_mark.line + 1}"
                    raise ConfigurationError([Problem(where, "a key is a word, not a list; check the colons")])
                if key.value in seen:
                    where = f"{self.name}:{key.start_mark.line + 1}"
                    raise ConfigurationError([Problem(where, f"'{key.value}' is given twice; keep one")])
                seen.add(key.value)
                self._refuse_odd_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_odd_keys(value)


def _lines(node: yaml.Node, loc: Loc) -> Iterator[tuple[Loc, int]]:
    yield loc, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            for place, line in _lines(value, (*loc, key.value)):
                yield place, (key.start_mark.line + 1 if place == (*loc, key.value) else line)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*loc, number))


def _written(loc: Loc) -> Loc:
    """The location as the file spells it: pydantic adds a marker where a key itself is at fault."""
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def _key(loc: Loc) -> str:
    """The last key on the way to it; empty at the top of the file."""
    return next((str(part) for part in reversed(_written(loc)) if isinstance(part, str)), "")
