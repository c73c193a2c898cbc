#include "adt/names.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::adt {

// autopkgtest 1.6, 5.3
TEST_CASE("names: what a stranger may write") {
  const std::string huge(5000, 'a');
  const struct {
    const char* name;
    base::Result<void> (*check)(std::string_view);
    std::string_view text;
    bool good;
  } cases[] = {
      {"package", check_package, "libfoo2.0-dev+x", true},
      {"capitals: old workers take them", check_package, "Foo", true},
      {"one letter", check_package, "a", true},
      {"path", check_package, "../etc", false},
      {"hidden", check_package, ".foo", false},
      {"blank", check_package, "a b", false},
      {"slash", check_package, "a/b", false},
      {"too long", check_package, huge, false},
      {"tested", check_tested, "libfoo2.0-dev+x", true},
      {"tested: no name", check_tested, "../x", false},
      {"tested: a file of changes", check_tested, "x.changes", false},
      {"tested: a source", check_tested, "x_1-1.dsc", false},
      {"tested: a binary", check_tested, "x.deb", false},
      {"tested: only like one", check_tested, "x-deb", true},
      {"a trigger is not tested", check_trigger, "x.deb/1", true},
      {"version", check_version, "1:2.0~rc1+b2-3", true},
      {"version with a path", check_version, "1/..", false},
      {"trigger", check_trigger, "foo/1:2-3", true},
      {"baseline trigger", check_trigger, "migration-reference/0", true},
      {"trigger without version", check_trigger, "foo/", false},
      {"no trigger", check_trigger, "foo", false},
      {"release", check_release, "noble", true},
      {"release with a dash", check_release, "no-ble", false},
      {"architecture", check_arch, "amd64v3", true},
      {"variable", check_env, "A_b=x y;z", true},
      {"variable without name", check_env, "=x", false},
      {"variable of two lines", check_env, "A=x\ny", false},
      {"option", check_env, "--A=x", false},
      {"forged triggers", check_env, "ADT_TEST_TRIGGERS=glibc/9", false},
      {"forged triggers, none", check_env, "ADT_TEST_TRIGGERS=", false},
      {"a name that begins like it", check_env, "ADT_TEST_TRIGGERS_X=1", true},
      {"forged triggers of an older program's row", check_variable, "ADT_TEST_TRIGGERS=a/1", true},
      {"git", check_git, "https://h.example/x.git#refs/pull/3/head", true},
      {"git over a shell", check_git, "ext::sh", false},
      {"git with a command", check_git, "https://h/$(id)", false},
      {"file", check_git, "file:///etc", false},
      {"test name", check_testname, "smoke_1.2", true},
      {"test name as option", check_testname, "--x", false},
      {"PPA", check_ppa, "user/ppa", true},
      {"PPA with key", check_ppa, "user/ppa:0123ABCD", true},
      {"private PPA", check_ppa, "me:tok3n@user/ppa:0123ABCD", true},
      {"PPA without name", check_ppa, "user/", false},
      {"PPA with a path", check_ppa, "user/a/b", false},
      {"PPA with half credentials", check_ppa, "me@user/ppa", false},
      {"person", check_person, "jane@example.org", true},
      {"person with a header", check_person, "a\r\nb", false},
  };
  for (const auto& c : cases) CHECK_MESSAGE(c.check(c.text).has_value() == c.good, c.name);
}

// testgrid 7
TEST_CASE("names: an error shows no token and no control characters") {
  CHECK(check_ppa("me:s3cret@user/a/b").error().text().find("s3cret") == std::string::npos);
  CHECK(check_package("a\nb").error().text() ==
        "\"a?b\" is no package name (letters, digits, \".\", \"+\" and \"-\")");
}

// autopkgtest 2.8
TEST_CASE("names: what is before an @ is hidden, however it is written, and nothing else") {
  const struct {
    const char* name;
    std::string_view text, hidden;
  } cases[] = {
      {"nothing", "foo\n{\"triggers\": [\"a/1\"]}", "foo\n{\"triggers\": [\"a/1\"]}"},
      {"token", "[\"o/p\", \"me:s3cret@o/p\"]", "[\"o/p\", \"***@o/p\"]"},
      {"half of one", "\"s3cret@o/p\"", "\"***@o/p\""},
      {"password", "https://me:s3cret@h/x", "***@h/x"},
      {"written otherwise", "\"me:s3cret\\u0040o/p\"", "\"***@o/p\""},
      {"two in one", "a:s3cret@b:s3cret@o/p", "***@o/p"},
      {"two words", "a:s3cret@o/p b:s3cret@o/p", "***@o/p ***@o/p"},
      {"no one before it", "@o/p @", "@o/p @"},
      {"none", "", ""},
  };
  for (const auto& c : cases) CHECK_MESSAGE(without_credentials(c.text) == c.hidden, c.name);
  CHECK(check_git("file://me:s3cret@h/x").error().text().starts_with("\"***@h/x\" is no git URL"));
}

}  // namespace sluice::adt
