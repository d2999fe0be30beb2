//! The cases, one after the other; prints for each a line "ok CASE" or "failed CASE REASON".

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataValue;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Status, Streaming};

use crate::testing::test_service_client::TestServiceClient;
use crate::testing::unimplemented_service_client::UnimplementedServiceClient;
use crate::testing::*;
use crate::{MAX_MESSAGE_BYTES, payload};

const REQUEST_SIZES: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES: [i32; 4] = [31_415, 9, 2_653, 58_979];
const LARGE_REQUEST: usize = 271_828;
const LARGE_RESPONSE: i32 = 314_159;
const SOAK_ITERATIONS: usize = 30;
const CHANNEL_SOAK_ITERATIONS: usize = 10;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Client = TestServiceClient<Channel>;

macro_rules! same {
    ($actual:expr, $expected:expr) => {{
        let (actual, expected) = (&$actual, &$expected);
        if actual != expected {
            return Err(format!("{}: expected {expected:?}, got {actual:?}", stringify!($actual)).into());
        }
    }};
}

fn large_request() -> SimpleRequest {
    SimpleRequest { response_size: LARGE_RESPONSE, payload: payload(LARGE_REQUEST), ..Default::default() }
}

fn output_request(response_size: i32, request_size: usize) -> StreamingOutputCallRequest {
    StreamingOutputCallRequest {
        response_parameters: vec![ResponseParameters { size: response_size, ..Default::default() }],
        payload: payload(request_size),
        ..Default::default()
    }
}

fn size_of(payload: &Option<Payload>) -> i32 {
    payload.as_ref().map_or(0, |payload| payload.body.len() as i32)
}

async fn large_unary(client: &mut Client) -> Result<(), Failure> {
    let reply = client.unary_call(large_request()).await?.into_inner();
    same!(size_of(&reply.payload), LARGE_RESPONSE);
    Ok(())
}

async fn sizes_of(mut replies: Streaming<StreamingOutputCallResponse>) -> Result<Vec<i32>, Status> {
    let mut sizes = Vec::new();
    while let Some(reply) = replies.message().await? {
        sizes.push(size_of(&reply.payload));
    }
    Ok(sizes)
}

fn status_of<T>(result: Result<T, Status>) -> Result<Status, Failure> {
    match result {
        Ok(_) => Err("it did not fail".into()),
        Err(status) => Ok(status),
    }
}

