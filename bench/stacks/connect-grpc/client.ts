import { createGrpcTransport } from "@connectrpc/connect-node";
import { drive } from "../../src/drive/drive.js";
import { connectClient } from "../connect/echo-client.js";

drive((target) => connectClient(target, createGrpcTransport));
