//! grpc's interop test service on tonic: `tonic-peer server [CERTIFICATE KEY]` and
//! `tonic-peer client PORT CA|- SERVER_NAME CASE...`.

mod client;
mod server;

/// What `hawser generate` had protoc-gen-prost and protoc-gen-tonic write.
#[allow(clippy::all)]
pub mod testing {
    include!(concat!(env!("TESTING_CODE"), "/grpc/testing/grpc.testing.rs"));
}

/// Some of the messages of the test service are larger than gRPC's default limit allows.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

pub fn payload(size: usize) -> Option<testing::Payload> {
    Some(testing::Payload { r#type: 0, body: vec![0; size].into() })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("server") => server::run(&args[1..]).await,
        Some("client") => client::run(&args[1..]).await,
        _ => Err("usage: tonic-peer server|client ...".into()),
    }
}
