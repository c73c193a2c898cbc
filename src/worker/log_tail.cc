#include "worker/log_tail.h"

#include <algorithm>

#include "codec/utf8.h"

namespace sluice::worker {
namespace {

constexpr int kHeadLines = 5;
constexpr std::size_t kTailBytes = 2000;
static_assert(kTailBytes <= queue::kLogPieceMax, "so much is kept");
constexpr std::string_view kMarker = "[...]\n";
// Of a line that never ends. The tool's own lines are shorter.
constexpr std::size_t kLineBytesMax = 4096;

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = codec::decode_utf8(text, at);
    codec::append_utf8(out, rune.value);
    at += rune.bytes;
  }
  return out;
}

}  // namespace

void LogTail::add(std::string_view bytes) {
  bytes_ += bytes.size();
  tail_ += bytes;
  constexpr auto kKept = queue::kLogPieceMax;
  if (tail_.size() > 2 * kKept) tail_.erase(0, tail_.size() - kKept);
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    const bool whole = end < bytes.size();
    const auto piece = bytes.substr(0, end + (whole ? 1 : 0));
    if (head_lines_ < kHeadLines && head_.size() < kLineBytesMax) head_ += piece;
    if (line_.size() < kLineBytesMax) line_ += piece;
    bytes.remove_prefix(piece.size());
    if (!whole) break;
    ++head_lines_;
    look_at(line_);
    line_.clear();
  }
}

// "autopkgtest [10:00:00]: test smoke: [-----------------------"
void LogTail::look_at(std::string_view line) {
  constexpr std::string_view kTest = "]: test ";
  if (!line.starts_with("autopkgtest [")) return;
  const auto at = line.find(kTest);
  if (line.contains("]: testbed dpkg architecture: ")) reach(adt::RunPhase::boot);
  if (line.contains("]: testing package ")) reach(adt::RunPhase::setup);
  if (line.contains("]: @@@@@@@@@@@@@@@@@@@@ summary")) phase_ = queue::Phase::collecting;
  if (at == std::string_view::npos) return;
  line.remove_prefix(at + kTest.size());
  const auto name = line.substr(0, line.find(": "));
  const auto rest = line.substr(std::min(name.size() + 2, line.size()));
  if (rest.starts_with("[-----------")) {
    phase_ = queue::Phase::running;
    reach(adt::RunPhase::test_begin);
    test_ = valid_utf8(name);
  } else if (rest.starts_with("-----------")) {
    test_.clear();
    reach(adt::RunPhase::test_end);
  }
}

void LogTail::reach(adt::RunPhase phase) { reached_ = std::max(reached_, phase); }

queue::LogPiece LogTail::since(std::uint64_t from) const {
  const auto kept = std::min(tail_.size(), queue::kLogPieceMax);
  const auto begin = std::clamp(from, bytes_ - kept, bytes_);
  return {begin, tail_.substr(tail_.size() - (bytes_ - begin))};
}

std::string LogTail::text() const {
  auto tail = std::string_view(tail_);
  if (bytes_ > kTailBytes) {
    tail.remove_prefix(tail.size() - std::min(tail.size(), kTailBytes));
    tail.remove_prefix(std::min(tail.find('\n') + 1, tail.size()));  // npos + 1 is 0
  }
  auto head = head_;
  if (!head.empty() && !head.ends_with('\n')) head += '\n';
  return valid_utf8(head) + std::string(kMarker) + valid_utf8(tail);
}

}  // namespace sluice::worker
