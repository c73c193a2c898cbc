#include "britney/hint_files.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/memory_files.h"

namespace sluice::britney {
namespace {

using base::Level;

struct HintSetting {
  HintSetting() {
    config.paths.hints_dir = "Hints";
    snapshot = support::archive().testing().package("a", "1").unstable().package("a", "2").build();
  }
  void user(const std::string& name, const std::string& permissions) {
    config.hint_users.push_back({name, migrate::parse_permissions(permissions)});
  }
  Read<migrate::HintSet> read(const std::string& command_line = "") {
    return read_hints(files, config, command_line, *snapshot);
  }
  test::MemoryFileSystem files;
  Config config;
  std::shared_ptr<const deb::Snapshot> snapshot;
};

bool has(const Messages& messages, Level level, const std::string& text) {
  return std::ranges::find(messages, Message{level, text}) != messages.end();
}

}  // namespace

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: read in the order of the configuration, after the command line") {
  HintSetting setting;
  setting.user("zoe", "ALL");
  setting.user("ada", "ALL");
  setting.files.put("Hints/ada", "urgent a/2\n");
  setting.files.put("Hints/zoe", "force a/2\n");

  const auto read = setting.read("block b; remove a/1");

  const auto hints = read.value.all();
  REQUIRE(hints.size() == 4);
  CHECK(hints[0].user == "command-line");
  CHECK(hints[1].user == "command-line");
  CHECK(hints[1].type == migrate::HintType::remove);
  CHECK(hints[2].user == "zoe");
  CHECK(hints[3].user == "ada");
  CHECK(has(read.messages, Level::info, "Loading hints list from Hints/zoe"));
}

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: a missing file is one error line") {
  HintSetting setting;
  setting.user("ada", "ALL");

  const auto read = setting.read();

  CHECK(has(read.messages, Level::error, "Cannot read hints list from Hints/ada, no such file!"));
  CHECK(read.value.all().empty());
}

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: nobody blocking anything is a warning") {
  HintSetting setting;
  const std::string warning = "WARNING: No block hints at all, not even udeb ones!";

  CHECK(has(setting.read().messages, Level::warning, warning));
  CHECK_FALSE(has(setting.read("block a").messages, Level::warning, warning));
  CHECK_FALSE(has(setting.read("block-udeb a").messages, Level::warning, warning));
}

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: permissions are those of the user") {
  HintSetting setting;
  setting.user("ada", "remark");
  setting.files.put("Hints/ada", "block a\n");

  const auto read = setting.read();

  CHECK(read.value.all().empty());
  CHECK(has(read.messages, Level::info,
            "Ignoring \"block\" hint from ada found in Hints/ada (line 1): The hint is not a part "
            "of the permitted hints for ada"));
}

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: duplicates are settled with a warning") {
  HintSetting setting;
  setting.user("ada", "ALL");
  setting.user("zoe", "ALL");
  setting.files.put("Hints/ada", "block a\n");
  setting.files.put("Hints/zoe", "block a\n");

  const auto read = setting.read();

  CHECK(read.value.of_type(migrate::HintType::block).size() == 1);
  CHECK(read.value.of_type(migrate::HintType::block)[0]->user == "zoe");
  CHECK(std::ranges::count(read.messages, Level::warning, &Message::level) == 1);
}

// migration 1.2, 6.1, 6.3
TEST_CASE("hint files: a directory in place of a file costs that user") {
  HintSetting setting;
  setting.user("ada", "ALL");
  REQUIRE(setting.files.create_directories("Hints/ada"));

  const auto read = setting.read();

  CHECK(read.messages[0].level == Level::error);
  CHECK(read.messages[0].text.starts_with("Cannot read hints list from Hints/ada: "));
}

}  // namespace sluice::britney
