#!/usr/bin/env node
import { plugin } from "../dist/plugin/plugin.js";

await plugin();
