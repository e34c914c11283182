"""Standing behaviour switches of a simulated system, changed while it runs."""

from typing import Any

from sandbox.kit.store import Store

Knob = bool | int | float | str | list[Any] | dict[str, Any] | None


class UnknownKnob(ValueError):
    """The name is not a knob of this system, or the value has the wrong type."""


class Knobs:
    """Named values with defaults; only what differs from the default is stored."""

    def __init__(self, store: Store, system: str, defaults: dict[str, Knob]) -> None:
        self._store = store
        self._kind = f"{system}.knobs"
        self._defaults = defaults

    def values(self) -> dict[str, Knob]:
        """Every knob with its present value."""
        return {**self._defaults, **(self._store.get(self._kind, "set") or {})}

    def get(self, name: str) -> Any:
        """The present value of one knob."""
        return self.values()[name]

    def change(self, changes: dict[str, Knob]) -> dict[str, Knob]:
        """Set some knobs; UnknownKnob when a name or a type does not fit, and then nothing is changed."""
        for name, value in changes.items():
            self._check(name, value)
        self._store.put(self._kind, "set", {**(self._store.get(self._kind, "set") or {}), **changes})
        return self.values()

    def _check(self, name: str, value: Knob) -> None:
        if name not in self._defaults:
            raise UnknownKnob(f"没有名为 {name} 的开关")
        default = self._defaults[name]
        if default is None or value is None:
            return
        if isinstance(default, bool) != isinstance(value, bool):
            raise UnknownKnob(f"{name} 的类型不对")
        expected = (int, float) if isinstance(default, (int, float)) else type(default)
        if not isinstance(value, expected):
            raise UnknownKnob(f"{name} 的类型不对")
