package job

import (
	"bytes"
	"strconv"
	"strings"

	"hawser.dev/bench/grpc-go/benchpb"
)

const sentence = "The quick brown fox jumps over the lazy dog while five wizards box with jugs of liquid. "

// Ids from here on have varints of four bytes.
const firstID = 1 << 21

func textOf(size, seed int) string {
	text := strconv.Itoa(seed) + " " + strings.Repeat(sentence, size/len(sentence)+1)
	return text[:size]
}

// StreamText is the text of each message of a server stream.
func StreamText(size int) string {
	return textOf(size, 7)
}

// Payload gives the same payloads as bench/src/echo.ts.
func Payload(index, bodyBytes int) *benchpb.Payload {
	payload := &benchpb.Payload{
		Id:   uint32(firstID + index),
		Name: "customer-" + strconv.Itoa(100_000+index),
		Text: textOf(76, index),
	}
	if bodyBytes > 0 {
		payload.Body = make([]byte, bodyBytes)
		for i := range payload.Body {
			payload.Body[i] = byte(i*31 + index*7 + i>>8)
		}
	}
	return payload
}

// Same compares every field.
func Same(a, b *benchpb.Payload) bool {
	return a.Id == b.Id && a.Name == b.Name && a.Text == b.Text && bytes.Equal(a.Body, b.Body)
}
