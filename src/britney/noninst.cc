#include "britney/noninst.h"

#include "base/text.h"

namespace sluice::britney {

NoninstStatus parse_noninst(std::string_view text, const std::vector<std::string>& architectures) {
  NoninstStatus status;
  for (const auto& arch : architectures) {
    status[arch];
    status[arch + "+all"];
  }
  for (const auto line : base::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto at = status.find(base::trim(line.substr(0, colon)));
    if (at == status.end()) continue;
    // A later line of the same key replaces the earlier one, as in the peers.
    const auto names = base::split_words(line.substr(colon + 1));
    at->second = {names.begin(), names.end()};
  }
  return status;
}

base::Result<NoninstStatus> read_noninst(sys::FileSystem& files, const std::string& file,
                                         const std::vector<std::string>& architectures) {
  const auto view = files.open(file);
  if (!view) return base::fail_with(view.error(), "reading NONINST_STATUS");
  return parse_noninst((*view)->bytes(), architectures);
}

}  // namespace sluice::britney
