#include "results/fetch_database.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "codec/digest.h"
#include "results/patient_get.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

// Hundreds of megabytes.
constexpr std::chrono::seconds kTimeMax{600};
// Each write is synced: large pieces.
constexpr std::size_t kPiece = std::size_t{8} << 20;

// `begin` is called before each try.
template <class Begin>
Result<sys::HttpResponse> get(sys::HttpClient& http, const sys::HttpRequest& request,
                              const Begin& begin) {
  auto response = ask_patiently([&] {
    begin();
    return http.get(request);
  });
  if (!response || response->status == 200) return response;
  if (response->status == sys::HttpResponse::kTimedOut)
    return base::fail(ErrorKind::unavailable, request.url + " does not answer in time");
  return base::fail(response->status == 404 ? ErrorKind::not_found : ErrorKind::unavailable,
                    fmt::format("{} answers {}", request.url, response->status));
}

// The body of an answer, on its way to a file.
class Download {
 public:
  Download(sys::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Nothing of an earlier try, or of a run that died, stays.
  void begin() {
    (void)files_.remove(path_);
    waiting_.clear();
    digest_.emplace();
    written_ = {};
  }
  bool take(std::string_view piece) {
    digest_->add(piece);
    waiting_ += piece;
    return waiting_.size() < kPiece || write();
  }
  bool write() {
    written_ = files_.append(path_, waiting_);
    waiting_.clear();
    return written_.has_value();
  }
  const Result<void>& written() const { return written_; }
  std::string digest() { return digest_->hex(); }

 private:
  sys::FileSystem& files_;
  std::string path_, waiting_;
  std::optional<codec::Sha256> digest_{std::in_place};  // of this try
  Result<void> written_;
};

Result<void> download(sys::HttpClient& http, sys::FileSystem& files, const std::string& url,
                      const std::string& fresh, const std::string& expected) {
  Download body(files, fresh);
  const auto response = get(http,
                            {.url = url,
                             .time_max = kTimeMax,
                             .on_body = [&](std::string_view piece) { return body.take(piece); }},
                            [&] { body.begin(); });
  if (!body.written()) return body.written();
  if (!response) return std::unexpected(response.error());
  if (!body.write()) return body.written();
  const auto digest = body.digest();
  if (digest == expected) return {};
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} has SHA-256 {}, expected {}", url, digest, expected));
}

}  // namespace

Result<Fetched> fetch_database(sys::HttpClient& http, sys::FileSystem& files,
                               const std::string& url, const std::string& path) {
  constexpr std::string_view kFile = "file://";
  if (url.starts_with(kFile)) {
    const auto view = files.open(url.substr(kFile.size()));
    if (!view) return std::unexpected(view.error());
    if (auto put = files.replace(path, (*view)->bytes()); !put)
      return std::unexpected(std::move(put.error()));
    return Fetched::fresh;
  }
  const auto published = get(http, {.url = url + ".sha256"}, [] {});
  if (!published) return std::unexpected(published.error());
  const auto words = base::split_words(published->body);
  if (words.empty() || words[0].size() != 64)
    return base::fail(ErrorKind::corrupt, url + ".sha256: expected 64 hexadecimal digits");
  const auto expected = base::to_lower(words[0]);
  if (const auto old = files.open(path); old && codec::sha256_hex((*old)->bytes()) == expected)
    return Fetched::unchanged;
  const auto fresh = path + ".new";
  if (auto got = download(http, files, url, fresh, expected); !got) {
    (void)files.remove(fresh);
    return std::unexpected(std::move(got.error()));
  }
  if (auto renamed = files.rename(fresh, path); !renamed)
    return std::unexpected(std::move(renamed.error()));
  return Fetched::fresh;
}

}  // namespace sluice::results
