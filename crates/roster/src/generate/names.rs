//! Names from many places, in their own scripts.

use super::dice::Dice;

/// Given and family names of one culture, and whether people write them in Latin letters.
struct Culture {
    given: &'static [&'static str],
    family: &'static [&'static str],
    weight: usize,
}

const CULTURES: &[Culture] = &[
    Culture {
        given: &[
            "Emma", "Olivia", "Liam", "Noah", "Ava", "Mason", "Harper", "Ethan", "Grace", "Caleb", "Zoe",
            "Owen",
        ],
        family: &[
            "Smith",
            "Johnson",
            "O'Brien",
            "Miller",
            "Davis",
            "Walker",
            "Baker-Hughes",
            "Turner",
            "McDonald",
            "Reed",
        ],
        weight: 22,
    },
    Culture {
        given: &[
            "Sofía",
            "Mateo",
            "Valentina",
            "José",
            "Lucía",
            "Ángel",
            "Camila",
            "Iñaki",
            "Ximena",
            "Andrés",
        ],
        family: &[
            "García",
            "Núñez",
            "Hernández López",
            "Peña",
            "Ramírez",
            "Ibáñez",
            "de la Cruz",
            "Muñoz",
            "Rodríguez",
        ],
        weight: 18,
    },
    Culture {
        given: &[
            "Aaliyah", "Jayden", "Imani", "Malik", "Nia", "DeShawn", "Zuri", "Xavier", "Kiara", "Elijah",
        ],
        family: &["Washington", "Jefferson", "Banks", "Booker", "Freeman", "Coleman", "Gaines", "Hayes"],
        weight: 14,
    },
    Culture {
        given: &["Zofia", "Łukasz", "Małgorzata", "Wojciech", "Aneta", "Grzegorz", "Żaneta", "Paweł"],
        family: &["Wiśniewska", "Dąbrowski", "Wójcik", "Zając", "Śliwa", "Kozłowski"],
        weight: 5,
    },
    Culture {
        given: &["Ayşe", "Çağla", "Mehmet", "İpek", "Oğuz", "Şule", "Emre", "Gülay"],
        family: &["Yılmaz", "Öztürk", "Şahin", "Çelik", "Doğan", "Kılıç"],
        weight: 5,
    },
    Culture {
        given: &["Thảo", "Minh", "Phương", "Dũng", "Hạnh", "Quốc", "Ngọc", "Tuấn"],
        family: &["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Võ"],
        weight: 6,
    },
    Culture {
        given: &["子涵", "浩然", "欣怡", "宇轩", "梓萱", "俊杰", "雨桐", "思远"],
        family: &["王", "李", "张", "刘", "陈", "杨", "赵", "欧阳"],
        weight: 5,
    },
    Culture {
        given: &["さくら", "陽菜", "翔太", "美咲", "蓮", "結衣", "大輝", "ひなた"],
        family: &["佐藤", "鈴木", "高橋", "田中", "渡辺", "小林"],
        weight: 3,
    },
    Culture {
        given: &["민준", "서연", "지우", "하준", "수아", "예준"],
        family: &["김", "이", "박", "최", "정", "남궁"],
        weight: 3,
    },
    Culture {
        given: &["فاطمة", "محمد", "ليلى", "يوسف", "مريم", "عمر", "نور", "خالد"],
        family: &["الأحمد", "حداد", "الخطيب", "منصور", "العلي", "النجار"],
        weight: 5,
    },
    Culture {
        given: &["आरव", "अनन्या", "विवान", "दिया", "अर्जुन", "ईशा"],
        family: &["शर्मा", "पटेल", "सिंह", "गुप्ता", "अय्यर"],
        weight: 4,
    },
    Culture {
        given: &["Олександр", "Марія", "Дмитро", "Соломія", "Андрій", "Любов", "Катерина", "Євген"],
        family: &["Шевченко", "Коваленко", "Бондар", "Ткаченко", "Щербак"],
        weight: 4,
    },
    Culture {
        given: &["Ọláyínká", "Adébáyọ̀", "Chiamaka", "Ngozi", "Ìfẹ́olúwa", "Emeka"],
        family: &["Adéyemí", "Okonkwo", "Ògúnlẹ́yẹ", "Nwosu", "Balógun"],
        weight: 4,
    },
    Culture {
        given: &["Ελένη", "Γιώργος", "Σοφία", "Νίκος", "Δέσποινα"],
        family: &["Παπαδόπουλος", "Γεωργίου", "Οικονόμου", "Νικολάου"],
        weight: 1,
    },
    Culture {
        given: &["נועה", "איתי", "תמר", "יונתן", "שירה"],
        family: &["כהן", "לוי", "מזרחי", "פרץ"],
        weight: 1,
    },
];

/// The name of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) given: &'static str,
    pub(super) family: &'static str,
}

/// Which culture a family is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heritage(usize);

impl Heritage {
    pub(super) fn any(dice: &mut Dice) -> Self {
        let mut left = dice.below(CULTURES.iter().map(|culture| culture.weight).sum());
        let place = CULTURES.iter().position(|culture| match left.checked_sub(culture.weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        Self(place.unwrap_or_default())
    }

    pub(super) fn family(self, dice: &mut Dice) -> &'static str {
        dice.word(CULTURES.get(self.0).map_or(&[], |culture| culture.family))
    }

    pub(super) fn given(self, dice: &mut Dice) -> &'static str {
        dice.word(CULTURES.get(self.0).map_or(&[], |culture| culture.given))
    }

    /// Somebody without a family in the district.
    pub(super) fn name(dice: &mut Dice) -> Name {
        let heritage = Self::any(dice);
        Name { family: heritage.family(dice), given: heritage.given(dice) }
    }
}

/// A user name and an address can only have plain letters: the name's if it has no others.
pub(super) fn plain(name: &Name) -> Option<String> {
    let text = format!("{}.{}", name.given, name.family);
    let text: String = text.chars().filter(|c| !matches!(c, '\'' | ' ')).collect();
    text.is_ascii().then(|| text.to_lowercase())
}
