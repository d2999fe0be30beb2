"""The service Taxes, in Python: taxes.py. Prints "listening on PORT"."""

import threading
from concurrent import futures

import grpc

from polyglot.v1 import polyglot_pb2, polyglot_pb2_grpc

CENTS = {"anchor": 713}


class Taxes(polyglot_pb2_grpc.TaxesServicer):
    def Quote(self, request, context):
        metadata = dict(context.invocation_metadata())
        ended = threading.Event()
        context.add_callback(ended.set)
        if request.wait:
            ended.wait()
            print("given up", flush=True)
            return polyglot_pb2.QuoteReply()
        if request.sku not in CENTS:
            print("given up", flush=True)
            context.abort(grpc.StatusCode.NOT_FOUND, f"no tax is known for {request.sku}")
        remaining = context.time_remaining()
        hop = polyglot_pb2.Hop(
            service="Taxes",
            language="Python",
            traceparent=metadata["traceparent"],
            user=metadata["x-user"],
            remaining_ms=0 if remaining is None else int(remaining * 1000),
        )
        return polyglot_pb2.QuoteReply(cents=CENTS[request.sku], hops=[hop])


server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
polyglot_pb2_grpc.add_TaxesServicer_to_server(Taxes(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(f"listening on {port}", flush=True)
server.wait_for_termination()
