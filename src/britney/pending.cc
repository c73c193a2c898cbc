#include "britney/pending.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "britney/journal_record.h"
#include "codec/digest.h"

namespace sluice::britney {
namespace {

using base::Level;

// Nothing if there is no such file.
base::Result<std::optional<std::string>> read_if_there(sys::FileSystem& files,
                                                       const std::string& path) {
  auto text = files.read(path);
  if (text) return std::optional(std::move(*text));
  if (text.error().kind == base::ErrorKind::not_found) return std::nullopt;
  return std::unexpected(std::move(text.error()));
}

}  // namespace

// Reads a journal into the object that it belongs to.
struct PendingJournal::Replay {
  PendingJournal& into;
  std::string json_digest;
  adt::Pending in_file;
  std::vector<Key> sent = {};  // since the JSON file was written

  void on(IntentRecord&& record) {
    into.next_id_ = std::max(into.next_id_, record.id + 1);
    into.remember(
        {{record.id, record.at, std::move(record.request), record.position}, record.kept});
  }
  void on(SettledRecord&& record) {
    for (const auto id : record.ids) {
      const auto at = into.keys_.find(id);
      if (at == into.keys_.end()) continue;
      if (record.how == Settled::sent) sent.push_back(at->second);
      into.forget(id, record.how);
    }
  }
  // The JSON file that this record announces is in place: it knows better what is still pending.
  void on(CheckpointRecord&& record) {
    if (record.digest != json_digest) return;
    sent.clear();
    for (auto& [key, tries] : into.attempts_)
      for (auto& [id, attempt] : tries) attempt.kept = true;
  }

  // What was in the JSON file once and is no more got its result.
  void drop_finished() {
    std::vector<IntentId> finished;
    for (const auto& [key, tries] : into.attempts_)
      for (const auto& [id, attempt] : tries)
        if (attempt.kept && !in_file.has(std::get<0>(key), std::get<1>(key), std::get<2>(key)))
          finished.push_back(id);
    for (const auto id : finished) into.forget(id, Settled::unsent);
  }

  void finish() {
    drop_finished();
    into.loaded_ = std::move(in_file);
    for (const auto& [trigger, source, arch] : sent) into.loaded_.add(trigger, source, arch);
    for (const auto& [key, tries] : into.attempts_)
      into.loaded_.add(std::get<0>(key), std::get<1>(key), std::get<2>(key));
  }
};

PendingJournal::PendingJournal(sys::FileSystem& files, const std::string& state_dir)
    : files_(&files),
      json_path_(state_dir + "/autopkgtest-pending.json"),
      path_(state_dir + "/autopkgtest-pending.journal") {}

base::Result<PendingJournal> PendingJournal::load(sys::FileSystem& files,
                                                  const std::string& state_dir) {
  PendingJournal journal(files, state_dir);
  auto json = read_if_there(files, journal.json_path_);
  if (!json) return std::unexpected(std::move(json.error()));
  auto text = read_if_there(files, journal.path_);
  if (!text) return std::unexpected(std::move(text.error()));
  Replay replay{journal, *json ? codec::sha256_hex(**json) : "", {}};
  if (*json) {
    auto read = adt::parse_pending(**json);
    if (!read) return base::fail_with(std::move(read.error()), journal.json_path_);
    for (auto& problem : read->problems)
      journal.messages_.push_back(
          {Level::error, fmt::format("{}: {}, ignored", journal.json_path_, problem)});
    replay.in_file = std::move(read->pending);
  }
  const std::string records = std::move(*text).value_or("");
  journal.has_records_ = !records.empty();
  journal.ends_in_a_record_ = records.empty() || records.ends_with('\n');
  LineNotes notes(journal.path_, Level::warning);
  read_journal(records, notes, [&](JournalRecord record) {
    std::visit([&](auto&& each) { replay.on(std::move(each)); }, std::move(record));
  });
  append(journal.messages_, notes.take());
  replay.finish();
  return journal;
}

PendingJournal::Key PendingJournal::key_of(const adt::TestRequest& request) {
  return {request.triggers.front(), request.source, request.arch};
}

void PendingJournal::remember(Attempt attempt) {
  const auto key = key_of(attempt.uncertain.request);
  const auto id = attempt.uncertain.id;
  keys_.insert_or_assign(id, key);
  attempts_[key].insert_or_assign(id, std::move(attempt));
}

// Once one attempt is known to have arrived, nothing is to be known of the others. One that did not
// arrive says nothing about an earlier one.
void PendingJournal::forget(IntentId id, Settled how) {
  const auto at = keys_.find(id);
  if (at == keys_.end()) return;
  const auto tries = attempts_.find(at->second);
  if (how == Settled::sent)
    for (const auto& [other, attempt] : tries->second)
      if (other != id) keys_.erase(other);
  if (how == Settled::sent) tries->second.clear();
  tries->second.erase(id);
  if (tries->second.empty()) attempts_.erase(tries);
  keys_.erase(at);
}

std::vector<Uncertain> PendingJournal::uncertain() const {
  std::vector<Uncertain> all;
  for (const auto& [key, tries] : attempts_)
    for (const auto& [id, attempt] : tries) all.push_back(attempt.uncertain);
  std::ranges::sort(all, {}, &Uncertain::id);
  return all;
}

std::vector<Uncertain> PendingJournal::due_again(const adt::Pending& pending, base::Instant now,
                                                 std::chrono::seconds resend_after) const {
  std::vector<Uncertain> due;
  for (const auto& [key, tries] : attempts_) {
    const auto& last = tries.rbegin()->second.uncertain;
    const bool waits = pending.has(std::get<0>(key), std::get<1>(key), std::get<2>(key));
    if (waits && now - base::instant_of_seconds(last.intended) >= resend_after) due.push_back(last);
  }
  std::ranges::sort(due, {}, &Uncertain::id);
  return due;
}

bool PendingJournal::is_uncertain(const adt::TestRequest& request) const {
  return attempts_.contains(key_of(request));
}

base::Result<std::vector<IntentId>> PendingJournal::intend(
    std::span<const adt::TestRequest> requests, base::Instant now, std::int64_t position) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  std::vector<Attempt> fresh;
  // What was settled goes first: if this write is torn, no request of this batch was sent.
  auto records = unwritten_;
  for (const auto& request : requests) {
    fresh.push_back({{next_id_++, seconds, request, position}});
    records +=
        record_text(IntentRecord{fresh.back().uncertain.id, seconds, request, false, position});
  }
  if (auto written = append_records(records); !written)
    return std::unexpected(std::move(written.error()));
  std::vector<IntentId> ids;
  for (auto& attempt : fresh) {
    ids.push_back(attempt.uncertain.id);
    remember(std::move(attempt));
  }
  return ids;
}

