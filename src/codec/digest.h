// Digests of bytes, as lower-case hexadecimal text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sluice::codec {

// 64 digits. Against exchanged and damaged files.
std::string sha256_hex(std::string_view bytes);

// 128 digits; for the same.
std::string sha512_hex(std::string_view bytes);

// SHA-256 for bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // the end: nothing may be added afterwards

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// 32 digits. What object stores call ETag: against exchanged and torn bytes, not against malice.
std::string md5_hex(std::string_view bytes);

// 64 digits. A signature that only a holder of the key can make.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// 8 digits. Against torn writes only: anybody can make a text of a given CRC.
std::string crc32_hex(std::string_view bytes);

}  // namespace sluice::codec
