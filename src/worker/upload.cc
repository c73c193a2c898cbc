#include "worker/upload.h"

#include <algorithm>

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

 private:
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
    done = uploader.insist([&] { return store.put(place.container, path, object); });
    if (!done) return base::with_context(std::move(done), path);
  }
  return uploader.insist([&]() -> Result<void> {
    const auto& last = bundle.objects.back();
    const auto head = store.head(place.container, place.directory + "/" + last.name);
    if (!head) return std::unexpected(head.error());
    if (head->size == last.object.bytes.size()) return {};
    return base::fail(ErrorKind::corrupt, "the store has another " + last.name);
  });
}

}  // namespace sluice::worker
