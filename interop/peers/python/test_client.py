"""The cases of grpc's interop tests on grpcio. Runs the named cases one after the other; prints for each a line
"ok CASE" or "failed CASE REASON".

usage: test_client.py PORT CA|- SERVER_NAME CASE...
"""

import sys
import threading
import traceback

import grpc

from grpc_testing_code import empty_pb2, messages_pb2, test_pb2_grpc

REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
LARGE_REQUEST = 271828
LARGE_RESPONSE = 314159
SOAK_ITERATIONS = 30
CHANNEL_SOAK_ITERATIONS = 10
# Generous: the machine may be busy.
LIMIT_SECONDS = 60


def payload(size):
    return messages_pb2.Payload(body=bytes(size))


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def fails(code, run, details=None):
    try:
        run()
    except grpc.RpcError as error:
        same(error.code(), code)
        if details is not None:
            same(error.details(), details)
        return
    raise AssertionError(f"it did not fail; {code} was expected")


def large_unary(stub):
    request = messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST))
    same(stub.UnaryCall(request, timeout=LIMIT_SECONDS).payload.body, bytes(LARGE_RESPONSE))


class Requests:
    """Requests that are sent one by one, from outside."""

    def __init__(self):
        self._condition = threading.Condition()
        self._waiting = []
        self._ended = False

    def send(self, request):
        with self._condition:
            self._waiting.append(request)
            self._condition.notify()

    def end(self):
        with self._condition:
            self._ended = True
            self._condition.notify()

    def __iter__(self):
        return self

    def __next__(self):
        with self._condition:
            while not self._waiting and not self._ended:
                self._condition.wait()
            if self._waiting:
                return self._waiting.pop(0)
            raise StopIteration


def output_request(response_size=None, request_size=None, status=None):
    request = messages_pb2.StreamingOutputCallRequest()
    if response_size is not None:
        request.response_parameters.add(size=response_size)
    if request_size is not None:
        request.payload.CopyFrom(payload(request_size))
    if status is not None:
        request.response_status.CopyFrom(status)
    return request


