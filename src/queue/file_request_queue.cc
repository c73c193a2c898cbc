#include "queue/file_request_queue.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace sluice::queue {
namespace {

// What stands after the last newline.
std::string_view unfinished_line(std::string_view text) {
  const auto end = text.rfind('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

// The bytes of a file that may not be there yet.
base::Result<std::string> bytes_of_file(sys::FileSystem& files, const std::string& path) {
  auto text = files.read(path);
  if (!text && text.error().kind == base::ErrorKind::not_found) return std::string();
  return text;
}

}  // namespace

std::vector<SendOutcome> FileRequestQueue::publish(std::span<const adt::TestRequest> requests) {
  const auto all = [&](SendState state, std::string why) {
    return std::vector<SendOutcome>(requests.size(), {state, std::move(why)});
  };
  if (requests.empty()) return {};
  std::string lines;
  std::int64_t before = 0;
  {
    const auto view = files_.open(path_);
    if (view) before = static_cast<std::int64_t>((*view)->bytes().size());
    if (!view && view.error().kind != base::ErrorKind::not_found)
      return all(SendState::not_sent, view.error().text());
    if (view && !unfinished_line((*view)->bytes()).empty()) lines = "\n";
  }
  for (const auto& request : requests) lines += adt::request_line(request);
  const auto written = files_.append(path_, lines);
  if (written) return all(SendState::confirmed, "");
  // Some of it may be there: a peer that comes next must not take the rest for sent.
  const auto states = look_for(requests, std::vector<std::int64_t>(requests.size(), before));
  auto outcomes = all(SendState::unconfirmed, written.error().text());
  for (std::size_t i = 0; states && i < requests.size(); ++i) {
    outcomes[i].state = (*states)[i];
    if (outcomes[i].state == SendState::confirmed) outcomes[i].why.clear();
  }
  return outcomes;
}

std::int64_t FileRequestQueue::position() {
  const auto view = files_.open(path_);
  return view ? static_cast<std::int64_t>((*view)->bytes().size()) : 0;
}

base::Result<std::vector<SendState>> FileRequestQueue::look_for(
    std::span<const adt::TestRequest> requests, std::span<const std::int64_t> behind) {
  std::vector<SendState> states(requests.size(), SendState::not_sent);
  if (requests.empty()) return states;
  const auto text = bytes_of_file(files_, path_);
  if (!text) return std::unexpected(text.error());
  std::unordered_map<std::string_view, std::size_t> lines;  // into `text`; where it stands last
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    lines.insert_or_assign(rest.substr(0, size), text->size() - rest.size());
    rest.remove_prefix(size);
  }
  // Of a file that is shorter now, its reader has taken the beginning away.
  const auto begin_for = [&](std::size_t i) {
    const auto at = i < behind.size() ? static_cast<std::size_t>(behind[i]) : 0;
    return at > text->size() ? 0 : at;
  };
  const auto torn = unfinished_line(*text);
  std::string missing_end;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto line = adt::request_line(requests[i]);
    const auto there = lines.find(line);
    if (there != lines.end() && there->second >= begin_for(i)) states[i] = SendState::confirmed;
    if (torn.empty() || !missing_end.empty() || !line.starts_with(torn)) continue;
    if (text->size() - torn.size() < begin_for(i)) continue;
    if (states[i] == SendState::confirmed) continue;
    states[i] = SendState::confirmed;
    missing_end = line.substr(torn.size());
  }
  if (missing_end.empty()) return states;
  if (auto written = files_.append(path_, missing_end); !written)
    return std::unexpected(std::move(written.error()));
  return states;
}

}  // namespace sluice::queue
