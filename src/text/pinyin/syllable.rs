//! The some four hundred syllables of Mandarin, tones aside, and which of them many people don't tell apart.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// All syllables in ascending order; `v` stands for ü, as on keyboards.
const SYLLABLES: &str = "\
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang \
    cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan \
    chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei deng di dia \
    dian diao die ding diu dong dou du duan dui dun duo e ei en er fa fan fang fei fen feng fo fou \
    fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han \
    hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie \
    jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan \
    kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo \
    long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming \
    miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou \
    nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi \
    qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou \
    ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng \
    shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan \
    tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen \
    weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi \
    yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang \
    zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou \
    zu zuan zui zun zuo";

/// Other ways of writing a syllable.
const SPELLINGS: &[(&str, &str)] = &[("lue", "lve"), ("nue", "nve")];

/// No syllable has more letters.
pub(in crate::text) const MAX_LETTERS: usize = 6;

/// A syllable without its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Syllable(u16);

/// A class of syllables that are often mixed up: zh z, ch c, sh s, initial n l, final ng n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folded(u16);

struct Table {
    names: Vec<&'static str>,
    folded: Vec<u16>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let names: Vec<&'static str> = SYLLABLES.split_ascii_whitespace().collect();
    let forms: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let mut classes = forms.clone();
    classes.sort_unstable();
    classes.dedup();
    let folded = forms
        .iter()
        .map(|form| classes.partition_point(|class| class < form) as u16)
        .collect();
    Table { names, folded }
});

impl Syllable {
    /// The syllable that `letters` spell: lower case, without tone, ü as `v`.
    pub fn parse(letters: &str) -> Option<Syllable> {
        let spelled = SPELLINGS.iter().find(|(other, _)| *other == letters);
        let letters = spelled.map_or(letters, |(_, usual)| usual);
        let at = TABLE.names.binary_search(&letters).ok()?;
        Some(Syllable(at as u16))
    }

    /// Its letters, with `v` for ü.
    pub fn as_str(self) -> &'static str {
        // A syllable read from damaged bytes may lie beyond the table.
        TABLE.names.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// What it sounds like to those who don't tell zh from z, n from l, ng from n.
    pub fn folded(self) -> Folded {
        Folded(
            TABLE
                .folded
                .get(usize::from(self.0))
                .copied()
                .unwrap_or(u16::MAX),
        )
    }
}

fn fold(name: &str) -> String {
    let (initial, rest) = match name.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => (&name[..1], &name[2..]),
        [b'n', _, ..] => ("l", &name[1..]),
        _ => name.split_at(1),
    };
    let rest = match rest.strip_suffix("ng") {
        // ong has no counterpart without g.
        Some(vowels) if !vowels.ends_with('o') => format!("{vowels}n"),
        _ => rest.to_owned(),
    };
    format!("{initial}{rest}")
}

/// A letter of pinyin as it is looked up: without tone mark, ü as `v`; `None` for anything else.
pub(in crate::text) fn letter(c: char) -> Option<u8> {
    Some(match c {
        'a'..='z' => c as u8,
        'ā' | 'á' | 'ǎ' | 'à' => b'a',
        'ē' | 'é' | 'ě' | 'è' => b'e',
        'ī' | 'í' | 'ǐ' | 'ì' => b'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => b'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => b'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => b'v',
        _ => return None,
    })
}

/// The syllables with which `letters` can begin and how many letters each takes, shortest first.
pub(in crate::text) fn beginning(letters: &[u8]) -> impl Iterator<Item = (usize, Syllable)> + '_ {
    (1..=letters.len().min(MAX_LETTERS)).filter_map(|length| {
        let name = std::str::from_utf8(&letters[..length]).ok()?;
        Some((length, Syllable::parse(name)?))
    })
}

/// Whether `letters` are syllables one behind the other.
pub(in crate::text) fn is_spelled(letters: &[u8]) -> bool {
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for at in 0..letters.len() {
        if reached[at] {
            for (length, _) in beginning(&letters[at..]) {
                reached[at + length] = true;
            }
        }
    }
    reached[letters.len()]
}

/// The first letters of `syllables`, as people abbreviate: 备案号 is `bah`.
pub fn initials(syllables: &[Syllable]) -> String {
    syllables
        .iter()
        .filter_map(|syllable| syllable.as_str().chars().next())
        .collect()
}
