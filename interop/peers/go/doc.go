// Package peers pins what is built of grpc-go and of Go's code generators: see the tool directives of go.mod.
package peers
