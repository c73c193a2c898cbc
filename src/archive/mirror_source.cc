#include "archive/mirror_source.h"

#include <algorithm>
#include <array>

#include "archive/signed_release.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;
using namespace std::chrono_literals;

// Short: who waits longer is the caller, and it can be told to stop.
constexpr std::array<std::chrono::milliseconds, 2> kServerPauses = {1'000ms, 4'000ms};
// A mirror that sends less than this per second is as good as down.
constexpr std::uint64_t kBytesPerSecondLeast = 20'000;
constexpr auto kTimeLeast = 60s, kTimeMost = 3'600s;
// A header's value that is kept; nobody needs more for a date or an ETag.
constexpr std::size_t kValidatorMax = 200;

std::chrono::seconds time_for(std::uint64_t bytes) {
  return std::min<std::chrono::seconds>(
      kTimeLeast + std::chrono::seconds(bytes / kBytesPerSecondLeast), kTimeMost);
}

std::string validator_of(const sys::HttpHeaders& headers, std::string_view name) {
  const auto value = sys::header_of(headers, name);
  return value.size() > kValidatorMax ? std::string() : std::string(value);
}

// A file that was changed within a second of the answer may change again within that second, with
// the same Last-Modified: that is no condition to ask by. RFC 9110 8.8.2.2.
std::string last_modified_of(const sys::HttpHeaders& headers) {
  auto text = validator_of(headers, "Last-Modified");
  const auto changed = parse_release_date(text);
  const auto answered = parse_release_date(validator_of(headers, "Date"));
  return changed && answered && *answered - *changed < 2s ? std::string() : text;
}

class HttpMirror final : public MirrorSource {
 public:
  HttpMirror(std::string address, const MirrorDoors& doors)
      : address_(std::move(address)), doors_(doors) {}

  base::Result<MirrorFile> get(const MirrorAsk& ask) override {
    for (std::size_t tries = 0;; ++tries) {
      auto file = once(ask);
      const bool again = !file && file.error().kind == ErrorKind::unavailable;
      if (!again || tries == kServerPauses.size() || !doors_.go_on()) return file;
      doors_.waiter.wait(kServerPauses[tries]);
    }
  }

 private:
  base::Result<MirrorFile> once(const MirrorAsk& ask) {
    const auto shown = shown_address(address_ + "/" + ask.path);
    MirrorFile file;
    bool too_long = false;
    sys::HttpRequest request{.url = address_ + "/" + ask.path, .time_max = time_for(ask.bytes_max)};
    request.on_body = [&](std::string_view piece) {
      too_long = file.bytes.size() + piece.size() > ask.bytes_max;
      if (!too_long) file.bytes += piece;
      return !too_long;
    };
    // A proxy's copy may be older than the Release that names the file.
    request.headers = {{"Cache-Control", "max-age=0"}};
    if (!ask.known.etag.empty()) request.headers.emplace_back("If-None-Match", ask.known.etag);
    if (!ask.known.last_modified.empty())
      request.headers.emplace_back("If-Modified-Since", ask.known.last_modified);
    request.go_on = doors_.go_on;
    const auto response = doors_.http.get(request);
    if (too_long)
      return base::fail(ErrorKind::corrupt,
                        shown + " is longer than " + std::to_string(ask.bytes_max) + " bytes");
    if (!response)
      return base::fail(response.error().kind,
                        "cannot get " + shown + last_part(response.error().what));
    return judge(*response, std::move(file), ask, shown);
  }

  // ": refused" of "cannot get URL: refused": a password may stand in the URL.
  static std::string last_part(const std::string& what) {
    const auto at = what.rfind(": ");
    return at == std::string::npos ? std::string() : what.substr(at);
  }

  static base::Result<MirrorFile> judge(const sys::HttpResponse& response, MirrorFile file,
                                        const MirrorAsk& ask, const std::string& shown) {
    const auto status = response.status;
    const bool conditional = ask.known != Validators();
    if (status == 200) {
      file.validators = {validator_of(response.headers, "ETag"),
                         last_modified_of(response.headers)};
      return file;
    }
    if (status == 304 && conditional) return MirrorFile{Served::unchanged, {}, ask.known};
    if (status == 404 || status == 410) return MirrorFile{Served::missing, {}, {}};
    if (status == sys::HttpResponse::kTimedOut)
      return base::fail(ErrorKind::unavailable, shown + ": not all came in time");
    const bool passing = status >= 500 || status == 408 || status == 429;
    return base::fail(passing ? ErrorKind::unavailable : ErrorKind::denied,
                      shown + ": the server answers " + std::to_string(status));
  }

  std::string address_;
  MirrorDoors doors_;
};

class PathMirror final : public MirrorSource {
 public:
  PathMirror(std::string directory, sys::FileSystem& files)
      : directory_(std::move(directory)), files_(files) {}

  base::Result<MirrorFile> get(const MirrorAsk& ask) override {
    const auto path = directory_ + "/" + ask.path;
    const auto view = files_.open(path);
    if (!view && view.error().kind == ErrorKind::not_found)
      return MirrorFile{Served::missing, {}, {}};
    if (!view) return std::unexpected(view.error());
    const auto bytes = (*view)->bytes();
    if (bytes.size() > ask.bytes_max)
      return base::fail(ErrorKind::corrupt,
                        path + " is longer than " + std::to_string(ask.bytes_max) + " bytes");
    return MirrorFile{Served::bytes, std::string(bytes), {}};
  }

 private:
  std::string directory_;
  sys::FileSystem& files_;
};

}  // namespace

std::string shown_address(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == std::string_view::npos) return std::string(address);
  const auto host = scheme + 3;
  const auto path = std::min(address.find('/', host), address.size());
  const auto at = address.substr(host, path - host).rfind('@');
  if (at == std::string_view::npos) return std::string(address);
  return std::string(address.substr(0, host)) + std::string(address.substr(host + at + 1));
}

base::Result<std::unique_ptr<MirrorSource>> open_mirror(const std::string& address,
                                                        const MirrorDoors& doors) {
  auto place = address;
  while (place.size() > 1 && place.ends_with('/')) place.pop_back();
  if (place.find_first_of("?# \n") != std::string::npos)
    return base::fail(ErrorKind::invalid, "a mirror's address without query expected");
  if (place.starts_with("http://") || place.starts_with("https://"))
    return std::make_unique<HttpMirror>(std::move(place), doors);
  if (place.starts_with("file:///")) place.erase(0, std::string_view("file://").size());
  if (place.starts_with('/')) return std::make_unique<PathMirror>(std::move(place), doors.files);
  return base::fail(ErrorKind::invalid,
                    "a mirror's address begins with http://, https://, file:/// or /, not \"" +
                        shown_address(address) + "\"");
}

}  // namespace sluice::archive