class Cases:
    def __init__(self, open_channel):
        self._open_channel = open_channel
        self.channel = open_channel()
        self.stub = test_pb2_grpc.TestServiceStub(self.channel)

    def empty_unary(self):
        same(self.stub.EmptyCall(empty_pb2.Empty(), timeout=LIMIT_SECONDS), empty_pb2.Empty())

    def large_unary(self):
        large_unary(self.stub)

    def client_compressed_unary(self):
        request = messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST))
        request.expect_compressed.value = True
        fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.UnaryCall(request))
        reply = self.stub.UnaryCall(request, compression=grpc.Compression.Gzip)
        same(len(reply.payload.body), LARGE_RESPONSE)
        request.expect_compressed.value = False
        same(len(self.stub.UnaryCall(request).payload.body), LARGE_RESPONSE)

    def server_compressed_unary(self):
        for compressed in (True, False):
            request = messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST))
            request.response_compressed.value = compressed
            same(self.stub.UnaryCall(request).payload.body, bytes(LARGE_RESPONSE))

    def client_streaming(self):
        requests = (messages_pb2.StreamingInputCallRequest(payload=payload(size)) for size in REQUEST_SIZES)
        same(self.stub.StreamingInputCall(requests, timeout=LIMIT_SECONDS).aggregated_payload_size, 74922)

    def server_streaming(self):
        request = messages_pb2.StreamingOutputCallRequest()
        for size in RESPONSE_SIZES:
            request.response_parameters.add(size=size)
        replies = self.stub.StreamingOutputCall(request, timeout=LIMIT_SECONDS)
        same(tuple(len(reply.payload.body) for reply in replies), RESPONSE_SIZES)

    def server_compressed_streaming(self):
        request = messages_pb2.StreamingOutputCallRequest()
        for size, compressed in ((31415, True), (92653, False)):
            request.response_parameters.add(size=size, compressed=messages_pb2.BoolValue(value=compressed))
        replies = self.stub.StreamingOutputCall(request, timeout=LIMIT_SECONDS)
        same([len(reply.payload.body) for reply in replies], [31415, 92653])

    def ping_pong(self):
        requests = Requests()
        replies = self.stub.FullDuplexCall(requests, timeout=LIMIT_SECONDS)
        for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
            requests.send(output_request(response_size, request_size))
            same(len(next(replies).payload.body), response_size)
        requests.end()
        same(list(replies), [])

    def empty_stream(self):
        same(list(self.stub.FullDuplexCall(iter(()), timeout=LIMIT_SECONDS)), [])

    def timeout_on_sleeping_server(self):
        requests = Requests()
        requests.send(output_request(request_size=27182))
        replies = self.stub.FullDuplexCall(requests, timeout=0.001)
        fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(replies))
        requests.end()

    def cancel_after_begin(self):
        requests = Requests()
        call = self.stub.StreamingInputCall.future(requests)
        call.cancel()
        same(call.cancelled(), True)
        same(call.code(), grpc.StatusCode.CANCELLED)
        requests.end()

    def cancel_after_first_response(self):
        requests = Requests()
        replies = self.stub.FullDuplexCall(requests)
        requests.send(output_request(31415, 27182))
        same(len(next(replies).payload.body), 31415)
        replies.cancel()
        fails(grpc.StatusCode.CANCELLED, lambda: next(replies))
        requests.end()

    def status_code_and_message(self):
        status = messages_pb2.EchoStatus(code=2, message="test status message")
        request = messages_pb2.SimpleRequest(response_status=status)
        fails(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(request), status.message)
        replies = self.stub.FullDuplexCall(iter((output_request(status=status),)))
        fails(grpc.StatusCode.UNKNOWN, lambda: next(replies), status.message)

    def special_status_message(self):
        message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
        request = messages_pb2.SimpleRequest(response_status=messages_pb2.EchoStatus(code=2, message=message))
        fails(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(request), message)

    def custom_metadata(self):
        metadata = (
            ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
            ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
        )

        def check(call):
            same(dict(call.initial_metadata()).get(metadata[0][0]), metadata[0][1])
            same(dict(call.trailing_metadata()).get(metadata[1][0]), metadata[1][1])

        request = messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST))
        reply, call = self.stub.UnaryCall.with_call(request, metadata=metadata, timeout=LIMIT_SECONDS)
        same(len(reply.payload.body), LARGE_RESPONSE)
        check(call)
        replies = self.stub.FullDuplexCall(iter((output_request(LARGE_RESPONSE, LARGE_REQUEST),)), metadata=metadata)
        same([len(reply.payload.body) for reply in replies], [LARGE_RESPONSE])
        check(replies)

    def unimplemented_method(self):
        fails(grpc.StatusCode.UNIMPLEMENTED, lambda: self.stub.UnimplementedCall(empty_pb2.Empty()))

    def unimplemented_service(self):
        stub = test_pb2_grpc.UnimplementedServiceStub(self.channel)
        fails(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(empty_pb2.Empty()))

    def concurrent_large_unary(self):
        request = messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload(LARGE_REQUEST))
        calls = [self.stub.UnaryCall.future(request) for _ in range(100)]
        for call in calls:
            same(len(call.result(LIMIT_SECONDS).payload.body), LARGE_RESPONSE)

    def rpc_soak(self):
        for _ in range(SOAK_ITERATIONS):
            large_unary(self.stub)

    def channel_soak(self):
        for _ in range(CHANNEL_SOAK_ITERATIONS):
            with self._open_channel() as channel:
                large_unary(test_pb2_grpc.TestServiceStub(channel))

    def pick_first_unary(self):
        ids = set()
        for _ in range(100):
            request = messages_pb2.SimpleRequest(response_size=1, payload=payload(1), fill_server_id=True)
            ids.add(self.stub.UnaryCall(request, timeout=LIMIT_SECONDS).server_id)
        same(len(ids), 1)
        same("" in ids, False)


def main():
    _, port, ca, server_name, *names = sys.argv

    def open_channel():
        # grpcio shares connections between channels; a channel_soak wants one for each.
        options = [
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.max_receive_message_length", 16 * 1024 * 1024),
        ]
        if ca == "-":
            return grpc.insecure_channel(f"127.0.0.1:{port}", options)
        with open(ca, "rb") as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        return grpc.secure_channel(
            f"127.0.0.1:{port}", credentials, options + [("grpc.ssl_target_name_override", server_name)]
        )

    for name in names:
        cases = Cases(open_channel)
        failure = None
        try:
            getattr(cases, name)()
        except Exception as error:
            failure = f"{error!r} {traceback.format_exc()[-400:]}"
        cases.channel.close()
        print(f"ok {name}" if failure is None else f"failed {name} {' '.join(failure.split())}", flush=True)


main()
