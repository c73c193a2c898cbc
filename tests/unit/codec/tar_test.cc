#include "codec/tar.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/compress.h"
#include "support/tar_text.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;
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

}  // namespace sluice::codec
