//! Takes out of a question what tells who asked: numbers of people, telephones and cards, addresses.
//!
//! Rather too much than too little. Names and postal addresses are not recognised.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What is looked for, in this order, and what takes its place. Word boundaries are those of ASCII: Chinese
/// stands right beside a number.
static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"(?i)https?://[!-~]+", "[domain]"),
        (r"(?i)[a-z0-9._%+-]+@[a-z0-9][a-z0-9.-]*", "[email]"),
        (r"\d{1,3}(?:\.\d{1,3}){3}", "[ip]"),
        // An enterprise's credit code: letters among the digits.
        (r"(?i)\b[0-9a-hj-npqrtuwxy]{2}\d{6}[0-9a-hj-npqrtuwxy]{10}\b", "[id]"),
        // A domain name, with what follows it in a link.
        (
            r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\b(?:[/?#:][!-~]*)?",
            "[domain]",
        ),
        (
            r"[a-zA-Z0-9\x{4e00}-\x{9fff}-]{1,63}\.(?:中国|中國|公司|网络|網絡|网址|在线|集团|我爱你)",
            "[domain]",
        ),
    ]
    .into_iter()
    .filter_map(|(pattern, name)| Some((compiled(pattern)?, name)))
    .collect()
});

/// Seven digits and more, however they are grouped: by spaces of any width, dashes, dots, commas, brackets.
static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let between = concat!(
        r" \x{a0}\x{2000}-\x{200d}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}",
        r"\x{2010}-\x{2015}\x{2212}\x{fe58}\x{fe63}\x{ff0d}",
        r".·•・,，、()（）/_-",
    );
    compiled(&format!(r"\+?\d(?:[{between}]{{0,3}}\d){{6,}}[xX]?"))
});

/// Patterns without Unicode's classes; that they are sound is what the tests are for.
fn compiled(pattern: &str) -> Option<Regex> {
    let pattern = pattern.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]");
    Regex::new(&pattern).ok()
}

/// The question with names for what was taken out. Full-width letters and digits become plain ones.
pub fn redact(question: &str) -> String {
    let mut text: String = question.chars().map(narrow).collect();
    for (pattern, name) in &*PATTERNS {
        if let Cow::Owned(replaced) = pattern.replace_all(&text, *name) {
            text = replaced;
        }
    }
    match &*DIGITS {
        Some(digits) => digits
            .replace_all(&text, |found: &Captures<'_>| name_of(&found[0]))
            .into_owned(),
        None => text,
    }
}

/// What a run of digits is, as far as its length and beginning tell.
fn name_of(run: &str) -> &'static str {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let check_letter = run.ends_with(['x', 'X']);
    let national = digits.strip_prefix("86").unwrap_or(&digits);
    match (digits.len(), check_letter) {
        (18, false) | (17, true) | (15, false) => "[id]",
        _ if run.starts_with('+')
            || (national.len() == 11 && national.starts_with('1'))
            || (digits.starts_with('0') && (10..=12).contains(&digits.len()))
            || (digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))) =>
        {
            "[phone]"
        }
        _ => "[number]",
    }
}

/// Full-width letters, digits and the signs that numbers and addresses are written with; other full-width
/// signs are Chinese punctuation.
fn narrow(c: char) -> char {
    let plain = u32::from(c)
        .checked_sub(0xFEE0)
        .and_then(char::from_u32)
        .filter(|plain| plain.is_ascii_alphanumeric() || "@.-_+/".contains(*plain));
    plain.unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_sound() {
        assert_eq!(PATTERNS.len(), 6);
        assert!(DIGITS.is_some());
    }

    #[test]
    fn what_tells_who_asked_is_taken_out_and_the_question_stays() {
        for (question, expected) in [
            ("备案需要什么资料？", "备案需要什么资料？"),
            ("我的身份证110101199003078888填错了", "我的身份证[id]填错了"),
            ("身份证 11010119900307888X 过期了", "身份证 [id] 过期了"),
            ("旧身份证110101900307888", "旧身份证[id]"),
            ("信用代码91350100M000100Y43查不到", "信用代码[id]查不到"),
            ("手机13812345678收不到验证码", "手机[phone]收不到验证码"),
            ("手机138-1234-5678换了", "手机[phone]换了"),
            ("打+86 138 1234 5678没人接", "打[phone]没人接"),
            ("手机１３８１２３４５６７８停机", "手机[phone]停机"),
            ("手机138　1234　5678换了", "手机[phone]换了"),
            ("手机138\u{a0}1234\u{2009}5678换了", "手机[phone]换了"),
            ("手机138–1234—5678换了", "手机[phone]换了"),
            ("手机138——1234——5678换了", "手机[phone]换了"),
            ("手机138 - 1234 - 5678换了", "手机[phone]换了"),
            ("手机138−1234‐5678换了", "手机[phone]换了"),
            ("手机138，1234，5678换了", "手机[phone]换了"),
            ("手机138,1234,5678换了", "手机[phone]换了"),
            ("手机138·1234・5678换了", "手机[phone]换了"),
            ("手机138/1234_5678换了", "手机[phone]换了"),
            ("手机（138）12345678换了", "手机（[phone]换了"),
            ("身份证110101　19900307　888X过期", "身份证[id]过期"),
            ("身份证110101 19900307 8888过期", "身份证[id]过期"),
            ("电话010-12345678打不通", "电话[phone]打不通"),
            ("电话(0755)12345678", "电话([phone]"),
            ("400-910-0100是你们的吗", "[phone]是你们的吗"),
            ("发到zhang.san+faq@example.com吧", "发到[email]吧"),
            ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[email]"),
            ("example.com怎么备案", "[domain]怎么备案"),
            ("我的网站www.my-shop.com.cn打不开", "我的网站[domain]打不开"),
            (
                "https://shop.example.com/cart?user=zhang的备案",
                "[domain]的备案",
            ),
            ("http://localhost:8080打不开", "[domain]打不开"),
            ("服务器203.0.113.7拉不到", "服务器[ip]拉不到"),
            ("例子.中国能备案吗", "[domain]能备案吗"),
            ("卡号6222 0212 3456 7890 123", "卡号[number]"),
            ("订单20261122000134怎么退", "订单[number]怎么退"),
            ("护照E12345678能备案吗", "护照E[number]能备案吗"),
            ("45天内可以改吗？2核4G", "45天内可以改吗？2核4G"),
            ("要等20个工作日，第3.2步", "要等20个工作日，第3.2步"),
            ("备案——要多久？　急", "备案——要多久？　急"),
            ("", ""),
        ] {
            assert_eq!(redact(question), expected, "{question}");
        }
    }
}
