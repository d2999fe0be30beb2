import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import polyglot.v1.Hop;
import polyglot.v1.PricesGrpc;
import polyglot.v1.QuoteReply;
import polyglot.v1.QuoteRequest;
import polyglot.v1.TaxesGrpc;

/** The service Prices, in Java: {@code PricesServer PORT_OF_TAXES}. Prints "listening on PORT". */
public final class PricesServer extends PricesGrpc.PricesImplBase {
  private static final long CENTS_EACH = 1_250;
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> USER = Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Metadata> HEADERS = Context.key("headers");

  private final TaxesGrpc.TaxesBlockingStub taxes;

  private PricesServer(TaxesGrpc.TaxesBlockingStub taxes) {
    this.taxes = taxes;
  }

  @Override
  public void quote(QuoteRequest request, StreamObserver<QuoteReply> replies) {
    Metadata headers = HEADERS.get();
    String traceparent = headers.get(TRACEPARENT);
    String user = headers.get(USER);
    Metadata next = new Metadata();
    next.put(TRACEPARENT, childOf(traceparent));
    next.put(USER, user);
    try {
      // The context that the call runs in hands on deadline and cancellation; metadata is handed on by hand.
      QuoteReply reply = taxes.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(next)).quote(request);
      long remaining = Context.current().getDeadline() == null
          ? 0 : Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS);
      Hop hop = Hop.newBuilder().setService("Prices").setLanguage("Java").setTraceparent(traceparent).setUser(user)
          .setRemainingMs(remaining).build();
      replies.onNext(reply.toBuilder().setCents(reply.getCents() + request.getQuantity() * CENTS_EACH).addHops(hop)
          .build());
      replies.onCompleted();
    } catch (StatusRuntimeException failed) {
      System.out.println("given up");
      replies.onError(failed.getStatus().asRuntimeException());
    }
  }

  /** The same trace, a span of its own. */
  private static String childOf(String traceparent) {
    String[] parts = traceparent.split("-");
    byte[] span = new byte[8];
    new SecureRandom().nextBytes(span);
    parts[2] = HexFormat.of().formatHex(span);
    return String.join("-", parts);
  }

  private static final class KeepHeaders implements ServerInterceptor {
    @Override
    public <Request, Reply> ServerCall.Listener<Request> interceptCall(
        ServerCall<Request, Reply> call, Metadata headers, ServerCallHandler<Request, Reply> next) {
      return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
    }
  }

  public static void main(String[] args) throws Exception {
    var channel = Grpc.newChannelBuilder("127.0.0.1:" + args[0], InsecureChannelCredentials.create()).build();
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .addService(new PricesServer(TaxesGrpc.newBlockingStub(channel)))
        .intercept(new KeepHeaders())
        .build()
        .start();
    System.out.println("listening on " + server.getPort());
    server.awaitTermination();
  }
}
