// Package tool pins the version of connectconformance: see the tool directive of go.mod.
package tool
