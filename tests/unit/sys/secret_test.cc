#include "sys/secret.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

namespace sluice::sys {

TEST_CASE("secret: as many digits as asked for, never the same twice") {
  const auto first = random_hex(32), second = random_hex(32);
  CHECK(first.size() == 64);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(first != second);
}

TEST_CASE("secret: a key is what its file has between white space") {
  test::MemoryFileSystem files;
  files.put("key", " s3cret\n");
  files.put("empty", "\n");
  CHECK(read_key(files, "key").value() == "s3cret");
  CHECK(read_key(files, "empty").error().kind == base::ErrorKind::invalid);
  CHECK(read_key(files, "missing").error().kind == base::ErrorKind::not_found);
}

}  // namespace sluice::sys
