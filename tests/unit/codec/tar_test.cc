#include "codec/tar.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/compress.h"
#include "support/tar_text.h"

namespace sluice::codec {
namespace {

using sluice::base::ErrorKind;
using test::tar_of;
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

// testgrid 7.3, 7.5 (A07)
TEST_CASE("tar: links, devices and pipes are refused, and the error names them") {
  struct Row {
    char type;
    const char* why;
  };
  for (const auto& [type, why] : {Row{'1', "is a link"}, Row{'2', "is a link"}, Row{'3', "device"},
                                  Row{'4', "device"}, Row{'6', "pipe"}}) {
    const auto read = read_tar(tar_of({{"a", "1"}, {"b", "", type, "/etc/passwd"}}), kMax);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::invalid);
    CHECK_MESSAGE(read.error().text().contains("\"b\""), read.error().text());
    CHECK_MESSAGE(read.error().text().contains(why), read.error().text());
  }
}

// testgrid 7.5 (A07)
TEST_CASE("tar: a link to the outside and a file through it are refused") {
  const auto outside = tar_of({{"out", "", '2', "/etc"}, {"out/passwd", "x"}});
  CHECK(read_tar(outside, kMax).error().kind == ErrorKind::invalid);
}

// testgrid 7.3
TEST_CASE("tar: a name that leads elsewhere is refused") {
  for (const auto* name : {"/a", "//a", "../a", "x/../a", "./../a", "x/..", ".."})
    CHECK_MESSAGE(
        read_tar(tar_text({{"a", "1"}, {name, "2"}}), kMax).error().kind == ErrorKind::invalid,
        name);
  CHECK(read_tar(tar_text({{"..a", "1"}, {"b..", "2"}}), kMax).value().size() == 2);
}

// testgrid 7.3
TEST_CASE("tar: the name of what is refused cannot forge a line of a log") {
  const auto text = [](const std::string& name) {
    return read_tar(tar_of({{name, "", '2', "x"}}), kMax).error().text();
  };
  CHECK_FALSE(text("a\nerror: all is lost").contains('\n'));
  CHECK_FALSE(text("a\x1b[2J").contains('\x1b'));
}

TEST_CASE("tar: directories are left out") {
  CHECK(read_tar(tar_of({{"./", "", '5'}, {"d/", "", '5'}, {"d/a", "1"}}), kMax).value() ==
        TarFiles{{"d/a", "1"}});
}

// testgrid 7.5 (A07)
TEST_CASE("tar: a size that is a lie is damage") {
  const auto cut = tar_of({{"a", "1", '0', "", std::size_t{1} << 30}});
  CHECK(read_tar(cut, std::uint64_t{1} << 40).error().kind == ErrorKind::corrupt);
}

// testgrid 7.5 (A07)
TEST_CASE("tar: bombs of every packing are refused before they are unpacked") {
  const auto bomb = tar_text({{"a", std::string(4 << 20, '\0')}});
  for (const auto packing : {Compression::gzip, Compression::xz}) {
    const auto packed = compress(bomb, packing);
    CHECK(packed.size() < 20'000);
    CHECK(read_tar(packed, kMax).error().kind == ErrorKind::invalid);
    CHECK(read_tar(compress(packed, Compression::gzip), kMax).error().kind == ErrorKind::invalid);
  }
}

// testgrid 7.5 (A07)
TEST_CASE("tar: nothing runs a program of this machine to unpack it") {
  const auto tar = tar_text({{"a", "1"}});
  for (const auto& magic : {std::string("LRZI\0\6", 6), std::string("\x89LZO\0\r\n\x1a\n", 9),
                            std::string("GRZipII\0", 8), std::string("begin 644 a\n"),
                            std::string("\xed\xab\xee\xdb", 4)}) {
    const auto read = read_tar(magic + tar, kMax);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::corrupt);
  }
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
