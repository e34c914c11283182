"""The OpenAPI document, generated from the routes and their pydantic models; committed and compared in a test."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.core import routing
from chalicelib.core.http import ENDPOINTS, PUBLIC, Api, Call, Reply, Route
from chalicelib.core.session import COOKIE, Device

api = Api(__name__, "meta", {})

_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "Stable; programs decide on it."},
        "message": {"type": "string", "description": "Chinese, for people."},
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}, "code": {"type": "string"}},
            },
        },
    },
}


@api.route("GET", "/api/openapi.json", summary="This document", access=PUBLIC)
def show_document(_call: Call) -> Reply:
    return Reply(_document_text())


@cache
def _document_text() -> str:
    import json

    routing.load_all()
    return json.dumps(document(), ensure_ascii=False)


def document() -> dict[str, Any]:
    """The whole document of the modules that are loaded; equal routes give an equal document."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    routes = sorted((endpoint.route for endpoint in ENDPOINTS.values()), key=lambda route: (route.path, route.method))
    for route in routes:
        models += [(model, "validation") for model in (route.body, route.query) if model]
        models += [(route.answer, "serialization")] if route.answer else []
    unique = list(dict.fromkeys(models))
    names, definitions = models_json_schema(unique, ref_template=_REF)
    schemas = {**definitions.get("$defs", {}), "Problem": _PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, names, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "东南电化公众号", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _security_schemes()},
    }


def _security_schemes() -> dict[str, Any]:
    schemes: dict[str, Any] = {
        device.value: {"type": "apiKey", "in": "cookie", "name": name} for device, name in COOKIE.items()
    }
    return {**schemes, "bearer": {"type": "http", "scheme": "bearer"}}


def _operation(route: Route, names: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": _path_parameters(route) + _query_parameters(route, names, schemas),
        "responses": {str(route.status): _answer(route, names), "default": _problem_answer()},
    }
    if route.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": names[route.body, "validation"]}},
        }
    if route.access.device is Device.PHONE:
        operation["security"] = [{"phone": []}, {"bearer": []}]
    elif route.access.device:
        operation["security"] = [{route.access.device.value: []}]
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route, names: Any, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if not route.query:
        return []
    name = names[route.query, "validation"]["$ref"].rsplit("/", 1)[-1]
    schema = schemas[name]
    required = schema.get("required", [])
    return [
        {"name": field, "in": "query", "required": field in required, "schema": _without_null(definition)}
        for field, definition in schema["properties"].items()
    ]


def _without_null(definition: dict[str, Any]) -> dict[str, Any]:
    """An absent query parameter is absent: ``null`` is not a text a URL can carry."""
    choices = [choice for choice in definition.get("anyOf", []) if choice != {"type": "null"}]
    return choices[0] if len(choices) == 1 else {key: value for key, value in definition.items() if key != "default"}


def _answer(route: Route, names: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": route.summary}
    if route.answer:
        answer["content"] = {"application/json": {"schema": names[route.answer, "serialization"]}}
    return answer


def _problem_answer() -> dict[str, Any]:
    return {
        "description": "A problem",
        "content": {"application/json": {"schema": {"$ref": _REF.format(model="Problem")}}},
    }
