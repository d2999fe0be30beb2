import { createConnectTransport } from "@connectrpc/connect-node";
import { drive } from "../../src/drive/drive.js";
import { connectClient } from "./echo-client.js";

drive((target) => connectClient(target, createConnectTransport));
