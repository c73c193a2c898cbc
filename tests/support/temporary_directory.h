// A directory of the real file system that goes away with the value. Errors end the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/check.h"

namespace sluice::test {

struct TemporaryDirectory {
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    base::check(::mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
    root = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(root); }

  std::string root;  // absolute, without `/` at its end
};

}  // namespace sluice::test
