// PendingJournal: what was asked of the test queues, kept so that a run which dies at any instant
// neither forgets nor repeats a request. Beside the peers' autopkgtest-pending.json stands an
// append-only journal: an *intent* before requests are sent, a *sent* after the queue took them,
// one write for a batch. Formats: docs/formats/pending.md. Source: migration 4.6.1; origin: a flood
// of 25,000 requests an architecture by a run that died before it wrote down what it had asked.
//
//   auto journal = PendingJournal::load(files, state_dir);   // JSON file and journal together
//   ...settle() what is known of journal->uncertain()...
//   journal->intend(batch, now); send; journal->settle(...); ...
//   journal->checkpoint(pending);                            // the JSON file, for the peers
//
// One object at a time on a state directory: hold lock_state_directory() meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "adt/pending.h"
#include "adt/request.h"
#include "base/result.h"
#include "base/time.h"
#include "britney/message.h"
#include "sys/files.h"

namespace sluice::britney {

using IntentId = std::int64_t;

// A request that was about to be sent, and of which nobody noted what became of it.
struct Uncertain {
  IntentId id = 0;
  std::int64_t intended = 0;  // seconds since the epoch
  adt::TestRequest request;
  std::int64_t position = 0;  // of the queue then: where it is to be looked for

  friend bool operator==(const Uncertain&, const Uncertain&) = default;
};

// sent: the queue has it. unsent: the queue does not have it and never will. Of what is neither,
// nothing is noted: it stays uncertain.
enum class Settled : std::uint8_t { sent, unsent };

class PendingJournal {
 public:
  // Writes nothing. The messages tell what was damaged. Errors: corrupt (the JSON file is no JSON:
  // to go on would repeat every request), and those of FileSystem::open.
  static base::Result<PendingJournal> load(sys::FileSystem& files, const std::string& state_dir);
  Messages take_messages() { return std::move(messages_); }

  // Everything sent and everything uncertain. The caller keeps its own from here on.
  const adt::Pending& loaded() const { return loaded_; }
  // By id. An attempt that was repeated stands here as often as it was made.
  std::vector<Uncertain> uncertain() const;
  // Uncertain requests that are still in `pending` and whose last attempt is `resend_after` old:
  // the last attempt of each.
  std::vector<Uncertain> due_again(const adt::Pending& pending, base::Instant now,
                                   std::chrono::seconds resend_after) const;

  // Notes that these will be sent now: on disk when this returns. The ids are in their order.
  // `position`: of the queue. Errors: those of FileSystem::append; then nothing may be sent.
  base::Result<std::vector<IntentId>> intend(std::span<const adt::TestRequest> requests,
                                             base::Instant now, std::int64_t position = 0);
  // Notes what became of them: on disk with the next intend(), flush() or checkpoint(). Ids that
  // are not uncertain are passed over.
  void settle(std::span<const IntentId> ids, Settled how);
  base::Result<void> flush();

  // True if the trigger, source and architecture of this request may be in some queue.
  bool is_uncertain(const adt::TestRequest& request) const;

  // Makes the JSON file say `pending` and the journal only what is still uncertain in it. A crash
  // in between loses nothing and brings nothing back.
  base::Result<void> checkpoint(const adt::Pending& pending);

 private:
  struct Replay;
  using Key = std::tuple<std::string, std::string, std::string>;  // trigger, source, arch
  struct Attempt {
    Uncertain uncertain;
    bool kept = false;  // it is in the JSON file since an earlier checkpoint
  };

  PendingJournal(sys::FileSystem& files, const std::string& state_dir);
  static Key key_of(const adt::TestRequest& request);
  void remember(Attempt attempt);
  void forget(IntentId id, Settled how);
  base::Result<void> append_records(std::string_view records);

  sys::FileSystem* files_;
  std::string json_path_, path_;
  adt::Pending loaded_;
  Messages messages_;
  std::map<Key, std::map<IntentId, Attempt>> attempts_;
  std::map<IntentId, Key> keys_;
  IntentId next_id_ = 1;
  std::string unwritten_;         // records of settle()
  bool has_records_ = false;      // the journal file is not empty
  bool ends_in_a_record_ = true;  // false: a torn record, which the next one must not join
};

// Two runs on one state directory would both send everything. Errors: conflict, with a text for the
// operator.
base::Result<std::unique_ptr<sys::FileLock>> lock_state_directory(sys::FileSystem& files,
                                                                  const std::string& state_dir);

}  // namespace sluice::britney
