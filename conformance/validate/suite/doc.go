// Package suite pins Protovalidate's conformance suite: see the tool directive of go.mod.
package suite
