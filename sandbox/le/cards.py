"""The pool of cards: one registration a card."""

from sandbox.kit.store import Document
from sandbox.le.memory import CARD, Memory


class Cards:
    """Numbered cards: free, issued, or damaged and gone."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def all(self) -> list[Document]:
        """By number."""
        return self._memory.all(CARD)

    def issue(self, registration_no: str) -> str | None:
        """The first free card's number, now of this registration; None when all are out."""
        free = next((card for card in self.all() if card["state"] == "free"), None)
        if free is None:
            return None
        self._memory.put(CARD, free["cardNo"], {**free, "state": "issued", "registrationNo": registration_no})
        return str(free["cardNo"])

    def take_back(self, card_no: str, damaged: bool) -> None:
        """Free for the next, or thrown away."""
        state = "damaged" if damaged else "free"
        self._memory.put(CARD, card_no, {"cardNo": card_no, "state": state, "registrationNo": None})
