#include "codec/yaml_scalar.h"

#include <doctest/doctest.h>
#include <cmath>
#include <limits>

using namespace sluice::codec;

namespace {
struct ScalarRow {
  const char* plain;
  ScalarKind kind;
};
}  // namespace

// The answers are PyYAML 6's.
TEST_CASE("yaml scalar: plain text has the type that YAML 1.1 gives it") {
  using enum ScalarKind;
  const ScalarRow rows[] = {
      {"", null},
      {"~", null},
      {"NULL", null},
      {"nUll", text},
      {"yes", boolean},
      {"Off", boolean},
      {"y", text},
      {"tRue", text},
      {"0", integer},
      {"-1_000", integer},
      {"010", integer},
      {"08", text},
      {"0x1f", integer},
      {"0b101", integer},
      {"190:20:30", integer},
      {"190:70", text},
      {"1.5", real},
      {"1.", real},
      {".5", real},
      {"-.5", text},
      {"1e5", text},
      {"1.0e5", text},
      {"1.0e+5", real},
      {"1:20.5", real},
      {"-.inf", real},
      {".NaN", real},
      {"2026-11-20", timestamp},
      {"2026-1-2", text},
      {"2026-11-20 20:15:06.99", timestamp},
      {"2026-1-2T3:04:05Z", timestamp},
      {"2026-11-20 20:15:06 +01:00", timestamp},
      {"<<", merge},
      {"=", default_value},
      {"1-1", text},
      {"1.2-3", text},
      {"-foo", text},
      {"1.2.3", text},
      {"+", text},
      {"-", text},
      {".", text},
      {"1:1.2-3", text},
  };
  for (const auto& row : rows) {
    CAPTURE(row.plain);
    CHECK(scalar_kind(row.plain) == row.kind);
  }
}

TEST_CASE("yaml scalar: numbers are read in every base") {
  CHECK(scalar_value("010") == Value(8));
  CHECK(scalar_value("-0x1F") == Value(-31));
  CHECK(scalar_value("+0b101") == Value(5));
  CHECK(scalar_value("1_000") == Value(1000));
  CHECK(scalar_value("1:30") == Value(90));
  CHECK(scalar_value("1:30.5") == Value(90.5));
  CHECK(scalar_value("-9223372036854775808") == Value(std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("yaml scalar: an integer that does not fit becomes a real") {
  CHECK(scalar_value("9223372036854775808") == Value(9223372036854775808.0));
  CHECK(scalar_value("-0xffffffffffffffff") == Value(-18446744073709551615.0));
}

TEST_CASE("yaml scalar: reals out of range become infinity or zero") {
  CHECK(scalar_value("1.0e+999") == Value(std::numeric_limits<double>::infinity()));
  CHECK(scalar_value("1.0e-999") == Value(0.0));
}

TEST_CASE("yaml scalar: a real is written so that YAML 1.1 reads the same real") {
  for (const double number : {10.0, 2.009259259259259, 1e20, 1.5e-7, -0.1, 1e300, 5e-324}) {
    CAPTURE(number);
    CHECK(scalar_value(yaml_text_of(number)) == Value(number));
  }
  CHECK(yaml_text_of(10.0) == "10.0");
  CHECK(yaml_text_of(1e20) == "1.0e+20");
  CHECK(yaml_text_of(-std::numeric_limits<double>::infinity()) == "-.inf");
  CHECK(std::isnan(std::get<double>(scalar_value(yaml_text_of(std::nan(""))))));
}

TEST_CASE("yaml scalar: an explicit type takes only what it can read") {
  CHECK(scalar_value_as("12", ScalarKind::text) == Value("12"));
  CHECK(scalar_value_as("12", ScalarKind::real) == Value(12.0));
  CHECK_FALSE(scalar_value_as("x", ScalarKind::integer));
}
