"""Ask the oracle, wherever it is."""

from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.endpoints import PublicEndpoint
from shop.building_blocks.mediator import send
from tests.rpc.oracle.contracts import EchoText


class AskOracleEndpoint(PublicEndpoint):
    def perform_authentication(self, request: Request) -> None:
        """Nobody logs in, and nobody is counted: the module has no tables."""

    def get(self, request: Request, text: str) -> Response:
        return Response(send(EchoText(text=text)))
