//! The codes of countries, ISO 3166-1 alpha-2, and those that users may assign.

/// Every code that ISO 3166-1 assigns, in order.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
    VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Whether this is the code of a country, or one that ISO leaves to users, such as XK for Kosovo.
#[must_use]
pub fn is_code(text: &str) -> bool {
    let user_assigned = matches!(text.as_bytes(), [b'X', b'A'..=b'Z']);
    user_assigned || text.len() == 2 && ASSIGNED.split(' ').any(|code| code == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assigned_code_stands_once_and_in_order() {
        let codes: Vec<&str> = ASSIGNED.split(' ').collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|one, two| one < two));
        assert!(codes.iter().all(|code| is_code(code)));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["pk", "P", "PAK", "ZZ", "", "A ", "XKX", "UK"] {
            assert!(!is_code(text), "{text}");
        }
        assert!(is_code("XK"));
    }
}
