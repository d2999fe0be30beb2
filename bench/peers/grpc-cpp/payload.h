// The payloads of the suite, the same as in bench/src/echo.ts.
#pragma once

#include <string>

#include "echo.pb.h"

namespace payload {

inline std::string TextOf(int size, int seed) {
  static const std::string sentence =
      "The quick brown fox jumps over the lazy dog while five wizards box with jugs of liquid. ";
  std::string text = std::to_string(seed) + " ";
  while (static_cast<int>(text.size()) < size) text += sentence;
  text.resize(size);
  return text;
}

// The text of each message of a server stream.
inline std::string StreamText(int size) { return TextOf(size, 7); }

// Ids from 2^21 on have varints of four bytes.
inline bench::Payload Of(int index, int body_bytes) {
  bench::Payload payload;
  payload.set_id((1 << 21) + index);
  payload.set_name("customer-" + std::to_string(100'000 + index));
  payload.set_text(TextOf(76, index));
  std::string* body = payload.mutable_body();
  body->resize(body_bytes);
  for (int i = 0; i < body_bytes; i++) (*body)[i] = static_cast<char>(i * 31 + index * 7 + (i >> 8));
  return payload;
}

inline bool Same(const bench::Payload& a, const bench::Payload& b) {
  return a.id() == b.id() && a.name() == b.name() && a.text() == b.text() && a.body() == b.body();
}

}  // namespace payload
