#include "migrate/built_by.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;

// migration 9 (d)
TEST_CASE("built by: all binaries of a source, of every suite, architecture and version") {
  const auto snapshot = support::archive({"amd64", "arm64"})
                            .testing()
                            .package("lib", "1")
                            .package("other", "1")
                            .unstable()
                            .package("lib", "2")
                            .build();
  const migrate::BuiltBy built_by(*snapshot);
  const auto count = [&](const char* name) {
    const auto source = snapshot->symbols.find_name(name);
    for (const auto ref : built_by[source]) CHECK(snapshot->record(ref).source == source);
    return built_by[source].size();
  };
  CHECK(count("lib") == 4);
  CHECK(count("other") == 2);
}
