#include "results/dir_result_store.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/memory_files.h"
#include "support/temporary_directory.h"

namespace sluice::results {
namespace {

using base::ErrorKind;

const std::string kDirContainer = "autopkgtest-noble";
const std::string kRun = "noble/amd64/g/green/20260102_030405_a1b2c@/";

Object text(const std::string& bytes) {
  Object object;
  object.bytes = bytes;
  return object;
}

struct DirScene {
  DirScene() { REQUIRE(store.ensure_container(kDirContainer, Readers{})); }
  test::MemoryFileSystem files;
  DirResultStore store{files, "/results"};
};

// Counts the directories that are read; of everything else it is the disk below.
class Counting final : public sys::FileSystem {
 public:
  explicit Counting(sys::FileSystem& files) : files_(files) {}
  base::Result<std::unique_ptr<sys::FileView>> open(const std::string& path) override {
    return files_.open(path);
  }
  base::Result<sys::FileStatus> status(const std::string& path) override {
    return files_.status(path);
  }
  base::Result<std::vector<std::string>> list(const std::string& directory) override {
    listed.push_back(directory);
    return files_.list(directory);
  }
  base::Result<void> replace(const std::string& path, std::string_view bytes) override {
    return files_.replace(path, bytes);
  }
  base::Result<void> append(const std::string& path, std::string_view bytes) override {
    return files_.append(path, bytes);
  }
  base::Result<void> create_directories(const std::string& path) override {
    return files_.create_directories(path);
  }
  base::Result<void> remove(const std::string& path) override { return files_.remove(path); }
  base::Result<void> rename(const std::string& from, const std::string& to) override {
    return files_.rename(from, to);
  }
  base::Result<std::unique_ptr<sys::FileLock>> lock(const std::string& path) override {
    return files_.lock(path);
  }
  std::vector<std::string> listed;

 private:
  sys::FileSystem& files_;
};

}  // namespace

// autopkgtest 3
TEST_CASE("directory store: an object is a file that any tool can read") {
  DirScene scene;

  REQUIRE(scene.store.put(kDirContainer, kRun + "log.gz", text("bytes")));

  CHECK(scene.files.read("/results/autopkgtest-noble/" + kRun + "log.gz").value() == "bytes");
}

// autopkgtest 3, testgrid 1.4
TEST_CASE("directory store: a full disk and a crash at any write leave whole objects or none") {
  const auto name = kRun + "result.tar";
  for (int nth = 1; nth <= 2; ++nth) {
    CAPTURE(nth);
    DirScene scene;
    scene.files.fill_up_at(nth);
    REQUIRE_FALSE(scene.store.put(kDirContainer, name, text("bytes")));
    scene.files.crash();
    scene.files.fill_up_at(0);

    DirResultStore after(scene.files, "/results");
    CHECK(after.get(kDirContainer, name).error().kind == ErrorKind::not_found);
    CHECK(after.list(kDirContainer, {})->empty());
    CHECK(after.list(kDirContainer, {.delimiter = '@'})->empty());
    CHECK(after.put(kDirContainer, name, text("other bytes")));
    CHECK(after.get(kDirContainer, name)->bytes == "other bytes");
  }
}

// autopkgtest 3
TEST_CASE("directory store: a put that returned survives a crash") {
  DirScene scene;
  REQUIRE(scene.store.put(kDirContainer, "r/x", text("bytes")));

  scene.files.crash();

  CHECK(scene.store.get(kDirContainer, "r/x")->bytes == "bytes");
}

// autopkgtest 3
TEST_CASE("directory store: bytes whose head was removed never meet another head") {
  DirScene scene;
  scene.files.put("/results/autopkgtest-noble/r/x", "old");  // a crash undid half of a removal

  CHECK(scene.store.get(kDirContainer, "r/x").error().kind == ErrorKind::not_found);
  scene.files.fill_up_at(2);  // the head is written, the bytes are not
  REQUIRE_FALSE(scene.store.put(kDirContainer, "r/x", text("new")));
  scene.files.crash();

  CHECK(scene.store.get(kDirContainer, "r/x").error().kind == ErrorKind::not_found);
}

// autopkgtest 3
TEST_CASE("directory store: what is no object of ours is not listed") {
  DirScene scene;
  REQUIRE(scene.store.put(kDirContainer, "r/x", text("bytes")));
  const std::string at = "/results/autopkgtest-noble/";
  scene.files.put(at + "r/.x.4711.new", "half");          // of a write that was cut off
  scene.files.put(at + "r/.sluice-head-y", "{}");         // of an object that never came
  scene.files.put(at + "r/notes.txt", "of an operator");  // without a head
  scene.files.put("/results/lost+found/x", "");

  CHECK(scene.store.list(kDirContainer, {})->size() == 1);
  CHECK(scene.store.containers().value() == std::vector<std::string>{kDirContainer});
}

// autopkgtest 3
TEST_CASE("directory store: a listing reads no directory that cannot add to it") {
  test::MemoryFileSystem files;
  Counting counting(files);
  DirResultStore store(counting, "/results");
  REQUIRE(store.ensure_container(kDirContainer, Readers{}));
  const std::string green = "noble/amd64/g/green/";
  for (const auto* run : {"1@", "2@", "3@", "4@"})
    REQUIRE(store.put(kDirContainer, green + run + "/result.tar", text(run)));
  REQUIRE(store.put(kDirContainer, "noble/amd64/g/greener/5@/result.tar", text("")));
  counting.listed.clear();

  const auto page = store.list(
      kDirContainer, {.prefix = green, .delimiter = '@', .marker = green + "2@", .limit = 1});

  REQUIRE(page);
  CHECK(page->at(0).name == green + "3@");
  const auto at = "/results/autopkgtest-noble/" + green;
  // 2@ is read because its names are greater than the marker.
  CHECK(counting.listed ==
        std::vector<std::string>{at.substr(0, at.size() - 1), at + "2@", at + "3@"});
}

// autopkgtest 3
TEST_CASE("directory store: damage is told, and never served") {
  DirScene scene;
  const auto path = "/results/autopkgtest-noble/r/";
  for (const auto* name : {"cut", "changed", "headless", "fine"})
    REQUIRE(scene.store.put(kDirContainer, "r/" + std::string(name), text("bytes")));
  scene.files.put(path + std::string("cut"), "byte");
  scene.files.put(path + std::string("changed"), "bytez");
  scene.files.put(path + std::string(".sluice-head-headless"), "{\"size\": 5");

  for (const auto* name : {"cut", "changed", "headless"}) {
    CAPTURE(name);
    const auto found = scene.store.get(kDirContainer, "r/" + std::string(name));
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::corrupt);
    CHECK(found.error().text().contains(path));
    CHECK_FALSE(scene.store.put(kDirContainer, "r/" + std::string(name), text("bytes")));
  }
  CHECK(scene.store.list(kDirContainer, {}).error().kind == ErrorKind::corrupt);
  REQUIRE(scene.store.remove(kDirContainer, "r/headless"));
  CHECK(scene.store.put(kDirContainer, "r/headless", text("bytes")));
}

