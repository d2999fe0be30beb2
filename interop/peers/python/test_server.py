"""grpc's interop test service on grpcio. Prints "listening on PORT"; ends when its standard input does.

usage: test_server.py [CERTIFICATE KEY]
"""

import sys
import threading
import time
import uuid
from concurrent import futures

import grpc

from grpc_testing_code import messages_pb2, test_pb2_grpc
from grpc_testing_code import empty_pb2

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == ECHO_INITIAL:
            context.send_initial_metadata(((key, value),))
        elif key == ECHO_TRAILING:
            context.set_trailing_metadata(((key, value),))


def echo_status(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        code = next(each for each in grpc.StatusCode if each.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


def payload(size):
    return messages_pb2.Payload(body=bytes(size))


def outputs(request, context):
    for parameter in request.response_parameters:
        if parameter.interval_us > 0:
            time.sleep(parameter.interval_us / 1_000_000)
        # The call may compress; a message that shall not be is the exception.
        if not (parameter.HasField("compressed") and parameter.compressed.value):
            context.disable_next_message_compression()
        yield messages_pb2.StreamingOutputCallResponse(payload=payload(parameter.size))


def wants_compression(request):
    return any(each.HasField("compressed") and each.compressed.value for each in request.response_parameters)


class TestService(test_pb2_grpc.TestServiceServicer):
    def __init__(self):
        self._id = str(uuid.uuid4())

    def EmptyCall(self, request, context):
        echo_metadata(context)
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        echo_status(request, context)
        response = messages_pb2.SimpleResponse(payload=payload(request.response_size))
        if request.fill_server_id:
            response.server_id = self._id
        return response

    def StreamingOutputCall(self, request, context):
        if wants_compression(request):
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        echo_status(request, context)
        yield from outputs(request, context)

    def StreamingInputCall(self, request_iterator, context):
        echo_metadata(context)
        total = sum(len(request.payload.body) for request in request_iterator)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, request_iterator, context):
        echo_metadata(context)
        for request in request_iterator:
            echo_status(request, context)
            yield from outputs(request, context)

    def HalfDuplexCall(self, request_iterator, context):
        echo_metadata(context)
        for request in list(request_iterator):
            yield from outputs(request, context)


def main():
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=128),
        options=[("grpc.max_receive_message_length", 16 * 1024 * 1024), ("grpc.so_reuseport", 0)],
    )
    test_pb2_grpc.add_TestServiceServicer_to_server(TestService(), server)
    if len(sys.argv) == 3:
        with open(sys.argv[1], "rb") as certificate, open(sys.argv[2], "rb") as key:
            credentials = grpc.ssl_server_credentials([(key.read(), certificate.read())])
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on {port}", flush=True)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    ended.wait()
    server.stop(0)


main()
