//! Syllables and readings.

use proptest::prelude::*;

use super::*;

fn spelled(syllables: &[Syllable]) -> String {
    let names: Vec<&str> = syllables.iter().map(|syllable| syllable.as_str()).collect();
    names.join(" ")
}

#[test]
fn a_syllable_is_parsed_and_spelled_alike() {
    for (letters, expected) in [
        ("zhuang", Some("zhuang")),
        ("lv", Some("lv")),
        ("lue", Some("lve")),
        ("nue", Some("nve")),
        ("a", Some("a")),
        ("v", None),
        ("zh", None),
        ("", None),
        ("备", None),
    ] {
        let found = Syllable::parse(letters).map(Syllable::as_str);
        assert_eq!(found, expected, "{letters}");
    }
}

#[test]
fn syllables_that_people_mix_up_fold_alike_and_others_do_not() {
    let folded = |letters| Syllable::parse(letters).expect("a syllable").folded();
    for (a, b) in [
        ("zhi", "zi"),
        ("chuang", "cuan"),
        ("shang", "san"),
        ("nan", "lang"),
        ("nv", "lv"),
        ("ying", "yin"),
        ("ang", "an"),
        ("weng", "wen"),
    ] {
        assert_eq!(folded(a), folded(b), "{a} {b}");
    }
    for (a, b) in [
        ("zi", "ci"),
        ("an", "en"),
        ("dong", "dun"),
        ("lu", "lv"),
        ("fu", "hu"),
        ("ri", "li"),
    ] {
        assert_ne!(folded(a), folded(b), "{a} {b}");
    }
}

#[test]
fn a_word_is_read_as_the_word_list_says() {
    for (word, expected) in [
        ("备案授权码", "bei an shou quan ma"),
        ("重置密码", "chong zhi mi ma"),
        ("重庆", "chong qing"),
        ("银行行长", "yin hang hang zhang"),
        ("长沙", "chang sha"),
        ("数据", "shu ju"),
        ("绿色", "lv se"),
        ("税率", "shui lv"),
        ("备案 ICP 号", "bei an hao"),
        ("", ""),
    ] {
        assert_eq!(spelled(&sounds(word)), expected, "{word}");
    }
    assert_eq!(initials(&sounds("备案号")), "bah");
}

#[test]
fn a_character_with_several_readings_gives_its_words_several() {
    let all = |word| {
        let readings = word_readings(word);
        readings
            .iter()
            .map(|reading| (spelled(&reading.syllables), reading.unusual))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all("还没"),
        [
            ("hai mei".to_owned(), 0),
            ("huan mei".to_owned(), 1),
            ("hai mo".to_owned(), 1),
            ("huan mo".to_owned(), 2)
        ]
    );
    assert_eq!(all("重置"), [("chong zhi".to_owned(), 0)]);
    assert_eq!(all("ip地址"), []);
}

#[test]
fn the_list_of_polyphones_holds_syllables_only_and_no_reading_unknown_of_the_character() {
    for line in POLYPHONES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (word, letters) = line.split_once(' ').expect("a word and readings");
        let syllables: Vec<Syllable> = letters.split(' ').filter_map(Syllable::parse).collect();
        assert_eq!(syllables.len(), letters.split(' ').count(), "{line}");
        let length = word.chars().count();
        if length > 1 {
            assert_eq!(length, syllables.len(), "{line}");
            for (c, syllable) in word.chars().zip(syllables) {
                assert!(
                    readings(c).iter().any(|other| other == syllable),
                    "{line}: {c}"
                );
            }
        }
    }
}

#[test]
fn letters_begin_with_every_syllable_that_fits() {
    let found: Vec<(usize, &str)> = beginning(b"xianggang")
        .map(|(length, syllable)| (length, syllable.as_str()))
        .collect();
    assert_eq!(found, [(2, "xi"), (3, "xia"), (4, "xian"), (5, "xiang")]);
}

proptest! {
    #[test]
    fn every_character_of_a_reading_has_one_syllable(text in "[备案重行长a-z0-9 ，了著]{0,12}") {
        for reading in word_readings(&text) {
            prop_assert_eq!(reading.syllables.len(), text.chars().count());
        }
        prop_assert!(sounds(&text).len() <= text.chars().count());
    }

    #[test]
    fn any_text_can_be_sounded(text in any::<String>()) {
        let _ = (sounds(&text), word_readings(&text));
    }
}
