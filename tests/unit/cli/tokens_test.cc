#include "cli/tokens.h"

#include <doctest/doctest.h>

#include "codec/digest.h"
#include "support/memory_files.h"

namespace sluice::cli {
namespace {

using web::Role;

std::string line_of(const std::string& role, const std::string& token, const std::string& name) {
  return role + " " + codec::sha256_hex(token) + " " + name + "\n";
}

struct TokensScene {
  base::Result<std::string> make(const std::string& role, const std::string& name) {
    std::string token;
    const auto made = make_token(files, "s/tokens", role, name, [&](const std::string& text) {
      token = text;
      return base::Result<void>();
    });
    if (!made) return std::unexpected(made.error());
    return token;
  }

  test::MemoryFileSystem files;
  Tokens tokens{files, "s/tokens"};
};

}  // namespace

// testgrid 7.1
TEST_CASE("tokens: each has the role of its line, an unknown one has none") {
  TokensScene s;
  (void)s.files.replace("s/tokens", line_of("worker", "w", "host-1") + "# a comment\n\n" +
                                        line_of("submitter", "s", "bot") +
                                        line_of("admin", "a", "jane"));
  CHECK(s.tokens.role_of("w") == Role::worker);
  CHECK(s.tokens.role_of("s") == Role::submitter);
  CHECK(s.tokens.role_of("a") == Role::admin);
  CHECK(s.tokens.role_of("x") == Role::nobody);
  CHECK(s.tokens.role_of("") == Role::nobody);
  CHECK(s.tokens.role_of(codec::sha256_hex("a")) == Role::nobody);
}

// testgrid 7.1
TEST_CASE("tokens: where there is none, everybody may do everything") {
  TokensScene s;
  CHECK(s.tokens.empty());
  CHECK(s.tokens.role_of("") == Role::admin);
  (void)s.files.replace("s/tokens", "");
  CHECK(s.tokens.empty());
}

// testgrid 7.1
TEST_CASE("tokens: a file that changes is read again") {
  TokensScene s;
  (void)s.files.replace("s/tokens", line_of("worker", "w", "host-1"));
  CHECK(s.tokens.role_of("a") == Role::nobody);
  (void)s.files.append("s/tokens", line_of("admin", "a", "jane"));
  CHECK(s.tokens.role_of("a") == Role::admin);
  (void)s.files.replace("s/tokens", line_of("worker", "w", "host-1"));
  CHECK(s.tokens.role_of("a") == Role::nobody);
}

// Taking the last line away, or the file, must not open the house.
TEST_CASE("tokens: after there was one, a file that is gone or empty gives nobody rights") {
  TokensScene s;
  (void)s.files.replace("s/tokens", line_of("admin", "a", "jane"));
  CHECK(s.tokens.role_of("a") == Role::admin);
  (void)s.files.replace("s/tokens", "");
  CHECK(s.tokens.role_of("a") == Role::nobody);
  (void)s.files.remove("s/tokens");
  CHECK(s.tokens.role_of("") == Role::nobody);
}

TEST_CASE("tokens: a file of which no line is understood opens nothing") {
  TokensScene s;
  (void)s.files.replace("s/tokens", "operator 123 jane\n");
  CHECK_FALSE(s.tokens.empty());
  CHECK(s.tokens.role_of("") == Role::nobody);
}

// testgrid 7.1
TEST_CASE("tokens: a new one is noted as its hash and known at once") {
  TokensScene s;
  const auto token = s.make("submitter", "bot").value();
  CHECK(token.starts_with("sluice_"));
  CHECK(token.size() == 71);
  CHECK(s.files.read("s/tokens").value() == line_of("submitter", token, "bot"));
  CHECK(s.tokens.role_of(token) == Role::submitter);
}

TEST_CASE("tokens: a name has one, and is one word") {
  TokensScene s;
  REQUIRE(s.make("worker", "host-1"));
  const auto kind_of = [&](const std::string& name) {
    const auto added = s.make("admin", name);
    return added ? base::ErrorKind::corrupt : added.error().kind;
  };
  CHECK(kind_of("host-1") == base::ErrorKind::conflict);
  CHECK(kind_of("") == base::ErrorKind::invalid);
  CHECK(kind_of("two words") == base::ErrorKind::invalid);
  CHECK(kind_of("line\nadmin") == base::ErrorKind::invalid);
  CHECK(kind_of("\x1b[2J") == base::ErrorKind::invalid);
}

// Else its owner could never have one.
TEST_CASE("tokens: a token that could not be handed over is not noted") {
  TokensScene s;
  const auto made = make_token(s.files, "s/tokens", "worker", "host-1", [](const std::string&) {
    return base::Result<void>(base::fail(base::ErrorKind::denied, "no such place"));
  });
  CHECK_FALSE(made);
  CHECK_FALSE(s.files.status("s/tokens"));
}

TEST_CASE("tokens: a full disk gives no token") {
  TokensScene s;
  s.files.fill_up_at(1);
  CHECK_FALSE(s.make("worker", "host-1"));
}

}  // namespace sluice::cli