void PendingJournal::settle(std::span<const IntentId> ids, Settled how) {
  if (ids.empty()) return;
  unwritten_ += record_text(SettledRecord{how, {ids.begin(), ids.end()}});
  for (const auto id : ids) forget(id, how);
}

base::Result<void> PendingJournal::flush() {
  return unwritten_.empty() ? base::Result<void>{} : append_records(unwritten_);
}

base::Result<void> PendingJournal::append_records(std::string_view records) {
  // "~": a record that lacks only its newline must not come to life by ours.
  const auto text = (ends_in_a_record_ ? "" : "~\n") + std::string(records);
  auto written = files_->append(path_, text);
  // A failed write may have left a part of it.
  ends_in_a_record_ = written.has_value();
  if (!written) return base::fail_with(std::move(written.error()), "journal of test requests");
  has_records_ = true;
  unwritten_.clear();
  return {};
}

base::Result<void> PendingJournal::checkpoint(const adt::Pending& pending) {
  constexpr std::string_view kContext = "saving the pending tests";
  const auto json = adt::render_pending(pending);
  if (has_records_ || !unwritten_.empty() || !ends_in_a_record_) {
    const auto announced = unwritten_ + record_text(CheckpointRecord{codec::sha256_hex(json)});
    if (auto written = append_records(announced); !written) return written;
  }
  if (auto saved = files_->replace(json_path_, json); !saved)
    return base::fail_with(std::move(saved.error()), kContext);
  std::string records;
  std::vector<IntentId> finished;
  for (const auto& each : uncertain()) {
    const auto& [trigger, source, arch] = key_of(each.request);
    if (pending.has(trigger, source, arch))
      records +=
          record_text(IntentRecord{each.id, each.intended, each.request, true, each.position});
    else
      finished.push_back(each.id);
  }
  for (const auto id : finished) forget(id, Settled::unsent);
  if (!has_records_) return {};
  auto compacted = records.empty() ? files_->remove(path_) : files_->replace(path_, records);
  if (!compacted) return base::fail_with(std::move(compacted.error()), kContext);
  has_records_ = !records.empty();
  ends_in_a_record_ = true;
  return {};
}

base::Result<std::unique_ptr<sys::FileLock>> lock_state_directory(sys::FileSystem& files,
                                                                  const std::string& state_dir) {
  auto lock = files.lock(state_dir + "/.sluice.lock");
  if (lock || lock.error().kind != base::ErrorKind::conflict) return lock;
  return base::fail(
      base::ErrorKind::conflict,
      fmt::format("another run works on {}: two at once would undo each other's notes "
                  "and request the same tests twice",
                  state_dir));
}

}  // namespace sluice::britney
