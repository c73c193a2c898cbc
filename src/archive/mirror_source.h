// MirrorSource: one file after the other of a mirror, by URL or from a directory. What may go wrong
// for a moment is tried again here; what the bytes promise is not known here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/waiter.h"

namespace sluice::archive {

// What a server said of a file, to be said again: an answer may then be "unchanged". RFC 9110 8.8.
struct Validators {
  std::string etag, last_modified;
  friend bool operator==(const Validators&, const Validators&) = default;
};

enum class Served : std::uint8_t { bytes, unchanged, missing };

struct MirrorFile {
  Served served = Served::bytes;
  std::string bytes;
  Validators validators;
};

struct MirrorAsk {
  std::string path;         // below the mirror's address
  std::uint64_t bytes_max;  // of an answer
  Validators known = {};    // both "": ask without condition
};

class MirrorSource {
 public:
  MirrorSource() = default;
  MirrorSource(const MirrorSource&) = delete;
  MirrorSource& operator=(const MirrorSource&) = delete;
  virtual ~MirrorSource() = default;

  // Errors: unavailable (not reachable, broken off, stopped), denied, corrupt (longer than
  // bytes_max).
  virtual base::Result<MirrorFile> get(const MirrorAsk& ask) = 0;
};

struct MirrorDoors {
  sys::HttpClient& http;
  sys::FileSystem& files;
  sys::Waiter& waiter;
  std::function<bool()> go_on;  // false: give up what is being fetched
};

// `address`: http://, https://, file:/// or an absolute path. Errors: invalid.
base::Result<std::unique_ptr<MirrorSource>> open_mirror(const std::string& address,
                                                        const MirrorDoors& doors);

// For people: without a user's name and password.
std::string shown_address(std::string_view address);

}  // namespace sluice::archive
