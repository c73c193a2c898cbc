#include "codec/tar.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/compress.h"
#include "support/tar_text.h"

namespace sluice::codec {
namespace {

using sluice::base::ErrorKind;
using test::tar_text;

constexpr std::uint64_t kMax = 1 << 20;

}  // namespace

TEST_CASE("tar: files by name, with and without the leading dot") {
  const auto files =
      read_tar(tar_text({{"exitcode", "0\n"}, {"./duration", "7"}, {"x", ""}}), kMax);

  CHECK(files.value() == TarFiles{{"exitcode", "0\n"}, {"duration", "7"}, {"x", ""}});
}

TEST_CASE("tar: of two files of one name the last counts; compressed is read too") {
  const auto tar = compress(tar_text({{"a", "1"}, {"a", "2"}}), Compression::gzip);

  CHECK(read_tar(tar, kMax).value() == TarFiles{{"a", "2"}});
}

TEST_CASE("tar: what is no tar, and what is cut off, is corrupt") {
  const auto tar = tar_text({{"a", std::string(2000, 'x')}});

  CHECK(read_tar("", kMax).error().kind == ErrorKind::corrupt);
  CHECK(read_tar("<html>no</html>", kMax).error().kind == ErrorKind::corrupt);
  CHECK(read_tar(std::string_view(tar).substr(0, 300), kMax).error().kind == ErrorKind::corrupt);
  CHECK(read_tar(std::string_view(tar).substr(0, 1500), kMax).error().kind == ErrorKind::corrupt);
}

TEST_CASE("tar: bombs are refused") {
  CHECK(read_tar(tar_text({{"a", std::string(2000, 'x')}}), 1999).error().kind ==
        ErrorKind::invalid);
  const auto many = tar_text(std::vector(1001, std::pair<std::string, std::string>{"a", ""}));
  CHECK(read_tar(many, kMax).error().kind == ErrorKind::invalid);
}

// autopkgtest 2.7
TEST_CASE("tar: what is written is read back, the same files give the same bytes") {
  const TarFiles files{
      {"exitcode", "0\n"}, {"artifacts/a b", std::string(2000, 'x')}, {std::string(300, 'n'), ""}};

  const auto bytes = write_tar(files, 1'700'000'000);

  CHECK(read_tar(bytes, 10'000).value() == files);
  CHECK(bytes == write_tar(files, 1'700'000'000));
}

TEST_CASE("tar: a short name is written as ustar, which every reader knows") {
  const auto bytes = write_tar({{"exitcode", "0\n"}}, 0);

  CHECK(bytes.substr(0, 9) == std::string("exitcode\0", 9));
  CHECK(bytes.substr(257, 5) == "ustar");
  CHECK(bytes.size() == 10'240);
}

TEST_CASE("tar: no files are an empty archive") {
  CHECK(read_tar(write_tar({}, 0), 10).value().empty());
}

}  // namespace sluice::codec
