// The server of connect-node serves gRPC and Connect alike.
import "../connect/server.js";
