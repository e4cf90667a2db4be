"""Interfaces and unions, after graphql-core's ``test_abstract`` and ``test_union_interface``."""

from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
)

from bpmn_events.compiler import PYTHON_CLASS
from tests.unit.compiler.comparing import execute_both


class Dog:
    name = "Odie"
    woofs = "loudly"


class Cat:
    name = "Garfield"
    meows = "never"


class Puppy(Dog):
    """A subclass of a declared class, which is not exactly that class."""


class Stranger:
    name = "nobody"


async def _later(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


def _raise(*_args: Any) -> Any:
    raise RuntimeError("cannot tell")


def _name(value: Any, *_args: Any) -> str | None:
    return {Dog: "Dog", Puppy: "Dog", Cat: "Cat"}.get(type(value))


RESOLVE_TYPE: dict[str, Any] = {
    "none": None,
    "by name": _name,
    "later": lambda value, *_: _later(_name(value)),
    "raising": _raise,
    "raising later": lambda *_: _later(RuntimeError("cannot tell")),
    "unknown": lambda *_: "Hamster",
    "no object type": lambda *_: "String",
    "not possible": lambda *_: "Query",
    "no name": lambda *_: 3,
}
IS_TYPE_OF: dict[str, Any] = {
    "none": lambda _class: None,
    "instance": lambda python_class: lambda value, _info: isinstance(value, python_class),
    "later": lambda python_class: lambda value, _info: _later(isinstance(value, python_class)),
    "never": lambda _class: lambda *_: False,
    "raising": lambda _class: _raise,
}
TEXT = """
    {
      pets { __typename name ... on Dog { woofs } ...CatFields }
      known { name ... on Dog { woofs } ... on Cat { meows } }
      one { name }
    }
    fragment CatFields on Cat { meows again: name }
"""


def _schema(resolve_type: Any, is_type_of: Any, *, declared: bool) -> GraphQLSchema:
    pet = GraphQLInterfaceType("Pet", {"name": GraphQLField(GraphQLString)}, resolve_type=resolve_type)

    def member(python_class: type, sound: str) -> GraphQLObjectType:
        fields = {"name": GraphQLField(GraphQLString), sound: GraphQLField(GraphQLString)}
        extensions = {PYTHON_CLASS: python_class} if declared else None
        return GraphQLObjectType(
            python_class.__name__, fields, [pet], is_type_of=is_type_of(python_class), extensions=extensions
        )

    dog, cat = member(Dog, "woofs"), member(Cat, "meows")
    either = GraphQLUnionType("Either", [dog, cat], resolve_type=resolve_type)
    fields: dict[str, Any] = {
        "pets": GraphQLList(pet),
        "known": GraphQLList(pet),
        "either": GraphQLList(either),
        "one": dog,
    }
    return GraphQLSchema(GraphQLObjectType("Query", {k: GraphQLField(v) for k, v in fields.items()}), types=[dog, cat])


def _root() -> dict[str, Any]:
    pets = [Dog(), Cat(), Puppy(), Stranger(), None, Dog()]
    return {"pets": pets, "known": [Cat()], "either": pets, "one": Puppy()}


@pytest.mark.parametrize("is_type_of", IS_TYPE_OF)
@pytest.mark.parametrize("resolve_type", RESOLVE_TYPE)
def test_the_type_of_a_value(resolve_type: str, is_type_of: str) -> None:
    schema = _schema(RESOLVE_TYPE[resolve_type], IS_TYPE_OF[is_type_of], declared=False)
    execute_both(schema, TEXT, _root)
    execute_both(schema, "{ either { ... on Pet { name } ... on Dog { woofs } } one { __typename woofs } }", _root)


@pytest.mark.parametrize("resolve_type", ["none", "by name"])
def test_a_declared_class_determines_the_type(resolve_type: str) -> None:
    schema = _schema(RESOLVE_TYPE[resolve_type], IS_TYPE_OF["instance"], declared=True)
    body = execute_both(schema, TEXT, _root)
    assert [pet and pet["__typename"] for pet in body["data"]["pets"]] == ["Dog", "Cat", "Dog", None, None, "Dog"]
    execute_both(schema, "{ either { ... on Pet { name } ... on Dog { woofs } } one { __typename woofs } }", _root)


def test_a_value_may_name_its_type() -> None:
    schema = _schema(None, IS_TYPE_OF["none"], declared=False)
    pets = [{"__typename": "Dog", "name": "a", "woofs": "b"}, {"__typename": "Cat"}, {"__typename": "Hamster"}, {}]
    body = execute_both(schema, "{ pets { __typename name ... on Dog { woofs } } }", lambda: {"pets": pets})
    assert body["data"]["pets"][:2] == [
        {"__typename": "Dog", "name": "a", "woofs": "b"},
        {"__typename": "Cat", "name": None},
    ]


def test_a_class_of_two_possible_types_is_ignored() -> None:
    def member(name: str) -> GraphQLObjectType:
        fields = {"name": GraphQLField(GraphQLString)}
        return GraphQLObjectType(name, fields, extensions={PYTHON_CLASS: Dog})

    either = GraphQLUnionType("Either", [member("Wolf"), member("Husky")], resolve_type=lambda *_: "Wolf")
    schema = GraphQLSchema(GraphQLObjectType("Query", {"either": GraphQLField(GraphQLList(either))}))
    body = execute_both(schema, "{ either { __typename ... on Wolf { name } } }", lambda: {"either": [Dog(), Dog()]})
    assert body["data"]["either"] == [{"__typename": "Wolf", "name": "Odie"}] * 2


def test_type_resolvers_receive_the_path_of_the_field_for_nested_lists() -> None:
    seen: list[Any] = []

    def note(value: Any, info: Any, *_: Any) -> Any:
        seen.append(info.path.as_list())
        return "Dog"

    schema = _schema(note, IS_TYPE_OF["none"], declared=False)
    pet = schema.type_map["Pet"]
    nested: Any = GraphQLList(GraphQLList(pet))
    holder = GraphQLObjectType("Holder", {"nested": GraphQLField(nested)})
    schema = GraphQLSchema(
        GraphQLObjectType("Query", {"holders": GraphQLField(GraphQLList(holder))}), types=[schema.type_map["Dog"]]
    )
    execute_both(schema, "{ holders { all: nested { name } } }", lambda: {"holders": [{"nested": [[Dog()], [Dog()]]}]})
    assert seen == [["holders", 0, "all"]] * 8
