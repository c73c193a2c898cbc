#include "britney/signers.h"

#include <fmt/format.h>

#include <optional>

#include "codec/json.h"

namespace sluice::britney {
namespace {

// {"buildd": true, "uid": "x"}; the uid may be missing or null
std::optional<migrate::Signer> parse_signer(const codec::Value& record) {
  const auto* buildd = record.find("buildd");
  if (buildd == nullptr || std::get_if<bool>(buildd) == nullptr) return std::nullopt;
  const auto* uid = record.find("uid");
  const auto* name = uid == nullptr ? nullptr : uid->string();
  return migrate::Signer{*std::get_if<bool>(buildd), name == nullptr ? "" : *name};
}

class SignerReader {
 public:
  explicit SignerReader(const std::string& file) : file_(file) {}

  void read_binary(const std::string& binary, const codec::Value& versions) {
    if (versions.map() == nullptr) return complain(binary, "a map of versions");
    for (const auto& [version, archs] : *versions.map()) {
      const auto place = binary + ", " + version;
      if (archs.map() == nullptr) {
        complain(place, "a map of architectures");
        continue;
      }
      for (const auto& [arch, record] : *archs.map()) {
        if (auto signer = parse_signer(record))
          read_.value[binary][version].emplace(arch, std::move(*signer));
        else
          complain(place + ", " + arch, "{\"buildd\": true|false, \"uid\": \"...\"}");
      }
    }
  }

  void complain(std::string_view place, std::string_view expectation) {
    read_.messages.push_back({base::Level::error, fmt::format("{}: {}: expected {}, ignored", file_,
                                                              place, expectation)});
  }

  Read<SignerFacts> take() { return std::move(read_); }

 private:
  const std::string& file_;
  Read<SignerFacts> read_;
};

}  // namespace

Read<SignerFacts> parse_signers(std::string_view text, const std::string& file) {
  SignerReader reader(file);
  const auto json = codec::parse_json(text);
  if (!json)
    reader.complain("text", "JSON (" + json.error().text() + ")");
  else if (json->map() == nullptr)
    reader.complain("text", "a map of binaries");
  else
    for (const auto& [binary, versions] : *json->map()) reader.read_binary(binary, versions);
  return reader.take();
}

}  // namespace sluice::britney
