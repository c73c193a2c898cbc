#include "codec/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace sluice::codec {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_digit_or_underscore(char c) { return is_digit(c) || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A cursor over the text; every step says whether it moved, like the parts of a regular expression.
struct Scan {
  std::string_view text;
  std::size_t at = 0;

  bool done() const { return at == text.size(); }
  bool eat(char c) {
    if (done() || text[at] != c) return false;
    ++at;
    return true;
  }
  template <class Predicate>
  std::size_t run(Predicate wanted, std::size_t most = std::string_view::npos) {
    const auto begin = at;
    while (!done() && at - begin < most && wanted(text[at])) ++at;
    return at - begin;
  }
  void sign() {
    if (!eat('-')) eat('+');
  }
};

// (:[0-5]?[0-9])+ : the rest of a number to the base of 60.
bool eat_sixties(Scan& scan) {
  bool any = false;
  while (scan.eat(':')) {
    const auto begin = scan.at;
    const auto digits = scan.run(is_digit, 2);
    if (digits == 0 || (digits == 2 && scan.text[begin] > '5')) return false;
    any = true;
  }
  return any;
}

bool is_base_sixty(std::string_view text, bool real) {
  Scan scan{text};
  scan.sign();
  if (scan.done() || !is_digit(text[scan.at]) || (!real && text[scan.at] == '0')) return false;
  scan.run(is_digit_or_underscore);
  if (!eat_sixties(scan)) return false;
  if (real) {
    if (!scan.eat('.')) return false;
    scan.run(is_digit_or_underscore);
  }
  return scan.done();
}