// autopkgtest 3
TEST_CASE("directory store: names that a directory cannot hold are refused") {
  DirScene scene;

  for (const auto& name : {std::string("r/.sluice-head-x"), std::string(".sluice-container"),
                           "r/" + std::string(201, 'a')}) {
    CAPTURE(name);
    CHECK(scene.store.put(kDirContainer, name, text("x")).error().kind == ErrorKind::invalid);
  }
  CHECK(scene.store.ensure_container(".sluice-x", Readers{}).error().kind == ErrorKind::invalid);
}

TEST_CASE("directory store: types that would break a header are refused") {
  DirScene scene;
  auto object = text("x");
  object.head.content_type = "text/plain\r\nX-Evil: 1";

  CHECK(scene.store.put(kDirContainer, "x", object).error().kind == ErrorKind::invalid);
}

TEST_CASE("directory store: damaged readers are told") {
  DirScene scene;
  scene.files.put("/results/autopkgtest-noble/.sluice-container", "{}");

  CHECK(scene.store.readers_of(kDirContainer).error().kind == ErrorKind::corrupt);
}

// autopkgtest 2.7, 2.8
TEST_CASE("dir store: a container that is not for everybody is closed to other users") {
  using std::filesystem::perms;
  const test::TemporaryDirectory folder;
  const auto files = sys::posix_file_system();
  DirResultStore store(*files, folder.root);

  REQUIRE(store.ensure_container("autopkgtest-noble", Readers{}));
  REQUIRE(store.ensure_container("private-autopkgtest-noble-o-p", {.everybody = false}));

  const auto others = [&](const char* name) {
    return std::filesystem::status(folder.root + "/" + name).permissions() &
           (perms::group_all | perms::others_all);
  };
  CHECK(others("private-autopkgtest-noble-o-p") == perms::none);
  CHECK((others("autopkgtest-noble") & perms::others_read) == perms::others_read);
  CHECK(store.put("private-autopkgtest-noble-o-p", "a/b", text("x")));
}

}  // namespace sluice::results
