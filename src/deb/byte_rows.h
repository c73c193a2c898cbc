// Rows of plain values to bytes and back, for the parsed-form cache: the machine's own layout, read
// again on the same machine by the same program. Format: docs/formats/parsed-cache.md.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice::deb {

class ByteWriter {
 public:
  template <class T>
  void value(const T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&v), sizeof v);
  }
  // The number of values, then the values.
  template <class T>
  void row(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    value(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  }
  template <class T>
  void row(const std::vector<T>& values) {
    row(std::span<const T>(values));
  }
  void text(std::string_view t) { row(std::span<const char>(t.data(), t.size())); }

  void room(std::size_t bytes) { bytes_.resize(bytes_.size() + bytes); }  // for later

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every read answers whether there was enough; after a failure all fail.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  bool value(T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (rest_.size() < sizeof v) return fail();
    std::memcpy(&v, rest_.data(), sizeof v);
    rest_.remove_prefix(sizeof v);
    return true;
  }
  template <class T>
  bool row(std::vector<T>& values) {
    std::uint64_t count = 0;
    if (!value(count) || count > rest_.size() / sizeof(T)) return fail();
    values.resize(count);
    if (count != 0) std::memcpy(values.data(), rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
    return true;
  }
  // Points into the bytes.
  bool text(std::string_view& t) {
    std::uint64_t size = 0;
    if (!value(size) || size > rest_.size()) return fail();
    t = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  bool fail() {
    rest_ = {};
    return false;
  }
  std::string_view rest_;
};

}  // namespace sluice::deb