bool all_of_base(std::string_view digits, std::string_view allowed) {
  return !digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_integer(std::string_view text) {
  Scan scan{text};
  scan.sign();
  const auto digits = text.substr(scan.at);
  if (digits.empty() || !is_digit(digits[0])) return false;
  if (digits == "0") return true;
  if (digits[0] != '0') return all_of_base(digits, "0123456789_") || is_base_sixty(text, false);
  if (digits.starts_with("0b")) return all_of_base(digits.substr(2), "01_");
  if (digits.starts_with("0x")) return all_of_base(digits.substr(2), "0123456789abcdefABCDEF_");
  return all_of_base(digits.substr(1), "01234567_");
}

bool eat_exponent_or_end(Scan& scan) {
  if (scan.done()) return true;
  if (!scan.eat('e') && !scan.eat('E')) return false;
  if (!scan.eat('-') && !scan.eat('+')) return false;
  return scan.run(is_digit) > 0 && scan.done();
}

bool is_real(std::string_view text) {
  Scan scan{text};
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  scan.sign();
  const auto rest = text.substr(scan.at);
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") return true;
  if (!rest.empty() && is_digit(rest[0])) {
    scan.run(is_digit_or_underscore);
    if (scan.done() || text[scan.at] == ':') return is_base_sixty(text, true);
    if (!scan.eat('.')) return false;
    scan.run(is_digit_or_underscore);
    return eat_exponent_or_end(scan);
  }
  if (has_sign || !scan.eat('.') || scan.run(is_digit, 1) == 0) return false;
  scan.run(is_digit_or_underscore);
  return eat_exponent_or_end(scan);
}

bool eat_zone_or_end(Scan& scan) {
  scan.run(is_blank);
  if (scan.done()) return true;
  if (scan.eat('Z')) return scan.done();
  if (!scan.eat('-') && !scan.eat('+')) return false;
  if (scan.run(is_digit, 2) == 0) return false;
  if (scan.eat(':') && scan.run(is_digit, 2) != 2) return false;
  return scan.done();
}

bool is_timestamp(std::string_view text) {
  Scan scan{text};
  if (scan.run(is_digit, 4) != 4 || !scan.eat('-')) return false;
  const auto month = scan.run(is_digit, 2);
  if (month == 0 || !scan.eat('-')) return false;
  const auto day = scan.run(is_digit, 2);
  if (day == 0) return false;
  if (scan.done()) return month == 2 && day == 2;
  if (!scan.eat('T') && !scan.eat('t') && scan.run(is_blank) == 0) return false;
  if (scan.run(is_digit, 2) == 0 || !scan.eat(':')) return false;
  if (scan.run(is_digit, 2) != 2 || !scan.eat(':')) return false;
  if (scan.run(is_digit, 2) != 2) return false;
  if (scan.eat('.')) scan.run(is_digit);
  return eat_zone_or_end(scan);
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 4> kNulls = {"", "~", "null", "Null"};
constexpr std::array<std::string_view, 9> kTrue = {"yes",  "Yes", "YES", "true", "True",
                                                   "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 9> kFalse = {"no",    "No",  "NO",  "false", "False",
                                                    "FALSE", "off", "Off", "OFF"};

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

// Fields between colons, base 60; the last may have a fraction.
double base_sixty_value(std::string_view digits) {
  double value = 0;
  for (;;) {
    const auto colon = digits.find(':');
    double field = 0;
    const auto part = digits.substr(0, colon);
    std::from_chars(part.data(), part.data() + part.size(), field);
    value = value * 60 + field;
    if (colon == std::string_view::npos) return value;
    digits.remove_prefix(colon + 1);
  }
}

Value integer_value(std::string_view plain) {
  auto digits = without_underscores(plain);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  if (digits.find(':') != std::string::npos) {
    const auto value = base_sixty_value(digits);
    if (value >= 9e18) return negative ? -value : value;
    return static_cast<std::int64_t>(negative ? -value : value);
  }
  int base = 10;
  std::size_t skip = 0;
  if (digits.starts_with("0x"))
    base = 16, skip = 2;
  else if (digits.starts_with("0b"))
    base = 2, skip = 2;
  else if (digits.size() > 1 && digits[0] == '0')
    base = 8, skip = 1;
  std::string signed_digits = (negative ? "-" : "") + digits.substr(skip);
  const auto* end = signed_digits.data() + signed_digits.size();
  std::int64_t value = 0;
  const auto [stop, code] = std::from_chars(signed_digits.data(), end, value, base);
  if (code == std::errc() && stop == end) return value;
  if (code != std::errc::result_out_of_range)
    return std::int64_t{0};  // "0x_", "0b_": no digit left
  double large = 0;
  if (base == 10) {
    std::from_chars(digits.data(), digits.data() + digits.size(), large);
  } else {
    for (const char c : std::string_view(digits).substr(skip))
      large = large * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return negative ? -large : large;
}

double real_value(std::string_view plain) {
  auto digits = without_underscores(plain);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  double value = 0;
  if (digits.size() == 4 && (digits[1] == 'i' || digits[1] == 'I')) {
    value = std::numeric_limits<double>::infinity();
  } else if (digits.size() == 4 && (digits[1] == 'n' || digits[1] == 'N')) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (digits.find(':') != std::string::npos) {
    value = base_sixty_value(digits);
  } else {
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // Out of range: too large unless the exponent is negative.
    if (code == std::errc::result_out_of_range)
      value = digits.find("e-") == std::string::npos && digits.find("E-") == std::string::npos
                  ? std::numeric_limits<double>::infinity()
                  : 0.0;
  }
  return negative ? -value : value;
}

}  // namespace

ScalarKind scalar_kind(std::string_view plain) {
  if (is_one_of(plain, kNulls) || plain == "NULL") return ScalarKind::null;
  const char first = plain[0];
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (is_integer(plain)) return ScalarKind::integer;
    if (is_real(plain)) return ScalarKind::real;
    return is_timestamp(plain) ? ScalarKind::timestamp : ScalarKind::text;
  }
  if (plain == "<<") return ScalarKind::merge;
  if (plain == "=") return ScalarKind::default_value;
  if (plain.size() > 5) return ScalarKind::text;
  return is_one_of(plain, kTrue) || is_one_of(plain, kFalse) ? ScalarKind::boolean
                                                             : ScalarKind::text;
}

std::optional<Value> scalar_value_as(std::string_view plain, ScalarKind kind) {
  if (kind == ScalarKind::text) return Value(plain);
  const auto found = scalar_kind(plain);
  if (kind == ScalarKind::real && found == ScalarKind::integer) return Value(real_value(plain));
  if (found != kind) return std::nullopt;
  return scalar_value(plain);
}

Value scalar_value(std::string_view plain) {
  switch (scalar_kind(plain)) {
    case ScalarKind::null: return nullptr;
    case ScalarKind::boolean: return Value(is_one_of(plain, kTrue));
    case ScalarKind::integer: return integer_value(plain);
    case ScalarKind::real: return Value(real_value(plain));
    case ScalarKind::timestamp: return Timestamp{std::string(plain)};
    case ScalarKind::text:
    case ScalarKind::merge:
    case ScalarKind::default_value: break;
  }
  return Value(plain);
}

std::string yaml_text_of(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  std::array<char, 32> buffer{};
  const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), end);
  // YAML 1.1 takes only numbers with a point for reals: 1e+20 would be read as a string.
  if (text.find('.') != std::string::npos) return text;
  const auto exponent = text.find('e');
  return text.insert(std::min(exponent, text.size()), ".0");
}

}  // namespace sluice::codec
