// MirrorTurn: one mirror of the gate, looked at again and again in a thread of its own. What it has
// staged comes into use between two turns of the gate, so that no run reads half of it; a mirror
// that is down, stale or lying costs its news and nothing else. Source: architecture 6; testgrid
// A40.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/mirror_fetch.h"
#include "base/log.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/processes.h"
#include "sys/waiter.h"

namespace sluice::flow {

struct MirrorOptions {
  std::string name;  // for people
  archive::MirrorRequest request;
  std::string directory;              // absolute; see archive/mirror_sets.h
  std::chrono::minutes interval{10};  // between two looks
};

// What is in use, and how it stands with the mirror.
struct MirrorHealth {
  std::string name, address;
  std::vector<std::pair<std::string, base::Instant>> suites;  // with the Date of their Release
  std::optional<base::Instant> agreed;  // when the mirror last had nothing else; nothing: not yet
  std::string trouble;                  // of the last look, with its code; "" none
};

// One line: what is in use and how old it is, when it was last so, what is wrong.
std::string text_of(const MirrorHealth& health, base::Instant now);

// Each used by one thread at a time, but for the log.
struct MirrorParties {
  sys::HttpClient& http;
  sys::FileSystem& files;
  sys::Processes& processes;
  sys::Waiter& waiter;
  sys::Clock& clock;
  base::Log& log;
};

class MirrorTurn {
 public:
  // Errors: invalid (the request), conflict (another process has the directory), of the disk.
  static base::Result<std::unique_ptr<MirrorTurn>> open(MirrorOptions options,
                                                        const MirrorParties& parties);
  MirrorTurn(const MirrorTurn&) = delete;
  MirrorTurn& operator=(const MirrorTurn&) = delete;

  // Looks once, in the mirror's thread. Answers how long to wait before the next look: the
  // interval, less while something is wrong that may pass.
  std::chrono::milliseconds turn();

  // In the gate's thread, between its turns: makes what was staged the set in use. Answers whether
  // there was something.
  bool adopt();

  // In the mirror's thread: removes what nobody reads any more. turn() does it too.
  void tidy();

  // From any thread: ends a look that goes on, within about a second.
  void stop() { stopping_ = true; }

  // From any thread. settled: there is something to read, or the first look has ended.
  MirrorHealth health() const;
  bool is_settled() const;

 private:
  MirrorTurn(MirrorOptions options, const MirrorParties& parties, archive::MirrorSets sets);
  archive::MirrorDoors doors();
  void note(const base::Result<archive::MirrorNews>& news);
  void show(const archive::MirrorSet& set);  // with mutex_ held

  MirrorOptions options_;
  MirrorParties parties_;
  std::atomic<bool> stopping_{false};
  archive::MirrorSets sets_;  // of the thread that looks, and of adopt() while something is staged
  std::unique_ptr<archive::MirrorSource> source_;  // never null after open()
  archive::Gpgv gpgv_;
  int failures_ = 0;  // one after the other

  mutable std::mutex mutex_;  // guards what follows
  std::optional<int> staged_;
  bool to_clean_ = false;
  bool looked_ = false;
  MirrorHealth health_;
};

}  // namespace sluice::flow
