// Package grpcurl pins the grpcurl that is built: see the tool directive of go.mod.
package grpcurl
