#include "queue/file_request_queue.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

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
  {
    const auto view = files_.open(path_);
    if (!view && view.error().kind != base::ErrorKind::not_found)
      return all(SendState::not_sent, view.error().text());
    if (view && !unfinished_line((*view)->bytes()).empty()) lines = "\n";
  }
  for (const auto& request : requests) lines += adt::request_line(request);
  if (const auto written = files_.append(path_, lines); !written)
    return all(SendState::unconfirmed, written.error().text());
  return all(SendState::confirmed, "");
}

base::Result<std::vector<SendState>> FileRequestQueue::look_for(
    std::span<const adt::TestRequest> requests) {
  std::vector<SendState> states(requests.size(), SendState::not_sent);
  if (requests.empty()) return states;
  const auto text = bytes_of_file(files_, path_);
  if (!text) return std::unexpected(text.error());
  std::unordered_set<std::string_view> lines;  // into `text`
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    lines.insert(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  const auto torn = unfinished_line(*text);
  std::string missing_end;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto line = adt::request_line(requests[i]);
    if (lines.contains(line)) states[i] = SendState::confirmed;
    if (torn.empty() || !missing_end.empty() || !line.starts_with(torn)) continue;
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
