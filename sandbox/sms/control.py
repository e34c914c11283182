"""Control endpoints of the SMS account: what was sent to whom."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit.http import json_response
from sandbox.sms.office import SmsOffice


class SmsControl:
    """What phone, console and tests see."""

    def __init__(self, office: SmsOffice) -> None:
        self._office = office

    def routes(self) -> list[Route]:
        """The routes below /sandbox/sms/."""
        return [Route("/sandbox/sms/messages", self.messages)]

    async def messages(self, request: Request) -> Response:
        """Messages taken over, newest first; of one phone with ?phone=."""
        return json_response({"items": self._office.messages(request.query_params.get("phone"))})
