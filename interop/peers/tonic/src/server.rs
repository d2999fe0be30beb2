//! The server. Prints "listening on PORT"; ends when its standard input does.

use std::pin::Pin;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::testing::test_service_server::{TestService, TestServiceServer};
use crate::testing::*;
use crate::{MAX_MESSAGE_BYTES, payload};

const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

type Outputs = Pin<Box<dyn Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send>>;

struct Service {
    id: String,
}

fn echo_status(status: &Option<EchoStatus>) -> Result<(), Status> {
    match status {
        Some(status) if status.code != 0 => Err(Status::new(Code::from(status.code), status.message.clone())),
        _ => Ok(()),
    }
}

/// What is sent back of the request's metadata: in the header, and in the trailer.
fn echoed<T>(request: &Request<T>) -> (MetadataMap, MetadataMap) {
    let (mut header, mut trailer) = (MetadataMap::new(), MetadataMap::new());
    if let Some(value) = request.metadata().get(ECHO_INITIAL) {
        header.insert(ECHO_INITIAL, value.clone());
    }
    if let Some(value) = request.metadata().get_bin(ECHO_TRAILING) {
        trailer.insert_bin(ECHO_TRAILING, value.clone());
    }
    (header, trailer)
}

/// tonic has no trailers of a handler's own on success: they go out as a last item that is a status with code OK.
fn respond<T>(message: T, header: MetadataMap) -> Response<T> {
    let mut response = Response::new(message);
    *response.metadata_mut() = header;
    response
}

fn outputs(request: StreamingOutputCallRequest) -> impl Stream<Item = Result<StreamingOutputCallResponse, Status>> {
    async_stream::try_stream! {
        echo_status(&request.response_status)?;
        for parameter in request.response_parameters {
            if parameter.interval_us > 0 {
                tokio::time::sleep(Duration::from_micros(parameter.interval_us as u64)).await;
            }
            yield StreamingOutputCallResponse { payload: payload(parameter.size as usize) };
        }
    }
}

/// The replies, and then the trailer: tonic sends the metadata of a status that ends a stream.
fn with_trailer(
    replies: impl Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send + 'static,
    trailer: MetadataMap,
) -> Outputs {
    if trailer.is_empty() {
        return Box::pin(replies);
    }
    let end = tokio_stream::once(Err(Status::with_metadata(Code::Ok, "", trailer)));
    Box::pin(replies.chain(end))
}

#[tonic::async_trait]
impl TestService for Service {
    async fn empty_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn unary_call(&self, request: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        let (header, _) = echoed(&request);
        let request = request.into_inner();
        echo_status(&request.response_status)?;
        let mut response = SimpleResponse { payload: payload(request.response_size as usize), ..Default::default() };
        if request.fill_server_id {
            response.server_id = self.id.clone();
        }
        let mut response = respond(response, header);
        if !request.response_compressed.is_some_and(|wanted| wanted.value) {
            response.disable_compression();
        }
        Ok(response)
    }

    async fn cacheable_unary_call(&self, _: Request<SimpleRequest>) -> Result<Response<SimpleResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    type StreamingOutputCallStream = Outputs;

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Outputs>, Status> {
        let (header, trailer) = echoed(&request);
        Ok(respond(with_trailer(outputs(request.into_inner()), trailer), header))
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let mut requests = request.into_inner();
        let mut aggregated_payload_size = 0;
        while let Some(request) = requests.message().await? {
            aggregated_payload_size += request.payload.map_or(0, |payload| payload.body.len()) as i32;
        }
        Ok(Response::new(StreamingInputCallResponse { aggregated_payload_size }))
    }

    type FullDuplexCallStream = Outputs;

    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Outputs>, Status> {
        let (header, trailer) = echoed(&request);
        let mut requests = request.into_inner();
        let replies = async_stream::try_stream! {
            while let Some(request) = requests.message().await? {
                for await reply in outputs(request) {
                    yield reply?;
                }
            }
        };
        Ok(respond(with_trailer(replies, trailer), header))
    }

    type HalfDuplexCallStream = Outputs;

    async fn half_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Outputs>, Status> {
        let mut requests = request.into_inner();
        let replies = async_stream::try_stream! {
            let mut all = Vec::new();
            while let Some(request) = requests.message().await? {
                all.push(request);
            }
            for request in all {
                for await reply in outputs(request) {
                    yield reply?;
                }
            }
        };
        Ok(Response::new(Box::pin(replies)))
    }

    async fn unimplemented_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Err(Status::unimplemented(""))
    }
}

pub async fn run(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Server::builder();
    if let [certificate, key] = args {
        let identity = Identity::from_pem(std::fs::read(certificate)?, std::fs::read(key)?);
        builder = builder.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let service = TestServiceServer::new(Service { id: format!("tonic-{}-{port}", std::process::id()) })
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_MESSAGE_BYTES);
    println!("listening on {port}");
    let ended = async {
        let mut rest = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    };
    tokio::select! {
        result = builder.add_service(service).serve_with_incoming(TcpListenerStream::new(listener)) => result?,
        () = ended => {}
    }
    std::process::exit(0);
}