async fn run_case(name: &str, endpoint: &Endpoint) -> Result<(), Failure> {
    let channel = endpoint.connect().await?;
    let mut client = TestServiceClient::new(channel.clone())
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(MAX_MESSAGE_BYTES);
    match name {
        "empty_unary" => same!(client.empty_call(Empty {}).await?.into_inner(), Empty {}),
        "large_unary" => large_unary(&mut client).await?,
        "client_compressed_unary" => {
            let mut request = large_request();
            request.expect_compressed = Some(BoolValue { value: true });
            let refused = status_of(client.unary_call(request.clone()).await)?;
            same!(refused.code(), Code::InvalidArgument);
            let mut compressing = client.clone().send_compressed(CompressionEncoding::Gzip);
            let reply = compressing.unary_call(request.clone()).await?.into_inner();
            same!(size_of(&reply.payload), LARGE_RESPONSE);
            request.expect_compressed = Some(BoolValue { value: false });
            let reply = client.unary_call(request).await?.into_inner();
            same!(size_of(&reply.payload), LARGE_RESPONSE);
        }
        "server_compressed_unary" => {
            for value in [true, false] {
                let mut request = large_request();
                request.response_compressed = Some(BoolValue { value });
                let reply = client.unary_call(request).await?;
                let encoding = reply.metadata().get("grpc-encoding").and_then(|value| value.to_str().ok());
                if value {
                    same!(encoding, Some("gzip"));
                }
                same!(size_of(&reply.get_ref().payload), LARGE_RESPONSE);
            }
        }
        "client_streaming" => {
            let requests = REQUEST_SIZES
                .map(|size| StreamingInputCallRequest { payload: payload(size), ..Default::default() });
            let reply = client.streaming_input_call(tokio_stream::iter(requests)).await?.into_inner();
            same!(reply.aggregated_payload_size, 74_922);
        }
        "server_streaming" => {
            let request = StreamingOutputCallRequest {
                response_parameters: RESPONSE_SIZES
                    .map(|size| ResponseParameters { size, ..Default::default() })
                    .to_vec(),
                ..Default::default()
            };
            let replies = client.streaming_output_call(request).await?.into_inner();
            same!(sizes_of(replies).await?, RESPONSE_SIZES.to_vec());
        }
        "server_compressed_streaming" => {
            let parameters = [(31_415, true), (92_653, false)];
            let request = StreamingOutputCallRequest {
                response_parameters: parameters
                    .map(|(size, value)| ResponseParameters {
                        size,
                        compressed: Some(BoolValue { value }),
                        ..Default::default()
                    })
                    .to_vec(),
                ..Default::default()
            };
            let replies = client.streaming_output_call(request).await?.into_inner();
            same!(sizes_of(replies).await?, vec![31_415, 92_653]);
        }
        "ping_pong" => {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(output_request(RESPONSE_SIZES[0], REQUEST_SIZES[0])).await?;
            let mut replies = client.full_duplex_call(ReceiverStream::new(receiver)).await?.into_inner();
            for i in 0..4 {
                let reply = replies.message().await?.ok_or("the replies ended too soon")?;
                same!(size_of(&reply.payload), RESPONSE_SIZES[i]);
                if i < 3 {
                    sender.send(output_request(RESPONSE_SIZES[i + 1], REQUEST_SIZES[i + 1])).await?;
                }
            }
            drop(sender);
            same!(replies.message().await?.is_none(), true);
        }
        "empty_stream" => {
            let mut replies = client.full_duplex_call(tokio_stream::empty()).await?.into_inner();
            same!(replies.message().await?.is_none(), true);
        }
        "timeout_on_sleeping_server" => {
            let (sender, receiver) = mpsc::channel(1);
            let request = StreamingOutputCallRequest { payload: payload(27_182), ..Default::default() };
            sender.send(request).await?;
            let mut request = Request::new(ReceiverStream::new(receiver));
            request.set_timeout(Duration::from_millis(1));
            let status = match client.full_duplex_call(request).await {
                Err(status) => status,
                Ok(replies) => status_of(replies.into_inner().message().await)?,
            };
            // tonic's client says CANCELLED where its own timer was first.
            same!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), true);
        }
        "cancel_after_begin" => {
            let (sender, receiver) = mpsc::channel::<StreamingInputCallRequest>(1);
            let call = tokio::spawn(async move { client.streaming_input_call(ReceiverStream::new(receiver)).await });
            tokio::time::sleep(Duration::from_millis(20)).await;
            // In tonic a call is cancelled by dropping it; nothing is left that could have a status.
            call.abort();
            same!(call.await.is_err_and(|error| error.is_cancelled()), true);
            drop(sender);
        }
        "cancel_after_first_response" => {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(output_request(31_415, 27_182)).await?;
            let mut replies = client.full_duplex_call(ReceiverStream::new(receiver)).await?.into_inner();
            let reply = replies.message().await?.ok_or("there was no reply")?;
            same!(size_of(&reply.payload), 31_415);
            // In tonic a call is cancelled by dropping it; and the replies alone are not enough while requests may come.
            drop(replies);
            drop(sender);
            // The connection is as good as before.
            same!(client.empty_call(Empty {}).await?.into_inner(), Empty {});
        }
        "status_code_and_message" => {
            let status = Some(EchoStatus { code: 2, message: "test status message".into() });
            let request = SimpleRequest { response_status: status.clone(), ..Default::default() };
            let unary = status_of(client.unary_call(request).await)?;
            same!((unary.code(), unary.message()), (Code::Unknown, "test status message"));
            let request = StreamingOutputCallRequest { response_status: status, ..Default::default() };
            let duplex = match client.full_duplex_call(tokio_stream::once(request)).await {
                Err(status) => status,
                Ok(replies) => status_of(replies.into_inner().message().await)?,
            };
            same!((duplex.code(), duplex.message()), (Code::Unknown, "test status message"));
        }
        "special_status_message" => {
            let message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
            let status = Some(EchoStatus { code: 2, message: message.into() });
            let request = SimpleRequest { response_status: status, ..Default::default() };
            let unary = status_of(client.unary_call(request).await)?;
            same!((unary.code(), unary.message()), (Code::Unknown, message));
        }
        "custom_metadata" => {
            let mut request = Request::new(large_request());
            request.metadata_mut().insert("x-grpc-test-echo-initial", "test_initial_metadata_value".parse()?);
            let value = MetadataValue::from_bytes(&[0xab, 0xab, 0xab]);
            request.metadata_mut().insert_bin("x-grpc-test-echo-trailing-bin", value.clone());
            let metadata = request.metadata().clone();
            let reply = client.unary_call(request).await?;
            same!(reply.metadata().get("x-grpc-test-echo-initial"), Some(&"test_initial_metadata_value".parse()?));
            same!(reply.metadata().get_bin("x-grpc-test-echo-trailing-bin"), Some(&value));

            let mut request = Request::new(tokio_stream::once(output_request(LARGE_RESPONSE, LARGE_REQUEST)));
            *request.metadata_mut() = metadata;
            let reply = client.full_duplex_call(request).await?;
            same!(reply.metadata().get("x-grpc-test-echo-initial"), Some(&"test_initial_metadata_value".parse()?));
            let mut replies = reply.into_inner();
            same!(replies.message().await?.map(|reply| size_of(&reply.payload)), Some(LARGE_RESPONSE));
            same!(replies.message().await?.is_none(), true);
            let trailer = replies.trailers().await?.ok_or("there was no trailer")?;
            same!(trailer.get_bin("x-grpc-test-echo-trailing-bin"), Some(&value));
        }
        "unimplemented_method" => {
            let status = status_of(client.unimplemented_call(Empty {}).await)?;
            same!(status.code(), Code::Unimplemented);
        }
        "unimplemented_service" => {
            let status = status_of(UnimplementedServiceClient::new(channel).unimplemented_call(Empty {}).await)?;
            same!(status.code(), Code::Unimplemented);
        }
        "concurrent_large_unary" => {
            let mut calls = tokio::task::JoinSet::new();
            for _ in 0..100 {
                let mut client = client.clone();
                calls.spawn(async move { large_unary(&mut client).await });
            }
            while let Some(call) = calls.join_next().await {
                call??;
            }
        }
        "rpc_soak" => {
            for _ in 0..SOAK_ITERATIONS {
                large_unary(&mut client).await?;
            }
        }
        "channel_soak" => {
            for _ in 0..CHANNEL_SOAK_ITERATIONS {
                large_unary(&mut TestServiceClient::new(endpoint.connect().await?)).await?;
            }
        }
        "pick_first_unary" => {
            let mut first = None;
            for _ in 0..100 {
                let request = SimpleRequest { response_size: 1, payload: payload(1), fill_server_id: true, ..Default::default() };
                let id = client.unary_call(request).await?.into_inner().server_id;
                same!(id.is_empty(), false);
                same!(first.get_or_insert_with(|| id.clone()), &id);
            }
        }
        _ => return Err("there is no such case".into()),
    }
    Ok(())
}

pub async fn run(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [port, ca, server_name, names @ ..] = args else {
        return Err("usage: tonic-peer client PORT CA|- SERVER_NAME CASE...".into());
    };
    let scheme = if ca == "-" { "http" } else { "https" };
    let mut endpoint = Endpoint::from_shared(format!("{scheme}://127.0.0.1:{port}"))?;
    if ca != "-" {
        let authority = Certificate::from_pem(std::fs::read(ca)?);
        endpoint = endpoint
            .tls_config(ClientTlsConfig::new().ca_certificate(authority).domain_name(server_name.clone()))?;
    }
    for name in names {
        // Generous: the machine may be busy.
        let result = tokio::time::timeout(Duration::from_secs(60), run_case(name, &endpoint)).await;
        match result {
            Ok(Ok(())) => println!("ok {name}"),
            Ok(Err(failure)) => println!("failed {name} {}", failure.to_string().replace('\n', " ")),
            Err(_) => println!("failed {name} it did not end within 60 s"),
        }
    }
    Ok(())
}
