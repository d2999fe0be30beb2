/** The client of the Fastify row, octet for octet: only the servers differ. */
import "../fastify/client.js";
