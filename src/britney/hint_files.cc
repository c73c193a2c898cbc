#include "britney/hint_files.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "migrate/hint_parser.h"

namespace sluice::britney {
namespace {

using base::Level;
using migrate::HintType;

// The user name of --hints, and the name of that "file" in messages.
constexpr std::string_view kCommandLine = "command-line";

class HintReader {
 public:
  HintReader(const Config& config, const deb::Snapshot& snapshot)
      : snapshot_(snapshot), known_(migrate::known_hints(config.settings)) {}

  void add(std::string_view text, std::string_view user, std::string_view file,
           const migrate::HintPermissions& permissions) {
    auto content = migrate::parse_hints(text, user, file, permissions, known_, snapshot_);
    for (auto& each : content.messages) say(each.level, std::move(each.text));
    for (auto& hint : content.hints) read_.value.add(std::move(hint));
  }

  void say(Level level, std::string text) { read_.messages.push_back({level, std::move(text)}); }

  Read<migrate::HintSet> settle() {
    auto& hints = read_.value;
    for (auto& warning : hints.settle_duplicates()) say(Level::warning, std::move(warning));
    if (hints.of_type(HintType::block).empty() && hints.of_type(HintType::block_udeb).empty())
      say(Level::warning, "WARNING: No block hints at all, not even udeb ones!");
    return std::move(read_);
  }

 private:
  const deb::Snapshot& snapshot_;
  migrate::KnownHints known_;
  Read<migrate::HintSet> read_;
};

}  // namespace

Read<migrate::HintSet> read_hints(sys::FileSystem& files, const Config& config,
                                  const std::string& command_line, const deb::Snapshot& snapshot,
                                  HintsPlace place) {
  HintReader reader(config, snapshot);
  const auto add_command_line = [&] {
    if (command_line.empty()) return;
    migrate::HintPermissions everything;
    everything.all = true;
    reader.add(base::replace_all(command_line, ";", "\n"), kCommandLine, kCommandLine, everything);
  };
  if (place == HintsPlace::first) add_command_line();
  for (const auto& user : config.hint_users) {
    const auto file = config.paths.hints_dir + "/" + user.name;
    const auto view = files.open(file);
    if (view) {
      reader.say(Level::info, fmt::format("Loading hints list from {}", file));
      reader.add((*view)->bytes(), user.name, file, user.permissions);
    } else if (view.error().kind == base::ErrorKind::not_found) {
      reader.say(Level::error, fmt::format("Cannot read hints list from {}, no such file!", file));
    } else {
      reader.say(Level::error,
                 fmt::format("Cannot read hints list from {}: {}", file, view.error().text()));
    }
  }
  if (place == HintsPlace::last) add_command_line();
  return reader.settle();
}

}  // namespace sluice::britney
