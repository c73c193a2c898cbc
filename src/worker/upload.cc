#include "worker/upload.h"

#include <algorithm>

#include "codec/digest.h"

namespace sluice::worker {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::chrono::seconds kFirstPause{10};
constexpr std::chrono::seconds kLongestPause{300};

results::Readers readers_of(const adt::RequestMessage& request) {
  if (!request.is_private()) return {};
  return {.everybody = false, .user = request.swiftuser};
}

class Uploader {
 public:
  Uploader(results::ResultStore& store, sys::Waiter& waiter, const StillWanted& wanted)
      : store_(store), waiter_(waiter), wanted_(wanted) {
    // One call may take longer than the lease lives without a heartbeat.
    store_.ask_while_waiting(wanted);
  }
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;
  ~Uploader() { store_.ask_while_waiting(nullptr); }

  // Only what may pass is tried again.
  Result<void> insist(const std::function<Result<void>()>& attempt) {
    for (int tries = 1;; ++tries) {
      if (!wanted_()) return base::fail(ErrorKind::conflict, "the lease is lost");
      auto done = attempt();
      if (done || done.error().kind != ErrorKind::unavailable) return done;
      if (!wanted_()) return base::fail(ErrorKind::conflict, "the lease is lost");
      if (tries == kUploadTries) return done;
      if (!wait(pause_after(tries))) return base::fail(ErrorKind::conflict, "the lease is lost");
    }
  }

  // Puts it until the store has what was sent, and not only said so.
  Result<void> bring(const std::string& container, const std::string& path,
                     const results::Object& object) {
    const auto etag = codec::md5_hex(object.bytes);
    for (int tries = 1;; ++tries) {
      auto done = insist([&] { return store_.put(container, path, object); });
      if (!done) return done;
      const auto kept = read_back(container, path, {object.bytes.size(), etag});
      if (!kept) return std::unexpected(kept.error());
      if (*kept) return {};
      if (tries == kReadBackTries)
        return base::fail(ErrorKind::corrupt,
                          "the store lost it or has another, " + std::to_string(tries) + " times");
      if (!wait(pause_after(tries))) return base::fail(ErrorKind::conflict, "the lease is lost");
    }
  }

 private:
  struct Sent {
    std::uint64_t size;
    std::string etag;
  };

  // Whether it is there as it was sent. Another is taken away: nothing can be put over it. The path
  // is of this lease alone, so it is what became of our own bytes.
  Result<bool> read_back(const std::string& container, const std::string& path, const Sent& sent) {
    bool is_kept = false;
    auto looked = insist([&]() -> Result<void> {
      const auto head = store_.head(container, path);
      if (!head && head.error().kind == ErrorKind::not_found) return {};
      if (!head && head.error().kind != ErrorKind::corrupt) return std::unexpected(head.error());
      is_kept = head && head->size == sent.size && head->etag == sent.etag;
      if (is_kept) return {};
      auto removed = store_.remove(container, path);
      if (!removed && removed.error().kind == ErrorKind::not_found) return {};
      return removed;
    });
    if (!looked) return std::unexpected(std::move(looked.error()));
    return is_kept;
  }

  bool wait(std::chrono::seconds time) {
    for (; time.count() > 0; time -= std::min(time, kPiece)) {
      waiter_.wait(std::min(time, kPiece));
      if (!wanted_()) return false;
    }
    return true;
  }

  results::ResultStore& store_;
  sys::Waiter& waiter_;
  const StillWanted& wanted_;
};

}  // namespace

std::chrono::seconds pause_after(int tries) {
  auto pause = kFirstPause;
  for (int i = 1; i < tries && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, kLongestPause);
}

Result<void> upload(results::ResultStore& store, sys::Waiter& waiter,
                    const adt::RequestMessage& request, const adt::RunPlace& place,
                    const results::Bundle& bundle, const StillWanted& wanted) {
  Uploader uploader(store, waiter, wanted);
  auto done =
      uploader.insist([&] { return store.ensure_container(place.container, readers_of(request)); });
  if (!done) return base::with_context(std::move(done), "container " + place.container);
  for (const auto& [name, object] : bundle.objects) {
    const auto path = place.directory + "/" + name;
    done = uploader.bring(place.container, path, object);
    if (!done) return base::with_context(std::move(done), path);
  }
  return {};
}

}  // namespace sluice::worker
